"""A draft is changed before anybody has signed it; what was is kept, and whoever changed it last is its drafter."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.utils.translation import gettext_lazy as _

from anlan.apps.warning import cap, events, languages, queries, rules, ways
from anlan.apps.warning.actions.drafting import (
    NEEDS,
    Further,
    Without,
    add_areas,
    checked,
    fact,
    in_further,
    put_words,
    replaceable,
)
from anlan.apps.warning.choices import MessageType
from anlan.apps.warning.languages import Words
from anlan.apps.warning.models import Warning, WarningArea
from anlan.kit.actions import Deed, action
from anlan.kit.inputs import Input
from anlan.kit.refusals import Conflict


@action(
    "warning.revise",
    needs=NEEDS,
    label=_("Edit the draft"),
    record="warning.Warning",
    icon="pencil",
    relative=True,
    page="warning:revise",
    moves=Warning.life.revise,
    when=lambda w: w.message_type != MessageType.CANCEL,
)
def revise(
    deed: Deed,
    *,
    warning: int,
    level: int,
    expires_at: datetime,
    headline_zh: str,
    description_zh: Annotated[str, Input(rows=3)],
    areas: list[str] | None = None,
    outline: str = "",
    instruction_zh: Annotated[str, Input(rows=3)] = "",
    headline_en: str = "",
    description_en: Annotated[str, Input(rows=3)] = "",
    instruction_en: Annotated[str, Input(rows=3)] = "",
    hazard: str = "",
    onset_at: datetime | None = None,
    certainty: str = "Likely",
    replaces: int | None = None,
    channels: list[str] | None = None,
    further: Further = None,
    without: Without = None,
) -> Warning:
    """Change a draft that nobody has signed; what is not given of ground, hazard, channels and further languages stays.

    Who changes it may not sign it."""
    held = deed.lock(Warning, warning)
    if held.message_type == MessageType.CANCEL:
        raise Conflict(_("A cancellation says why in its own words. Withdraw it and propose it anew."), article=rules.LAW)
    words = (headline_zh, description_zh, instruction_zh, headline_en, description_en, instruction_en)
    texts = checked(deed.now, level, certainty, expires_at, onset_at, words)
    hazard = hazard or held.hazard
    kind = queries.hazard_kind(hazard)
    old = replaceable(replaces, hazard) if replaces is not None else None
    ground = queries.ground_of(areas or [], outline) if areas or outline.strip() else queries.ground_held(held)
    said = languages.checked(_said(held, old, further, without, texts, level, ground), level)
    if areas or outline.strip():
        _move(deed, held, ground)
    _words, held.response = queries.words_for(hazard, level, "", "")
    changed = {"level": level, "hazard": hazard, "event_code": kind.event_code, "certainty": certainty, "replaces": old}
    changed |= {"message_type": MessageType.UPDATE if old else MessageType.ALERT, "onset_at": onset_at, "expires_at": expires_at}
    if channels is not None:
        changed["channels"] = ways.chosen(channels)
    for name, value in {**changed, **texts, "drafted_by": deed.actor}.items():
        setattr(held, name, value)
    deed.save(held)
    put_words(deed, held, said)
    cap.check(held)
    deed.emit(events.WarningDrafted(**fact(held, deed.now)))
    return held


def _said(
    held: Warning,
    old: Warning | None,
    further: list[Words] | None,
    without: list[str] | None,
    texts: dict[str, str],
    level: int,
    ground: queries.Ground,
) -> list[Words]:
    """Return what it says in further languages: one that the draft left out before stays out, what it replaces only now is asked for all of its own."""
    among = {row.language for row in languages.of(held)} if old is not None and old.pk == held.replaces_id else None
    given = languages.copied(held) if further is None else further
    return in_further(old, given, without, texts, level, ground, among)


def _move(deed: Deed, held: Warning, ground: queries.Ground) -> None:
    """Put a draft on another ground."""
    for area in held.areas.order_by("id"):
        deed.remove(deed.lock(WarningArea, area))
    held.area, held.audience = ground.area, ground.people
    held.issuer = queries.issuer_for(ground.area, deed.scope.areas_for(NEEDS))
    add_areas(deed, held, ground)
