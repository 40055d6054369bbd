"""Carry a plan out: propose a level with its evidence, let the officer decide, turn cards into timed tasks, follow them.

Rests on the Emergency Response Law (突发事件应对法) and 粤府办〔2011〕38号: live conditions only propose, the authorised post
decides; unified, graded and raised-level response (统一响应、分级响应、提级响应). Not here: the plan itself, vehicles and routes.
"""
