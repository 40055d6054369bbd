"""Every door of a desk, tried by those whom it must not let in."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.urls import reverse

from anlan.kit.desk import finding
from anlan.kit.desk.columns import value_at
from anlan.kit.records import sector_of
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.desk.stage import Stage, needs, on_map, owned
from anlan.kit.testing.plugin import CAST, Member, assert_nothing_happened


class AddressTests(Stage):
    """Who is let in where."""

    def _doors(self, row: object) -> list[str]:
        """Return the addresses that show or change one row."""
        page, pk = self.page_of(row), getattr(row, "pk", 0)
        verbs = [verb.spec.last for verb in self.desk.actions]
        return [page, f"{page}edit/", self.endpoint(pk), *(f"{page}{verb}/" for verb in verbs)]

    def _knocks(self, member: Member, row: object, expected: set[int]) -> None:
        """Try to write through each door: page and API."""
        page, pk = self.page_of(row), getattr(row, "pk", 0)
        client, typed = member.client, self.typed(2) if self.desk.form else {}
        with assert_nothing_happened(self.desk.record):
            for verb in self.desk.actions:
                name = verb.spec.last
                assert client.post(f"{page}{name}/", {"reason": "x"}).status_code in expected, name
                assert self.send(member, "post", self.endpoint(pk, name)).status_code in expected, name
            if self.desk.form:
                assert client.post(f"{page}edit/", typed).status_code in expected
                assert self.send(member, "patch", self.endpoint(pk), typed).status_code in expected

    @needs("owned")
    def test_the_neighbour_finds_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        row = self.row()
        for door in self._doors(row):
            shut = {403, 404} if door.endswith("/edit/") and not self.desk.form else {404}  # no form: shut to everybody
            assert self.neighbour.client.get(door).status_code in shut, door
        self._knocks(self.neighbour, row, {404})
        assert not self.lists(self.neighbour, row)
        assert not self.api_lists(self.neighbour, row)
        if on_map(self.desk):
            found = self.neighbour.client.get(self.at("map")).json()["features"]
            assert self.page_of(row) not in {f["properties"]["url"] for f in found}
        with entered(Scope.everything("system:test")):
            texts = [str(value_at(row, name)) for name in self.desk.search]
        monkeypatch.setattr(finding, "DESKS", {self.desk.slug: self.desk})  # what others find is theirs to prove
        for text in texts:
            shown = self.neighbour.client.get(reverse("desk:search"), {"q": text}).content.decode()
            assert f'"{self.page_of(row)}"' not in shown

    def test_who_may_not_read_is_told_so(self) -> None:
        row = self.row()
        maps = [self.at("map"), self.at("tile", 0, 0, 0)] if on_map(self.desk) else []
        doors = [self.at("list"), self.at("export"), self.endpoint(), *maps, *self._doors(row)]
        for door in doors:
            assert self.clerk.client.get(door).status_code in (403, 404), door
        assert self.clerk.client.get(self.at("list")).status_code == 403
        self._knocks(self.clerk, row, {403, 404})
        with assert_nothing_happened(self.desk.record):
            assert self.clerk.client.get(self.at("new")).status_code == 403
            assert self.clerk.client.get(self.at("import")).status_code == 403

    def test_a_visitor_is_sent_to_sign_in(self) -> None:
        row = self.row()
        pages = ["list", "new", "import", "template", "export", *(["map"] if on_map(self.desk) else [])]
        for door in [*(self.at(page) for page in pages), *self._doors(row)]:
            answer = self.anonymous.client.get(door)
            if door.startswith("/api/"):
                assert answer.status_code == 401, door
            else:
                assert answer.status_code == 302, door
                assert answer.headers["Location"].startswith(reverse(settings.LOGIN_URL)), door
        assert self.anonymous.client.get(self.endpoint()).status_code == 401
        self._knocks(self.anonymous, row, {302, 401})

    def test_the_cast_reads_what_its_grants_say(self, cast: dict[str, Member]) -> None:
        row = self.row()
        for role in CAST:
            member = cast[role]
            view = self.desk.permission("view")
            areas = member.scope.areas_for(view)
            assert member.client.get(self.at("list")).status_code == (200 if areas else 403), role
            with entered(Scope.everything("system:test")):
                inside = member.scope.may(view, self.area, sector_of(row)) if owned(self.desk) else bool(areas)
            assert (member.client.get(self.page_of(row)).status_code == 200) == inside, role

    def test_what_is_not_there_is_not_found(self) -> None:
        for door in (f"{self.at('list')}987654321/", self.endpoint(987654321), f"{self.page_of(self.row())}no-such-verb/"):
            assert self.insider.client.get(door).status_code == 404, door
