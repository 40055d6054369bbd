"""Estimates 推演: where a forest fire may spread to and how far a leak of gas drifts, reckoned by a stated model, and who lives there.

Law: 突发事件应对法 (assessment of a danger and of its course); 森林防火条例; HJ 169-2018 (toxic endpoints). An estimate is kept with what it was
reckoned from, by whom and when, and is never taken for an observation: each step has what is reached at least, likely and at most.
Not here: alarms that give rise to one (alarms), the warning that may follow (warning), the danger of fire as an index (telemetry's hazards).
"""
