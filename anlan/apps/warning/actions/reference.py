"""Reference data of warning: hazards, words, call-out rules of the pack; what a city decides of its issuing bodies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.apps.people import api as people
from anlan.apps.warning import decision_sheets
from anlan.apps.warning.choices import Accuracy
from anlan.apps.warning.models import CalloutRule, HazardKind, IssuingBody, Language, LanguageText, WarningText
from anlan.kit.actions import Deed, action
from anlan.kit.inputs import Input, Reason
from anlan.kit.names import name_of
from anlan.kit.refusals import NotAuthorised, Refusal

Rows = list[dict[str, Any]]
CHANGES = "warning.change_issuingbody"
#: No city has so many people; beyond it a number is a slip of the keyboard, and "never" is said by leaving it empty.
MOST_ADDRESSEES = 100_000_000


@action("warning.load_reference", needs="warning.load_pack", label=_("Load reference data"))
def load_reference(deed: Deed, *, hazards: Rows, texts: Rows, callouts: Rows, tongues: Rows, tongue_texts: Rows) -> int:
    """Take over a pack's rows: new ones are added, changed ones changed; returns how many rows the pack has."""
    for model, keys, rows in (
        (HazardKind, ("code",), hazards),
        (WarningText, ("hazard", "level"), texts),
        (CalloutRule, ("hazard", "level"), callouts),
        (Language, ("code",), tongues),
        (LanguageText, ("language", "hazard", "level"), tongue_texts),
    ):
        for row in rows:
            _take_over(deed, model, keys, row)
    return sum(map(len, (hazards, texts, callouts, tongues, tongue_texts)))


def _take_over(deed: Deed, model: type[models.Model], keys: tuple[str, ...], row: dict[str, Any]) -> None:
    manager: Any = model._default_manager
    known = manager.filter(**{key: row[key] for key in keys}).first()
    if known is None:
        deed.create(model, **row)
        return
    held = deed.lock(model, known)
    for name, value in row.items():
        field: Any = model._meta.get_field(name)
        setattr(held, name, field.to_python(value))


def duty_posts(body: IssuingBody | None) -> Iterator[tuple[str, Any]]:
    """Yield the posts that may be a body's duty post: those of its own organisation, and the one that it is."""
    if body is None:
        return
    own = [post for post in people.posts_below(body.division) if post.organisation == body.organisation]
    if body.duty_post not in {post.code for post in own}:
        yield body.duty_post, name_of("post", body.duty_post)
    for post in own:
        yield post.code, post


@action(
    "warning.change_body",
    needs=CHANGES,
    label=_("Change what the city decides"),
    record="warning.IssuingBody",
    icon="pencil",
    second_person=True,
    relative=True,
    sheet=decision_sheets.deciding,
    story=_("It holds for every publication and every call from then on. Loading the pack again leaves this body as it is."),
)
def change_body(
    deed: Deed,
    *,
    body: int,
    second_person_from: Annotated[
        int | None,
        Input(
            _("Second person from so many subscribers"),
            help=_("Whoever publishes to so many or more must be another person than whoever signed. 0: always; empty: never."),
            example=100000,
        ),
    ] = None,
    duty_post: Annotated[str, Input(_("Duty post"), choices=duty_posts)],
    accuracy: Annotated[Accuracy, Input(_("Formula of accuracy"))],
    reason: Reason,
    contact: Annotated[str, Input(_("Contact"), example="0763-0000000")] = "",
) -> IssuingBody:
    """Change from how many subscribers on a second person publishes (none: never), duty post, formula of accuracy and contact."""
    held = deed.lock(IssuingBody, body)
    if not deed.scope.may(CHANGES, held.division):
        raise NotAuthorised(_("This body speaks for an area that is not yours."))
    if second_person_from is not None and not 0 <= second_person_from <= MOST_ADDRESSEES:
        words = _("Give a whole number from 0 to %(most)s, or leave it empty: then it is never asked for.")
        raise Refusal(words % {"most": f"{MOST_ADDRESSEES:,}"}, field="second_person_from")
    if not reason.strip():
        raise Refusal(_("Say why it is changed."), field="reason")
    decided = dict(zip(decision_sheets.DECIDED, (second_person_from, duty_post, str(accuracy), contact.strip()), strict=True))
    if all(getattr(held, name) == value for name, value in decided.items()):
        raise Refusal(_("This is how it is already. Nothing would change."))
    for name, value in decided.items():
        setattr(held, name, value)
    return held
