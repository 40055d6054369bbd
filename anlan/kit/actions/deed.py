"""The unit of work of an action: it locks within scope and authority, writes, and leaves journal entry and events behind."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol, TypeVar, cast

from django.db import connections, models
from django.utils.translation import gettext_lazy as _

from anlan.kit import clock, journal, live
from anlan.kit.actions import checking, owners, reading, seen
from anlan.kit.actions.spec import CONFIRM, Spec
from anlan.kit.events import Event
from anlan.kit.lives import FOLLOWERS, Move, life_of
from anlan.kit.models import BackgroundJob
from anlan.kit.outbox import posting
from anlan.kit.records import area_of, sector_of, writing
from anlan.kit.refusals import NotAuthorised, NotFound, Refusal, SamePerson
from anlan.kit.scope import Scope, entered
from anlan.kit.tasks import Task, queued
from anlan.kit.worlds import ALIASES, WorldRouter

M = TypeVar("M", bound=models.Model)


class Ending(Protocol):
    """What a deed writes together at its end, such as the moves of a ledger."""

    def join(self, other: Any) -> None:
        """Take in what a step of the deed gathered."""

    def close(self, deed: Deed) -> None:
        """Write it, just before the journal."""


E = TypeVar("E", bound=Ending)


@dataclass
class _Touched:
    row: models.Model
    before: dict[str, Any]
    created: bool = False
    removed: bool = False
    many: bool = False

    def diff(self, after: dict[str, Any], changed: dict[str, Any]) -> dict[str, Any]:
        """Return what the journal keeps of the row: all of one that came or went, else what changed."""
        if self.created:
            return {key: [None, value] for key, value in after.items() if value not in (None, "", [], {})}
        return {key: [value, None] for key, value in self.before.items()} if self.removed else changed


@dataclass
class Deed:
    """The unit of work of one action: everything it locks, changes, creates and announces."""

    spec: Spec
    scope: Scope
    now: datetime
    reason: str = ""
    parent: Deed | None = None
    given: dict[str, Any] = field(default_factory=dict)
    _touched: dict[tuple[str, Any], _Touched] = field(default_factory=dict)
    _notes: list[journal.Note] = field(default_factory=list)
    _facts: dict[str, Any] = field(default_factory=dict)
    _events: list[Event] = field(default_factory=list)
    _endings: dict[Any, Any] = field(default_factory=dict)
    _judged: bool = False
    _too_late: bool = False
    _stepped: bool = False
    _sheet: dict[str, Any] = field(default_factory=dict)

    @property
    def actor(self) -> str:
        """Return who acts: a user name, or `system:<reaction or job>`."""
        return self.scope.actor

    @property
    def today(self) -> date:
        """Return the local date of the world."""
        return clock.today()

    @property
    def using(self) -> str:
        """Return the database of the world in force."""
        return ALIASES[self.scope.world]

    def lock(self, model: type[M], row: int | str | M) -> M:
        """Lock one row for change: it must lie within the scope (NotFound) and the authority (NotAuthorised).

        Rows locked here are saved and journalled at the end if they changed. Lock in one order everywhere: parents first.
        """
        pk = row.pk if isinstance(row, models.Model) else row
        if (known := self._find(model, pk)) is not None:
            return self._hold(cast(M, known.row))
        rows = cast(Any, model).objects.using(_database(model, self.using))
        try:
            found: M = rows.select_for_update(of=("self",)).get(pk=pk)
        except (model.DoesNotExist, ValueError, TypeError):  # type: ignore[attr-defined]
            raise NotFound() from None
        return self._hold(found)

    def lock_all(self, rows: models.QuerySet[M]) -> list[M]:
        """Lock rows for change by one statement, in the order of their keys, each as `lock` does; one more writes what changed of them."""
        return [self._hold(row, many=True) for row in rows.order_by("pk").select_for_update(of=("self",))]

    def _hold(self, found: M, *, many: bool = False) -> M:
        if (known := self._find(type(found), found.pk)) is not None:
            self._take_a_step(known.row)
            return cast(M, known.row)
        self.authorise(found)
        seen.compare(found)
        _separate(self, found)
        if self.parent is None and _is_subject(self, found):
            self._too_late = self.spec.when is not None and not self.spec.when(found)
            look(self, found)
        self._touched[(found._meta.label_lower, found.pk)] = _Touched(found, journal.snapshot(found), many=many)
        self._take_a_step(found)
        return found

    def move(self, row: models.Model, move: Move) -> None:
        """Take a locked row one step through its life: Conflict in words where its state does not allow it, stamped where it does."""
        move.check(row, self.spec.label)
        move.make(row, at=self.now, by=self.actor)

    def create(self, model: type[M], **values: Any) -> M:
        """Insert one row; its area must lie within the authority. Field errors become a Refusal that names the field."""
        return self.create_many(model, [model(**values)], each=True)[0]

    def create_many(self, model: type[M], rows: Iterable[M], *, each: bool = False) -> list[M]:
        """Insert many rows at once with one summarising journal entry: for reference packs and imports. `each`: one for each, checked."""
        rows = list(rows)
        self._authorise_all(rows)
        for row in rows:
            self._within_owner(row)
            if each:
                checking.clean(row)
        with writing():
            made: list[M] = model._base_manager.using(_database(model, self.using)).bulk_create(rows, batch_size=1000)
        if each:
            self._touched |= {(row._meta.label_lower, row.pk): _Touched(row, journal.snapshot(row), created=True) for row in made}
            return made
        areas = {area_of(row) or "" for row in rows}
        area = min(areas, key=len) if areas else ""
        self._notes.append(journal.Note(self.spec.name, model._meta.label_lower, "", area, {"rows": [None, len(rows)]}))
        return made

    def change_many(self, rows: models.QuerySet[M], **values: Any) -> int:
        """Set `values` on all `rows` with one summarising journal entry; returns how many. One that may not be changed refuses all."""
        held = list(rows.order_by("pk").select_for_update(of=("self",)))
        self._authorise_all(held)
        for row in owners.moved(held, values):
            self.authorise(row)
            self._within_owner(row)
        with writing():
            count = rows.model._base_manager.using(rows.db).filter(pk__in=[row.pk for row in held]).update(**values)
        diff = {key: [None, journal.plain(value)] for key, value in values.items()} | {"rows": [None, count]}
        self._notes.append(journal.Note(self.spec.name, rows.model._meta.label_lower, "", "", diff))
        return count

    def remove_many(self, rows: models.QuerySet[M]) -> int:
        """Delete all `rows` now with one summarising journal entry: before a pack puts its newer ones in their place."""
        self._authorise_all(rows)
        with writing():
            count, _each = rows.delete()
        if count:
            self._notes.append(journal.Note(self.spec.name, rows.model._meta.label_lower, "", "", {"rows": [count, None]}))
        return count

    def save(self, row: models.Model) -> None:
        """Write a locked row's changes now: where a constraint must see them before the next step of the same deed."""
        with writing():
            row.save(using=row._state.db, force_update=True)

    def remove(self, row: models.Model) -> None:
        """Delete one row (drafts and links only: closing a record is a state, not a delete)."""
        cast(_Touched, self._find(type(row), self.lock(type(row), row).pk)).removed = True

    def emit(self, event: Event) -> None:
        """Announce a fact; listeners hear of it after the commit."""
        self._events.append(event)

    def note(self, key: str, value: Any) -> None:
        """Add a fact to this action's journal entry."""
        self._facts[key] = journal.plain(value)

    def defer(self, task: Task, **arguments: Any) -> BackgroundJob:
        """Queue a task for the background, in this deed's own transaction; it runs under the actor's authority as it is then.

        `arguments` are what JSON can hold. Returns the job; its page shows how far it is.
        """
        job = self.create(BackgroundJob, **queued(task, arguments, self.scope, self.spec.needs))
        with connections[self.using].cursor() as cursor:
            cursor.execute("SELECT pg_notify('anlan_jobs', '')")
        return job

    def add_note(self, note: journal.Note) -> None:
        """Add an entry of its own to the journal, for rows that are written past the deed."""
        self._notes.append(note)

    def at_end(self, key: Any, make: Callable[[], E]) -> E:
        """Return what this deed gathers under `key`, to be written once when the outermost deed ends; a refused step's part is dropped."""
        if key not in self._endings:
            self._endings[key] = make()
        return cast(E, self._endings[key])

    def endings(self, key: Any) -> list[Any]:
        """Return what this deed and those that it is a step of have gathered under `key`."""
        return (self.parent.endings(key) if self.parent else []) + ([self._endings[key]] if key in self._endings else [])

    def witness(self, row: models.Model, seen: dict[str, Any] | None = None) -> None:
        """Journal that a row was read, and what of it, where the reading itself is what must be answered for."""
        self._notes += reading.of_row(self, row, seen)

    def witness_list(self, model: type[models.Model], query: str) -> None:
        """Journal that a list was read, with its filter."""
        self._notes += reading.of_list(self, model, query)

    def _find(self, model: type[models.Model], pk: Any) -> _Touched | None:
        """Return the row if this deed, or one that it is a step of, holds it already."""
        return self._touched.get((model._meta.label_lower, pk)) or (self.parent._find(model, pk) if self.parent else None)

    def authorise(self, row: models.Model) -> None:
        """Refuse unless the actor holds the action's permission over a row's area and sector; steps inside another action rest on the outer one's.

        What a second person confirms is no such step: the confirmation is about one record, its details may name others.
        """
        area = area_of(row)
        if area is None or (self.parent is not None and self.parent.spec.name != CONFIRM):
            return
        self._judged = True
        if not self.scope.may(self.spec.needs, area, sector_of(row) if self.scope.sectored else ""):
            raise NotAuthorised(_("Your post may not do this here. Ask your administrator for the permission."))

    def _authorise_all(self, rows: Iterable[models.Model]) -> None:
        """Check the permission once for each area and sector that rows belong to."""
        for row in {(area_of(row), sector_of(row) if self.scope.sectored else ""): row for row in rows}.values():
            self.authorise(row)

    def _within_owner(self, row: models.Model) -> None:
        """Check that a part lies within the jurisdiction of what it belongs to, and that the actor answers for that as well."""
        for owner in owners.of(row, known_only=self.scope.system):
            self.authorise(owner)

    def _authorise_whole(self) -> None:
        """Check the permission where no row was judged: a grant for one sector does nothing that belongs to none."""
        if self.parent is None and not self._judged and not self.scope.areas_for(self.spec.needs, ""):
            raise NotAuthorised(_("Your post may not do this here. Ask your administrator for the permission."))

    def _take_a_step(self, row: models.Model) -> None:
        """Make the declared step of the action's own record, once."""
        if self.spec.moves is not None and not self._stepped and row._meta.label_lower == self.spec.record.lower():
            self._stepped = True
            self.move(row, self.spec.moves)

    def _check(self, row: models.Model, changed: set[str]) -> None:
        """Check what the database would refuse of changed values, in words; a row may move only to where the authority reaches."""
        moves = owners.moves(row, changed)
        if self.scope.sectored or moves:
            self.authorise(row)
        if moves:
            self._within_owner(row)
        checking.validate(row, changed)

    def _settle(self) -> None:
        """Flush, then hand notes and events to the parent, or write them if this is the outermost deed."""
        _flush(self)
        _end(self)
        if self._facts or (self._events and not self._notes):
            self._notes.insert(0, journal.Note(self.spec.name, area=_some_area(self), diff=self._facts))
        if self.parent is not None:
            self.parent._notes.extend(self._notes)
            self.parent._events.extend(self._events)
        elif self._notes or self._events:
            _write_down(self)


