"""A second reader over hundreds of renderings: `python -m tests.load.second_reader [how many of each]`.

Panels and share pictures by Tesseract (good ones and planted faults), the voice by the trace of its phonemes.
"""

from __future__ import annotations

import sys
import time
from collections import Counter

from tests.load.bench import durable  # isort: skip  it makes the place for the worlds and sets Django up

from importlib import import_module
from pkgutil import iter_modules

import anlan.plugins.media
from anlan.apps.warning.tests.notices import notice
from anlan.apps.warning.tests.second_reader import FAULTS, READERS, tried
from anlan.plugins.voices import espeak
from anlan.plugins.voices.test_espeak import tried as spoken_tried

COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 150


def main() -> None:
    """Read, count, tell."""
    assert durable
    for module in iter_modules(anlan.plugins.media.__path__):
        if not module.name.startswith("test"):
            import_module(f"anlan.plugins.media.{module.name}")
    for reader in READERS:
        begun, passed, seen, refused = time.monotonic(), 0, Counter[str](), list[tuple[int, str, list[str]]]()
        for number in range(COUNT // 2):
            for language in ("zh", "en"):
                lacking = tried(reader, notice(number, language))
                passed += not lacking
                refused += [(number, language, lacking)] if lacking else []
                fault = FAULTS[number % len(FAULTS)]
                seen[fault] += bool(tried(reader, notice(number, language), fault))
        each = (time.monotonic() - begun) / (2 * COUNT)
        print(
            f"{reader}: {passed} of {COUNT} good ones read, faults seen {sum(seen.values())} of {COUNT}: {dict(seen)}, {each:.1f} s each"
        )
        print(refused[:5], flush=True)
    passed, planted, stopped, wrong, stopped_voices = spoken_tried(COUNT, espeak)
    print(
        f"voice: {passed} of {COUNT} good ones, faults refused {stopped} of {planted}, wrong voices {stopped_voices} of {wrong}"
    )


if __name__ == "__main__":
    main()
