"""Tests that the desks of duty inherit."""

from __future__ import annotations

from anlan.apps.duty import desk
from anlan.apps.duty.tests import factories
from anlan.kit.testing.desk import DeskTests


class TestShiftDesk(DeskTests):
    desk = desk.ShiftDesk
    make = factories.a_shift
    verbs = {
        "write": {"kind": "call", "text": "test"},
        "hand_over": {"handed": "test"},
        "cancel": {"reason": "test"},
        "swap": lambda row: {"leader": row.officer.code, "officer": row.leader.code, "reason": "test"},
    }


class TestLogDesk(DeskTests):
    desk = desk.LogDesk
    make = factories.an_entry


class TestRollCallDesk(DeskTests):
    desk = desk.RollCallDesk
    make = factories.a_roll_call
