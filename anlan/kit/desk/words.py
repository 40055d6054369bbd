"""Expressions that say a column in words: for map properties and other values made in SQL."""

from __future__ import annotations

from typing import Any

from django.db import models

from anlan.kit.languages import in_chinese


def bilingual(chinese: str, english: str) -> Any:
    """Make a label of two columns: the English one where the asker reads English and it is filled in."""

    def label() -> Any:
        if in_chinese():
            return models.F(chinese)
        return models.Case(models.When(**{english: ""}, then=models.F(chinese)), default=models.F(english))

    return label


def worded(path: str, words: dict[Any, str], otherwise: str = "") -> Any:
    """Make a property that says a column's value in words, such as a level's colour."""
    cases = [models.When(**{path: value}, then=models.Value(word)) for value, word in words.items()]
    return models.Case(*cases, default=models.Value(otherwise), output_field=models.CharField())
