"""The one write path: authority → lock → rule → change → journal → event, in one transaction.

An action is a function decorated with `@action`; its first argument is the Deed, the unit of work through which it
writes. Pages, API, jobs, CLI and plug-ins call the same function. Where the first keyword names a record, the desk
makes a button, a form and an API endpoint of it.
"""

from anlan.kit.actions.confirming import JUDGES, check_second, confirm, expire, reject
from anlan.kit.actions.deed import Deed
from anlan.kit.actions.reading import READ_AGAIN_AFTER
from anlan.kit.actions.spec import CONFIRM, Bulk, Spec
from anlan.kit.actions.verb import ACTIONS, Action, action, concealed, in_force, request_confirmation

__all__ = [
    "ACTIONS",
    "CONFIRM",
    "JUDGES",
    "READ_AGAIN_AFTER",
    "Action",
    "Bulk",
    "Deed",
    "Spec",
    "action",
    "check_second",
    "concealed",
    "confirm",
    "expire",
    "in_force",
    "reject",
    "request_confirmation",
]
