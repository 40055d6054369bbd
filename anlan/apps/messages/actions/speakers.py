"""Loudspeakers: asked silently whether they would play, judged by what they answered, and simulated ones for demonstrations."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from anlan.apps.messages import parcels
from anlan.apps.messages.actions.broadcasts import DELIVERS, broadcast
from anlan.apps.messages.bilingual import headed, in_both
from anlan.apps.messages.choices import LOUDSPEAKER, ParcelState, SelfTest
from anlan.apps.messages.models import Broadcast, Loudspeaker
from anlan.apps.places import api as places
from anlan.kit.actions import Deed, action
from anlan.kit.refusals import Refusal
from anlan.lib.loudspeakers import SYNTHETIC

#: A test that is not answered within so long counts as silent.
PATIENCE = timedelta(minutes=3)


@action(
    "messages.test_speaker",
    needs="messages.test_loudspeaker",
    label=_("Test silently"),
    record="messages.Loudspeaker",
    icon="volume-off",
)
def test_speaker(deed: Deed, *, loudspeaker: int) -> Loudspeaker:
    """Ask the loudspeakers of its place whether they would play; nothing is heard."""
    row = deed.lock(Loudspeaker, loudspeaker)
    if not row.in_service:
        raise Refusal(_("It is out of service."))
    if deed.scope.world == "exercise":
        raise Refusal(_("Nothing is sent in an exercise."))
    deed.note("asked", row.area)
    _begin(deed, row.area)
    return row


@action("messages.test_speakers", needs=DELIVERS, label=_("Test all loudspeakers silently"))
def test_speakers(deed: Deed, *, area: str) -> Broadcast | None:
    """Ask every loudspeaker of a division whether it would play; None where there is none."""
    if not Loudspeaker.objects.filter(area__startswith=area, in_service=True).exists():
        return None
    return _begin(deed, area)


def _begin(deed: Deed, area: str) -> Broadcast:
    return broadcast(
        kind="selftest",
        subject=headed(in_both(_("Silent test of loudspeakers"))),
        texts={"*": {"zh": "静音自检"}},
        areas=[area],
        area=area,
        channels=[LOUDSPEAKER],
        expires_at=deed.now + PATIENCE,
    )


@action("messages.judge_test", needs=DELIVERS, label=_("Result of a silent test"))
def judge_test(deed: Deed, *, broadcast: int) -> int:
    """Write down at each loudspeaker what became of its test; returns how many changed."""
    row = deed.lock(Broadcast, broadcast)
    over = deed.now - row.queued_at >= PATIENCE
    found: dict[SelfTest, list[int]] = {}
    for pk, state in parcels.of_speakers(row).items():
        if state == ParcelState.DELIVERED:
            found.setdefault(SelfTest.ANSWERED, []).append(pk)
        elif state == ParcelState.FAILED:
            found.setdefault(SelfTest.FAILED, []).append(pk)
        elif over:
            found.setdefault(SelfTest.SILENT, []).append(pk)
    changed = 0
    for verdict, pks in found.items():
        rows = Loudspeaker.objects.filter(pk__in=pks).exclude(tested_at__gt=row.queued_at)
        rows = rows.exclude(test_state=verdict, tested_at=row.queued_at)
        if rows.exists():
            changed += deed.change_many(rows, test_state=verdict, tested_at=row.queued_at)
    return changed


@action("messages.simulate_speakers", needs="messages.simulate_subscribers", label=_("Make simulated loudspeakers"))
def simulate_speakers(deed: Deed, *, count: int, under: str) -> list[str]:
    """Make loudspeakers that hang nowhere in the villages below a division, up to so many; returns the keys of all that there are.

    Refused beside real ones: a demonstration must not be heard by the public.
    """
    if Loudspeaker.objects.filter(synthetic=False, in_service=True).exists():
        raise Refusal(_("There are real loudspeakers here. Simulate some in a place of their own."))
    held = list(Loudspeaker.objects.filter(synthetic=True).values_list("address", flat=True))
    fresh = [v for v in places.below(under, "village") if f"{SYNTHETIC}{v.code}" not in held][: max(count - len(held), 0)]
    made = deed.create_many(
        Loudspeaker,
        [
            Loudspeaker(
                area=v.code,
                name=f"{v.name}大喇叭"[:100],
                name_en=f"Loudspeaker of {v.name_en}"[:100] if v.name_en else "",
                address=f"{SYNTHETIC}{v.code}",
                synthetic=True,
                created_at=timezone.localtime(deed.now),
            )
            for v in fresh
        ],
    )
    return sorted([*held, *(row.address for row in made)])
