"""Decisions about authority: when a grant is in force, and who may give which."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from anlan.kit.refusals import NotAuthorised, Refusal
from anlan.kit.scope import Scope

LEAST_PRIVILEGE = "GB/T 22239-2019 8.1.4.2"


def is_in_force(today: date, valid_from: date, valid_to: date | None) -> bool:
    """Tell whether a grant counts on a day; both ends included."""
    return valid_from <= today and (valid_to is None or today <= valid_to)


def check_grant(giver: Scope, giver_name: str, receiver_name: str, over: str) -> None:
    """Refuse giving to oneself, and giving over an area that one does not administer.

    An administrator may grant roles that they do not hold: system and business authority are separate (GB/T 22239-2019).
    """
    if giver.system:
        return
    if giver_name == receiver_name:
        raise NotAuthorised(_("Nobody grants authority to themselves. Ask another administrator."), article=LEAST_PRIVILEGE)
    if not giver.may("people.add_grant", over):
        raise NotAuthorised(_("You administer accounts elsewhere, not in this division."), article=LEAST_PRIVILEGE)


def check_period(valid_from: date, valid_to: date | None) -> None:
    """Refuse a period that ends before it begins."""
    if valid_to is not None and valid_to < valid_from:
        raise Refusal(_("The last day lies before the first."), field="valid_to")
