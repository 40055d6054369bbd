"""What a city decides of its issuing bodies: by two persons, kept when the pack is loaded again, and it governs the next publication."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from anlan.apps.warning import actions, decision_sheets
from anlan.apps.warning.models import IssuingBody, Warning
from anlan.apps.warning.tests import factories
from anlan.kit import journal
from anlan.kit.actions import confirm
from anlan.kit.desk import packed
from anlan.kit.models import PendingAction
from anlan.kit.reference import PACK
from anlan.kit.refusals import NotAuthorised, Refusal, SamePerson
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.plugin import assert_nothing_happened
from anlan.lib.tables import rows_of

PACK_FOLDER = Path(__file__).parents[4] / "packs" / "qingyuan"


def decided(body: IssuingBody, **more: Any) -> dict[str, Any]:
    kept = {"duty_post": body.duty_post, "accuracy": body.accuracy, "contact": body.contact, "reason": "汛期加严"}
    return {"body": body.pk, "second_person_from": body.second_person_from, **kept, **more}


def test_a_number_is_changed_by_two_and_both_values_are_kept(live: Scope, cast: dict[str, Any], as_: Any) -> None:
    body = IssuingBody.objects.get(division="441881")
    with entered(cast["commander"].scope):
        asked = actions.change_body(**decided(body, second_person_from=5000))
        assert isinstance(asked, PendingAction)
        with pytest.raises(SamePerson):
            confirm(pending=asked.pk)
    body.refresh_from_db()
    assert body.second_person_from == 100_000
    with as_("4418", actor="two"):
        confirm(pending=asked.pk)
    body.refresh_from_db()
    assert body.second_person_from == 5000
    entry = journal.entries_for(body)[0]
    assert entry.diff["second_person_from"] == [100_000, 5000] and asked.reason == "汛期加严"
    assert (asked.requested_by, entry.actor) == (cast["commander"].username, "two")


def test_what_the_city_decided_stays_when_the_pack_is_loaded_again(live: Scope, as_: Any) -> None:
    body = IssuingBody.objects.get(division="441881")
    with entered(Scope.everything("system:city")):
        actions.change_body(**decided(body, second_person_from=None))
    rows = rows_of(PACK_FOLDER / "warning" / "bodies.csv")
    changed = [{**row, "second_person_from": "7000"} for row in rows]
    with entered(Scope.everything(PACK)):
        packed.load_table(packed.DESKS[IssuingBody], "bodies.csv", changed)
    limits = dict(IssuingBody.objects.values_list("division", "second_person_from"))
    assert limits.pop("441881") is None
    assert set(limits.values()) == {7000}, "nobody had touched the others"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"second_person_from": -1}, "second_person_from"),
        ({"second_person_from": 10**9}, "second_person_from"),
        ({"reason": " "}, "reason"),
    ],
)
def test_what_makes_no_sense_is_refused_when_it_is_asked(live: Scope, as_: Any, given: dict[str, Any], field: str) -> None:
    body = IssuingBody.objects.get(division="4418")
    with assert_nothing_happened(IssuingBody, PendingAction), as_("4418", actor="one"), pytest.raises(Refusal) as refusal:
        actions.change_body(**decided(body, **given))
    assert refusal.value.field == field


def test_a_county_decides_of_its_own_body_alone(live: Scope, as_: Any) -> None:
    city, own = IssuingBody.objects.get(division="4418"), IssuingBody.objects.get(division="441881")
    with assert_nothing_happened(IssuingBody, PendingAction), as_("441881", actor="one"), pytest.raises(NotAuthorised):
        actions.change_body(**decided(city, second_person_from=1))
    with as_("441881", actor="one"):
        assert isinstance(actions.change_body(**decided(own, second_person_from=1)), PendingAction)


def test_the_administrator_does_it_in_the_browser_and_by_api(live: Scope, cast: dict[str, Any]) -> None:
    body, client = IssuingBody.objects.get(division="441881"), cast["administrator"].client
    page = client.get("/warning/bodies/").content.decode()
    assert "英德市应急管理局" in page and "100,000" in page and "441881-emb" not in page
    address = f"/warning/bodies/{body.pk}/change_body/"
    form = client.get(address).content.decode()
    assert 'value="100000"' in form
    given = {"duty_post": body.duty_post, "accuracy": "pod", "contact": "", "reason": "试验"}
    api = f"/api/v1{address}"
    etag = {"HTTP_IF_MATCH": client.get(f"/api/v1/warning/bodies/{body.pk}/")["ETag"]}
    with assert_nothing_happened(IssuingBody, PendingAction):
        for wrong in ("x", 1.5, -3, 10**12):
            answer = client.post(api, {**given, "second_person_from": wrong}, "application/json", **etag)
            assert answer.status_code in (400, 422), wrong
        assert cast["county_officer"].client.post(api, given, "application/json", **etag).status_code in (403, 404)
    answer = client.post(api, {**given, "second_person_from": 0}, "application/json", HTTP_IF_MATCH="*")
    assert answer.status_code == 202, answer.content.decode()
    assert PendingAction.objects.get().arguments["second_person_from"] == 0


def test_the_sheet_tells_before_and_after_and_doubts_what_asks_for_less(live: Scope) -> None:
    body = IssuingBody.objects.get(division="4418")
    assert decision_sheets.deciding(body, {}) is None, "nothing can be said before it is said what it shall be"
    for limit, doubted in ((100_000, 0), (0, 0), (5000, 0), (200_000, 1), (None, 1)):
        sheet = decision_sheets.deciding(body, decided(body, second_person_from=limit))
        assert sheet is not None
        assert len(sheet.doubts) == doubted, limit
        assert "100,000" in (sheet.about[1].text if limit == 100_000 else str(sheet.about[1].note))


def test_the_new_number_governs_the_next_publication(live: Scope) -> None:
    body = IssuingBody.objects.get(division="4418")
    made = factories.warning("441881", 1)
    with entered(Scope.everything("system:signer")):
        actions.sign(warning=made.pk)
        actions.change_body(**decided(body, second_person_from=0))
        made.refresh_from_db()
        if made.issuer != "4418":
            actions.change_body(**decided(IssuingBody.objects.get(division=made.issuer), second_person_from=0))
        with pytest.raises(SamePerson):
            actions.publish(warning=made.pk)
    assert Warning.objects.get(pk=made.pk).state == "signed"


def test_the_sheets_say_beforehand_that_another_person_publishes(live: Scope) -> None:
    made, told = factories.warning("441881", 1), "须由签发人以外的人发布"
    with entered(Scope.everything("system:signer")), translation.override("zh-hans"):
        made.refresh_from_db()
        assert told not in str(decision_sheets.signing(made, {}).others)
        actions.change_body(**decided(IssuingBody.objects.get(division=made.issuer), second_person_from=0))
        assert told in str(decision_sheets.signing(made, {}).others)
        actions.sign(warning=made.pk)
        made.refresh_from_db()
        if made.issuer != "441881":
            actions.change_body(**decided(IssuingBody.objects.get(division=made.issuer), second_person_from=0))
        assert told in str(decision_sheets.publishing(made, {}).others)


def test_who_confirms_sees_which_body_and_what_follows(live: Scope, cast: dict[str, Any]) -> None:
    body = IssuingBody.objects.get(division="441881")
    with entered(cast["commander"].scope):
        asked = actions.change_body(**decided(body, second_person_from=5000))
    client = cast["administrator"].client
    page = client.get(f"/kit/confirmations/{asked.pk}/confirm/", headers={"Accept-Language": "zh-Hans"}).content.decode()
    words = " ".join(re.sub(r"<[^>]*>", " ", page).split())
    assert "英德市应急管理局" in words and "5,000 原为 100,000" in words
    assert " Body " not in words and body.duty_post not in words
    assert (
        "发布单位: "
        in client.get(f"/api/v1/kit/confirmations/{asked.pk}/", headers={"Accept-Language": "zh-Hans"}).content.decode()
    )
