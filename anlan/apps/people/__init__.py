"""Who there is and who may do what: organisations, posts, persons, how to reach them; accounts, roles and grants.

Rests on the Emergency Response Law's duty to name responsible posts (突发事件应对法) and on MLPS level 3 (等保2.0三级):
unique identity, two factors, lock-out, least privilege. Organisations, posts, persons and contact points are records;
accounts, roles and grants are identity and live in the live world only. Not here: duty rosters, teams, training.
"""
