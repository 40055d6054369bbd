"""What a reader sees when the fault is ours."""

from __future__ import annotations

import pytest
from django.test import Client


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_a_page_of_our_own_fault_keeps_the_readers_theme_and_asks_no_database(
    theme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("anlan.kit.web.ScopeMiddleware.__call__", lambda *_: 1 / 0)
    client = Client(raise_request_exception=False)
    client.cookies["anlan_theme"] = theme
    page = client.get("/sign-in/")
    assert page.status_code == 500
    text = page.content.decode()
    assert f'data-bs-theme="{theme}"' in text
    assert "系统内部错误" in text
    assert "Something broke" in text
