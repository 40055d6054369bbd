"""Tests that the desks of transfers inherit."""

from __future__ import annotations

from anlan.apps.transfers import desk
from anlan.apps.transfers.tests import factories
from anlan.kit.testing.desk import DeskTests


class TestHouseholdDesk(DeskTests):
    desk = desk.HouseholdDesk
    make = factories.a_household
    values = factories.household_values
    verbs = {"strike": {"reason": "test"}}


class TestVulnerableDesk(DeskTests):
    desk = desk.VulnerableDesk
    make = factories.a_vulnerable
    values = factories.vulnerable_values


class TestVulnerabilityDesk(DeskTests):
    desk = desk.VulnerabilityDesk
    make = factories.a_kind


class TestTransferDesk(DeskTests):
    desk = desk.TransferDesk
    make = factories.a_transfer
    verbs = {"declare_safe": {"reason": "test"}, "close": {"reason": "test"}, "call_off": {"reason": "test"}}
    page_queries = 30


class TestVillageDesk(DeskTests):
    desk = desk.VillageDesk
    make = factories.a_part
    verbs = {"count": {"counted": 3}}


class TestHeadCountDesk(DeskTests):
    desk = desk.HeadCountDesk
    make = factories.a_head_count


class TestJourneyDesk(DeskTests):
    desk = desk.JourneyDesk
    make = factories.a_journey
    verbs = {
        "arrive": {"moved": 3},
        "arrive_elsewhere": {"moved": 3, "place": "试验"},
        "refuse": {"why": "test"},
        "away": {"why": "test"},
    }
