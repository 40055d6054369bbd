"""Pure decisions of warning: what may be signed, published, changed; the words of a proposal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from anlan.apps.warning.choices import COLOURS_ZH, Level, State
from anlan.kit.refusals import Conflict, Refusal

LAW = "突发事件应对法 第六十四条"
#: A withdrawn draft is not proposed again for this long (K-).
ASK_AGAIN_AFTER = timedelta(hours=6)
#: An alarm whose station has been silent for longer no longer supports a warning by itself (K-).
HOLDS_FOR = timedelta(hours=72)
#: A warning drafted by hand may say for how long it holds, up to this (K-).
LONGEST_HOURS = 240


@dataclass(frozen=True)
class Texts:
    """The words of a warning in both languages."""

    headline_zh: str
    description_zh: str
    instruction_zh: str
    headline_en: str
    description_en: str
    instruction_en: str


@dataclass(frozen=True)
class Step:
    """What the alarms call for: withdraw the program's stale draft, and draft a warning of `level`, or a cancellation at 0."""

    withdraw: bool = False
    level: int | None = None


def next_step(*, wanted: int, in_force: int, drafted: int | None, persons: tuple[int, ...], silent: bool) -> Step:
    """Decide what to draft for a county.

    Levels are 1 to 4, 0 is none (or a cancellation): `wanted` by the alarms heard of lately, `in_force` now, `drafted` by the
    program and undecided (None: nothing), `persons` drafted by people. `silent` alarms are open and were not heard of lately.
    A person's draft is never touched, and what a person has drafted already is not drafted twice. Silence lifts nothing.
    """
    if wanted == 0 and silent:
        return Step()
    if wanted == (in_force if drafted is None else drafted):
        return Step()
    called_for = wanted != in_force and wanted not in persons
    return Step(drafted is not None, wanted if called_for else None)


def check_signable(
    *, state: str, has_outline: bool, headline: str, description: str, expires_at: datetime, now: datetime
) -> None:
    """Refuse to sign what is not a draft, has no outline, no words, or would be over already."""
    if state != State.DRAFT:
        raise Conflict(_("Only a draft can be signed."), article=LAW)
    if not has_outline:
        raise Refusal(
            _("This warning has no outline: without geometry nothing is sent. Choose its divisions first."), article=LAW
        )
    if not headline.strip() or not description.strip():
        raise Refusal(_("The Chinese headline and description are missing."), field="headline_zh", article=LAW)
    if expires_at <= now:
        raise Refusal(_("The warning would have expired already. Choose a later end."), field="expires_at", article=LAW)


def check_publishable(*, state: str, audience: int | None, expires_at: datetime, now: datetime) -> None:
    """Refuse to publish what nobody signed, whose audience nobody counted, or what is over."""
    if state != State.SIGNED:
        raise Conflict(_("Only a signed warning can be published."), article=LAW)
    if audience is None:
        raise Refusal(_("Count the audience before publishing."), article=LAW)
    if expires_at <= now:
        raise Refusal(_("The warning has expired before it was published. Draft it again."), article=LAW)


def check_cancellable(state: str) -> None:
    """Refuse to cancel what is not in force."""
    if state != State.PUBLISHED:
        raise Conflict(_("Only a warning in force can be cancelled."), article=LAW)


def river_texts(
    *,
    station: str,
    place: str,
    place_en: str,
    level: int,
    value: float,
    unit: str,
    threshold: float,
    at: datetime,
    hazard_zh: str,
    hazard_en: str,
) -> Texts:
    """Propose the words of a river-flood warning from the alarm behind it."""
    colour_zh, colour_en = COLOURS_ZH[Level(level)], Level(level).name.lower()
    measure_zh, measure_en = ("水位", "the water level") if unit == "m" else ("流量", "the flow")
    when_zh, when_en = f"{at:%m月%d日%H时%M分}", f"{at:%H:%M on %d %B}"
    instruction_zh = {
        1: "请沿江群众关注水情变化，远离江边低洼地带。",
        2: "请沿江低洼地区群众做好转移准备，停止江边作业和水上活动。",
        3: "请沿江低洼地区群众按当地政府安排转移，切勿涉水通行。",
        4: "请受威胁群众立即服从转移安排，前往安全地带，切勿返回。",
    }[level]
    instruction_en = {
        1: "Keep away from low ground by the river and follow the news of the water.",
        2: "If you live on low ground by the river, get ready to leave. Stop all work and sport on the water.",
        3: "If you live on low ground by the river, move as your local government tells you. Do not walk through water.",
        4: "Leave now as you are told, go to safe ground and do not return.",
    }[level]
    return Texts(
        f"{place}{hazard_zh}{colour_zh}预警",
        f"{station}站{when_zh}{measure_zh}{value:.2f}{unit}，达到{threshold:.2f}{unit}，预计洪水仍将影响沿江地区。",
        instruction_zh,
        f"{hazard_en}: {colour_en} warning for {place_en}",
        f"At {station} {measure_en} was {value:.2f} {unit} at {when_en}, above {threshold:.2f} {unit}. The flood will go on affecting the river banks.",
        instruction_en,
    )


def lead_minutes(published_at: datetime, peak_at: datetime | None) -> float | None:
    """Return how long before the peak a warning was public, in minutes; negative if after."""
    return (peak_at - published_at).total_seconds() / 60 if peak_at else None
