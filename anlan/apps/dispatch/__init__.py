"""Dispatch 调度: orders that send a team somewhere by a route, followed until it has arrived and done its work.

Law: 突发事件应对法 §§ 72–73 (who leads on the spot disposes of the teams), § 76. An order carries the way that was open when it was given;
a road that closes gives it another. Not here: who there is (teams), what is closed (roads), what a plan asks of a unit (response).
"""
