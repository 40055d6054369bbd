"""Authority passes on with two people where it exceeds the giver's own: grants, spreadsheets, resets, hand-overs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from anlan.apps.people import access, actions, decision_sheets, queries
from anlan.apps.people.models import Account, ContactPoint, Grant, Invitation, Person, Post
from anlan.kit import clock
from anlan.kit.actions import confirm
from anlan.kit.models import JournalEntry, OutboxEvent, PendingAction
from anlan.kit.refusals import NotAuthorised, NotFound, Refusal
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.desk.stage import seen_on
from anlan.kit.testing.plugin import assert_nothing_happened

PASSWORD = "anlan-demo-2022"


def account(username: str) -> Account:
    return Account.objects.get(username=username)


def scope(username: str) -> Scope:
    return queries.scope_of(username, "live")


@pytest.fixture
def administrator(live: Scope) -> Iterator[Scope]:
    with entered(scope("admin")) as found:
        yield found


def test_what_an_administrator_holds_they_give_alone(administrator: Scope) -> None:
    plain(["telemetry.view_station", "places.view_division"])
    made = actions.grant(account=account("duty").pk, role="plain", over="441802", valid_from=clock.today(), reason="deputy")
    assert isinstance(made, Grant)
    assert made.granted_by == "admin"
    with entered(Scope.everything("system:test")):
        assert OutboxEvent.objects.filter(name="people.grant_given").latest("pk").payload["username"] == "duty"
        assert JournalEntry.objects.filter(action="people.grant", record="people.grant").exists()


def plain(permissions: list[str]) -> None:
    """Define a role that an administrator holds all of, and that can neither confirm, grant nor reset."""
    with entered(Scope.everything("system:test")):
        actions.define_role(code="plain", name="普通", name_en="Plain", permissions=permissions)


def test_what_they_do_not_hold_waits_for_a_second_one(administrator: Scope) -> None:
    with assert_nothing_happened(Grant), pytest.raises(Refusal):
        actions.grant(
            account=account("duty").pk, role="commander", over="4418", valid_from=date(2026, 5, 2), valid_to=date(2026, 5, 1)
        )
    before = Grant.objects.count()
    waiting = actions.grant(account=account("duty").pk, role="commander", over="4418", valid_from=clock.today(), reason="leave")
    assert isinstance(waiting, PendingAction)
    assert Grant.objects.count() == before
    with assert_nothing_happened(Grant), pytest.raises(NotAuthorised):
        confirm(pending=waiting.pk)
    with entered(scope("commander")), assert_nothing_happened(Grant), pytest.raises(NotAuthorised):
        confirm(pending=waiting.pk)
    with entered(scope("admin2")):
        confirm(pending=waiting.pk)
    made = Grant.objects.get(account=account("duty"), role__code="commander")
    assert made.granted_by == "admin, admin2"
    assert scope("duty").may("response.decide_proposal", "4418")


def test_nobody_confirms_their_own_gain(administrator: Scope) -> None:
    waiting = actions.grant(account=account("admin2").pk, role="commander", over="4418", valid_from=clock.today())
    with entered(scope("admin2")), assert_nothing_happened(Grant), pytest.raises(NotAuthorised):
        confirm(pending=waiting.pk)


def test_a_grant_for_a_sector_gives_no_more_than_it(live: Scope) -> None:
    plain(["people.view_organisation"])
    actions.define_role(code="giver", name="授权", name_en="Giver", permissions=["people.add_grant", "people.view_organisation"])
    actions.grant(account=account("duty").pk, role="giver", over="4418", sector="water", valid_from=clock.today())
    with entered(scope("duty")):
        with assert_nothing_happened(Grant), pytest.raises(NotAuthorised):
            actions.grant(account=account("reporter").pk, role="plain", over="4418", valid_from=clock.today())
        made = actions.grant(account=account("reporter").pk, role="plain", over="4418", sector="water", valid_from=clock.today())
        assert isinstance(made, Grant)


HEAD = ",".join(("username", "display_name", "area", "role", "over", "sector", "post", "valid_from", "reason")) + "\n"
GOOD = "wang,王（测试）,441802,plain,441802,water,,2026-01-01,test\n"
BEYOND = "zhao,赵（测试）,441802,county_officer,441802,,,2026-01-01,test\n"
BAD = "li,,441802,no_such_role,999,x,no-post,tomorrow,\n"


def test_a_spreadsheet_is_tried_first_and_one_fault_issues_nothing(cast: dict[str, Any]) -> None:
    plain(["telemetry.view_station"])
    client = cast["administrator"].client

    def upload(text: str, **more: str) -> Any:
        return client.post("/people/issue/", {"file": SimpleUploadedFile("a.csv", text.encode()), **more})

    with assert_nothing_happened(Account, Grant):
        page = upload(HEAD + GOOD + BAD, confirm="1")
        assert page.status_code == 422
        assert {fault.line for fault in page.context["sheet"].problems} == {3}
        assert len(page.context["sheet"].problems) >= 5
        assert upload(HEAD + GOOD).context["issued"] is None
        assert upload("username\n", confirm="1").status_code == 422
        assert upload("\x00\x01", confirm="1").status_code == 422
    page = upload(HEAD + GOOD + BEYOND, confirm="1")
    issued = page.context["issued"]
    assert [one.account.username for one in issued.invitations] == ["wang", "zhao"]
    assert page.headers["Cache-Control"] == "no-store"
    assert len(issued.waiting) == 1
    assert not account("wang").has_usable_password(), "its owner chooses one, by the slip"
    assert Grant.objects.get(account__username="wang").sector == "water"
    assert not Grant.objects.filter(account__username="zhao").exists()
    slips = client.post("/people/slips/", {"invitation": [one.pk for one in issued.slips]})
    assert slips.headers["Cache-Control"] == "no-store"
    with entered(Scope.everything("system:test")):
        assert JournalEntry.objects.filter(action="people.print_slips", actor="admin").exists()
    link = slips.context["slips"][0][1].removeprefix(settings.ANLAN_PUBLIC_URL)
    word = "north river 26 boats"
    assert Client().post(link, {"new": word, "again": word}).headers["Location"] == "/sign-in/"
    assert Client().post("/sign-in/", {"username": "wang", "password": word}).headers["Location"] == "/"


def test_a_sheet_in_chinese_from_excel_is_read_as_it_is_meant(cast: dict[str, Any]) -> None:
    """Headings and roles by their names, in the encoding of Excel, with an empty line that does not shift the line numbers."""
    plain(["telemetry.view_station"])
    client = cast["administrator"].client

    def upload(rows: str, **more: str) -> Any:
        head = client.get("/people/issue/template.csv").content.decode("utf-8-sig").partition("\r\n")[0] + "\n"
        return client.post("/people/issue/", {"file": SimpleUploadedFile("账号.csv", (head + rows).encode("gb18030")), **more})

    faulty = upload(
        "wang,王（测试）,441802,管理员乙,441802\n,,,,\n王 五,五（测试）,441802,系统管理员,441802\n"
        + "x" * 61
        + ",长,441802,系统管理员,441802\n"
    )
    assert [fault.line for fault in faulty.context["sheet"].problems] == [2, 4, 5]
    assert "系统管理员" in faulty.content.decode(), "the roles that there are are named"
    made = upload("wang,王（测试）,441802,普通,441802,,,,水利\n", confirm="1").context["issued"]
    assert [one.account.username for one in made.invitations] == ["wang"]
    assert Grant.objects.get(account__username="wang").sector == "water"


def test_one_account_by_its_form(cast: dict[str, Any]) -> None:
    client = cast["administrator"].client
    body = {
        "username": "qian",
        "display_name": "钱（测试）",
        "area": "441802",
        "role": "administrator",
        "over": "441802",
        "valid_from": "2026-01-01",
        "reason": "test",
    }
    page = "/people/accounts/begin/issue_one/"
    with assert_nothing_happened(Account, Grant):
        assert client.post(page, {**body, "area": "44180"}).status_code == 422
        assert client.post(page, {**body, "over": "44"}).status_code == 422
        assert client.post(page, {**body, "username": "admin"}).status_code == 422
    done = client.post(page, body, follow=True)
    assert (done.status_code, account("qian").display_name) == (200, "钱（测试）")
    assert done.context["row"] == account("qian")
    assert "/people/slips/" in done.content.decode(), "the slip is printed from the account's page"
    assert client.get("/people/issue/one/").headers["Location"] == page
    assert cast["city_officer"].client.get("/people/issue/one/").status_code == 403


def test_resetting_who_may_do_more_takes_two(cast: dict[str, Any], live: Scope) -> None:
    client, target = cast["administrator"].client, account("commander")
    address = f"/people/accounts/{target.pk}/reset_sign_in/"
    client.post(address, {"contact": "0", "reason": "forgotten, called back", **seen_on(client, address)})
    assert account("commander").check_password(PASSWORD), "nothing has changed yet"
    waiting = PendingAction.objects.get(action="people.reset_confirmed")
    second = Client()
    second.force_login(account("admin2"), backend="django.contrib.auth.backends.ModelBackend")
    shown = second.get(f"/kit/confirmations/{waiting.pk}/").content.decode()
    for told in ("市三防总指挥（演示）", "申请人", "有效期至"):
        assert told in shown, told
    with entered(scope("admin2")):
        confirm(pending=waiting.pk)
    assert not account("commander").has_usable_password()
    invitation = Invitation.objects.get(account=target)
    assert (invitation.made_by, invitation.way) == ("admin", "slip")
    with entered(scope("admin2")), assert_nothing_happened(Invitation), pytest.raises(NotAuthorised):
        actions.print_slips(invitations=[invitation.pk])
    with entered(Scope.everything("system:test")):
        entries = str([e.diff for e in JournalEntry.objects.all()])
    assert invitation.nonce not in entries and actions.code_of(invitation)[6:] not in entries


def test_resetting_an_ordinary_account_is_immediate_and_ends_sessions(cast: dict[str, Any], live: Scope) -> None:
    plain(["telemetry.view_station"])
    made = actions.issue_account(username="wang", display_name="王（测试）", area="4418", password=PASSWORD, demo=True)
    actions.grant(account=made.pk, role="plain", over="4418", valid_from=clock.today())
    other = Client()
    other.post("/sign-in/", {"username": "wang", "password": PASSWORD})
    address, client = f"/people/accounts/{made.pk}/reset_sign_in/", cast["administrator"].client
    client.post(address, {"contact": "0", "reason": "lost", **seen_on(client, address)})
    assert not account("wang").has_usable_password()
    assert other.get("/me/").status_code == 302


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_form_of_a_grant_begins_today_as_a_browser_reads_it(cast: dict[str, Any], language: str) -> None:
    """A day in the language's own form leaves the browser's picker empty, and the form cannot be sent."""
    page = cast["administrator"].client.get(
        f"/people/accounts/{account('duty').pk}/grant/", headers={"accept-language": language}
    )
    assert f'name="valid_from" value="{clock.real_today().isoformat()}"' in page.content.decode()


def test_a_grant_ends_on_a_day_and_is_not_lengthened(administrator: Scope) -> None:
    held, today = Grant.objects.get(account__username="duty"), clock.today()
    with assert_nothing_happened(Grant), pytest.raises(Refusal):
        actions.end_grant(grant=held.pk, last_day=today - timedelta(days=1), reason="x")
    actions.end_grant(grant=held.pk, last_day=today + timedelta(days=3), reason="leave")
    with assert_nothing_happened(Grant), pytest.raises(Refusal):
        actions.end_grant(grant=held.pk, last_day=today + timedelta(days=9), reason="x")
    assert scope("duty").authorities


@pytest.fixture
def successor(live: Scope) -> Account:
    """Somebody with an account and no post."""
    with entered(Scope.everything("system:test")):
        from anlan.apps.people.desk import PersonDesk

        PersonDesk.create(values={"code": "next", "name": "接班人（测试）", "name_en": "Successor", "post": None, "area": "4418"})
        return actions.issue_account(
            username="next", display_name="接班人（测试）", area="4418", password=PASSWORD, person_code="next"
        )


def test_a_post_passes_with_its_authority_once_two_agree(successor: Account) -> None:
    post = Post.objects.get(code="qy-emb.duty")
    with entered(scope("admin")):
        waiting = actions.hand_over(post=post.pk, from_person="demo-duty", to_person="next", reason="rotation")
        assert isinstance(waiting, PendingAction)
        assert Person.objects.get(code="demo-duty").post == post, "the post is never without anybody"
        assert scope("duty").authorities
    with entered(scope("admin2")):
        confirm(pending=waiting.pk)
    assert Person.objects.get(code="next").post == post
    assert Person.objects.get(code="demo-duty").post is None
    assert not scope("duty").authorities
    made = Grant.objects.get(account=successor)
    assert (made.role.code, made.over, made.granted_by, made.post_code) == ("duty_officer", "4418", "admin, admin2", post.code)
    assert account("next").post_code == post.code
    assert account("duty").post_code == ""
    with entered(Scope.everything("system:test")):
        assert OutboxEvent.objects.filter(name="people.post_handed_over").count() == 1


def test_a_hand_over_that_makes_no_sense_changes_nothing(successor: Account) -> None:
    post = Post.objects.get(code="qy-emb.duty")
    with entered(scope("admin")), assert_nothing_happened(Person, Grant):
        for people in (
            {"from_person": "demo-duty", "to_person": "nobody"},
            {"from_person": "demo-signer", "to_person": "next"},
            {"from_person": "demo-duty", "to_person": "demo-duty"},
        ):
            with pytest.raises(Refusal):
                actions.hand_over(post=post.pk, reason="x", **people)
    with entered(scope("yingde")), assert_nothing_happened(Person, Grant), pytest.raises(Refusal):
        actions.hand_over(post=post.pk, from_person="demo-duty", to_person="next", reason="x")


def test_addresses_are_masked_and_who_reads_them_is_journalled(cast: dict[str, Any], live: Scope) -> None:
    owner = Post.objects.get(code="441881-emb.duty")
    contact = ContactPoint.objects.filter(organisation__isnull=False, kind="email", area="4418").first()
    assert contact is not None
    client = cast["city_officer"].client
    for page in ("/people/contacts/", contact.desk_url(), contact.organisation.desk_url(), "/people/contacts/export/"):
        assert contact.address not in client.get(page).getvalue().decode(), page
    page = client.post(f"/people/contacts-of/organisation/{contact.organisation_id}/")
    assert contact.address in page.content.decode()
    with entered(Scope.everything("system:test")):
        entry = JournalEntry.objects.get(action="people.note_reading")
    assert entry.actor == "duty"
    assert contact.pk in entry.diff["contact_points"]
    with assert_nothing_happened():
        assert cast["county_officer"].client.post(f"/people/contacts-of/post/{owner.pk}/").status_code == 404
        assert cast["reporter"].client.post(f"/people/contacts-of/organisation/{contact.organisation_id}/").status_code == 403
        assert client.post("/people/contacts-of/nothing/1/").status_code == 404
    with entered(scope("yingde")), assert_nothing_happened(), pytest.raises(NotFound):
        actions.note_reading(kind="organisation", row=1, contacts=[contact.pk])


def test_the_tree_shows_posts_and_holders(cast: dict[str, Any]) -> None:
    page = cast["city_officer"].client.get("/people/tree/")
    assert "市值班员（演示）" in page.content.decode()
    narrow = cast["city_officer"].client.get("/people/tree/?area=441881&sector=water").content.decode()
    assert "英德市水利局" in narrow
    assert "清城区水利局" not in narrow
    assert "清城" not in cast["neighbour"].client.get("/people/tree/").content.decode()
    assert "ti-filter-off" in cast["city_officer"].client.get("/people/tree/?q=zzzz").content.decode()


def test_a_confirmation_says_in_words_what_is_asked(cast: dict[str, Any], live: Scope) -> None:
    first, second = cast["administrator"].client, Client()
    second.force_login(account("admin2"))
    body = {"role": "commander", "over": "4418", "valid_from": "2026-01-01", "reason": "test"}
    first.post(f"/people/accounts/{account('reporter').pk}/grant/", body)
    waiting = PendingAction.objects.get(state="waiting")
    page = second.get(f"/kit/confirmations/{waiting.pk}/").content.decode()
    assert "指挥长" in page
    assert "kit.request_confirmation</" not in page
    assert ">commander<" not in page
    title = second.get(f"/kit/confirmations/{waiting.pk}/confirm/").content.decode()
    assert "授予本人并不持有的角色" in title
    assert "people.grant_confirmed</" not in title


def test_the_second_person_reads_the_sheet_that_the_first_had_and_it_is_kept(cast: dict[str, Any], live: Scope) -> None:
    first, second = cast["administrator"].client, Client()
    second.force_login(account("admin2"))
    body = {"role": "commander", "over": "4418", "valid_from": "2026-01-01", "reason": "test"}
    first.post(f"/people/accounts/{account('reporter').pk}/grant/", body)
    waiting = PendingAction.objects.get(state="waiting")
    (asked,) = JournalEntry.objects.filter(record="kit.pendingaction", record_id=str(waiting.pk))
    then = second.get(f"/kit/confirmations/{waiting.pk}/decided/{asked.seq}/").content.decode()
    now = second.get(f"/kit/confirmations/{waiting.pk}/").content.decode()
    for page in (then, now):
        assert "拟授角色" in page and "给予的权限" in page
    assert f"decided/{asked.seq}/" in now
    assert second.post(f"/kit/confirmations/{waiting.pk}/confirm/", {}).status_code == 302
    granted = JournalEntry.objects.filter(action="kit.confirm", diff__has_key="sheet").get()
    assert granted.record_id == str(waiting.pk)
    assert granted.diff["sheet"]["about"] == asked.diff["sheet"]["about"]


def test_a_reset_shows_what_ends_and_that_it_takes_two(cast: dict[str, Any], live: Scope) -> None:
    admin = cast["administrator"].client
    page = admin.get(f"/people/accounts/{account('duty').pk}/reset_sign_in/").content.decode()
    assert "失效的接口令牌" in page
    plain_one, trusted = (decision_sheets.resetting(account(name), {}) for name in ("reporter", "admin2"))
    assert {str(line.label) for line in trusted.doubts} - {str(line.label) for line in plain_one.doubts}


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"role": "nobody"}, "没有"),
        ({"over": "441899"}, "没有这个区划代码"),
        ({"over": "44180x"}, "没有这个区划代码"),
    ],
)
def test_a_grant_for_what_there_is_not_is_refused_before_anybody_confirms(
    cast: dict[str, Any], live: Scope, wrong: dict[str, str], told: str
) -> None:
    body = {"role": "commander", "over": "441802", "sector": "water", "valid_from": "2026-01-01", "reason": "test"} | wrong
    with assert_nothing_happened(Grant, PendingAction):
        answer = cast["administrator"].client.post(
            f"/api/v1/people/accounts/{account('reporter').pk}/grant/", body, "application/json"
        )
        assert (
            answer.status_code in (400, 422)
            and told in answer.content.decode()
            and set(wrong)
            <= {
                answer.json().get("field"),
                *answer.json().get("errors", {}),
            }
        )


def test_the_access_page_answers_for_a_day_and_for_a_sector(cast: dict[str, Any], live: Scope) -> None:
    first, last = date(2026, 11, 28), date(2026, 11, 30)
    actions.grant(
        account=account("reporter").pk, role="county_officer", over="441802", valid_from=first, valid_to=last, sector="water"
    )
    for day, counts in ((first - timedelta(1), False), (first, True), (last, True), (last + timedelta(1), False)):
        page = cast["administrator"].client.get("/people/access/", {"who": "reporter", "area": "441802", "day": str(day)})
        assert ("2026-11-28 – 2026-11-30" in page.content.decode()) is counts, day
        assert ("仅限 水利" in page.content.decode()) is counts
    held = {w.account for w in access.why("441802", "alarms.acknowledge_alarm", day=first)}
    assert "reporter" not in held and "qingcheng" in held, "an alarm belongs to no sector"
    assert "reporter" in {w.account for w in access.why("441802", "alarms.view_alarm", day=first)}
    page = cast["administrator"].client.get("/people/access/", {"who": "reporter", "day": "soon"}).content.decode()
    assert "不是 2026-11-24 这样的日期" in page or "alert-danger" in page


@pytest.mark.parametrize("verb", ["withdraw_grant", "end_grant"])
def test_a_grant_that_has_ended_keeps_its_last_day(cast: dict[str, Any], live: Scope, verb: str) -> None:
    first, last = date(2026, 1, 1), date(2026, 1, 31)
    past = actions.grant(account=account("reporter").pk, role="reporter", over="441802", valid_from=first, valid_to=last)
    assert isinstance(past, Grant)
    admin = cast["administrator"].client
    assert f"{past.desk_url()}{verb}/" not in admin.get(past.desk_url()).content.decode()
    with assert_nothing_happened(Grant):
        body = {"reason": "test"} | ({"last_day": "2099-01-01"} if verb == "end_grant" else {})
        answer = admin.post(f"/api/v1/people/grants/{past.pk}/{verb}/", body, "application/json")
        assert answer.status_code in (409, 422), answer.content
    past.refresh_from_db()
    assert past.valid_to == last
