"""Accounts by spreadsheet: check every row, then issue all with their grants in one action, or none."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import tablib
from django.utils.translation import gettext as _

from anlan.apps.people import actions
from anlan.apps.people.models import Account, Post, Role
from anlan.kit import clock
from anlan.kit.actions import Deed, action
from anlan.kit.refusals import Refusal
from anlan.kit.scope import current

COLUMNS = ("username", "display_name", "post", "area", "role", "over", "valid_from", "valid_to", "reason")


@dataclass
class Issued:
    """What became of a spreadsheet: the faults, or the accounts with their first passwords."""

    problems: list[tuple[int, str]] = field(default_factory=list)
    accounts: list[tuple[str, str, str]] = field(default_factory=list)


def from_spreadsheet(name: str, content: bytes) -> Issued:
    """Read a spreadsheet of accounts; issue all rows if none has a fault."""
    kind = "xlsx" if name.endswith(".xlsx") else "csv"
    try:
        rows = tablib.Dataset().load(content if kind == "xlsx" else content.decode("utf-8-sig"), format=kind).dict
    except Exception as error:  # noqa: BLE001  a file from outside may be broken in any way; it is told, not raised
        raise Refusal(_("This file cannot be read: %(error)s") % {"error": error}, field="file") from None
    found = Issued()
    seen: set[str] = set()
    for line, row in enumerate(rows, start=2):
        found.problems += [(line, problem) for problem in _faults(row, seen)]
        seen.add(str(row.get("username") or ""))
    if not found.problems:
        found.accounts = issue_all(rows=rows)
    return found


def _faults(row: dict[str, Any], seen: set[str]) -> list[str]:
    faults = [_("%(column)s is missing.") % {"column": c} for c in COLUMNS[:6] if c != "post" and not row.get(c)]
    username, area, over = (str(row.get(c) or "") for c in ("username", "area", "over"))
    if username in seen or Account.objects.filter(username=username).exists():
        faults.append(_("There is an account %(name)s already.") % {"name": username})
    if row.get("role") and not Role.objects.filter(code=row["role"]).exists():
        faults.append(_("There is no role %(name)s.") % {"name": row["role"]})
    if row.get("post") and not Post.objects.filter(code=row["post"]).exists():
        faults.append(_("There is no post %(name)s in your area.") % {"name": row["post"]})
    if over and not current().may("people.add_grant", over) or area and not current().may("people.add_account", area):
        faults.append(_("This row lies outside your jurisdiction."))
    for column in ("valid_from", "valid_to"):
        try:
            _day(row.get(column))
        except ValueError:
            faults.append(_("%(column)s is not a day like 2026-11-24.") % {"column": column})
    return faults


def _day(value: Any) -> date | None:
    if isinstance(value, date):
        return value
    return date.fromisoformat(str(value)) if value else None


@action("people.issue_all", needs="people.add_account", label=_("Issue accounts"))
def issue_all(deed: Deed, *, rows: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    """Issue every row's account with its grant; returns (user name, name, first password), shown once."""
    made = []
    for row in rows:
        word = secrets.token_urlsafe(9)
        account = actions.issue_account(
            username=str(row["username"]),
            display_name=str(row["display_name"]),
            area=str(row["area"]),
            password=word,
            post_code=row.get("post") or "",
        )
        actions.grant(
            account=account.pk,
            role=str(row["role"]),
            over=str(row["over"]),
            valid_from=_day(row.get("valid_from")) or clock.today(),
            valid_to=_day(row.get("valid_to")),
            reason=str(row.get("reason") or ""),
        )
        made.append((account.username, account.display_name, word))
    return made
