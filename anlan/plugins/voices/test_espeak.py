"""The voice says all that it is given, and what it would say otherwise is refused."""

from __future__ import annotations

import io
import subprocess
import wave
from random import Random
from typing import Any

import pytest

from anlan.apps.warning.tests.notices import notice
from anlan.lib.spoken import spoken, syllables
from anlan.plugins.voices import espeak


def test_a_warning_becomes_a_sound_of_a_likely_length() -> None:
    sound = espeak.speak("北江飞来峡站13:30水位13.95米，超警0.5m。请立即转移。")
    with wave.open(io.BytesIO(sound)) as held:
        seconds = min(held.getnframes(), len(sound) // 2) / held.getframerate()
    assert 5 < seconds < 20, "some four syllables a second"


def test_a_voice_that_leaves_something_out_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    real = espeak._run
    monkeypatch.setattr(espeak, "_run", lambda *more: real(*more[:-1], more[-1].replace("dian3 ", "")))
    with pytest.raises(ValueError, match='#voice.few {"n": 1}'):
        espeak.speak("水位13.95米")


def spoilt(syllables: list[str], kind: str, pick: Random) -> list[str]:
    """Return what a voice is given, with one fault in it."""
    at = pick.choice([n for n, one in enumerate(syllables) if one[-1] in "1234"])
    if kind == "a syllable lost":
        return syllables[:at] + syllables[at + 1 :]
    if kind == "cut short":
        return syllables[:-4]
    if kind == "a syllable twice":
        return [*syllables[: at + 1], *syllables[at:]]
    tone = pick.choice([t for t in "124" if t != syllables[at][-1] and (syllables[at][-1], t) != ("3", "2")])
    return [*syllables[:at], syllables[at][:-1] + tone, *syllables[at + 1 :]]


FAULTS = ("a syllable lost", "cut short", "a syllable twice", "another tone")


def test_what_the_voice_says_is_traced() -> None:
    """Ten good ones pass, thirty faults and ten wrong voices are refused; hundreds of each in tests/load/second_reader.py."""
    assert tried(10, espeak) == (10, 30, 30, 10, 10)


def tried(count: int, voice: Any) -> tuple[int, int, int, int, int]:
    """Return how many good ones passed; planted faults and those refused; wrong voices and those refused."""
    passed = planted = refused = wrong = stopped = 0
    for number in range(count):
        pick = Random(number)
        given = syllables(spoken(notice(number, "zh").said_by("loudspeaker")))
        passed += voice.differs(given, voice._run("-q", "-x", " ".join(given)).decode()) == ""
        for kind in pick.sample(FAULTS, 3):
            planted += 1
            refused += voice.differs(given, voice._run("-q", "-x", " ".join(spoilt(given, kind, pick))).decode()) != ""
        other = pick.choice(["cmn", "en", "yue"])
        traced = subprocess.run(["espeak-ng", "-v", other, "-q", "-x", " ".join(given)], capture_output=True, check=True).stdout
        wrong += 1
        stopped += voice.differs(given, traced.decode()) != ""
    return passed, planted, refused, wrong, stopped


@pytest.mark.parametrize("text", ["", "…", "https://a.example"])
def test_nothing_is_no_speech(text: str) -> None:
    with pytest.raises(ValueError, match="#voice.nothing"):
        espeak.speak(text)


def test_without_the_program_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(espeak, "PROGRAM", "no-such-voice")
    with pytest.raises(OSError, match="#voice.missing"):
        espeak.speak("转移")
