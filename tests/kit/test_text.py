"""Values in words: one way for facts, journal entries and confirmations."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import models
from django.utils.translation import override

from anlan.kit.desk.text import in_words
from anlan.kit.models import Delivery


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (None, "—", "—"),
        ("", "—", "—"),
        (True, "是", "Yes"),
        (0, "0", "0"),
        (["一", "二"], "一、二", "一, 二"),
        (timedelta(minutes=5), "5 分钟", "5 minutes"),
        (
            date(2022, 6, 21),
            '<span class="number text-nowrap">2022-06-21</span>',
            '<span class="number text-nowrap">2022-06-21</span>',
        ),
    ],
)
def test_a_value_is_said_in_the_readers_words(value: Any, zh: str, en: str) -> None:
    with override("zh-hans"):
        assert str(in_words(value)) == zh
    with override("en"):
        assert str(in_words(value)) == en


def test_what_the_journal_kept_is_read_back_by_its_column() -> None:
    column = Delivery._meta.get_field
    with override("en"):
        assert in_words("dead", field=column("state")) == "Dead letter"
        assert "2022-06-21 08:00" in in_words("2022-06-21T00:00:00+00:00", field=column("done_at"))
        assert in_words("1:00:00", field=models.DurationField()) == "1 hour"
        assert in_words("•", field=models.DateField()) == "•", "what the journal masks stays masked"
