"""Nodes 节点: the installations whose rows may stand here — a city, a county, a town, a vehicle — each with a number of its own.

A row's key says where it was born: node n draws its keys from [n·2^40, (n+1)·2^40), so that nodes are merged without renumbering
(design, "identity"). Not here: how rows travel from node to node (exchange).
"""
