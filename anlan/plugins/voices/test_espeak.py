"""The voice says all that it is given, and what it would say otherwise is refused."""

from __future__ import annotations

import io
import wave

import pytest

from anlan.plugins.voices import espeak


def test_a_warning_becomes_a_sound_of_a_likely_length() -> None:
    sound = espeak.speak("北江飞来峡站13:30水位13.95米，超警0.5m。请立即转移。")
    with wave.open(io.BytesIO(sound)) as held:
        seconds = min(held.getnframes(), len(sound) // 2) / held.getframerate()
    assert 5 < seconds < 20, "some four syllables a second"


def test_a_voice_that_leaves_something_out_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    real = espeak._run
    monkeypatch.setattr(espeak, "_run", lambda *more: real(*more[:-1], more[-1].replace("dian3 ", "")))
    with pytest.raises(ValueError, match="1 syllables too few"):
        espeak.speak("水位13.95米")


@pytest.mark.parametrize("text", ["", "…", "https://a.example"])
def test_nothing_is_no_speech(text: str) -> None:
    with pytest.raises(ValueError, match="nothing"):
        espeak.speak(text)


def test_without_the_program_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(espeak, "PROGRAM", "no-such-voice")
    with pytest.raises(OSError, match="apt-get install"):
        espeak.speak("转移")
