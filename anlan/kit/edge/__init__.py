"""The outermost layer of HTTP: what is answered when a body is too large or drips, and when the database is away, hung or full.

`Bodies` counts and times what a client sends, `Away` watches over the database; both stand in front of Django, which asks the
database who somebody is before any page's own care begins. `copies` keeps public pages on disk for such an hour.
"""
