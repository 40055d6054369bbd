"""Writers of checks: sheets and their versions, checks, findings."""

from anlan.apps.checks.actions.filling import Given, add_photo, begin, discard, fill, finish, hand_in
from anlan.apps.checks.actions.findings import accept, extend, put_right, reopen, verify
from anlan.apps.checks.actions.sheets import (
    Asked,
    Packed,
    discard_version,
    draft_version,
    edit_version,
    import_xlsform,
    load_sheets,
    put_in_force,
    remove_item,
)

__all__ = [
    "Asked",
    "Given",
    "Packed",
    "accept",
    "add_photo",
    "begin",
    "discard",
    "discard_version",
    "draft_version",
    "edit_version",
    "extend",
    "fill",
    "finish",
    "hand_in",
    "import_xlsform",
    "load_sheets",
    "put_in_force",
    "put_right",
    "remove_item",
    "reopen",
    "verify",
]
