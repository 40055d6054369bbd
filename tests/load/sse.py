"""Live pages under load: 500 open streams of one web process, and how long a poke takes to reach each of them.

Run by `make bench`, or alone: `python -m tests.load.sse`. Loopback only, about ten seconds of load.
"""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path

from tests.journeys.sse import signed_in
from tests.journeys.stack import Stack, own_stack

PAGES = 500
POKES = 30
PAUSE_SECONDS = 0.2
PATIENCE_SECONDS = 30


async def listen(stack: Stack, cookies: str, welcomed: asyncio.Semaphore, seconds: list[float]) -> None:
    """Hold one stream open and note how old each poke is when it comes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", stack.port)
    writer.write(f"GET /live/ HTTP/1.1\r\nHost: 127.0.0.1:{stack.port}\r\nCookie: {cookies}\r\n\r\n".encode())
    try:
        while line := await reader.readline():
            if b"welcome" in line:
                welcomed.release()
            elif line.startswith(b"data: "):
                poke = json.loads(line[6:])
                if poke["record"] != "*":
                    seconds.append(time.perf_counter() - float(poke["id"]))
    finally:
        writer.close()


def resident(pid: int) -> float:
    """Return the memory a process holds, in MiB."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


async def measure(stack: Stack) -> tuple[list[float], float]:
    """Open the streams, poke, and return every poke's age on arrival and the web's growth in MiB."""
    web = stack.pid_of("web")
    assert web is not None
    cookies = signed_in(stack.address, "duty")
    before, welcomed, seconds = resident(web), asyncio.Semaphore(0), []  # type: ignore[var-annotated]
    streams = [asyncio.create_task(listen(stack, cookies, welcomed, seconds)) for _each in range(PAGES)]
    try:
        async with asyncio.timeout(PATIENCE_SECONDS * 4):
            for _each in range(PAGES):
                await welcomed.acquire()
        with stack.database() as line:
            for _each in range(POKES):
                poke = json.dumps({"record": "alarm", "id": str(time.perf_counter()), "area": "4418"})
                line.execute("SELECT pg_notify('anlan_live', %s)", [poke])
                await asyncio.sleep(PAUSE_SECONDS)
        end = time.monotonic() + PATIENCE_SECONDS
        while len(seconds) < PAGES * POKES and time.monotonic() < end:
            await asyncio.sleep(0.05)
        return seconds, resident(web) - before
    finally:
        for stream in streams:
            stream.cancel()
        await asyncio.gather(*streams, return_exceptions=True)


def main() -> None:
    """Start the whole program in a folder of its own, measure and print."""
    with own_stack("sse") as stack:
        stack.start()
        seconds, grown = asyncio.run(measure(stack))
    ages = sorted(seconds)
    print(
        f"live pages: {PAGES} open, {len(ages):,} of {PAGES * POKES:,} pokes heard; p50 {ages[len(ages) // 2] * 1000:.0f} ms,"
        f" p95 {ages[int(len(ages) * 0.95)] * 1000:.0f} ms, max {ages[-1] * 1000:.0f} ms (aim <= 1000); the web grew by {grown:.0f} MiB"
    )


if __name__ == "__main__":
    main()
