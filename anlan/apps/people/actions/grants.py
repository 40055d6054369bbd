"""Writers of grants and roles: give, end and withdraw authority; what goes beyond the giver's own takes two people."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _

from anlan.apps.people import decision_sheets, events, rules, trust
from anlan.apps.people.kinds import SECTORS, sector_choices
from anlan.apps.people.models import Account, Grant, Post, Role
from anlan.apps.places import api as places
from anlan.kit import clock, live
from anlan.kit.actions import CONFIRM, Deed, action, request_confirmation
from anlan.kit.inputs import Input, Reason, Ref
from anlan.kit.models import PendingAction
from anlan.kit.refusals import NotFound, Refusal, SamePerson

AskedBy = Annotated[str, Input(_("Asked by"))]
GivenRows = Annotated[list[dict[str, Any]], Input(_("What is given"))]


def _sectors(_account: Any) -> list[tuple[str, Any]]:
    return [("", _("Every sector")), *sector_choices()]


Over = Annotated[str, Input(_("Over (division code)"), help=_("4418 is the city, 441802 Qingcheng."), example="441802")]
WithPost = Annotated[
    Ref[Post] | None, Input(_("Comes with the post"), help=_("It moves to the successor when the post is handed over."))
]
Sector = Annotated[str, Input(_("In one sector only"), choices=_sectors)]


@action(
    "people.grant",
    needs="people.add_grant",
    label=_("Grant a role"),
    record="people.Account",
    icon="key",
    story=_("A role with more than you hold yourself waits for a second administrator. Nobody grants to themselves."),
)
def grant(
    deed: Deed,
    *,
    account: int,
    role: Ref[Role],
    over: Over,
    sector: Sector = "",
    post_code: WithPost = None,
    valid_from: Annotated[date, Input(_("From"))],
    valid_to: Annotated[date | None, Input(_("Last day"))] = None,
    reason: Reason = "",
) -> Grant | PendingAction:
    """Give an account a role over an area from a day to a day.

    Refuses giving to oneself or beyond one's own area. A role with more than the giver holds waits for a second administrator,
    and so does one that can confirm, grant or reset, or any role for an account that can.
    """
    rules.check_period(valid_from, valid_to)
    row = {
        "account": account,
        "role": role.code,
        "over": over,
        "sector": sector,
        "post_code": post_code.code if post_code else "",
        "valid_from": valid_from,
        "valid_to": valid_to,
        "reason": reason,
    }
    checked(deed, row)
    if takes_two(deed, [row]):
        return request_confirmation(
            action="people.grant_confirmed",
            arguments={"account": account, "rows": [row], "asked_by": deed.actor, "reason": reason},
            reason=reason,
        )
    return give(deed, row, deed.actor)


@action(
    "people.grant_confirmed",
    needs="people.add_grant",
    label=_("Grant a role that the giver does not hold"),
    record="people.Account",
    second_person=True,
    sheet=decision_sheets.granting,
)
def grant_confirmed(deed: Deed, *, account: int, rows: GivenRows, asked_by: AskedBy, reason: Reason = "") -> list[Grant]:
    """Give what one administrator asked for and a second one confirms; neither of them may be who receives it."""
    made = []
    for row in rows:
        receiver = checked(deed, row)
        if receiver.username == asked_by:
            raise SamePerson()
        made.append(give(deed, row, f"{asked_by}, {deed.actor}"))
    return made


def checked(deed: Deed, row: dict[str, Any]) -> Account:
    """Return who a row gives a role to, or refuse: no such account or role, to oneself, outside the own area or sector."""
    receiver = Account.objects.filter(pk=row["account"]).first()
    if receiver is None:
        raise NotFound()
    if not Role.objects.filter(code=row["role"]).exists():
        raise Refusal(_("There is no such role."), field="role")
    if row["sector"] and row["sector"] not in SECTORS:
        raise Refusal(_("There is no such sector."), field="sector")
    rules.check_grant(deed.scope, deed.actor, receiver.username, row["over"], row["sector"])
    if not places.is_there(row["over"]):
        raise Refusal(_("There is no division with this code."), field="over")
    return receiver


def takes_two(deed: Deed, rows: Iterable[dict[str, Any]]) -> bool:
    """Return whether any row gives more than the actor holds, or touches a role or an account that can confirm, grant or reset."""
    if deed.scope.system:
        return False
    held = {r.code: r.permissions for r in Role.objects.all()}
    return any(
        rules.beyond(deed.scope, held[row["role"]], row["over"], row["sector"])
        or rules.is_trusted(held[row["role"]])
        or trust.is_trusted(Account.objects.get(pk=row["account"]))
        for row in rows
    )


def give(deed: Deed, row: dict[str, Any], by: str) -> Grant:
    """Write one grant and announce it."""
    valid_to = row["valid_to"]
    made = deed.create(
        Grant,
        account_id=row["account"],
        role=Role.objects.get(code=row["role"]),
        over=row["over"],
        sector=row["sector"],
        post_code=row["post_code"],
        valid_from=_day(row["valid_from"]),
        valid_to=_day(valid_to) if valid_to else None,
        reason=row["reason"],
        granted_by=by,
    )
    deed.emit(events.GrantGiven(grant=made.pk, username=made.account.username, role=row["role"], area=row["over"]))
    return made


def _day(value: date | str) -> date:
    """Return a day; what waited for a second person comes back as text."""
    return value if isinstance(value, date) else date.fromisoformat(value)


def _lasts(g: Grant) -> bool:
    """Return whether a grant counts or is to come: one that has ended is not ended again, its last day is history."""
    return g.valid_to is None or g.valid_to >= max(g.valid_from, clock.real_today())


def _second_person(deed: Deed, held: Grant, arguments: dict[str, Any], reason: str) -> PendingAction | None:
    """Park a change of a grant that lets somebody confirm, grant or reset, until it comes back confirmed."""
    confirmed = deed.parent is not None and deed.parent.spec.name == CONFIRM
    if confirmed or deed.scope.system or not rules.is_trusted(held.role.permissions):
        return None
    return request_confirmation(action=deed.spec.name, arguments=arguments, reason=reason)


@action(
    "people.end_grant",
    needs="people.change_grant",
    label=_("Set the last day"),
    record="people.Grant",
    icon="calendar-off",
    when=_lasts,
)
def end_grant(
    deed: Deed, *, grant: int, last_day: Annotated[date, Input(_("Last day"))], reason: Reason
) -> Grant | PendingAction:
    """Let a grant end on a day, sooner than it would: a longer one is a new grant. One that can confirm, grant or reset takes two."""
    held, last_day = deed.lock(Grant, grant), _day(last_day)
    rules.check_period(held.valid_from, last_day)
    if last_day < deed.today:
        raise Refusal(_("This day has passed. Withdraw the grant to end it at once."), field="last_day")
    if held.valid_to is not None and last_day > held.valid_to:
        raise Refusal(_("A grant is not lengthened: grant the role anew."), field="last_day")
    arguments = {"grant": held.pk, "last_day": last_day, "reason": reason}
    if (waiting := _second_person(deed, held, arguments, reason)) is not None:
        return waiting
    held.valid_to = last_day
    live.hang_up(held.account.username)
    return held


@action(
    "people.withdraw_grant",
    needs="people.change_grant",
    label=_("Withdraw"),
    record="people.Grant",
    icon="key-off",
    danger=True,
    when=_lasts,
)
def withdraw_grant(deed: Deed, *, grant: int, reason: Reason) -> Grant | PendingAction:
    """End a grant at once: yesterday was its last day. One that can confirm, grant or reset takes two; suspending does not."""
    held = deed.lock(Grant, grant)
    if (waiting := _second_person(deed, held, {"grant": held.pk, "reason": reason}, reason)) is not None:
        return waiting
    live.hang_up(held.account.username)
    held.valid_to = deed.today - timedelta(days=1)
    return held


@action("people.define_role", needs="people.add_role", label=_("Define a role"), second_person=True)
def define_role(deed: Deed, *, code: str, name: str, name_en: str, permissions: list[str], second_factor: bool = False) -> Role:
    """Add a role or bring its permissions up to date."""
    values = {"name": name, "name_en": name_en, "permissions": permissions, "second_factor": second_factor}
    known = Role.objects.filter(code=code).first()
    if known is None:
        return deed.create(Role, code=code, **values)
    role = deed.lock(Role, known)
    for field, value in values.items():
        setattr(role, field, value)
    return role
