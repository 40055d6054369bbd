"""Tests that several figures entered by API are answered."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.urls import reverse

from anlan.apps.indicators.models import ReportedFigure


def test_several_figures_by_api_are_answered_by_the_first(live: Any, client: Any) -> None:
    line = {"division": "4418", "subject": "work_deaths", "value": "10", "source": "test"}
    body = {"lines": [{**line, "year": 2019}, {**line, "year": 2020}]}
    address = reverse("desk:api:indicators-figures-enter_several")
    client.force_login(get_user_model().objects.get(username="statistician"), backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post(address, body, content_type="application/json")
    assert (answer.status_code, answer.json()["year"], ReportedFigure.objects.count()) == (201, 2019, 2)
