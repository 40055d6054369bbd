"""Readers: what a device needs to know, under the asker's own scope, and what has changed of it since."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.apps import apps
from django.utils import timezone
from django.utils.html import strip_tags

from anlan.apps.checks import api as checks
from anlan.apps.field import forms, rules
from anlan.apps.field.bilingual import both, chosen, pair
from anlan.apps.field.models import Cursor, Operation
from anlan.apps.field.rules import Clash, Given
from anlan.apps.people import api as people
from anlan.apps.places import api as places
from anlan.apps.plans import api as plans
from anlan.apps.response import api as response
from anlan.kit import clock
from anlan.kit.actions import Action
from anlan.kit.desk import DESKS
from anlan.kit.desk.fields import own_field
from anlan.kit.journal import entries_for
from anlan.kit.lives import life_of
from anlan.kit.names import name_of
from anlan.kit.scope import Scope, current, entered

#: So many tasks are kept on one device, the most urgent first.
MOST_TASKS = 200
#: A device that has not asked for so long is told everything anew.
KEPT = timedelta(days=14)


@dataclass(frozen=True)
class Item:
    """One thing that a device holds."""

    kind: str
    id: str
    content: dict[str, Any]

    @property
    def name(self) -> str:
        """Return by what it is known on the device and in the cursor."""
        return f"{self.kind}:{self.id}"

    @property
    def digest(self) -> str:
        """Return what tells its content from an older one."""
        text = json.dumps(self.content, sort_keys=True, ensure_ascii=False, default=str)
        return hashlib.sha256(text.encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Delta:
    """What a device lacks, and what it must forget; `whole` says that it must forget everything else."""

    cursor: str
    whole: bool
    changed: list[Item]
    gone: list[str]


def operation(person: str, key: UUID) -> Operation | None:
    """Return the operation of a person under a key, wherever its record lies now."""
    with entered(Scope.everything(person, current().world)):
        found: Operation | None = Operation.objects.filter(actor=person, key=key).first()
        return found


def sent_lately(person: str) -> int:
    """Return how many operations of a person came within the last minute."""
    with entered(Scope.everything(person, current().world)):
        return Operation.objects.filter(actor=person, received_at__gt=clock.now() - timedelta(minutes=1)).count()


def since(device: UUID, code: UUID | None) -> Delta:
    """Return what has changed for the asker since the device held what `code` says; all of it where nobody knows that."""
    actor = current().actor
    own = Cursor.objects.filter(actor=actor, device=device)
    before = own.filter(code=code).first() if code else None
    items = {item.name: item for item in everything()}
    now = {name: item.digest for name, item in items.items()}
    changed, gone = rules.delta(before.held if before else {}, now)
    if before is not None and not changed and not gone:
        return Delta(str(before.code), False, [], [])
    made = Cursor.objects.create(code=uuid4(), actor=actor, device=device, made_at=clock.real_now(), held=now)
    # The one that was asked with stays: its answer may be lost on the way.
    own.exclude(code__in=[made.code, *([before.code] if before else [])]).delete()
    return Delta(str(made.code), before is None, [items[name] for name in changed], gone)


def forget_cursors() -> None:
    """Forget what devices held that have not asked for long."""
    Cursor.objects.filter(made_at__lt=clock.real_now() - KEPT).delete()


def everything() -> Iterator[Item]:
    """Yield all that the asker needs in the field and may read."""
    verbs = forms.offline_verbs()
    yield _me()
    yield from (Item("form", verb.spec.name, forms.declaration(verb)) for verb in verbs)
    yield from _sheets()
    yield from _tasks(verbs)
    yield from _records(verbs)
    yield from _contacts()
    yield from _places()
    yield from _cards()


def _me() -> Item:
    scope = current()
    unit = people.organisation(people.organisation_of(scope.actor))
    areas = [both(lambda code=code: name_of("area", code)) for code in scope.areas]
    called = both(lambda: name_of("actor", scope.actor))
    return Item("me", scope.actor, {"name": called, "areas": areas, "unit": pair(unit.name, unit.name_en) if unit else None})


def _tasks(verbs: list[Action[Any, Any]]) -> Iterator[Item]:
    own = [verb for verb in verbs if verb.spec.record == "response.Task"]
    fields = {one.name for verb in own for one in verb.parameters}
    scope = current()
    for task in response.inbox(scope.actor, MOST_TASKS):
        yield Item(
            "task",
            str(task.pk),
            {
                "title": pair(task.title, task.title_en),
                "plan": pair(task.response.plan.title, task.response.plan.title_en),
                "level": chosen(type(task.response), "level", task.response.level),
                "unit": pair(task.organisation.name, task.organisation.name_en),
                "state": task.state,
                "accept_by": _iso(task.ack_due_at),
                "done_by": _iso(task.due_at),
                "overdue": bool(task.late),
                "steps": pair(task.steps, task.steps_en),
                "resources": pair(task.resources, task.resources_en),
                "evidence": pair(task.evidence, task.evidence_en),
                "verbs": [verb.spec.name for verb in own if verb.permits(task, scope)],
                "written": forms.as_written(task, fields),
            },
        )


def _records(verbs: list[Action[Any, Any]]) -> Iterator[Item]:
    """Yield the records, other than tasks, about which something may be done without a network, as their list shows them."""
    kinds: dict[Any, list[Action[Any, Any]]] = defaultdict(list)
    for verb in verbs:
        if verb.spec.record and not verb.spec.record.startswith(("response.", forms.OF_SHEETS)):
            kinds[DESKS[apps.get_model(verb.spec.record)]].append(verb)
    for desk, own in kinds.items():
        fields = {one.name for verb in own for one in verb.parameters}
        order = {verb.spec.name: at for at, verb in enumerate(desk.actions)}
        own.sort(key=lambda verb: order.get(verb.spec.name, len(order)))  # the likely next step first, as on the record's page
        for row in desk.rows()[:MOST_TASKS] if desk.may("view") else ():
            may = [verb for verb in own if verb.permits(row, current()) and (verb.spec.when is None or verb.spec.when(row))]
            # One whose life has no more of these verbs has nothing to do on a phone.
            if any(verb.spec.moves is None or verb.spec.moves.possible(row) for verb in may):
                content = {
                    "verbs": [verb.spec.name for verb in may],
                    "written": forms.as_written(row, fields),
                    # The device puts first what must be done first.
                    "done_by": _iso(row.due_at) if getattr(row, "due_at", None) else "",
                    **_summary(desk, row),
                }
                yield Item("record", f"{row._meta.label_lower}:{row.pk}", content)


def _summary(desk: Any, row: Any) -> dict[str, Any]:
    """Return what a device shows of a record: its name, what its list tells of it, and what its states are called."""
    facts = []
    for part in desk.shown()[1:]:
        own = own_field(desk.record, part.name)
        if part.name not in {"area", "state"} and getattr(row, part.name, None) not in (None, ""):
            label = both(lambda part=part, own=own: part.label or getattr(own, "verbose_name", ""))
            facts.append([label, both(lambda part=part: strip_tags(str(part.show(row))))])
    summary: dict[str, Any] = {"kind": both(desk.called), "title": both(lambda: row), "facts": facts, "state": "", "states": {}}
    if life := life_of(type(row)):
        states: Any = type(row)._meta.get_field(life.field)
        names = {value: chosen(type(row), life.field, value) for value, _label in states.flatchoices}
        summary |= {"state": str(getattr(row, life.field)), "states": names}
    return summary


def _sheets() -> Iterator[Item]:
    """Yield the check sheets in force that the asker may fill in."""
    if not current().areas_for("checks.fill_check"):
        return
    sheets: Any = DESKS[apps.get_model("checks.Sheet")]
    for sheet in sheets.rows().filter(versions__state="in_force").distinct() if sheets.may("view") else ():
        yield Item("sheet", sheet.code, checks.sheet_form(sheet.code))


def _contacts() -> Iterator[Item]:
    """Yield how the bodies of the asker's area are reached, masked as on every list: who opens an address is journalled, on a page."""
    desk: Any = DESKS[apps.get_model("people.ContactPoint")]
    if not desk.may("view"):
        return
    for row in desk.rows():
        owner: Any = row.organisation or row.post or row.person
        name = pair(owner.name, getattr(owner, "name_en", ""))
        yield Item(
            "contact",
            str(row.pk),
            {"name": name, "kind": chosen(type(row), "kind", row.kind), "address": str(row).split(" ", 1)[-1]},
        )


