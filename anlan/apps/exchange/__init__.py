"""Warnings of others 外来预警: CAP messages of weather services and other cities, polled from their feeds or handed in.

Rests on OASIS CAP 1.2 and the Emergency Response Law (突发事件应对法 第四十九条: information passed on between places). What is foreign stays
foreign: it is told as information, or becomes a draft that people sign; it never speaks in our name. Not here: our own warnings (warning).
"""
