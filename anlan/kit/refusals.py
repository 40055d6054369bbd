"""Refusals: the typed ways in which an action says no, each with words for the user and the article it rests on.

Refusal                 the rule says no                    (HTTP 422)
├── NotAuthorised       the actor may not do this here      (HTTP 403)
│   └── SamePerson      duties must be separated            (HTTP 403)
├── NotFound            no such record within the scope     (HTTP 404)
└── Conflict            somebody was faster, or it is so already (HTTP 409)
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _


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
