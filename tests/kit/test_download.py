"""A file goes out as it is read."""

from __future__ import annotations

import io

from anlan.kit.web import Download
from tests.kit.loops import in_a_loop


def test_a_download_is_never_read_ahead() -> None:
    content = bytes(range(256)) * 2048

    async def read() -> tuple[list[int], bytes]:
        file, places, got = io.BytesIO(content), [], b""
        async for block in Download(file, as_attachment=True, filename="a.csv"):
            got += block
            places.append(file.tell() - len(got))
        return places, got

    places, got = in_a_loop(read())
    assert got == content
    assert len(places) == len(content) // Download.block_size
    assert set(places) == {0}, "no block is read before the one before it has gone out"
