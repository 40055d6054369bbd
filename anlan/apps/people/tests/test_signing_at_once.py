"""Many tries at the door at the same instant, with real commits: no more of them are heard than one by one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Condition, local
from typing import Any

import pytest
from django.contrib.auth.backends import ModelBackend
from django.db import connections
from django.test import Client

from anlan.apps.people import rules
from anlan.apps.people.models import SignInAttempt

pytestmark = pytest.mark.xdist_group("committed")
TRIES = rules.BY_NAME.free + 7


class Door:
    """Hold each password that is looked at until every other try is there too, or was turned away."""

    def __init__(self) -> None:
        self.moved = Condition()
        self.heard = self.turned_away = 0
        self.mine = local()

    def check(self, *args: Any, **kwargs: Any) -> None:
        """Stand where the password is looked at; it is always wrong."""
        self.mine.heard = True
        with self.moved:
            self.heard += 1
            self.moved.notify_all()
            assert self.moved.wait_for(lambda: self.heard + self.turned_away == TRIES, timeout=120)

    def attempt(self, number: int) -> int:
        """Try once, from an address of its own; return the answer's status."""
        self.mine.heard = False
        form = {"username": "commander", "password": f"wrong {number}"}
        try:
            return Client().post("/sign-in/", form, REMOTE_ADDR=f"10.0.0.{number}").status_code
        finally:
            connections.close_all()
            if not self.mine.heard:
                with self.moved:
                    self.turned_away += 1
                    self.moved.notify_all()


def test_of_tries_at_once_no_more_are_heard_than_one_by_one(committed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    door = Door()
    monkeypatch.setattr(ModelBackend, "authenticate", door.check)
    with ThreadPoolExecutor(TRIES) as pool:
        answers = list(pool.map(door.attempt, range(TRIES)))
    assert (door.heard, door.turned_away) == (rules.BY_NAME.free, TRIES - rules.BY_NAME.free)
    assert SignInAttempt.objects.filter(username="commander").count() == rules.BY_NAME.free
    assert answers.count(429) >= TRIES - rules.BY_NAME.free
