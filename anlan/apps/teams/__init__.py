"""Teams 救援队伍: who can be sent, what they can do, how many they are, where they stand, and whether they are ready now.

Law: 突发事件应对法 §§ 39, 51–52 (comprehensive, professional and social teams; whoever runs one trains and equips it); plan G1.
Not here: where they are sent (dispatch), what lies in depots (supplies), the telephone numbers (people: contact points).
"""
