"""Accounts issued one by one or by spreadsheet: check every row, then issue all with their grants in one action, or none."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anlan.apps.people import actions, rules
from anlan.apps.people.actions.grants import Over, Sector, WithPost
from anlan.apps.people.choices import InvitationWay
from anlan.apps.people.kinds import SECTORS, sector_choices
from anlan.apps.people.models import Account, Invitation, Person, Post, Role
from anlan.apps.places import api as places
from anlan.kit import clock, sheets
from anlan.kit.actions import Deed, action
from anlan.kit.inputs import Input, Ref, Upload
from anlan.kit.languages import in_every_language
from anlan.kit.models import PendingAction
from anlan.kit.refusals import Fault, Refusal
from anlan.kit.scope import current
from anlan.kit.sheets import Wanted

COLUMNS = (
    Wanted("username", gettext_lazy("User name"), required=True),
    Wanted("display_name", gettext_lazy("Displayed name"), required=True),
    Wanted("area", gettext_lazy("Belongs to (division code)"), required=True),
    Wanted("role", gettext_lazy("Role"), required=True),
    Wanted("over", gettext_lazy("Over (division code)"), required=True),
    Wanted("display_name_en", gettext_lazy("Displayed name in English")),
    Wanted("post", gettext_lazy("Post")),
    Wanted("person", gettext_lazy("Person")),
    Wanted("sector", gettext_lazy("Sector"), values=[label for _code, label in sector_choices()]),
    Wanted("valid_from", gettext_lazy("First day")),
    Wanted("valid_to", gettext_lazy("Last day")),
    Wanted("reason", gettext_lazy("Reason")),
)
REQUIRED = {column.key: column.label for column in COLUMNS if column.required}
LIMIT = 2000
NAME = re.compile(r"[A-Za-z0-9_.@-]{2,60}")
#: The longest texts that an account or its grant keeps.
LONGEST = {"display_name": 100, "display_name_en": 100, "reason": 200}


@dataclass
class Sheet:
    """A spreadsheet that has been read: its rows, what is wrong line by line, and how many roles will take two people."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    problems: list[Fault] = field(default_factory=list)
    beyond: int = 0


@dataclass
class Issued:
    """What was issued: the invitations of the accounts' owners, and the grants that wait for a second administrator."""

    invitations: list[Invitation] = field(default_factory=list)
    waiting: list[PendingAction] = field(default_factory=list)

    @property
    def slips(self) -> list[Invitation]:
        """Return those that go by a slip: their owners have no address of their own."""
        return [one for one in self.invitations if one.way == InvitationWay.SLIP]


def wanted() -> list[Wanted]:
    """Return the columns of a sheet, with the roles that there are."""
    roles = [str(role) for role in Role.objects.all()]
    return [column._replace(values=roles) if column.key == "role" else column for column in COLUMNS]


def read(*, file: Annotated[Upload, Input(gettext_lazy("Spreadsheet (CSV or Excel)"), accept=".csv,.xlsx")]) -> Sheet:
    """Read and check a spreadsheet of accounts; nothing is written. Roles and sectors may be given by their names."""
    found = sheets.read(file, LIMIT)
    at, faults = sheets.columns(found, COLUMNS)
    if faults:
        return Sheet(problems=faults)
    roles = {name: role.code for role in Role.objects.all() for name in (role.name, role.name_en)}
    sectors = {name: value for value, label in sector_choices() for name in in_every_language(label)}
    rows = []
    for line, cells in found.rows:
        row: dict[str, Any] = {key: cells[place] for key, place in at.items()}
        row |= {"role": roles.get(row["role"], row["role"]), "line": line}
        row["sector"] = sectors.get(row.get("sector", ""), row.get("sector", ""))
        rows.append(row)
    return check(rows)


def check(rows: list[dict[str, Any]]) -> Sheet:
    """Check rows of accounts as the issuer would be allowed to issue them."""
    sheet = Sheet()
    seen: set[str] = set()
    taken = set(Account.objects.values_list("username", flat=True))
    roles = {r.code: r for r in Role.objects.all()}
    known = {code for code in {str(row.get(c) or "") for row in rows for c in ("area", "over")} if places.is_there(code)}
    for row in rows:
        faults = _faults(row, seen | taken, roles, known)
        seen.add(row.get("username") or "")
        sheet.problems += [Fault(row.get("line", 1), reason) for reason in faults]
        if not faults:
            sheet.rows.append(row)
            given = roles[row["role"]].permissions
            two = rules.is_trusted(given) or rules.beyond(current(), given, row["over"], row.get("sector") or "")
            sheet.beyond += bool(two) and not current().system
    return sheet


