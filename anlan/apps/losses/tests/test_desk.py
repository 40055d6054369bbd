"""Tests that the desks of losses inherit."""

from __future__ import annotations

from anlan.apps.losses import desk
from anlan.apps.losses.items import ITEMS
from anlan.apps.losses.tests import factories
from anlan.kit.testing.desk import DeskTests

#: A form sends its empty figures too.
EMPTY = dict.fromkeys(ITEMS, "")


class TestProcessDesk(DeskTests):
    desk = desk.ProcessDesk
    make = factories.a_process
    full = factories.a_process
    more = factories.more_of_process
    page_queries = 30
    verbs = {
        "correct": lambda row: {"title": "更正", "kind": "flood", "subkind": "flood_flash", "started_at": "2022-06-17T08:00"},
        "end": {"ended_at": ""},
        "reopen": {"reason": "再次涨水"},
    }


class TestReportingTownDesk(DeskTests):
    desk = desk.ReportingTownDesk
    make = factories.a_town
    full = factories.a_town
    more = factories.more_of_town
    page_queries = 24
    verbs = {"write": {**EMPTY, "affected": 3}, "release": {"reason": "未受灾"}}


class TestLossReportDesk(DeskTests):
    desk = desk.LossReportDesk
    make = factories.a_report
    full = factories.a_report
    verbs = {
        "submit": {"late_reason": ""},
        "revise": {**EMPTY, "affected": 5},
        "send_back": {"returned": "请核对"},
        "approve": {},
        "discard": {},
    }


class TestVillageReturnDesk(DeskTests):
    desk = desk.VillageReturnDesk
    make = factories.a_return
    full = factories.a_return


class TestLostPersonDesk(DeskTests):
    desk = desk.LostPersonDesk
    area = "441802107"
    make = factories.a_person
    full = factories.a_person
    values = factories.person_values
    verbs = {"strike_person": {"reason": "已找到"}}


class TestDamagedHomeDesk(DeskTests):
    desk = desk.DamagedHomeDesk
    area = "441802107"
    make = factories.a_home
    full = factories.a_home
    values = factories.home_values
    verbs = {"strike_home": {"reason": "重复登记"}}


class TestDisasterKindDesk(DeskTests):
    desk = desk.DisasterKindDesk
    make = factories.a_new_kind


class TestCheckLimitDesk(DeskTests):
    desk = desk.CheckLimitDesk
    make = factories.a_limit
