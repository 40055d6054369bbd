"""The desk of warnings, tested as every desk is."""

from typing import Any

from anlan.apps.warning import actions, desk
from anlan.apps.warning.tests import factories
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.desk import DeskTests


class TestWarningDesk(DeskTests):
    desk = desk.WarningDesk
    make = factories.warning
    full = factories.published
    page_queries = 20
    silent = frozenset({"rehearse"})


class TestCallDesk(DeskTests):
    desk = desk.CallDesk
    make = factories.call
    more = factories.more_of_call


def test_who_publishes_sees_the_words_and_the_audience_once_more(live: Scope, cast: dict[str, Any]) -> None:
    draft = factories.warning("441881", 1)
    with entered(Scope.everything("system:signer")):
        actions.sign(warning=draft.pk)
    asked = cast["signer"].client.get(f"/warning/warnings/{draft.pk}/publish/").content.decode()
    assert "试验内容。" in asked
    assert "941,325" in asked
