"""The feed reads its own sample and refuses what is none; the whole way is tested in tests/test_polling.py."""

import pytest

from anlan.apps.telemetry.kinds import CONNECTORS
from anlan.plugins.connectors.storm_feed import SAMPLE, take


def test_it_reads_its_sample() -> None:
    assert CONNECTORS.get("storm_feed").faults() == []
    assert len(CONNECTORS.get("storm_feed").decode(SAMPLE.encode())) == 1


def test_what_is_none_is_refused() -> None:
    with pytest.raises(ValueError):
        take(b"<html>not a feed")
