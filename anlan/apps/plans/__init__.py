"""Emergency plans as structure, not documents: levels with conditions and authority, command posts, task cards.

Rests on 突发事件应急预案管理办法 (国办发〔2024〕5号) and the Flood Control Law. A plan says who must do what, by when, with
what, at which level; response carries it out. Not here: the course of an event.
"""
