"""Lists: pages by key that nothing shifts, columns and order as asked, views that people save for themselves or their body."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.apps.people.desk import ContactPointDesk
from anlan.apps.people.models import Organisation
from anlan.kit import clock
from anlan.kit.desk.paging import cut, keys_of
from anlan.kit.models import BackgroundJob, Delivery, OutboxEvent, SavedView
from anlan.kit.records import unscoped
from anlan.kit.refusals import Malformed
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.desk.stage import parsed
from anlan.kit.testing.plugin import assert_nothing_happened

LIST = "/alarms/alarms/"
SAVE = "/kit/views/begin/save_view/"


def jobs(*instants: int | None) -> Any:
    """Rows with a column that some lack, in no order."""
    now = clock.real_now()
    for n, at in enumerate(instants):
        started = None if at is None else now + timedelta(seconds=at)
        unscoped(BackgroundJob, "default").create(
            task=f"t{n % 3}", area="4418", requested_by="duty", requested_at=now, started_at=started
        )
    return unscoped(BackgroundJob, "default")


def walked(rows: Any, order: tuple[str, ...], size: int) -> tuple[list[int], list[int]]:
    """Return the rows as found by going on to the end, and then back to the beginning."""
    page = cut(rows, order, size)
    onwards, pages = [row.pk for row in page.rows], [page]
    while page.after:
        page = cut(rows, order, size, page.after)
        onwards += [row.pk for row in page.rows]
        pages.append(page)
    backwards = [row.pk for row in page.rows]
    while page.before:
        page = cut(rows, order, size, page.before)
        backwards = [row.pk for row in page.rows if row.pk not in backwards] + backwards
    return onwards, backwards


@settings(max_examples=25)
@given(
    instants=st.lists(st.one_of(st.none(), st.integers(0, 3)), max_size=12),
    order=st.lists(st.sampled_from(["started_at", "-started_at", "task", "-task"]), max_size=2, unique_by=lambda o: o.strip("-")),
    size=st.integers(1, 4),
)
def test_pages_together_are_the_list_onwards_and_back(
    live: Scope, instants: list[int | None], order: list[str], size: int
) -> None:
    unscoped(BackgroundJob, "default").delete()
    rows = jobs(*instants)
    whole = [row.pk for row in rows.order_by(*(key.word for key in keys_of(BackgroundJob, order)))]
    onwards, backwards = walked(rows, tuple(order), size)
    assert onwards == whole
    assert backwards == whole


def test_what_is_added_or_deleted_meanwhile_shifts_nothing(live: Scope) -> None:
    rows = jobs(1, 2, 3, 4, 5, 6)
    order = ("-started_at",)
    first = cut(rows, order, 2)
    jobs(9, 8)
    rows.filter(pk=first.rows[-1].pk).delete()
    second = cut(rows, order, 2, first.after)
    assert [(row.started_at - clock.real_now()).total_seconds() // 1 for row in second.rows] == [3, 2]
    assert len(cut(rows, order, 2, second.before).rows) == 2


def test_a_cursor_of_another_list_or_order_is_refused(live: Scope, cast: dict[str, Any]) -> None:
    rows = jobs(1, 2, 3)
    cursor = cut(rows, ("started_at",), 1).after
    for wrong in (cursor[:-2], "x"):
        with pytest.raises(Malformed):
            cut(rows, ("started_at",), 1, wrong)
    with pytest.raises(Malformed):
        cut(rows, ("task",), 1, cursor)
    with pytest.raises(Malformed):
        cut(Organisation.objects.all(), ("started_at",), 1, cursor)
    assert cast["city_officer"].client.get(f"{LIST}?cursor={cursor}&sort=nonsense&column=none").status_code == 200
    assert cast["city_officer"].client.get(f"/api/v1/alarms/alarms/?cursor={cursor}").status_code == 400


def test_pages_and_api_go_on_and_back(live: Scope, cast: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("anlan.kit.desk.tables.PER_PAGE", 2)
    now = clock.real_now()
    event = unscoped(OutboxEvent, "default").create(name="sample.touched", payload={}, aggregate="x", at=now, area="4418")
    for n in range(5):
        unscoped(Delivery, "default").create(event=event, handler=f"h{n}", aggregate="x", area="4418", next_at=now)
    client, address = cast["administrator"].client, reverse("desk:kit_deliveries_list")
    first = client.get(f"{address}?q=h&sort=handler").context["table"]
    second = client.get(f"{address}{first['next']}").context["table"]
    assert [line.values[0].split(">")[1][:2] for line in second["rows"]] == ["h2", "h3"]
    back = client.get(f"{address}{second['previous']}").context["table"]
    assert [line.pk for line in back["rows"]] == [line.pk for line in first["rows"]] and not back["previous"]
    found = client.get("/api/v1/kit/deliveries/?page_size=2&sort=-handler&q=h").json()
    onwards = client.get(found["next"]).json()
    assert [row["handler"] for row in onwards["results"]] == ["h2", "h1"]
    assert client.get(onwards["previous"]).json()["results"] == found["results"]


def test_columns_are_those_that_were_asked_for(cast: dict[str, Any]) -> None:
    client = cast["city_officer"].client
    heads = client.get(f"{LIST}?column=state&column=station").context["table"]["heads"]
    assert len(heads) == 2
    assert len(client.get(f"{LIST}?column=nonsense").context["table"]["heads"]) > 2


@pytest.fixture
def view(cast: dict[str, Any]) -> SavedView:
    """A view that the duty officer saved through the page."""
    given = {"list": "alarms.alarm", "query": "state=raised&sort=-raised_at&column=state&cursor=x", "name": "Open"}
    client = cast["city_officer"].client
    assert client.get(f"{SAVE}?list=alarms.alarm&query=state%3Draised").status_code == 200
    assert client.post(f"{SAVE}?next={LIST}", given).headers["Location"] == LIST
    with entered(Scope.everything("system:test")):
        found: SavedView = unscoped(SavedView, "default").get()
    assert found.query == "state=raised&sort=-raised_at&column=state"
    return found


def test_a_private_view_is_nobody_elses(view: SavedView, cast: dict[str, Any]) -> None:
    client, other = cast["city_officer"].client, cast["commander"].client
    assert [chip["name"] for chip in client.get(f"{LIST}?state=").context["views"]] == ["Open"]
    assert client.get(view.desk_url()).status_code == 200
    assert not other.get(f"{LIST}?state=").context["views"]
    with assert_nothing_happened(SavedView):
        assert other.get(view.desk_url()).status_code == 404
        assert other.get(f"/api/v1/kit/views/{view.pk}/").status_code == 404
        assert other.post(f"{view.desk_url()}change_view/", {"name": "Mine"}).status_code == 404
        assert other.post(f"/api/v1/kit/views/{view.pk}/remove_view/").status_code == 404


def test_a_shared_view_is_used_by_the_body_and_changed_by_its_owner(view: SavedView, cast: dict[str, Any]) -> None:
    client = cast["city_officer"].client
    assert client.post(f"{view.desk_url()}change_view/", {"name": "Ours", "shared": "on"}).status_code == 302
    with entered(Scope.everything("system:test")):
        body = unscoped(SavedView, "default").get().body
        assert body == cast["city_officer"].scope.post.rpartition(".")[0]
    peers = {name: m for name, m in cast.items() if m.scope.post.rpartition(".")[0] == body and name != "city_officer"}
    others = {name: m for name, m in cast.items() if m.scope.post.rpartition(".")[0] != body and m.username}
    for name, member in peers.items():
        assert member.client.get(view.desk_url()).status_code in (200, 403), name
        with assert_nothing_happened(SavedView):
            assert member.client.post(f"{view.desk_url()}remove_view/").status_code in (403, 404, 409), name
    for name, member in others.items():
        assert member.client.get(view.desk_url()).status_code in (403, 404), name


def test_one_view_opens_with_the_list_and_can_be_left(view: SavedView, cast: dict[str, Any]) -> None:
    client = cast["city_officer"].client
    assert client.get(LIST).status_code == 200
    client.post(f"{view.desk_url()}change_view/", {"name": "Open", "opens": "on"})
    answer = client.get(LIST)
    assert answer.status_code == 302 and answer.headers["Location"] == f"{LIST}?view={view.pk}&{view.query}"
    assert client.get(answer.headers["Location"]).status_code == 200
    assert client.get(f"{LIST}?view=").status_code == 200
    api = "/api/v1/kit/views/save_view/"
    again = {"list": "alarms.alarm", "query": "level=3", "name": "Orange", "opens": True}
    assert client.post(api, again, content_type="application/json").status_code == 201
    with entered(Scope.everything("system:test")):
        assert list(unscoped(SavedView, "default").filter(opens=True).values_list("name", flat=True)) == ["Orange"]
    assert client.post(f"{view.desk_url()}remove_view/").headers["Location"] == "/kit/views/"


@pytest.mark.parametrize(
    "wrong",
    [
        {"list": "no.such", "name": "x"},
        {"list": "alarms.alarm", "name": "x", "query": "no_such=1"},
        {"list": "alarms.alarm", "name": "x", "query": "column=no_such"},
        {"list": "alarms.alarm", "name": "x", "query": "sort=no_such"},
        {"list": "people.account", "name": "not mine to read"},
        {"list": "alarms.alarm"},
    ],
)
def test_what_no_list_would_take_is_not_saved(cast: dict[str, Any], wrong: dict[str, str]) -> None:
    with assert_nothing_happened(SavedView):
        assert cast["city_officer"].client.post(SAVE, wrong).status_code in (409, 422)


def test_a_name_is_given_once(view: SavedView, cast: dict[str, Any]) -> None:
    with assert_nothing_happened(SavedView):
        answer = cast["city_officer"].client.post(SAVE, {"list": "alarms.alarm", "name": " Open "})
        assert answer.status_code == 409


def test_facets_say_how_many_rows_each_choice_would_show(cast) -> None:  # type: ignore[no-untyped-def]
    def offered(member: str, query: str = "") -> dict[str, int]:
        page = parsed(cast[member].client.get(f"/people/contacts/{query}"))
        texts = [option.text_content().strip() for option in page.xpath("//select[@name='kind']/option[@value!='']")]
        return {text.split(" (")[0]: int(text.split("(")[1].strip(")+")) for text in texts if "(" in text}

    def held(member: str, area: str) -> int:
        with entered(cast[member].scope):
            return int(ContactPointDesk.rows().filter(area__startswith=area).count())

    whole = offered("administrator")
    assert sum(whole.values()) == held("administrator", "")
    assert len(whole) > 1
    narrowed = offered("administrator", "?area=441881&kind=email")
    assert sum(narrowed.values()) == held("administrator", "441881") < sum(whole.values()), "under all other filters, not its own"
    assert offered("administrator", "?area=441881&q=nobody-is-called-so") == {}
