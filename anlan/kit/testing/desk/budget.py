"""The query budget: what a page costs, and that it costs no more when there is more to show."""

from __future__ import annotations

from math import inf
from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from anlan.kit import names
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.desk.stage import Stage, needs, on_map

FEW, MANY = 3, 9
#: What writing "read" into the journal costs more.
JOURNALLED = 8


class BudgetTests(Stage):
    """SQL queries of list, export, API and record page."""

    @pytest.fixture(autouse=True)
    def _names_last(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Names are asked for anew after a while: the minute may end between two counts."""
        monkeypatch.setattr(names, "KEPT_SECONDS", inf)
        monkeypatch.setattr(names, "LACKED_SECONDS", inf)

    def _cost(self, address: str) -> list[str]:
        self.insider.client.get(address)
        with CaptureQueriesContext(connections["default"]) as captured:
            assert self.insider.client.get(address).status_code == 200, address
        return [query["sql"] for query in captured.captured_queries]

    def test_more_rows_cost_no_more_queries(self) -> None:
        self.row(1)
        addresses = [self.at("list"), self.at("export"), self.endpoint(), *([self.at("map")] if on_map(self.desk) else [])]
        few = {address: self._cost(address) for address in addresses}
        for number in range(2, MANY + 1):
            self.row(number)
        for address in addresses:
            many = self._cost(address)
            assert not any("COUNT(*)" in sql for sql in many), f"{address} counts its rows"
            assert len(many) <= len(few[address]), _report(address, few[address], many)
            journalled = JOURNALLED if self.desk.sensitive else 0
            assert len(many) <= self.list_queries + journalled, _report(address, few[address], many)

    def test_a_fuller_page_costs_no_more_queries(self) -> None:
        row = self.row(1)
        self._more(row, 1, FEW + 1)
        few = self._cost(self.page_of(row))
        self._more(row, FEW + 1, MANY + 1)
        many = self._cost(self.page_of(row))
        assert len(many) <= len(few), _report(self.page_of(row), few, many)
        assert len(many) <= self.page_queries, _report(self.page_of(row), few, many)

    def _more(self, row: Any, start: int, stop: int) -> None:
        more = type(self).more
        with entered(Scope.everything("system:test")):
            for number in range(start, stop):
                if more is not None:
                    more(row, number)

    @needs("form")
    def test_a_form_costs_no_more_than_its_budget(self) -> None:
        queries = self._cost(self.at("new"))
        assert len(queries) <= self.form_queries, _report(self.at("new"), [], queries)


def _report(address: str, few: list[str], many: list[str]) -> str:
    return f"{address}: {len(few)} queries became {len(many)}\n" + "\n".join(sql[:300] for sql in many[:60])
