"""Work in the field 现场移动端: what a phone holds without a network, what is done on it then, and what became of that.

Law: 突发事件应对法 §§ 63, 64 (report at once, truthfully). Nouns: an operation is one verb that somebody did on a device; its
receipt says what became of it, for ever the same for the same key; a cursor is what a device held when it last asked.
Not here: the verbs themselves (each app declares its own with `offline=True`), and what they decide.
"""
