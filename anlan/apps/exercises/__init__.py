"""Exercises: replay a real or synthetic event through the very same chain, in the exercise world, on its own clock.

Rests on AQ/T 9007-2019 and the drill duties of 突发事件应急预案管理办法. A replay resets the exercise world to the live world's
reference data, feeds a scenario's observations and may let scripted officers decide. Not here: scoring of teams.
"""
