"""What a password may not be, beyond Django's rules (12 characters, not the own name, not among the 20,000 commonest)."""

from __future__ import annotations

import re
from typing import Any

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

#: Words that everybody around here would try first (OWASP ASVS 5 6.1.2); they may be part of a password, not most of it.
LOCAL = ("anlan", "demo", "qingyuan", "qingcheng", "guangdong", "admin", "password", "mima", "yingji", "sanfang", "china")
ROWS = ("0123456789", "9876543210", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm", "1qaz2wsx3edc4rfv")
DISTINCT = 5
REST = 4


class LengthValidator(MinimumLengthValidator):
    """Refuse what is too short, in words that are translated (Django's own are not)."""

    def get_error_message(self) -> str:
        """Return what is said of a password that is too short."""
        return _("This password is too short: %(n)d characters at least.") % {"n": self.min_length}


class PatternValidator:
    """Refuse what is long but no secret: digits alone, few characters over and over, keyboard rows, local words and a year."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError for a pattern."""
        text = password.lower()
        if text.isdigit():
            raise ValidationError(_("A password of digits only is too easy to guess."), code="digits")
        if len(set(text)) < DISTINCT:
            raise ValidationError(_("This repeats too few characters."), code="repeats")
        rest = text
        own = str(getattr(user, "username", "")).lower()
        for known in (*LOCAL, *([own] if len(own) > 2 else []), *_runs(text)):
            rest = rest.replace(known, "")
        rest = re.sub(r"(19|20)\d\d|[^\w]|_", "", rest)
        if len(rest) < REST and not _is_sentence(password):
            raise ValidationError(_("This is made of words and rows of keys that everybody tries first."), code="pattern")

    def get_help_text(self) -> str:
        """Say the rule in words."""
        return _("Not only digits, not keyboard rows, not the city's or the program's name and a year.")


def _runs(text: str) -> list[str]:
    """Return the stretches of five or more characters that follow a keyboard row or the alphabet, longest first."""
    found = {text[i:j] for i in range(len(text)) for j in range(i + 5, len(text) + 1) if any(text[i:j] in row for row in ROWS)}
    return sorted(found, key=len, reverse=True)


def _is_sentence(password: str) -> bool:
    """Return whether there are so many different characters that it is a phrase all the same."""
    return len(set(password)) >= 14
