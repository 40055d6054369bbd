"""The webhook refuses what is no web address and what lies inside the house; nothing is posted."""

import pytest

from anlan.apps.messages.kinds import ChannelFailure, Envelope
from anlan.plugins.channels import webhook


@pytest.mark.parametrize(
    "address", ["ftp://example.org/", "http://127.0.0.1:9/", "http://10.0.0.1/", "nonsense", "http://[::1]/"]
)
def test_it_refuses(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    posted: list[object] = []
    monkeypatch.setattr(webhook.httpx, "post", lambda *a, **k: posted.append(a))
    with pytest.raises(ChannelFailure) as failure:
        webhook.send(Envelope("k", address, "s", "b"))
    assert failure.value.permanent
    assert posted == []
