"""How instants read: an age while it says something, the date beyond; on a record's page always the date and time."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils.translation import override

from anlan.kit import clock
from anlan.kit.ui.templatetags.ui import age, moment

NOW = datetime(2022, 6, 22, 4, 0, tzinfo=UTC)  # noon in Qingyuan


@pytest.mark.parametrize(
    ("before", "cell", "fact"),
    [
        (timedelta(minutes=5), ">5 minutes ago<", "2022-06-22 11:55"),
        (timedelta(hours=-3), ">in 3 hours<", "2022-06-22 15:00"),
        (timedelta(days=3), ">06-19 12:00<", "2022-06-19 12:00"),
        (timedelta(days=300), ">2021-08-26<", "2021-08-26 12:00"),
    ],
)
def test_an_instant(before: timedelta, cell: str, fact: str) -> None:
    with clock.frozen(NOW), override("en"):
        assert cell in age(NOW - before)
        assert fact in moment(NOW - before)


def test_none() -> None:
    assert age(None) == moment(None) == "—"
