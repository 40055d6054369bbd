"""Random schedules of loss, repetition, delay and kill against the real endpoint: nothing lost, nothing done twice, order kept.

The device's side goes through 2,000 such schedules in islands/tests/outbox.test.ts.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connections
from django.test import Client

from anlan.apps.field.models import Operation
from anlan.apps.field.tests.test_operations import operation, send
from anlan.apps.response.models import TaskReport
from anlan.apps.response.tests import factories as response
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.plugin import Member

SCHEDULES = int(os.environ.get("ANLAN_SCHEDULES", "15"))


class Phone:
    """A device that knows only what it was answered: it sends what has no receipt, oldest first."""

    def __init__(self, client: Client, task: Any, luck: Random) -> None:
        self.client, self.task, self.luck = client, task, luck
        self.made: list[str] = []
        self.waiting: list[dict[str, Any]] = []
        self.receipts: dict[str, Any] = {}
        self.late: list[list[dict[str, Any]]] = []

    def write(self, text: str) -> None:
        self.made.append(text)
        self.waiting.append(operation("report", self.task, text=text))

    def send(self) -> None:
        """Send a batch over a line that may lose it, lose its answer, deliver it twice, or deliver it much later."""
        batch = self.waiting[: self.luck.randint(1, 3)]
        fate = self.luck.random()
        if not batch or fate < 0.2:
            return
        if fate < 0.35:
            self.late.append(batch)
            return
        told = send(self.client, *batch)
        if fate < 0.5:
            assert send(self.client, *batch) == told
        if fate < 0.7:
            return  # the answer is lost, or the page was killed before it was kept
        for receipt in told:
            self.receipts[receipt["key"]] = receipt
        self.waiting = [one for one in self.waiting if one["key"] not in self.receipts]

    def arrive_late(self) -> None:
        if self.late:
            send(self.client, *self.late.pop(0))


def test_every_schedule_does_all_of_it_once_and_in_order(cast: dict[str, Member], live: Any) -> None:
    client = cast["county_officer"].client
    for seed in range(SCHEDULES):
        luck = Random(seed)
        phone = Phone(client, response.task("441802", seed + 1), luck)
        total = luck.randint(1, 5)
        while len(phone.made) < total or phone.waiting:
            if len(phone.made) < total and luck.random() < 0.6:
                phone.write(f"{seed}-{len(phone.made)}")
            phone.send()
            if luck.random() < 0.3:
                phone.arrive_late()
        while phone.late:
            phone.arrive_late()
        done = list(TaskReport.objects.filter(task=phone.task).order_by("id").values_list("text", flat=True))
        assert done == phone.made, f"seed {seed}"
        assert {one["outcome"] for one in phone.receipts.values()} == {"done"}
        assert len(phone.receipts) == total


def test_the_same_key_at_once_from_several_windows_is_done_once(committed: None) -> None:
    with entered(Scope.everything("system:test")):
        task = response.task("441802", 1)
    ones = [operation("report", task, text=f"第{n}") for n in range(3)]
    account = get_user_model().objects.get(username="qingcheng")
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")

    def window(_number: int) -> list[Any]:
        try:
            return [(one["key"], one["outcome"]) for one in send(client, *ones)]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(window, range(4)))
    assert all(one == told[0] for one in told)
    with entered(Scope.everything("system:test")):
        assert list(TaskReport.objects.order_by("id").values_list("text", flat=True)) == ["第0", "第1", "第2"]
        assert Operation.objects.count() == 3
