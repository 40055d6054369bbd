"""Words drawn on a panel read as they were written, in characters that panels have."""

from __future__ import annotations

import pytest

from anlan.lib.led import drawn, plain, read


@pytest.mark.parametrize(
    "text",
    [
        "At Shijiao the flow was 17600 m³/s at 20:00 on 21 June",
        "石角站流量达17600m³/s，超过2.5㎥/s",
        "浛洸镇、㙟塘村：请立即转移！",
        "30℃ ±2",
    ],
)
def test_what_is_drawn_reads_as_it_was_written(text: str) -> None:
    assert "".join(read(drawn([text], 384, 128)).split()) == "".join(plain(text).split())


def test_what_no_panel_has_is_written_plainly() -> None:
    assert plain("2 m³/s，英德") == "2 m3/s，英德"
