"""Load a pack's organisations, posts, contact points, roles and demo accounts."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

from django.apps import apps
from django.conf import settings

from anlan.apps.people import actions
from anlan.apps.people.models import Account, ContactPoint, Organisation, Person, Post
from anlan.lib.tables import rows_of

ORDER = 20
DEMO_PASSWORD = "anlan-demo-2022"


def load(pack: Path) -> None:
    """Load people/*.csv and roles.toml, with what every app gives to each role; demo accounts only where demo accounts are allowed."""
    folder = pack / "people"
    organisations = [
        (Organisation(**_keep(r, "code", "name", "name_en", "kind", "sector", "area")), r["parent"])
        for r in rows_of(folder / "organisations.csv")
    ]
    posts = [
        (Post(**_keep(r, "code", "name", "name_en", "area", "rank")), r["organisation"]) for r in rows_of(folder / "posts.csv")
    ]
    contacts = [
        (ContactPoint(**_keep(r, "kind", "address", "area", "order")), r["organisation"], r["post"])
        for r in rows_of(folder / "contacts.csv")
    ]
    accounts = rows_of(folder / "accounts.csv") if settings.ANLAN_DEMO else []
    areas = {p.code: p.area for p, _owner in posts}
    persons = [
        (Person(code=f"demo-{a['username']}", name=a["name"], name_en=a["name_en"], area=areas[a["post"]], demo=True), a["post"])
        for a in accounts
    ]
    actions.load_organisations(organisations=organisations, posts=posts, persons=persons, contacts=contacts)
    usual = usual_permissions()
    for role in tomllib.loads((folder / "roles.toml").read_text())["role"]:
        without, more = set(role.pop("without", ())), role.pop("permissions", [])
        given = [p for p in dict.fromkeys([*usual.get(role["code"], []), *more]) if p not in without]
        actions.define_role(**role, permissions=given)
    for a in accounts:
        if Account.objects.filter(username=a["username"]).exists():
            continue
        account = actions.issue_account(
            username=a["username"],
            display_name=a["name"],
            display_name_en=a["name_en"],
            person_code=f"demo-{a['username']}",
            area=areas[a["post"]],
            password=DEMO_PASSWORD,
            post_code=a["post"],
            demo=True,
        )
        actions.grant(
            account=account.pk,
            role=a["role"],
            over=a["area"],
            sector=a["sector"],
            post_code=a["post"],
            valid_from=date(2020, 1, 1),
            reason="演示账号 demo account",
        )


def usual_permissions() -> dict[str, list[str]]:
    """Return what each app gives to each role, by the role's code: its `roles.toml`, where verbs stand without the app's name."""
    found: dict[str, list[str]] = {}
    for app in apps.get_app_configs():
        file = Path(app.path) / "roles.toml"
        if file.exists():
            for role, verbs in tomllib.loads(file.read_text(encoding="utf-8")).items():
                found.setdefault(role, []).extend(f"{app.label}.{verb}" for verb in verbs)
    return found


def _keep(row: dict[str, str], *names: str) -> dict[str, str]:
    return {name: row[name] for name in names}
