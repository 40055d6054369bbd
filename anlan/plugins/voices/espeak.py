"""Mandarin by espeak-ng 1.51 with its pinyin voice: small, everywhere, robotic; said is what the normaliser wrote out, and counted.

Debian's voice `cmn` reads pinyin as English and says the tones' numbers; `cmn-latn-pinyin` is given syllables, so that it has nothing
to guess. What it says it said (its phonemes) is held against them before the sound is used.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from anlan.apps.messages.kinds import VOICES, Voice, coded, tell_faults
from anlan.lib.spoken import PAUSES, lacking, mistoned, spoken, syllables

PROGRAM, VOICE, WORDS_A_MINUTE = "espeak-ng", "cmn-latn-pinyin", "140"
PATIENCE = 20.0


def speak(text: str) -> bytes:
    """Return a text as WAV; OSError where espeak-ng is not installed, ValueError where it left something out."""
    said = syllables(spoken(text))
    if not any(one not in PAUSES for one in said):
        raise ValueError(coded("voice.nothing"))
    written = " ".join(said)
    phonemes = _run("-q", "-x", written).decode()
    if wrong := differs(said, phonemes):
        raise ValueError(wrong)
    return _run("-s", WORDS_A_MINUTE, "--stdout", written)


def differs(said: Sequence[str], phonemes: str) -> str:
    """Return in what the voice says something else than it was given, "" for nothing."""
    if missing := lacking(said, phonemes):
        return coded("voice.few" if missing > 0 else "voice.many", n=abs(missing))
    wrong = mistoned(said, phonemes)
    return coded("voice.otherwise", what=", ".join(wrong[:5])) if wrong else ""


def _run(*more: str) -> bytes:
    program = shutil.which(PROGRAM)
    if program is None:
        raise OSError(coded("voice.missing"))
    try:
        return subprocess.run([program, "-v", VOICE, *more], capture_output=True, timeout=PATIENCE, check=True).stdout
    except subprocess.SubprocessError as error:
        raise OSError(f"espeak-ng: {error}"[:200]) from None


tell_faults(
    {
        "voice.nothing": _("nothing to say"),
        "voice.few": _("the voice says %(n)s syllables too few"),
        "voice.many": _("the voice says %(n)s syllables too many"),
        "voice.otherwise": _("the voice says otherwise: %(what)s"),
        "voice.missing": _("espeak-ng is not installed: apt-get install espeak-ng"),
    }
)

VOICES.add(Voice(code="espeak", name=_("espeak-ng, Mandarin"), speak=speak, rank=10))
