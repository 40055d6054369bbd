"""Villages called at once: `python -m tests.load.voice [--calls 1200] [--seconds 40] [--lines 100]`.

SIPp plays the telephones in a process of its own: of ten, six press a key after listening, one is busy, one does not pick up for
two seconds (480), one is a mailbox, one hangs up. Every call's end is held against what its telephone does.
"""

from __future__ import annotations

import argparse
import io
import resource
import tempfile
import threading
import time
import wave
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np

from anlan.lib.calls.exchange import Exchange, trunk
from anlan.lib.calls.phones import Phones
from anlan.lib.calls.told import Dialled, End, Told

ENDINGS = (("0001", End.UNDERSTOOD),) * 6 + (
    ("0486", End.BUSY),
    ("0480", End.NO_ANSWER),
    ("0888", End.NO_KEY),
    ("0777", End.HUNG_UP),
)


def speech(seconds: float) -> bytes:
    """Return noise as loud as speech for so long: what it says does not matter to a line."""
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(np.random.default_rng(1).integers(-6000, 6000, int(8000 * seconds)).astype("<i2").tobytes())
    return made.getvalue()


def main() -> None:
    """Call, count, tell."""
    asked = argparse.ArgumentParser()
    for name, default in (("calls", 1200), ("seconds", 40), ("lines", 100)):
        asked.add_argument(f"--{name}", type=int, default=default)
    given = asked.parse_args()
    sound, folder = speech(given.seconds), tempfile.TemporaryDirectory()
    phones = Phones(Path(folder.name), listens=given.seconds + 1)
    phones.start()
    found = trunk(phones.url)
    assert found is not None
    exchange = Exchange(replace(found, lines=given.lines, wait=4.0, times=1))
    wanted = {f"139{n:06}{ENDINGS[n % 10][0]}": ENDINGS[n % 10][1] for n in range(given.calls)}
    told: dict[str, Told] = {}
    most, over = [0], threading.Event()

    def watch() -> None:
        while not over.wait(0.5):
            most[0] = max(most[0], len(exchange.waiting))

    threading.Thread(target=watch, daemon=True).start()
    begun = time.monotonic()
    with ThreadPoolExecutor(given.lines) as pool:
        ends = pool.map(lambda number: exchange.call(Dialled(number, sound)), wanted)
        told = dict(zip(wanted, ends, strict=True))
    took = time.monotonic() - begun
    over.set()
    exchange.close()
    phones.kill()
    wrong = {n: (told[n].end, told[n].said) for n, end in wanted.items() if told[n].end != end}
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"{given.calls} calls, {given.seconds} s of speech, {given.lines} lines: {took:.0f} s, at most {most[0]} at once")
    print(
        {str(end): n for end, n in Counter(one.end for one in told.values()).items()}, f"{len(wrong)} otherwise than they should"
    )
    print(dict(list(wrong.items())[:5]))
    picked = sorted(one.rang for one in told.values() if one.end == End.UNDERSTOOD)
    if picked:
        print(f"picked up after: median {picked[len(picked) // 2]:.2f} s, at most {picked[-1]:.2f} s")
    print(f"processor of caller and telephones: {used.ru_utime + used.ru_stime:.0f} s")
    folder.cleanup()


if __name__ == "__main__":
    main()
