"""Checks from the first answer to the last finding; and what a refusal leaves behind."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from anlan.apps.checks import actions, api, queries
from anlan.apps.checks.actions import Given
from anlan.apps.checks.models import Answer, Check, Finding, Item, Sheet, SheetVersion
from anlan.apps.checks.tests import factories
from anlan.apps.law.models import Term
from anlan.kit import clock
from anlan.kit.board import all_folded, all_waiting
from anlan.kit.files import files_of
from anlan.kit.models import JournalEntry, OutboxEvent
from anlan.kit.records import writing
from anlan.kit.refusals import Conflict, NotFound, Refusal, SamePerson
from anlan.kit.scope import entered
from anlan.kit.testing.desk.stage import parsed
from anlan.kit.testing.plugin import assert_nothing_happened

VILLAGE = "441802107001"
TABLES = (Check, Answer, Finding)


def events(name: str) -> list[Any]:
    return list(OutboxEvent.objects.filter(name=f"checks.{name}").order_by("id").values_list("payload", flat=True))


def three(**settings: Any) -> Sheet:
    asked: tuple[dict[str, Any], ...] = (
        {"code": "siren", "gravity": "major", "evidence": True},
        {"code": "lamps", "kind": "number", "unit": "盏", "unit_en": "lamps", "least": Decimal(2)},
        {"code": "well", "optional": True},
    )
    return factories.in_force("4418", 1, *asked, each="village", **{"major_days": 7, "general_days": 30, **settings})


def test_a_check_in_one_call_is_scored_opens_findings_and_announces_them(live: Any) -> None:
    sheet = factories.in_force(
        "4418", 2, {"code": "a"}, {"code": "b", "gravity": "major"}, {"code": "c", "optional": True}, major_days=7
    )
    answers = [Given("a", "yes"), Given("b", "no", "没有电"), Given("c", "na")]
    check = actions.hand_in(sheet=sheet.code, place=VILLAGE, answers=answers)
    assert (check.state, check.verdict, check.score, check.failed) == ("handed_in", "failed", Decimal(50), 1)
    assert (check.area, check.newest, check.expires_on) == (VILLAGE, True, clock.today() + timedelta(days=365))
    (found,) = Finding.objects.filter(filled=check)
    assert (found.gravity, found.due_on) == ("major", clock.today() + timedelta(days=7))
    assert "没有电" in found.what and "Question 2 — No" in found.what_en
    assert [fact["finding"] for fact in events("finding_opened")] == [found.pk]
    assert events("check_handed_in")[-1]["verdict"] == "failed"
    outcomes = dict(Answer.objects.filter(filled=check).values_list("item__code", "outcome"))
    assert outcomes == {"a": "passed", "b": "failed", "c": "na"}
    entries = JournalEntry.objects.filter(action="checks.hand_in")
    assert {"checks.check", "checks.answer", "checks.finding"} <= set(entries.values_list("record", flat=True))


@pytest.mark.parametrize(
    ("answers", "words", "field"),
    [
        ([Given("a", "perhaps")], "1. ", "answers.0.value"),
        ([Given("a", "yes"), Given("z", "yes")], "z", "answers.1.item"),
        ([Given("a", "yes"), Given("a", "no")], "", "answers.1.item"),
        ([Given("a", "yes")], "2. ", "answers"),
    ],
)
def test_what_is_wrong_or_missing_is_named_by_its_item_and_nothing_is_kept(
    live: Any, answers: Any, words: str, field: str
) -> None:
    sheet = factories.in_force("4418", 3)
    with assert_nothing_happened(*TABLES), pytest.raises(Refusal) as refused:
        actions.hand_in(sheet=sheet, place=VILLAGE, answers=answers)
    assert words in str(refused.value)
    assert refused.value.field == field


def test_a_check_is_about_a_place_of_the_sheets_level_or_a_record_that_one_may_read(live: Any) -> None:
    sheet = three()
    later = clock.now() + timedelta(minutes=1)
    for wrong in ({}, {"place": "441802"}, {"place": VILLAGE, "checked_at": later}):
        with assert_nothing_happened(*TABLES), pytest.raises(Refusal):
            actions.begin(sheet=sheet, **wrong)
    for name in ("supplies.depot:999999", "kit.storedfile", "nonsense:1", "checks.sheet:x"):
        with assert_nothing_happened(*TABLES), pytest.raises(NotFound):
            actions.begin(sheet=sheet, about=name)
    record = factories.sheet("441802", 8)
    made = actions.begin(sheet=sheet, about=f"checks.sheet:{record.pk}")
    assert (made.area, made.about, made.about_id, made.subject) == ("441802", "checks.sheet", str(record.pk), str(record))
    assert list(api.checks_of(record)) == [made]


def test_evidence_is_a_photo_and_a_check_without_it_cannot_be_handed_in(live: Any) -> None:
    check = factories.begun(three(), VILLAGE, Given("siren", "yes"), Given("lamps", "3"))
    with assert_nothing_happened(*TABLES), pytest.raises(Refusal) as refused:
        actions.finish(check=check.pk)
    assert str(refused.value).count("1. ") == 1 and "2. " not in str(refused.value)
    with assert_nothing_happened(*TABLES), pytest.raises(Refusal):
        actions.add_photo(check=check.pk, item="siren", photo=text_file())
    with assert_nothing_happened(*TABLES), pytest.raises(Refusal):
        actions.add_photo(check=check.pk, item="gong", photo=factories.photo())
    actions.add_photo(check=check.pk, item="siren", photo=factories.photo())
    done = actions.finish(check=check.pk)
    assert (done.verdict, done.score) == ("passed", Decimal(100))
    answer = Answer.objects.get(filled=check, item__code="siren")
    assert (answer.photos, files_of(answer).count()) == (1, 1)


def text_file() -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile("notes.txt", b"no picture", "text/plain")


def test_a_check_that_was_handed_in_is_never_changed(live: Any) -> None:
    check = factories.full_check("441802", 9)
    for verb, given in ((actions.fill, {"answers": [Given("a", "no")]}), (actions.finish, {}), (actions.discard, {})):
        with assert_nothing_happened(*TABLES), pytest.raises(Conflict):
            verb(check=check.pk, **given)


def test_the_newest_check_counts_also_where_an_older_one_comes_late(live: Any) -> None:
    sheet = factories.in_force("4418", 4, {"code": "a"})
    first = actions.hand_in(sheet=sheet, place=VILLAGE, answers=[Given("a", "yes")])
    late = actions.hand_in(sheet=sheet, place=VILLAGE, answers=[Given("a", "no")], checked_at=clock.now() - timedelta(days=2))
    assert (read(first).newest, read(late).newest) == (True, False)
    with clock.frozen(clock.now() + timedelta(hours=1)):
        again = actions.hand_in(sheet=sheet, place=VILLAGE, answers=[Given("a", "no")])
    assert (read(first).newest, read(again).newest) == (False, True)


def read(row: Any) -> Any:
    return type(row).objects.get(pk=row.pk)


def test_a_finding_is_put_right_with_a_photo_and_verified_by_another(live: Any, as_: Any) -> None:
    sheet = three(term="response.finish")
    with as_("441802", actor="grid"):
        check = factories.begun(sheet, VILLAGE, Given("siren", "no"), Given("lamps", "1"))
        actions.add_photo(check=check.pk, item="siren", photo=factories.photo())
        actions.finish(check=check.pk)
        siren, lamps = Finding.objects.filter(filled=check).order_by("item__order")
        assert [term.due_at for term in Term.objects.filter(record="checks.finding").order_by("due_at")] != []
        with assert_nothing_happened(Finding), pytest.raises(Refusal):
            actions.put_right(finding=siren.pk, remedy="换了新的")
        actions.put_right(finding=siren.pk, remedy="换了新的", photo=factories.photo())
        actions.put_right(finding=lamps.pk, remedy="添了两盏")
        with assert_nothing_happened(Finding), pytest.raises(SamePerson):
            actions.verify(finding=siren.pk)
    with as_("441802", actor="town"):
        assert {one.url for one in all_waiting() if one.kind == "finding"} == {siren.desk_url(), lamps.desk_url()}
        actions.verify(finding=siren.pk)
        actions.reopen(finding=lamps.pk, reason="仍只有一盏")
        until = clock.today() + timedelta(days=60)
        with assert_nothing_happened(Finding), pytest.raises(Refusal):
            actions.extend(finding=lamps.pk, until=clock.today(), reason="等配件")
        actions.extend(finding=lamps.pk, until=until, reason="等配件")
        with assert_nothing_happened(Finding), pytest.raises(Refusal):
            actions.accept(finding=lamps.pk, reason=" ")
        actions.accept(finding=lamps.pk, reason="月底搬迁")
    assert (read(siren).state, read(siren).closed_by) == ("verified", "town")
    assert (read(lamps).state, read(lamps).due_on) == ("accepted", until)
    terms = Term.objects.filter(record="checks.finding", record_id=str(lamps.pk)).order_by("id")
    assert [term.state for term in terms] == ["kept", "dropped"]
    assert [fact["accepted"] for fact in events("finding_closed")] == [False, True]


def test_a_version_is_drafted_by_one_and_put_in_force_by_another(live: Any, as_: Any) -> None:
    sheet = three()
    before = queries.in_force(sheet)
    with as_("4418", actor="writer"):
        draft = actions.draft_version(sheet=sheet.pk, remark="加一项")
        assert draft.items.count() == 3
        with assert_nothing_happened(SheetVersion, Item), pytest.raises(Conflict):
            actions.draft_version(sheet=sheet.pk)
        with assert_nothing_happened(SheetVersion, Item), pytest.raises(SamePerson):
            actions.put_in_force(version=draft.pk)
    with as_("4418", actor="second"):
        items = [actions.Asked("siren", "有警报器吗"), actions.Asked("gong", "有铜锣吗")]
        actions.edit_version(version=draft.pk, items=items, valid_days=180)
        with assert_nothing_happened(SheetVersion, Item), pytest.raises(SamePerson):
            actions.put_in_force(version=draft.pk)
    with as_("4418", actor="writer"):
        actions.put_in_force(version=draft.pk)
    assert (read(before).state, read(draft).state, read(draft).in_force_by) == ("superseded", "in_force", "writer")
    assert [item["code"] for item in api.sheet_form(sheet.code)["items"]] == ["siren", "gong"]
    with assert_nothing_happened(SheetVersion, Item), pytest.raises(Conflict):
        actions.edit_version(version=draft.pk, items=items)


def test_who_wrote_an_item_at_the_desk_does_not_put_it_in_force(live: Any, as_: Any) -> None:
    from anlan.apps.checks.desk import ItemDesk

    sheet = three()
    with as_("4418", actor="writer"):
        draft = actions.draft_version(sheet=sheet.pk)
    with as_("4418", actor="second"):
        ItemDesk.create(values={"version": draft, "order": 9, "code": "gong", "question": "有铜锣吗", "area": "4418"})
        with assert_nothing_happened(SheetVersion), pytest.raises(SamePerson):
            actions.put_in_force(version=draft.pk)


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        [actions.Asked("a", "问"), actions.Asked("a", "问")],
        [actions.Asked("A b", "问")],
        [actions.Asked("a", "问", kind="choice")],
        [actions.Asked("a", "问", kind="choice", choices="x|好")],
        [actions.Asked("a", "问", kind="number", least=Decimal(3), most=Decimal(2))],
        [actions.Asked("a", "")],
    ],
)
def test_a_draft_that_cannot_be_filled_in_is_refused(live: Any, wrong: Any) -> None:
    draft = actions.draft_version(sheet=three().pk)
    with assert_nothing_happened(SheetVersion, Item), pytest.raises(Refusal) as refused:
        actions.edit_version(version=draft.pk, items=wrong)
    assert refused.value.field.startswith("items")


def test_the_database_itself_keeps_a_version_that_is_in_force(live: Any) -> None:
    version = queries.in_force(three())
    rows = Item.objects.filter(version=version)
    changes = (
        lambda: rows.update(weight=5),
        lambda: rows.delete(),
        lambda: SheetVersion.objects.filter(pk=version.pk).update(pass_score=1),
    )
    for change in changes:
        with pytest.raises(IntegrityError), transaction.atomic(), writing():
            change()


def test_a_pack_that_changed_a_sheet_makes_a_new_version_and_leaves_what_people_made(live: Any, as_: Any) -> None:
    sheet = three()
    same = [queries.in_force(sheet).pk]
    three()
    assert [queries.in_force(sheet).pk] == same, "the same content again is no new version"
    three(valid_days=30)
    changed = queries.in_force(sheet)
    assert (changed.number, changed.valid_days) == (2, 30)
    with as_("4418", actor="writer"):
        draft = actions.draft_version(sheet=sheet.pk)
    with as_("4418", actor="second"):
        actions.put_in_force(version=draft.pk)
    three(valid_days=60)
    assert queries.in_force(sheet).pk == draft.pk


def test_nobody_fills_a_sheet_in_elsewhere(live: Any, as_: Any) -> None:
    sheet = three()
    with as_("441881", actor="neighbour"), assert_nothing_happened(*TABLES), pytest.raises(Refusal, match="辖区内没有"):
        actions.begin(sheet=sheet.code, place=VILLAGE)


def test_what_is_overdue_stands_on_the_workbench(live: Any, cast: Any) -> None:
    sheet = factories.in_force("4418", 5, {"code": "a"}, general_days=3, valid_days=10)
    actions.hand_in(sheet=sheet, place=VILLAGE, answers=[Given("a", "no")])
    with clock.frozen(clock.now() + timedelta(days=20)):
        with entered(cast["county_officer"].scope):
            urls = [one.url for one in all_folded()]
            assert any("/checks/findings/" in url for url in urls) and any("/checks/checks/" in url for url in urls)
        with entered(cast["neighbour"].scope):
            assert not [one.url for one in all_folded() if "/checks/" in one.url]


def test_the_page_keeps_what_was_sent_names_what_is_missing_and_hands_in(live: Any, cast: Any) -> None:
    check = actions.begin(sheet=three(), place=VILLAGE)
    client, address = cast["county_officer"].client, reverse("checks:fill", args=[check.pk])
    page = client.get(address)
    assert page.status_code == 200
    assert len(parsed(page).xpath("//fieldset")) == 3
    sent = {"answers-count": 3, "answers-0-item": "siren", "answers-1-item": "lamps", "answers-2-item": "well"}
    wrong = client.post(address, {**sent, "answers-1-value": "three", "save": "1"})
    assert wrong.status_code == 422
    assert parsed(wrong).xpath("//fieldset[@id='item-2']//*[@role='alert']")
    part = {**sent, "answers-0-value": "yes", "answers-1-value": "3", "hand_in": "1"}
    missing = client.post(address, part)
    assert missing.status_code == 422 and "1. " in parsed(missing).xpath("string(//*[@role='alert'])")
    assert Answer.objects.filter(filled=check, value="3").exists(), "what was sent is kept"
    done = client.post(address, {**part, "answers-0-photo": factories.photo()})
    assert done.status_code == 302
    assert read(check).verdict == "passed"
    assert client.get(address).status_code == 409
    assert cast["neighbour"].client.get(address).status_code == 404


def test_the_api_takes_header_and_answers_in_one_call(live: Any, cast: Any) -> None:
    sheet = factories.in_force("4418", 6, {"code": "a"}, {"code": "b"})
    body = {"sheet": sheet.code, "place": VILLAGE, "answers": [{"item": "a", "value": "yes"}, {"item": "b", "value": "no"}]}
    client = cast["county_officer"].client
    told = client.get(f"/api/v1/checks/form/{sheet.code}/").json()
    assert [item["code"] for item in told["items"]] == ["a", "b"]
    assert client.get("/api/v1/checks/form/no.such/").status_code == 404
    wrong = client.post(
        "/api/v1/checks/checks/hand_in/", {**body, "answers": [{"item": "a", "value": "x"}]}, content_type="application/json"
    )
    assert wrong.status_code == 422 and "1. " in wrong.content.decode()
    made = client.post("/api/v1/checks/checks/hand_in/", body, content_type="application/json")
    assert (made.status_code, made.json()["verdict"]) == (201, "failed")
    assert (
        cast["neighbour"].client.post("/api/v1/checks/checks/hand_in/", body, content_type="application/json").status_code == 400
    )


def test_the_page_that_begins_a_check_leads_to_its_items(live: Any, cast: Any) -> None:
    sheet = three()
    client, address = cast["county_officer"].client, reverse("checks:begin")
    page = client.get(address, {"sheet": sheet.code, "place": VILLAGE})
    assert page.status_code == 200
    assert parsed(page).xpath("//select[@name='place']/option[@selected]/@value") == [VILLAGE]
    with assert_nothing_happened(*TABLES):
        assert client.post(address, {"sheet": sheet.code}).status_code == 422
        assert client.post(address, {"sheet": sheet.code, "place": "441881"}).status_code == 422
    done = client.post(address, {"sheet": sheet.code, "place": VILLAGE})
    assert (done.status_code, done.headers["Location"]) == (302, reverse("checks:fill", args=[Check.objects.latest("pk").pk]))


def test_a_villages_own_page_says_how_it_stands(live: Any, cast: Any) -> None:
    sheet = three()
    check = factories.begun(sheet, VILLAGE, Given("siren", "no"), Given("lamps", "3"))
    actions.add_photo(check=check.pk, item="siren", photo=factories.photo())
    actions.finish(check=check.pk)
    page = reverse("places:by_code", args=[VILLAGE])
    own = cast["county_officer"].client.get(page, follow=True).content.decode()
    assert check.desk_url() in own
    assert check.desk_url() not in cast["neighbour"].client.get(page, follow=True).content.decode()


def test_photos_lie_with_their_answer_and_finding_and_are_shut_to_the_neighbour(live: Any, cast: Any) -> None:
    finding = factories.finding("441802", 9)
    actions.put_right(finding=finding.pk, remedy="修好了", photo=factories.photo())
    check = factories.begun(three(), VILLAGE)
    actions.add_photo(check=check.pk, item="siren", photo=factories.photo())
    for row in (read(finding), Answer.objects.get(filled=check)):
        (file,) = files_of(row)
        api_of = f"/api/v1/checks/{type(row).__name__.lower()}s/{row.pk}/files/"
        for address in (f"{row.desk_url()}files/{file.pk}/", f"{api_of}{file.pk}/"):
            assert cast["county_officer"].client.get(address).status_code == 200
            assert cast["neighbour"].client.get(address).status_code == 404
        assert cast["neighbour"].client.get(api_of).status_code == 404
        assert cast["neighbour"].client.post(f"{row.desk_url()}files/new/", {"file": factories.photo()}).status_code == 404


def test_a_later_check_follows_up_what_an_earlier_one_found(live: Any, as_: Any) -> None:
    sheet = factories.in_force("4418", 7, {"code": "a"}, {"code": "b"}, general_days=30, term="response.finish")

    def checked(actor: str, hours: int, a: str, b: str) -> None:
        with as_("441802", actor=actor), clock.frozen(now + timedelta(hours=hours)):
            actions.hand_in(sheet=sheet, place=VILLAGE, answers=[Given("a", a), Given("b", b)])

    def states() -> list[tuple[str, str]]:
        rows = Finding.objects.filter(filled__sheet=sheet).order_by("pk")
        return [(row.item.code, row.state) for row in rows.select_related("item")]

    now = clock.now()
    checked("grid", 1, "no", "no")
    assert states() == [("a", "open"), ("b", "open")]
    checked("grid", 2, "yes", "no")
    assert states() == [("a", "put_right"), ("b", "open")], "who checked says so; another must have looked"
    checked("grid", 3, "yes", "no")
    assert states() == [("a", "put_right"), ("b", "open")], "the same person does not verify his own word"
    checked("grid", 4, "no", "yes")
    assert states() == [("a", "open"), ("b", "put_right")]
    checked("town", 5, "no", "yes")
    assert states() == [("a", "open"), ("b", "verified")], "an open one is not opened twice"
    checked("town", 6, "yes", "no")
    assert states() == [("a", "put_right"), ("b", "verified"), ("b", "open")]
    terms = Term.objects.filter(record="checks.finding").order_by("id").values_list("state", flat=True)
    assert list(terms) == ["kept", "kept", "kept", "running"]
    checked("grid", 0, "no", "no")
    assert len(states()) == 3, "a check that comes late opens nothing: a later one has said how things stand"


def test_who_puts_a_version_in_force_is_shown_what_it_changes(live: Any, as_: Any, cast: Any) -> None:
    sheet = factories.in_force("4418", 8, {"code": "a"}, {"code": "b"}, general_days=30)
    with as_("4418", actor="writer"):
        draft = actions.draft_version(sheet=sheet.pk)
        items = [actions.Asked("a", "问题1", "Question 1", weight=Decimal(2)), actions.Asked("c", "有铜锣吗")]
        actions.edit_version(version=draft.pk, items=items, pass_score=Decimal(80), valid_days=365, major_fails=True)
    page = cast["commander"].client.get(f"{draft.desk_url()}put_in_force/")
    assert page.status_code == 200
    told = " ".join(page.content.decode().split())
    assert "有铜锣吗" in told and "问题2" in told and "80" in told
    seen = {"seen": parsed(page).xpath("//input[@name='seen']/@value")[0]}
    with as_("4418", actor="writer"):
        actions.remove_item(version=draft.pk, item="c")
    assert cast["commander"].client.post(f"{draft.desk_url()}put_in_force/", seen).status_code == 409, "it is not what was seen"
