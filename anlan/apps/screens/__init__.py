"""Screens 显示屏: what public screens, LED panels and broadcasters' crawls show of the warnings in force where they stand.

Rests on the Emergency Response Law (突发事件应对法 第六十四条: through electronic screens and broadcasts). A screen asks by itself, keeps
the last answer without a network and tells its age; what it says it shows is its receipt. Not here: what a warning says (warning),
messages to persons and bodies (messages).
"""
