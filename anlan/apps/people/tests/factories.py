"""Rows of people for tests."""

from __future__ import annotations

from datetime import date
from typing import Any

from anlan.apps.people import actions
from anlan.apps.people.desk import ContactPointDesk, OrganisationDesk, PersonDesk, PostDesk
from anlan.apps.people.models import Account, ContactPoint, Grant, Organisation, Person, Post, Role
from anlan.kit.testing.factory import created


def organisation_values(area: str, number: int) -> dict[str, Any]:
    return {
        "code": f"t-{area}-{number}",
        "name": f"试验单位{number}",
        "name_en": f"Test unit {number}",
        "kind": "department",
        "sector": "water",
        "parent": _bureau().pk,
    }


def _bureau() -> Organisation:
    found: Organisation = Organisation.objects.get(code="441802-emb")
    return found


def organisation(area: str, number: int) -> Organisation:
    made: Organisation = OrganisationDesk.create(
        values={**organisation_values(area, 1000 + number), "area": area, "parent": _bureau()}
    )
    return made


def more_of_organisation(row: Organisation, number: int) -> None:
    post = created(Post, area=row.area, code=f"{row.code}.{number}", name=f"岗位{number}", organisation=row)
    created(ContactPoint, area=row.area, organisation=row, post=post, kind="email", address=f"{number}@example.org", order=number)


def post_values(area: str, number: int) -> dict[str, Any]:
    return {
        "code": f"t-{area}-post-{number}",
        "name": f"试验岗位{number}",
        "name_en": f"Test post {number}",
        "organisation": _bureau().pk,
        "rank": number % 9 + 1,
    }


def post(area: str, number: int) -> Post:
    values = {**post_values(area, 1000 + number), "organisation": organisation(area, number), "area": area}
    made: Post = PostDesk.create(values=values)
    return made


def more_of_post(row: Post, number: int) -> None:
    created(Person, area=row.area, code=f"{row.code}.{number}", name=f"人员{number}", post=row, demo=True)


def person_values(area: str, number: int) -> dict[str, Any]:
    held = Post.objects.get(code="441802-emb.duty")
    return {"code": f"t-{area}-p{number}", "name": f"试验人员{number}", "name_en": f"Test person {number}", "post": held.pk}


def person(area: str, number: int) -> Person:
    values = {**person_values(area, 1000 + number), "post": post(area, 400 + number), "area": area}
    made: Person = PersonDesk.create(values=values)
    return made


def held_post(area: str, number: int) -> Post:
    held = post(area, number)
    more_of_post(held, number)
    return held


def successor(row: Post) -> dict[str, Any]:
    return {"to_person": person(row.area, row.pk).code, "from_person": "", "reason": "test"}


def contact_values(area: str, number: int) -> dict[str, Any]:
    return {
        "organisation": _bureau().pk,
        "post": "",
        "person": "",
        "kind": "email",
        "address": f"t{number}@example.org",
        "order": number,
    }


def contact(area: str, number: int) -> ContactPoint:
    who = person(area, 100 + number)
    owners = {"organisation": who.post.organisation, "post": who.post, "person": who}
    values = {**contact_values(area, number), **owners, "area": area}
    made: ContactPoint = ContactPointDesk.create(values=values)
    return made


def account(area: str, number: int) -> Account:
    return actions.issue_account(
        username=f"t-{area}-{number}",
        display_name=f"试验账号{number}",
        display_name_en=f"Test account {number}",
        area=area,
        post_code="441802-emb.duty",
        password="anlan-demo-2022",
        demo=True,
    )


def more_of_account(row: Account, number: int) -> None:
    given = role(row.area, 100 + number)
    actions.grant(account=row.pk, role=given.code, over=row.area, valid_from=date(2022, 6, 1), reason="test")


def role(area: str, number: int) -> Role:
    return actions.define_role(code=f"t-{number}", name=f"试验角色{number}", name_en=f"Test role {number}", permissions=["a.b"])


def grant(area: str, number: int) -> Grant:
    given = role(area, 100 + number)
    return actions.grant(
        account=account(area, 100 + number).pk,
        role=given.code,
        over=area,
        valid_from=date(2022, 6, 1),
        sector="water",
        reason="test",
    )
