"""The only writers of warning: draft, edit, sign, publish, end a warning; call villages until somebody answers; load reference data."""

from anlan.apps.warning.actions.calls import answer, call_off, call_out, climb
from anlan.apps.warning.actions.drafting import (
    cancel,
    draft,
    follow_source,
    name_source,
    propose,
    renew,
    withdraw,
    withdraw_stale,
)
from anlan.apps.warning.actions.life import end, expire, issue, publish, rehearse, sign
from anlan.apps.warning.actions.reference import change_body, load_reference
from anlan.apps.warning.actions.revising import revise
from anlan.apps.warning.actions.rings import ring
from anlan.apps.warning.actions.standing import give_order, release, revoke_order

__all__ = [
    "answer",
    "call_off",
    "call_out",
    "cancel",
    "change_body",
    "climb",
    "draft",
    "end",
    "expire",
    "follow_source",
    "name_source",
    "give_order",
    "issue",
    "load_reference",
    "propose",
    "publish",
    "rehearse",
    "release",
    "renew",
    "revise",
    "revoke_order",
    "ring",
    "sign",
    "withdraw",
    "withdraw_stale",
]
