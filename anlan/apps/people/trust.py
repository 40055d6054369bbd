"""Whom two signatures need: which accounts and roles can confirm, grant or reset, and which two accounts are really two persons.

Whoever issued an account, reset its password or printed its slip may have seen the code that opens it, so that for a while
the two count as one; through several hands as well.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from anlan.apps.people import rules
from anlan.apps.people.models import Account, ContactPoint, Grant, Invitation
from anlan.kit import clock
from anlan.kit.actions import ACTIONS, JUDGES
from anlan.kit.models import JournalEntry, PendingAction
from anlan.kit.refusals import NotAuthorised, SamePerson
from anlan.kit.scope import Scope, entered

#: Ways that lead to one person; the sandbox leads to nobody.
PERSONAL = ("email", "phone", "webhook")


def lasting(account: Account) -> list[Grant]:
    """Return the grants of an account that count or are to come."""
    open_ended = Q(valid_to=None) | Q(valid_to__gte=clock.real_today())
    return list(Grant.objects.filter(open_ended, account=account).select_related("role"))


def is_trusted(account: Account) -> bool:
    """Return whether an account can confirm, grant or reset, now or later."""
    return any(rules.is_trusted(g.role.permissions) for g in lasting(account))


def check_reach(scope: Scope, account: Account, permission: str) -> None:
    """Refuse touching an account that holds authority where the actor does not hold `permission`: its own area is not all."""
    for g in lasting(account):
        if not rules.holds(scope, permission, g.over, g.sector):
            text = _("This account holds a role over %(over)s, which you do not administer. Ask an administrator who does.")
            raise NotAuthorised(text % {"over": g.over}, article=rules.LEAST_PRIVILEGE)


def controllers(username: str) -> set[str]:
    """Return who may know how to sign in by this name: its owner, who issued or reset it lately, and who did so with them."""
    since = clock.real_now() - timedelta(days=settings.ANLAN_INDEPENDENT_DAYS)
    behind: dict[str, set[str]] = defaultdict(set)
    rows = Invitation.objects.filter(made_at__gt=since).values_list("account__username", "made_by", "printed_by")
    for owner, *hands in rows:
        behind[owner] |= {hand for hand in hands if hand and not hand.startswith("system:")}
    found, ahead = {username}, [username]
    while ahead:
        new = behind[ahead.pop()] - found
        found |= new
        ahead += new
    return found


def check_independent(parked: PendingAction, confirmer: str) -> None:
    """Refuse a confirmation where one of the two was issued or reset by the other; of accounts and roles, also by a third for both."""
    first, second = controllers(parked.requested_by), controllers(confirmer)
    identity = ACTIONS[parked.action].spec.needs.startswith("people.")
    if parked.requested_by in second or confirmer in first or (identity and first & second):
        text = _(
            "You and whoever asked do not count as two persons: within %(days)d days one account was issued or reset by the other,"
            " or both by the same administrator. Ask a colleague."
        )
        raise SamePerson(text % {"days": settings.ANLAN_INDEPENDENT_DAYS}, article=rules.LEAST_PRIVILEGE)


def check_other(parked: PendingAction, confirmer: str) -> None:
    """Refuse a confirmation about the confirmer's own account."""
    about = parked.arguments.get("account") if ACTIONS[parked.action].spec.record == "people.Account" else None
    if about is not None and Account.objects.filter(pk=about, username=confirmer).exists():
        raise SamePerson()


JUDGES += [check_independent, check_other]


def addresses_of(person_code: str) -> list[ContactPoint]:
    """Return the addresses of a person's own, to which a link may go; a post's or a body's are read by others as well."""
    if not person_code:
        return []
    with entered(Scope.everything("system:people")):
        rows = ContactPoint.objects.filter(person__code=person_code, kind__in=PERSONAL).select_related("person")
        return list(rows.order_by("order", "id"))


def ways_to(account: Account) -> list[tuple[int, str]]:
    """Return where the link for an account's owner may go: the person's own addresses, masked, or a slip where there is none."""
    theirs = [(c.pk, f"{c.get_kind_display()} {rules.mask(c.address)}") for c in addresses_of(account.person_code)]
    return theirs or [(0, _("on a slip that the asking administrator prints: no address of the person is recorded"))]


def is_theirs(contact: ContactPoint, asker: str) -> bool:
    """Return whether an address was not put in lately by whoever now asks for a link to it, or by an account of theirs."""
    since = clock.real_now() - timedelta(days=settings.ANLAN_INDEPENDENT_DAYS)
    with entered(Scope.everything("system:people")):
        entries = JournalEntry.objects.filter(record="people.contactpoint", record_id=str(contact.pk), at__gt=since)
        hands = set(entries.exclude(actor__startswith="system:").exclude(diff__has_key="read").values_list("actor", flat=True))
    own = controllers(asker)
    return all(not (controllers(hand) & own) for hand in hands)