def _flush(deed: Deed) -> None:
    """Save what changed and note it; what was locked together is saved together."""
    together: dict[type[models.Model], dict[models.Model, set[str]]] = {}
    for (label, pk), touched in list(deed._touched.items()):
        row, before = touched.row, touched.before
        after = journal.snapshot(row)
        changed = {key: [before.get(key), value] for key, value in after.items() if before.get(key) != value}
        with writing():
            if touched.removed:
                row.delete(using=row._state.db)
            elif changed:
                life = life_of(type(row))
                if life is not None and not touched.created and life.field in changed:
                    life.check_change(row, before[life.field])
                deed._check(row, set(changed))
                if hasattr(row, "changed_at"):
                    row.changed_at = deed.now
                if touched.many:
                    together.setdefault(type(row), {})[row] = {*changed, *({"changed_at"} if hasattr(row, "changed_at") else ())}
                else:
                    row.save(using=row._state.db, force_update=True)
        diff = touched.diff(after, changed)
        if diff and deed._sheet and deed.spec.record.lower() in ("", label):
            diff, deed._sheet = diff | deed._sheet, {}
        if diff:
            deed._notes.append(journal.Note(deed.spec.name, label, str(pk), area_of(row) or "", journal.masked(row, diff)))
        _follow(deed, touched, after, changed)
    for model, rows in together.items():
        kept, names = model._base_manager.using(deed.using), sorted(set[str]().union(*rows.values()))
        with writing():  # all of them are there: each conflicts, and what changed of any is written
            kept.bulk_create(rows, batch_size=1000, update_conflicts=True, unique_fields=["pk"], update_fields=names)


