"""A warning as its channels tell it: one notice a language; which are in force at a place, and what places a warning is for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.utils import translation

from anlan.apps.warning import languages, wording
from anlan.apps.warning.choices import COLOURS_EN, COLOURS_ZH, Level, MessageStatus, MessageType
from anlan.apps.warning.kinds import Notice, goes_by
from anlan.apps.warning.models import Warning, WarningWords
from anlan.apps.warning.queries import body_for, hazard_kind, in_force_there, place_of, warning_of


@dataclass(frozen=True)
class ToldGround:
    """What a warning is for, as whoever passes it on is told: divisions by code, and what was drawn besides."""

    warning: int
    identifier: str
    area: str
    actual: bool
    cancels: bool
    #: Its parts: a division's code ("" for what was drawn) and its outline.
    pieces: list[tuple[str, Any]]
    replaces: int | None
    #: The ways by which it goes; none: by all.
    channels: tuple[str, ...] = ()

    def goes_by(self, code: str) -> bool:
        """Return whether it goes by a way."""
        return goes_by(self.channels, code)


def ground_told(warning: int) -> ToldGround:
    """Return what a warning is for."""
    row = warning_of(warning)
    pieces = [(piece.division, piece.outline) for piece in row.areas.all()]
    actual, cancels = row.status == MessageStatus.ACTUAL, row.message_type == MessageType.CANCEL
    return ToldGround(row.pk, row.identifier, row.area, actual, cancels, pieces, row.replaces_id, tuple(row.channels))


def notices_of(warning: Warning, pieces: Iterable[Any] | None = None) -> list[Notice]:
    """Return a warning's notices: Chinese, English where it has an English headline, and its further languages. `pieces` is the ground of what is not saved yet."""
    ground = list(warning.areas.all() if pieces is None else pieces)
    said = wording.texts(warning, ground)
    tongues = ["zh", "en"] if warning.headline_en else ["zh"]
    made = [
        _notice(warning, ground, language, {code: texts[language] for code, texts in said.items() if language in texts})
        for language in tongues
    ]
    return made + [_further(warning, ground, row, said) for row in languages.of(warning)]


def _further(warning: Warning, ground: list[Any], row: WarningWords, said: dict[str, dict[str, str]]) -> Notice:
    """Return the notice of a further language: places and issuer as English calls them."""
    tongue = languages.known()[row.language]
    english = _notice(warning, ground, "en", {code: texts[row.language] for code, texts in said.items() if row.language in texts})
    return replace(
        english,
        language=row.language,
        colour=tongue.colours[warning.level - 1],
        colours=tuple(tongue.colours),
        mark=tongue.exercise,
        hazard=row.event,
        headline=row.headline.strip(),
        description=row.description.strip(),
        instruction=row.instruction.strip(),
    )


def notices_at(area: str, point: Any, *, all_of_it: bool = False, status: str = MessageStatus.ACTUAL) -> list[list[Notice]]:
    """Return the notices of every warning in force at a place, or for any part of its area, the gravest first; an exercise's are none."""
    return [notices_of(row) for row in in_force_there(area, point, status, all_of_it)]


def notices(warning: int) -> list[Notice]:
    """Return the notices of one warning."""
    return notices_of(warning_of(warning))


def _notice(warning: Warning, ground: list[Any], language: str, said: dict[str, str]) -> Notice:
    zh, level = language == "zh", Level(warning.level)
    body, kind = body_for(warning.issuer), hazard_kind(warning.hazard)
    with translation.override("zh-hans" if zh else "en"):
        places = tuple(place_of(area) for area in ground)
    return Notice(
        warning=warning.pk or 0,
        identifier=warning.identifier,
        language=language,
        level=warning.level,
        colour=COLOURS_ZH[level] if zh else COLOURS_EN[level],
        hazard=kind.name_zh if zh else kind.name_en,
        places=places,
        headline=getattr(warning, f"headline_{language}").strip(),
        description=getattr(warning, f"description_{language}").strip(),
        instruction=getattr(warning, f"instruction_{language}").strip(),
        issuer=(body.name_zh if zh else body.name_en) if body else warning.issuer,
        published_at=warning.published_at,
        expires_at=warning.expires_at,
        until=wording.at(warning.expires_at),
        exercise=warning.status == MessageStatus.EXERCISE,
        cancels=warning.message_type == MessageType.CANCEL,
        said=said,
        channels=tuple(warning.channels),
    )
