"""A desk's form and its twin in the API: what is right is written and journalled, what is wrong is told and is not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from anlan.kit import clock
from anlan.kit.records import unscoped
from anlan.kit.scope import Scope, entered
from anlan.kit.testing.desk.stage import Stage, needs, owned, parsed, required
from anlan.kit.testing.plugin import assert_nothing_happened


class FormTests(Stage):
    """New rows and changes, by page and API."""

    def _newest(self) -> Any:
        with entered(Scope.everything("system:test")):
            return unscoped(self.desk.record, "default").order_by("-pk").first()

    def _written(self, row: Any, verb: str) -> None:
        """Check that a row's last entry is this person's and this verb's."""
        entry = self.entries(row)[0]
        assert (entry.actor, entry.action) == (self.insider.username, f"{self.desk.app()}.{verb}_{self.desk.noun()}")
        assert entry.diff

    @needs("form")
    def test_form_makes_a_row(self) -> None:
        assert self.insider.client.get(self.at("new")).status_code == 200
        answer = self.insider.client.post(self.at("new"), self.typed())
        assert answer.status_code == 302, parsed(answer).xpath("//form")[-1].text_content()
        row = self._newest()
        assert answer.headers["Location"] == self.page_of(row)
        self._written(row, "create")

    @needs("form")
    def test_form_says_what_is_wrong(self) -> None:
        typed = self.typed()
        for name in required(self.desk):
            with assert_nothing_happened(self.desk.record):
                answer = self.insider.client.post(self.at("new"), {**typed, name: ""})
            assert answer.status_code == 422, name
            field = parsed(answer).xpath(f"//*[@name='{name}']/ancestor::*[contains(@class, 'mb-3')][1]")[0]
            assert field.xpath(".//*[@role='alert']"), f"no word at {name}"

    @needs("form")
    def test_form_changes_a_row(self) -> None:
        row = self.row()
        address = f"{self.page_of(row)}edit/"
        assert self.insider.client.get(address).status_code == 200
        seen, typed = self.seen_on(address), self.typed(2)  # a factory may make the row that a key names
        with assert_nothing_happened(self.desk.record):
            assert self.insider.client.post(address, typed).status_code == 422, "a form says which version it saw"
        answer = self.insider.client.post(address, typed | seen)
        assert answer.status_code == 302, parsed(answer).xpath("//form")[-1].text_content()
        self._written(row, "change")
        typed = self.typed(2)
        for name in required(self.desk):
            with assert_nothing_happened(self.desk.record):
                assert self.insider.client.post(address, {**typed, name: ""}).status_code == 422, name

    @needs("form")
    def test_a_stale_form_shows_the_others_change_and_writes_nothing(self) -> None:
        row = self.row()
        address, endpoint = f"{self.page_of(row)}edit/", self.endpoint(row.pk)
        seen, tag = self.seen_on(address), self.insider.client.get(endpoint)["ETag"]
        assert self.insider.client.get(endpoint, headers={"if-none-match": tag}).status_code == 304
        with clock.frozen(clock.now() + timedelta(seconds=1)):
            assert self.send(self.insider, "patch", endpoint, self.typed(2)).status_code == 200
        later = self.typed(3)
        with assert_nothing_happened(self.desk.record):
            answer = self.insider.client.post(address, later | seen)
            assert answer.status_code == 409
            told = parsed(answer).xpath("//*[@role='alert']")[0]
            assert told.xpath(".//li"), "the other's change is shown"
            answer = self.send(self.insider, "patch", endpoint, later, **{"if-match": tag})
            assert answer.status_code == 412
            assert answer.json()["changes"][0]["by"] == self.insider.username
            assert answer.json()["changes"][0]["fields"]
        assert self.insider.client.get(endpoint, headers={"if-none-match": tag}).status_code == 200
        fresh = self.insider.client.get(endpoint)["ETag"]
        assert self.send(self.insider, "patch", endpoint, self.typed(3), **{"if-match": fresh}).status_code == 200

    @needs("form", "owned")
    def test_form_stays_in_the_jurisdiction(self) -> None:
        typed = {**self.typed(), "area": "441881"}
        with assert_nothing_happened(self.desk.record):
            answer = self.insider.client.post(self.at("new"), typed)
            assert answer.status_code in (403, 422)
            assert parsed(answer).xpath("//*[@role='alert']"), "the refusal has words"
            assert self.send(self.insider, "post", self.endpoint(), typed).status_code in (400, 403, 422)

    @needs("form")
    def test_api_makes_and_changes_a_row(self) -> None:
        answer = self.send(self.insider, "post", self.endpoint(), self.typed())
        assert answer.status_code == 201, answer.content
        row = self._newest()
        assert answer.json()[self.key()] == row.pk
        self._written(row, "create")
        answer = self.send(self.insider, "patch", self.endpoint(row.pk), self.typed(2))
        assert answer.status_code == 200, answer.content
        self._written(row, "change")

    @needs("form")
    def test_api_says_what_is_wrong(self) -> None:
        row, typed = self.row(), self.typed()
        for name in required(self.desk):
            with assert_nothing_happened(self.desk.record):
                answer = self.send(self.insider, "post", self.endpoint(), {**typed, name: ""})
                assert answer.status_code in (400, 422), name
                assert name in answer.content.decode()
                assert self.send(self.insider, "patch", self.endpoint(row.pk), {name: ""}).status_code in (400, 422), name
        with assert_nothing_happened(self.desk.record):
            assert self.send(self.insider, "post", self.endpoint(), {}).status_code in (400, 422)
            assert self.send(self.insider, "post", self.endpoint(), {**typed, "slip_of_the_pen": "1"}).status_code == 400
            assert self.send(self.insider, "patch", self.endpoint(row.pk), {"slip_of_the_pen": "1"}).status_code == 400

    @needs("no form")
    def test_a_desk_without_form_makes_nothing(self) -> None:
        row = self.row()
        with assert_nothing_happened(self.desk.record):
            assert self.insider.client.get(self.at("new")).status_code == 403
            assert self.insider.client.get(f"{self.page_of(row)}edit/").status_code in (403, 404)
            assert self.send(self.insider, "post", self.endpoint()).status_code == 405
            assert self.send(self.insider, "patch", self.endpoint(row.pk)).status_code == 405

    def test_api_reads_one_row_and_deletes_none(self) -> None:
        row = self.row()
        answer = self.insider.client.get(self.endpoint(row.pk))
        assert answer.status_code == 200
        masks = getattr(self.desk.record, "journal_masks", ())
        assert not set(answer.json()) & set(masks), "masked fields stay inside"
        assert self.api_lists(self.insider, row)
        with assert_nothing_happened(self.desk.record):
            assert self.insider.client.delete(self.endpoint(row.pk)).status_code == 405
            assert self.send(self.insider, "put", self.endpoint(row.pk), {}).status_code == 405
        assert owned(self.desk) or self.neighbour.client.get(self.endpoint(row.pk)).status_code == 200