def _places() -> Iterator[Item]:
    for area in current().areas_for("places.view_division"):
        for level in ("county", "town", "village"):
            found = places.below(area, level)
            at = places.points_of({one.code for one in found})
            for one in found:
                where = [round(degree, 5) for degree in at[one.code]] if one.code in at else None
                content = {"name": pair(one.name, one.name_en), "level": level, "people": one.population, "at": where}
                yield Item("place", one.code, content)


def _cards() -> Iterator[Item]:
    """Yield the task cards of the plans in force that may fall to the asker's unit; all of them for a bureau."""
    if not current().areas_for("plans.view_taskcard"):
        return
    unit = people.organisation(people.organisation_of(current().actor))
    wanted = None if unit is None or unit.kind in {"bureau", "headquarters"} else {unit.code, unit.sector, unit.kind}
    for plan in plans.in_force():
        for card in plans.cards(plan.id, 1):
            if wanted is None or card.doer_value in wanted:
                yield Item("card", f"{plan.code}/{card.code}", _card(plan, card))


def _card(plan: plans.PlanFact, card: plans.CardFact) -> dict[str, Any]:
    return {
        "plan": pair(plan.title, plan.title_en),
        "title": pair(card.title, card.title_en),
        "from_level": card.from_level,
        "minutes": [card.ack_minutes, card.due_minutes],
        "steps": pair(card.steps, card.steps_en),
        "resources": pair(card.resources, card.resources_en),
        "evidence": pair(card.evidence, card.evidence_en),
    }


def _iso(at: datetime) -> str:
    return timezone.localtime(at).isoformat(timespec="seconds")


def clashes_of(row: Any, names: Iterable[str], now: dict[str, Any], given: Given) -> list[Clash]:
    """Return what two people wrote into the same fields, with who was first and when."""
    entries = list(entries_for(row).order_by("-seq")[:20])
    found = []
    for name in names:
        last = next((entry for entry in entries if name in entry.diff), None)
        by, at = (name_of("actor", last.actor), _iso(last.at)) if last else ("", "")
        label = str(row._meta.get_field(name).verbose_name)
        found.append(Clash(name, label, given.base[name], now[name], given.inputs.get(name), str(by), at))
    return found
