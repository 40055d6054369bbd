"""Losses 灾情统计: what a natural disaster cost, told by towns, checked by counties, rolled up by the city.

Law: 自然灾害情况统计调查制度 (应急〔2020〕19号), 自然灾害救助条例 §§ 16–18, 突发事件应对法 § 61. Nouns: a *process* (灾害过程) is one
disaster from its start to its end; a *reporting town* owes reports on it; a *loss report* (initial, follow-ups, one verified) holds the
figures of form ①; a *village return* is what a village tells its town; ledgers ⑧ and ⑨ name the dead and the houses. Figures count up
from the start of the process. Not here: reports on incidents (incidents), shelters, payments, yearly forms ③ to ⑦ and ⑩.
"""
