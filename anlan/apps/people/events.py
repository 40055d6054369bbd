"""Facts that people announces."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from anlan.kit.events import Event


@dataclass(frozen=True, kw_only=True)
class AccountIssued(Event):
    """An account was issued."""

    name = "people.account_issued"
    label = _("Account issued")

    account: int
    username: str


@dataclass(frozen=True, kw_only=True)
class GrantGiven(Event):
    """An account was given a role over an area."""

    name = "people.grant_given"
    label = _("Role granted")

    grant: int
    username: str
    role: str


@dataclass(frozen=True, kw_only=True)
class PostHandedOver(Event):
    """A post passed from one person (none: it was vacant) to another."""

    name = "people.post_handed_over"
    label = _("Post handed over")

    post: int
    code: str
    from_person: str
    to_person: str


@dataclass(frozen=True, kw_only=True)
class AccountInvited(Event):
    """The owner of an account was invited to choose a password: by a link to a contact point, or (0) by a slip."""

    name = "people.account_invited"
    label = _("Invited to sign in")

    invitation: int
    username: str
    person: str
    contact: int
    purpose: str


@dataclass(frozen=True, kw_only=True)
class SecurityChanged(Event):
    """Something about how an account signs in that its owner must hear of: a new browser, a reset, a factor taken off."""

    name = "people.security_changed"
    label = _("Sign-in changed")

    account: int
    username: str
    person: str
    what: str
    address: str = ""
