"""Duty 值班值守: who sits in each duty room and who leads, from when to when, what they write down, and whether they are there.

Rests on the provision of the plan of 24 hours' duty led by a leader (值班 24 小时、领导带班) and on the general rule that a change of
shift is written down; limits of time are reference data. Not here: what an alarm desk hands over of its alarms (alarms, shift
reports), whom an alarm wakes (messages), the special posts of a response (response).
"""
