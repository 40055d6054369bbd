"""A write outside an action raises, by whatever door: rows, querysets, bulk, get-or-create, related managers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from anlan.apps.people.models import ContactPoint, Organisation, Post, Role
from anlan.kit.records import WriteOutsideAction
from anlan.kit.scope import Scope
from anlan.kit.testing.plugin import assert_nothing_happened


def bureau() -> Organisation:
    found: Organisation = Organisation.objects.get(code="441802-emb")
    return found


def post() -> Post:
    found: Post = Post.objects.get(code="441802-emb.duty")
    return found


def fresh(**values: Any) -> Post:
    return Post(area="441802", code="x", name="x", organisation=bureau(), **values)


DOORS: dict[str, Callable[[], Any]] = {
    "save": lambda: post().save(),
    "save of a new row": lambda: fresh().save(),
    "save of some fields": lambda: post().save(update_fields=["name"]),
    "forced insert": lambda: fresh().save(force_insert=True),
    "delete": lambda: post().delete(),
    "queryset update": lambda: Post.objects.filter(code="441802-emb.duty").update(name="x"),
    "queryset delete": lambda: Post.objects.filter(code="441802-emb.duty").delete(),
    "create": lambda: Post.objects.create(area="441802", code="x", name="x", organisation=bureau()),
    "get or create": lambda: Post.objects.get_or_create(code="x", defaults={"area": "441802", "organisation": bureau()}),
    "update or create": lambda: Post.objects.update_or_create(code="441802-emb.duty", defaults={"name": "x"}),
    "bulk create": lambda: Post.objects.bulk_create([fresh()]),
    "bulk create that updates": lambda: Post.objects.bulk_create(
        [fresh()], update_conflicts=True, unique_fields=["code"], update_fields=["name"]
    ),
    "bulk update": lambda: Post.objects.bulk_update([post()], ["name"]),
    "base manager": lambda: Post._base_manager.filter(code="441802-emb.duty").update(name="x"),
    "default manager": lambda: Post._default_manager.update(name="x"),
    "related create": lambda: bureau().posts.create(area="441802", code="x", name="x"),
    "related get or create": lambda: bureau().posts.get_or_create(code="x", defaults={"area": "441802"}),
    "related update": lambda: bureau().posts.update(name="x"),
    "related delete": lambda: bureau().posts.all().delete(),
    "related add": lambda: bureau().posts.add(post(), bulk=False),
    "related add in bulk": lambda: bureau().posts.add(post()),
    "related set": lambda: bureau().contacts.set([]),
    "related remove": lambda: bureau().contacts.remove(ContactPoint.objects.filter(organisation=bureau()).first()),
    "related clear": lambda: bureau().contacts.clear(),
    "reference data": lambda: Role.objects.create(code="x", name="x"),
    "reference data, one row": lambda: Role.objects.first().save(),
    "raw save": lambda: post().save_base(raw=True),
}


@pytest.mark.parametrize("door", DOORS)
def test_no_door_writes_outside_an_action(live: Scope, door: str) -> None:
    with assert_nothing_happened(Post, Organisation, ContactPoint, Role), pytest.raises(WriteOutsideAction), transaction.atomic():
        DOORS[door]()
