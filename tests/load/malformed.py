"""Malformed frames among good ones at a real listener: `python -m tests.load.malformed [frames]`.

Ten devices send SL 651 frames, of which twenty in twenty-one are spoilt: cut short, a byte changed, rubbish between. Every good one must be
confirmed and stored once, every spoilt one counted, the listener must live, and its memory stay.
"""

from __future__ import annotations

import os
import random
import socket
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path

DEVICES, BAD_EACH = 10, 20


def spoilt(frame: bytes, dice: random.Random) -> bytes:
    """Return a frame at fault."""
    how = dice.randrange(3)
    if how == 0:
        return frame[: dice.randrange(8, len(frame) - 1)]
    if how == 1:
        at = dice.randrange(3, len(frame))
        return frame[:at] + bytes([frame[at] ^ (1 << dice.randrange(8))]) + frame[at + 1 :]
    return dice.randbytes(40)


def rss() -> float:
    """Return how much memory this process holds, in MiB."""
    return next(int(line.split()[1]) / 1024 for line in Path("/proc/self/status").read_text().splitlines() if "VmRSS" in line)


def main(frames: int) -> None:
    """Measure in throw-away databases."""
    import_module("tests.load.bench")
    from django.db.models import Sum  # noqa: PLC0415

    from anlan.apps.telemetry.intake.listening import Listeners  # noqa: PLC0415
    from anlan.apps.telemetry.kinds import CONNECTORS  # noqa: PLC0415
    from anlan.apps.telemetry.models import FrameFault, Reading  # noqa: PLC0415
    from anlan.kit.scope import Scope, entered  # noqa: PLC0415
    from anlan.kit.testing import databases  # noqa: PLC0415
    from anlan.site.startup import ready  # noqa: PLC0415

    databases.start_cluster()
    try:
        databases.fresh_worlds("bench")
        ready()
        stream = CONNECTORS.get("sl651").stream
        assert stream is not None and stream.report is not None
        good = frames // (DEVICES * (BAD_EACH + 1))
        at = datetime.now(UTC).replace(microsecond=0, second=0) - timedelta(minutes=good + 1)
        answered: list[int] = []
        from anlan.apps.telemetry.queries.network import addresses  # noqa: PLC0415

        with entered(Scope.everything("system:bench")):
            known = [address for code, address in sorted(addresses().items()) if code.startswith("QY-H")]

        def device(number: int, where: tuple[str, int]) -> None:
            dice = random.Random(number)
            heard = 0
            with socket.create_connection(where) as line:
                line.settimeout(60)
                for n in range(good):
                    frame = stream.report(
                        known[number % len(known)], "water_level", at + timedelta(minutes=n), 20 + n % 7 / 10, n % 65_536
                    )
                    line.sendall(b"".join(spoilt(frame, dice) for _bad in range(BAD_EACH)) + bytes(64) + frame)
                    heard += bool(line.recv(4096))
            answered.append(heard)

        before, began = rss(), time.perf_counter()
        with Listeners({"sl651": ("127.0.0.1", 0)}) as ports:
            threads = [threading.Thread(target=device, args=(n, ports["sl651"])) for n in range(min(DEVICES, len(known)))]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        took = time.perf_counter() - began
        with entered(Scope.everything("system:bench")):
            counted = FrameFault.objects.aggregate(n=Sum("count"))["n"]
            stored = Reading.objects.count()
        bad = good * BAD_EACH * len(threads)
        print(
            f"malformed: {bad:,} spoilt among {good * len(threads):,} good in {took:.0f} s ({(bad + good * len(threads)) / took:,.0f}/s); {sum(answered):,}"
            f" good ones confirmed, {stored:,} stored, {counted:,} faults counted; memory {before:.0f} -> {rss():.0f} MiB; load {os.getloadavg()[0]:.1f}"
        )
        databases.drop_worlds()
    finally:
        databases.stop_cluster(keep=False)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
