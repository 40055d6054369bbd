"""Writers of screens: put out of use and back, a new key, what is to be shown, what is shown, what is over."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.screens import queries
from anlan.apps.screens.choices import ShowingState
from anlan.apps.screens.models import Screen, Showing
from anlan.apps.warning import api as warning
from anlan.kit.actions import Deed, action
from anlan.kit.inputs import Reason

CHANGES = "screens.change_screen"
SHOWS = "screens.show"


@action(
    "screens.withdraw",
    needs=CHANGES,
    label=_("Put out of use"),
    record="screens.Screen",
    icon="device-tv-off",
    moves=Screen.life.withdraw,
)
def withdraw(deed: Deed, *, screen: int, reason: Reason) -> Screen:
    """Show nothing on a screen any more; its key opens nothing."""
    return deed.lock(Screen, screen)


@action(
    "screens.restore",
    needs=CHANGES,
    label=_("Put back into use"),
    record="screens.Screen",
    icon="device-tv",
    moves=Screen.life.restore,
)
def restore(deed: Deed, *, screen: int) -> Screen:
    """Show warnings on a screen again."""
    return deed.lock(Screen, screen)


@action(
    "screens.renew_key",
    needs=CHANGES,
    label=_("New key"),
    record="screens.Screen",
    icon="key",
    danger=True,
    moves=Screen.life.renew_key,
)
def renew_key(deed: Deed, *, screen: int, reason: Reason) -> Screen:
    """Give a screen a new key; what shows by the old one goes on showing, and its word counts no more."""
    held = deed.lock(Screen, screen)
    held.key_number += 1
    return held


@action("screens.order", needs=SHOWS, label=_("To be shown"))
def order(deed: Deed, *, warning_id: int) -> int:
    """Note on which screens a published warning is to be shown; returns on how many. Of an exercise, on none."""
    told = warning.ground_told(warning_id)
    if not told.actual or told.cancels:
        return 0
    known = set(Showing.objects.filter(warning_id=warning_id).values_list("screen_id", flat=True))
    rows = [
        Showing(area=screen.area, screen=screen, warning_id=warning_id, identifier=told.identifier, ordered_at=deed.now)
        for screen in queries.within(told)
        if screen.pk not in known
    ]
    return len(deed.create_many(Showing, rows)) if rows else 0


@action("screens.note_shown", needs=SHOWS, label=_("Shown"))
def note_shown(deed: Deed, *, screen: int, identifiers: list[str]) -> int:
    """Note that a screen says it shows warnings; what is not meant for it is not believed. Returns how many are new."""
    held = Screen.objects.get(pk=screen)
    new = queries.unsaid(held, identifiers)
    for told in queries.notices_on(held):
        if told[0].identifier not in new:
            continue
        known = Showing.objects.filter(screen=held, warning_id=told[0].warning).first()
        row = known or deed.create(
            Showing,
            area=held.area,
            screen=held,
            warning_id=told[0].warning,
            identifier=told[0].identifier,
            ordered_at=deed.now,
        )
        deed.move(deed.lock(Showing, row), Showing.life.show)
    return len(new)


@action("screens.end_showing", needs=SHOWS, label=_("Over"))
def end(deed: Deed, *, warning_id: int) -> int:
    """Note that a warning is over on every screen: was shown, or never was; returns on how many."""
    rows = list(queries.standing(warning_id))
    for row in rows:
        held = deed.lock(Showing, row)
        deed.move(held, Showing.life.end if held.state == ShowingState.SHOWN else Showing.life.miss)
    return len(rows)