def _follow(deed: Deed, touched: _Touched, after: dict[str, Any], changed: dict[str, Any]) -> None:
    """Let those who follow records know what became of one, while this deed still lasts."""
    wrote = {key: [None, value] for key, value in after.items()} if touched.created else changed
    for follow in FOLLOWERS if wrote and not touched.removed else ():
        follow(deed, touched.row, wrote)


def look(deed: Deed, row: models.Model | None) -> None:
    """Take up the sheet of a person's decision as it stands, to be kept with it; Changed where it is not what the actor saw."""
    sheet = deed.spec.sheet(row, deed.given) if deed.spec.sheet and not deed.scope.system else None
    if sheet is not None:
        seen.compare_sheet(sheet)
        deed._sheet = {"sheet": sheet.kept()}


def _separate(deed: Deed, row: models.Model) -> None:
    """Refuse whoever did the step that this one must be separate from."""
    name = deed.spec.separate_from
    if name and row._meta.label_lower == deed.spec.record.lower() and getattr(row, name, None) == deed.actor:
        raise SamePerson()


def _is_subject(deed: Deed, row: models.Model) -> bool:
    """Return whether a row is the record that the action is about: the first of its kind that it locks."""
    label = row._meta.label_lower
    return label == deed.spec.record.lower() and all(held != label for held, _pk in deed._touched)


