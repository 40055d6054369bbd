"""The desks of screens, tested as every desk is."""

from __future__ import annotations

from anlan.apps.screens import desk
from anlan.apps.screens.tests import factories
from anlan.kit.testing.desk import DeskTests


class TestScreenDesk(DeskTests):
    desk = desk.ScreenDesk
    make = factories.a_screen
    values = factories.screen_values
    verbs = {"withdraw": {"reason": "test"}, "renew_key": {"reason": "lost"}}


class TestShowingDesk(DeskTests):
    desk = desk.ShowingDesk
    make = factories.a_showing
