"""Tell how far the city's plan is kept: its classified indicators, each computed from records of this system or taken as reported.

Rests on the bureau's five-year plan (清远市应急管理“十四五”规划 分类指标) and 统计法 (statistics are true, signed, and never changed in
silence). An indicator is a plug-in: what it is, its formula, and which records it counts; where no such records exist yet, a figure
reported by a statistician and signed by a second person takes their place, superseded and never overwritten. Targets, published figures
and the quantities that rates are told by are reference data of the city's pack, each with its source.
Not here: the records themselves, and what the warnings, gauges or lookouts are told to improve (warning, upkeep, lookouts).
"""
