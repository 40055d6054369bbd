"""Shelters 应急避难场所: where people go, the orders that open a shelter, and who is in it.

Law: 突发事件应对法 §§ 31, 73; 自然灾害救助条例 §§ 11, 13; classes and areas of GB 51143-2015 and GB/T 44013-2024.
Not here: what they are given there (supplies), who warns them (warning), who fetches them (dispatch).
"""
