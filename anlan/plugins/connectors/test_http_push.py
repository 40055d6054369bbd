"""The HTTP push reads its recorded sample and refuses what is not one, in words."""

import pytest

from anlan.apps.telemetry.intake.decoding import from_json
from anlan.kit.refusals import Refusal
from anlan.plugins.connectors.http_push import SAMPLE


def test_it_reads_its_sample() -> None:
    table = from_json(SAMPLE.encode())
    assert (table.stations, table.values) == (["QY-H01"], [34.57])


@pytest.mark.parametrize("body", [b"", b"[]]", b"\xff", b'{"readings": 3}', b'[{"station": "A"}]', b"null"])
def test_it_refuses_anything_else(body: bytes) -> None:
    with pytest.raises(Refusal):
        from_json(body)
