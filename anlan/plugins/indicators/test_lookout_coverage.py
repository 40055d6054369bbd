"""Key forests seen: the page's own numbers, at once other when a lookout does not watch."""

from __future__ import annotations

import pytest

from anlan.apps.lookouts import actions, coverage
from anlan.apps.lookouts.models import KeyForest, Lookout
from anlan.kit.scope import Scope
from anlan.plugins.indicators import _trial


def test_it_is_the_page_s_number_and_follows_the_lookouts(live: Scope) -> None:
    value = _trial.counted("lookout_coverage", _trial.CITY)
    told = coverage.watched(KeyForest.objects.all(), Lookout.objects.all())
    assert (value.parts, value.wholes) == (pytest.approx(sum(w.seen_km2 for w in told)), pytest.approx(sum(w.km2 for w in told)))
    for post in Lookout.objects.filter(state="watching"):
        actions.take_out(lookout=post.pk, reason="检修")
    assert _trial.counted("lookout_coverage", _trial.CITY).amount == 0
