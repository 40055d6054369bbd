"""The desk: one declaration per record makes its list, page, filters, forms, import, export, API, map layer and search.

It composes django-filter, ModelForm, openpyxl and REST framework; ours is the declaration.
"""

from anlan.kit.desk.attachments import Files
from anlan.kit.desk.columns import Age, Column, Facts, JournalPanel, Level, Linked, Panel, Range, Related, State, Unit
from anlan.kit.desk.declaration import DESKS, Desk
from anlan.kit.desk.menu import GROUPS, Group
from anlan.kit.desk.text import bilingual, worded

__all__ = [
    "DESKS",
    "GROUPS",
    "Age",
    "Column",
    "Desk",
    "Facts",
    "Files",
    "Group",
    "JournalPanel",
    "Level",
    "Linked",
    "Panel",
    "Range",
    "Related",
    "State",
    "Unit",
    "bilingual",
    "worded",
]
