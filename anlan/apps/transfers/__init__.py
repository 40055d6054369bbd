"""Transfers 转移避险: who lives in danger and who fetches them, the actions that bring them away, and who has come through and gone home.

Law: 突发事件应对法 §§ 49, 73; 自然灾害救助条例 §§ 13–14; the "four ones" of Guangdong's flood office (April 2020): each household a
helper, each village a register, each town a net, each hazard an action. Not here: where people stay and how many are in a shelter
(shelters, which follows what is said here), the words to the public (warning), teams and vehicles (dispatch).
"""