def _faults(row: dict[str, Any], taken: set[Any], roles: dict[str, Role], known: set[str]) -> list[str]:
    faults = [_("%(column)s is missing.") % {"column": label} for c, label in REQUIRED.items() if not row.get(c)]
    area, over, sector = (str(row.get(c) or "") for c in ("area", "over", "sector"))
    if row.get("username") and not NAME.fullmatch(row["username"]):
        faults.append(_("A user name has 2 to 60 letters, digits and . _ - @."))
    if row.get("username") in taken:
        faults.append(_("There is an account %(name)s already.") % {"name": row["username"]})
    if row.get("role") and row["role"] not in roles:
        faults.append(_("There is no role %(name)s.") % {"name": row["role"]})
    labels = {column.key: column.label for column in COLUMNS}
    faults += [
        _("%(column)s is longer than %(limit)d characters.") % {"column": labels[c], "limit": most}
        for c, most in LONGEST.items()
        if len(row.get(c) or "") > most
    ]
    if row.get("post") and not Post.objects.readable().filter(code=row["post"]).exists():
        faults.append(_("There is no post %(name)s in your area.") % {"name": row["post"]})
    if row.get("person") and not Person.objects.readable().filter(code=row["person"]).exists():
        faults.append(_("There is no person %(name)s in your area.") % {"name": row["person"]})
    if sector and sector not in SECTORS:
        faults.append(_("There is no sector %(name)s.") % {"name": sector})
    faults += [_("There is no division %(code)s.") % {"code": c} for c in dict.fromkeys((area, over)) if c and c not in known]
    scope = current()
    if (over and not rules.holds(scope, "people.add_grant", over, sector)) or (
        area and not rules.holds(scope, "people.add_account", area, "")
    ):
        faults.append(_("This row lies outside your jurisdiction."))
    return faults + _faults_of_days(row)


def _faults_of_days(row: dict[str, Any]) -> list[str]:
    faults, days = [], {}
    for column, label in (("valid_from", _("First day")), ("valid_to", _("Last day"))):
        try:
            days[column] = _day(row.get(column))
        except ValueError:
            faults.append(_("%(column)s is not a day like 2026-11-24.") % {"column": label})
    first, last = days.get("valid_from") or clock.real_today(), days.get("valid_to")
    if not faults and last and last < first:
        faults.append(_("The last day lies before the first."))
    return faults


def _day(value: Any) -> date | None:
    if isinstance(value, date):
        return value
    return date.fromisoformat(str(value)) if value else None


def issue(rows: list[dict[str, Any]]) -> Issued:
    """Issue checked rows in one action and invite each owner to choose a password: by a link to an address of theirs, or by a slip."""
    return Issued(*actions.issue_all(rows=[_split(row) for row in rows]))


@action(
    "people.issue_one",
    needs="people.add_account",
    label=gettext_lazy("Issue an account"),
    icon="user-plus",
    story=gettext_lazy(
        "An account with its first role. Its owner chooses the password: by a link to an address of the person, or by a slip."
    ),
)
def issue_one(
    deed: Deed,
    *,
    username: Annotated[
        str, Input(help=gettext_lazy("Letters, digits and . _ - @; it cannot be changed later."), example="wang.wu")
    ],
    display_name: str,
    display_name_en: str = "",
    area: Annotated[str, Input(gettext_lazy("Belongs to"), example="441802")],
    post_code: WithPost = None,
    person: Annotated[Ref[Person] | None, Input(gettext_lazy("Person"))] = None,
    role: Ref[Role],
    over: Over,
    sector: Sector = "",
    valid_from: Annotated[date, Input(gettext_lazy("From"))],
    valid_to: Annotated[date | None, Input(gettext_lazy("Last day"))] = None,
    reason: Annotated[str, Input(gettext_lazy("Reason"), example="新入职 Newly in office")],
) -> Account:
    """Issue one account with its first role, as a row of a spreadsheet would; its owner is invited to choose a password."""
    row = {
        "username": username,
        "display_name": display_name,
        "display_name_en": display_name_en,
        "area": area,
        "post": post_code.code if post_code else "",
        "person": person.code if person else "",
        "role": role.code,
        "over": over,
        "sector": sector,
        "valid_from": valid_from,
        "valid_to": valid_to,
        "reason": reason,
    }
    if problems := check([row]).problems:
        raise Refusal(" ".join(str(fault.reason) for fault in problems))
    return issue([row]).invitations[0].account


def _split(row: dict[str, Any]) -> dict[str, Any]:
    post = row.get("post") or ""
    account = {
        "username": row["username"],
        "display_name": row["display_name"],
        "display_name_en": row.get("display_name_en") or "",
        "area": row["area"],
        "post_code": post,
        "person_code": row.get("person") or "",
    }
    grant = {
        "role": row["role"],
        "over": row["over"],
        "sector": row.get("sector") or "",
        "post_code": post or None,
        "valid_from": _day(row.get("valid_from")) or clock.real_today(),
        "valid_to": _day(row.get("valid_to")),
        "reason": str(row.get("reason") or ""),
    }
    return {"account": account, "grant": grant}
