"""Accounts issued one by one or by spreadsheet: check every row, then issue all with their grants in one action, or none."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import tablib
from django.utils.translation import gettext as _

from anlan.apps.people import actions, rules
from anlan.apps.people.choices import Sector
from anlan.apps.people.models import Account, Person, Post, Role
from anlan.kit import clock
from anlan.kit.models import PendingAction
from anlan.kit.refusals import Fault, Refusal
from anlan.kit.scope import current
from anlan.lib.divisions import is_code

REQUIRED = ("username", "display_name", "area", "role", "over")
COLUMNS = (*REQUIRED, "display_name_en", "post", "person", "sector", "valid_from", "valid_to", "reason")
LIMIT = 2000


@dataclass
class Sheet:
    """A spreadsheet that has been read: its rows, what is wrong line by line, and how many roles will take two people."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    problems: list[Fault] = field(default_factory=list)
    beyond: int = 0


@dataclass
class Issued:
    """What was issued: the accounts with their first passwords, and the grants that wait for a second administrator."""

    accounts: list[tuple[Account, str]] = field(default_factory=list)
    waiting: list[PendingAction] = field(default_factory=list)


def read(name: str, content: bytes) -> Sheet:
    """Read and check a spreadsheet of accounts; nothing is written."""
    kind = "xlsx" if name.lower().endswith(".xlsx") else "csv"
    try:
        data = tablib.Dataset().load(content if kind == "xlsx" else content.decode("utf-8-sig"), format=kind)
    except Exception as error:  # noqa: BLE001  a file from outside may be broken in any way; it is told, not raised
        raise Refusal(_("This file cannot be read: %(error)s") % {"error": error}, field="file") from None
    missing = [c for c in REQUIRED if c not in (data.headers or [])]
    if missing:
        raise Refusal(_("The file lacks these columns: %(names)s.") % {"names": ", ".join(missing)}, field="file")
    if not len(data):
        raise Refusal(_("The file has no rows."), field="file")
    if len(data) > LIMIT:
        raise Refusal(_("The file has more than %(limit)d rows; split it.") % {"limit": LIMIT}, field="file")
    return check([{key: _plain(value) for key, value in row.items()} for row in data.dict])


def _plain(value: Any) -> Any:
    """Return a cell as text or day: a spreadsheet hands over a code as a number and a day as an instant."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip()


def check(rows: list[dict[str, Any]]) -> Sheet:
    """Check rows of accounts as the issuer would be allowed to issue them; line numbers count a heading."""
    sheet, seen = Sheet(), set()
    taken = set(Account.objects.values_list("username", flat=True))
    roles = {r.code: r for r in Role.objects.all()}
    for line, row in enumerate(rows, start=2):
        faults = _faults(row, seen | taken, roles)
        seen.add(row.get("username"))
        sheet.problems += [Fault(line, reason) for reason in faults]
        if not faults:
            sheet.rows.append(row)
            given = roles[row["role"]].permissions
            sheet.beyond += bool(rules.beyond(current(), given, row["over"], row.get("sector") or ""))
    return sheet


def _faults(row: dict[str, Any], taken: set[Any], roles: dict[str, Role]) -> list[str]:
    faults = [_("%(column)s is missing.") % {"column": c} for c in REQUIRED if not row.get(c)]
    area, over, sector = (str(row.get(c) or "") for c in ("area", "over", "sector"))
    if row.get("username") in taken:
        faults.append(_("There is an account %(name)s already.") % {"name": row["username"]})
    if row.get("role") and row["role"] not in roles:
        faults.append(_("There is no role %(name)s.") % {"name": row["role"]})
    if row.get("post") and not Post.objects.filter(code=row["post"]).exists():
        faults.append(_("There is no post %(name)s in your area.") % {"name": row["post"]})
    if row.get("person") and not Person.objects.filter(code=row["person"]).exists():
        faults.append(_("There is no person %(name)s in your area.") % {"name": row["person"]})
    if sector and sector not in Sector.values:
        faults.append(_("There is no sector %(name)s.") % {"name": sector})
    faults += [_("%(code)s is not a division code.") % {"code": c} for c in (area, over) if c and not is_code(c)]
    scope = current()
    if (over and not rules.holds(scope, "people.add_grant", over, sector)) or (
        area and not rules.holds(scope, "people.add_account", area, "")
    ):
        faults.append(_("This row lies outside your jurisdiction."))
    return faults + _faults_of_days(row)


def _faults_of_days(row: dict[str, Any]) -> list[str]:
    faults, days = [], {}
    for column in ("valid_from", "valid_to"):
        try:
            days[column] = _day(row.get(column))
        except ValueError:
            faults.append(_("%(column)s is not a day like 2026-11-24.") % {"column": column})
    first, last = days.get("valid_from") or clock.real_today(), days.get("valid_to")
    if not faults and last and last < first:
        faults.append(_("The last day lies before the first."))
    return faults


def _day(value: Any) -> date | None:
    if isinstance(value, date):
        return value
    return date.fromisoformat(str(value)) if value else None


def issue(rows: list[dict[str, Any]]) -> Issued:
    """Issue checked rows in one action; the first passwords are returned this once and kept nowhere."""
    words = [first_password() for _row in rows]
    made, waiting = actions.issue_all(rows=[_split(row, word) for row, word in zip(rows, words, strict=True)])
    return Issued(list(zip(made, words, strict=True)), waiting)


def first_password() -> str:
    """Make a password that its owner must change: 96 bits of chance, in groups that can be read out."""
    text = secrets.token_hex(12)
    return "-".join(text[i : i + 6] for i in range(0, 24, 6))


def _split(row: dict[str, Any], word: str) -> dict[str, Any]:
    post = row.get("post") or ""
    account = {
        "username": row["username"],
        "display_name": row["display_name"],
        "display_name_en": row.get("display_name_en") or "",
        "area": row["area"],
        "post_code": post,
        "person_code": row.get("person") or "",
        "password": word,
    }
    grant = {
        "role": row["role"],
        "over": row["over"],
        "sector": row.get("sector") or "",
        "post_code": post,
        "valid_from": _day(row.get("valid_from")) or clock.real_today(),
        "valid_to": _day(row.get("valid_to")),
        "reason": str(row.get("reason") or ""),
    }
    return {"account": account, "grant": grant}
