"""A row's key says where it was born: ranges, sequences that keep to theirs, and rows of nodes that nobody knows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from hypothesis import given
from hypothesis import strategies as st

from anlan.apps.nodes import rules
from anlan.apps.nodes.desk import NodeDesk
from anlan.apps.nodes.queries import claim, unknown
from anlan.kit.scope import Scope
from anlan.kit.testing.databases import the_cluster


@given(st.integers(0, rules.MOST))
def test_ranges_meet_and_stay_whole_numbers_in_javascript(node: int) -> None:
    keys = rules.keys_of(node)
    assert rules.born_at(keys[0]) == rules.born_at(keys[-1]) == node
    assert keys.stop == rules.keys_of(node + 1)[0]
    assert keys[-1] < 2**53


@pytest.fixture
def owner(django_db_setup: None) -> Iterator[Any]:
    """Return a cursor as the tables' owner on a line of its own, whose work is taken back."""
    with the_cluster().admin(settings.DATABASES["default"]["NAME"]) as line, line.transaction(force_rollback=True):
        yield line.cursor()


def next_of(cursor: Any, table: str) -> int:
    cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [table])
    return int(cursor.fetchone()[0])


def test_a_node_gives_its_own_keys_and_goes_on_behind_those_it_gave_before(owner: Any) -> None:
    assert claim(owner, 0) == 0, "a single node is 0 and nothing moves"
    owner.execute("SELECT max(id) FROM places_division")
    (last,) = owner.fetchone()
    assert claim(owner, 7) > 50
    assert claim(owner, 7) == 0
    assert next_of(owner, "places_division") == 7 * rules.SPAN
    assert next_of(owner, "kit_outboxevent") == 7 * rules.SPAN
    claim(owner, 0)
    assert next_of(owner, "places_division") == last + 1, "keys that rows have are not given again"


def test_rows_of_an_unknown_node_are_named_until_it_is_admitted(live: Scope) -> None:
    with connections["default"].cursor() as cursor:
        assert unknown(cursor, 0) == {}
        assert 0 in unknown(cursor, 5), "another node that found this city's rows"
        cursor.execute(
            "INSERT INTO nodes_node (id, number, name, name_en, note, area, created_at, changed_at)"
            " VALUES (%s, 4, 'x', '', '', '4418', now(), now())",
            [9 * rules.SPAN + 1],
        )
        assert unknown(cursor, 0) == {9: "nodes_node"}
        NodeDesk.create(values={"number": 9, "name": "英德市节点", "area": "441881"})
        assert unknown(cursor, 0) == {}
        assert unknown(cursor, 9) == {0: unknown(cursor, 9)[0]}
