"""Refusals: the typed ways in which an action says no, each with words for the user and the article it rests on.

Refusal                 the rule says no                    (HTTP 422)
├── Malformed           the request itself cannot be read   (HTTP 400)
├── NotAuthorised       the actor may not do this here      (HTTP 403)
│   └── SamePerson      duties must be separated            (HTTP 403)
├── NotFound            no such record within the scope     (HTTP 404)
└── Conflict            somebody was faster, or it is so already (HTTP 409)
"""

from __future__ import annotations

from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

PROBLEM_TYPE = "application/problem+json"


class Fault(NamedTuple):
    """What is wrong with a line of a file that somebody brings in; `ui/faults.html` lists such."""

    line: int
    reason: Any
    column: str = ""


class Refusal(Exception):
    """Say no to an action. `message` is shown to the user; `field` names the input at fault."""

    status = 422

    def __init__(self, message: Any, *, article: str = "", field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.article = article
        self.field = field

    def __str__(self) -> str:
        return str(self.message)


class Malformed(Refusal):
    """The request itself cannot be read."""

    status = 400


class ButtonOnly(Refusal):
    """An address that only takes what a button sends was opened."""

    status = 405


class NotAuthorised(Refusal):
    """The actor does not hold the permission over the area."""

    status = 403


class SamePerson(NotAuthorised):
    """The law or the house wants a second person for this step."""

    def __init__(self, message: Any = "", *, article: str = "") -> None:
        super().__init__(message or _("The person who prepared this may not also approve it. Ask a colleague."), article=article)


class NotFound(Refusal):
    """No such record, or none that this scope may know of: the two are told apart to nobody."""

    status = 404

    def __init__(self, message: Any = "") -> None:
        super().__init__(message or _("There is no such record, or it lies outside your jurisdiction."))


class Conflict(Refusal):
    """The record is no longer in the state this step needs."""

    status = 409


def problem(kind: str, title: str, status: int, **more: Any) -> dict[str, Any]:
    """Make the body of problem details (RFC 9457)."""
    return {"type": f"urn:anlan:{kind}", "title": title, "status": status, **more}


def of_refusal(refusal: Refusal) -> dict[str, Any]:
    """Make the problem details of a refusal."""
    more = {name: told for name in ("article", "field") if (told := getattr(refusal, name))}
    return problem(type(refusal).__name__, str(refusal), refusal.status, **more)