def _some_area(deed: Deed) -> str:
    """Return the area of a note about no record: that of the first event, else the actor's own."""
    return next((e.area for e in deed._events if e.area), deed.scope.areas[0] if deed.scope.areas else "")


def _end(deed: Deed) -> None:
    """Close what gathered until the end of the outermost deed; a step hands it to the deed that it is a step of."""
    for key, ending in deed._endings.items():
        if deed.parent is None:
            ending.close(deed)
        elif (held := deed.parent._endings.setdefault(key, ending)) is not ending:
            held.join(ending)


def _write_down(deed: Deed) -> None:
    """Write the outermost deed's notes to the journal, post its events and poke open pages."""
    with entered(Scope.everything(deed.actor, deed.scope.world)):
        # Last of all, as near to the commit as can be: the append holds the chain's lock until then.
        live.poke(deed.using, [(note.record, note.record_id, note.area) for note in deed._notes if note.record and not note.read])
        post = posting(deed._events, [f"{note.record}:{note.record_id}" for note in deed._notes])
        entry = journal.append(deed._notes, deed.scope, at=deed.now, reason=deed.reason)
        post(deed.using, deed.now, entry)


def _database(model: type[models.Model], using: str) -> str:
    """Return the database to write `model` in: the world's own. Identity is the live world's and changes there only."""
    if WorldRouter().db_for_write(model) != using:
        raise Refusal(_("Accounts, roles and grants belong to the live world. Leave the exercise to change them."))
    return using
