"""The one write path: authority → lock → rule → change → journal → event, in one transaction.

An action is a function decorated with `@action`; its first argument is the Deed, the unit of work through which it
writes. Pages, API, jobs, CLI and plug-ins call the same function. Where the first keyword names a record, the desk
makes a button, a form and an API endpoint of it.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar, cast

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, models, transaction
from django.utils.translation import gettext_lazy as _
from psycopg.errors import UniqueViolation

from anlan.kit import clock, journal, live
from anlan.kit.events import Event
from anlan.kit.models import PendingAction
from anlan.kit.outbox import post_events
from anlan.kit.records import area_of, sector_of, writing
from anlan.kit.refusals import Conflict, NotAuthorised, NotFound, Refusal, SamePerson
from anlan.kit.registry import UnknownEntry
from anlan.kit.scope import Scope, World, current, entered
from anlan.kit.worlds import ALIASES, WorldRouter

log = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")
M = TypeVar("M", bound=models.Model)

ACTIONS: dict[str, Action[Any, Any]] = {}
_deed: ContextVar[Deed | None] = ContextVar("anlan_deed", default=None)

CONFIRM = "kit.confirm"
#: A person's further readings of a row within this time are the same reading.
READ_AGAIN_AFTER = timedelta(minutes=10)
#: A keyword with one of these in its name holds what nobody may read, not even in the journal.
SECRETS = ("password", "secret", "token")


@dataclass(frozen=True)
class Spec:
    """What an action declares of itself."""

    name: str
    needs: str
    label: Any
    record: str = ""
    separate_from: str = ""
    second_person: bool = False
    danger: bool = False
    journal_refusals: bool = False
    icon: str = "player-play"
    when: Callable[[Any], bool] | None = None


@dataclass
class _Touched:
    row: models.Model
    before: dict[str, Any]
    created: bool = False
    removed: bool = False


@dataclass
class Deed:
    """The unit of work of one action: everything it locks, changes, creates and announces."""

    spec: Spec
    scope: Scope
    now: datetime
    reason: str = ""
    parent: Deed | None = None
    _touched: dict[tuple[str, Any], _Touched] = field(default_factory=dict)
    _notes: list[journal.Note] = field(default_factory=list)
    _facts: dict[str, Any] = field(default_factory=dict)
    _events: list[Event] = field(default_factory=list)
    _judged: bool = False
    _too_late: bool = False

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
        known = self._find(model, pk)
        if known is not None:
            return cast(M, known.row)
        rows = cast(Any, model).objects.using(_database(model, self.using))
        try:
            found: M = rows.select_for_update(of=("self",)).get(pk=pk)
        except (model.DoesNotExist, ValueError, TypeError):  # type: ignore[attr-defined]
            raise NotFound() from None
        self._authorise(found)
        self._separate(found)
        self._too_late = self._too_late or not self._possible(found)
        self._touched[(model._meta.label_lower, found.pk)] = _Touched(found, journal.snapshot(found))
        return found

    def create(self, model: type[M], **values: Any) -> M:
        """Insert one row; its area must lie within the authority. Field errors become a Refusal that names the field."""
        row = model(**values)
        self._authorise(row)
        database = _database(model, self.using)
        try:
            row.clean_fields(exclude=[f.name for f in model._meta.fields if f.is_relation or _may_be_unset(row, f)])
        except ValidationError as error:
            name, problems = next(iter(error.message_dict.items()))
            raise Refusal("；".join(problems), field=name) from None
        with writing():
            row.save(using=database, force_insert=True)
        self._touched[(model._meta.label_lower, row.pk)] = _Touched(row, journal.snapshot(row), created=True)
        return row

    def create_many(self, model: type[M], rows: Iterable[M]) -> list[M]:
        """Insert many rows at once with one summarising journal entry: for reference packs and imports."""
        rows = list(rows)
        self._authorise_all(rows)
        with writing():
            made: list[M] = model._base_manager.using(_database(model, self.using)).bulk_create(rows, batch_size=1000)
        areas = {area_of(row) or "" for row in rows}
        area = min(areas, key=len) if areas else ""
        self._notes.append(journal.Note(self.spec.name, model._meta.label_lower, "", area, {"rows": [None, len(rows)]}))
        return made

    def change_many(self, rows: models.QuerySet[M], **values: Any) -> int:
        """Set `values` on all `rows` with one summarising journal entry; returns how many."""
        with writing():
            count = rows.update(**values)
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
        locked = self.lock(type(row), row)
        touched = self._find(type(row), locked.pk)
        if touched is not None:
            touched.removed = True

    def emit(self, event: Event) -> None:
        """Announce a fact; listeners hear of it after the commit."""
        self._events.append(event)

    def note(self, key: str, value: Any) -> None:
        """Add a fact to this action's journal entry."""
        self._facts[key] = journal.plain(value)

    def witness(self, row: models.Model) -> None:
        """Journal that a row was read, where the reading itself is what must be answered for; once per person in a while.

        An open page reads its row again whenever something changes; the journal says who looked, not how often.
        """
        with entered(Scope.everything(self.actor, self.scope.world)):
            if journal.acted_lately(row, self.spec.name, self.actor, self.now - READ_AGAIN_AFTER):
                return
        self._notes.append(
            journal.Note(
                self.spec.name, row._meta.label_lower, str(row.pk), area_of(row) or "", {"read": [None, True]}, read=True
            )
        )

    def _find(self, model: type[models.Model], pk: Any) -> _Touched | None:
        """Return the row if this deed, or one that it is a step of, holds it already."""
        held = self._touched.get((model._meta.label_lower, pk))
        return held or (self.parent._find(model, pk) if self.parent else None)

    def _authorise(self, row: models.Model) -> None:
        """Check the permission over a row's area and sector; steps inside another action rest on the outer one's authority.

        What a second person confirms is no such step: the confirmation is about one record, its details may name others.
        """
        area = area_of(row)
        is_step = self.parent is not None and self.parent.spec.name != CONFIRM
        if is_step or area is None:
            return
        self._judged = True
        if not self.scope.may(self.spec.needs, area):
            if self.scope.sectored and self.scope.may(self.spec.needs, area, sector_of(row)):
                return
            raise NotAuthorised(_("Your post may not do this here. Ask your administrator for the permission."))

    def _authorise_all(self, rows: Iterable[models.Model]) -> None:
        """Check the permission once for each area and sector that rows belong to."""
        for row in {(area_of(row), sector_of(row) if self.scope.sectored else ""): row for row in rows}.values():
            self._authorise(row)

    def _authorise_whole(self) -> None:
        """Check the permission where no row was judged: a grant for one sector does nothing that belongs to none."""
        if self.parent is None and not self._judged and not self.scope.areas_for(self.spec.needs, ""):
            raise NotAuthorised(_("Your post may not do this here. Ask your administrator for the permission."))

    def _separate(self, row: models.Model) -> None:
        name = self.spec.separate_from
        if name and row._meta.label_lower == self.spec.record.lower() and getattr(row, name, None) == self.actor:
            raise SamePerson()

    def _possible(self, row: models.Model) -> bool:
        """Tell whether the action is offered on its record in the state that it is in.

        Its record is the first of that kind that it locks; what else it touches, as the warning that another replaces, is no matter.
        """
        label = row._meta.label_lower
        mine = self.parent is None and label == self.spec.record.lower() and all(held != label for held, _pk in self._touched)
        return not mine or self.spec.when is None or self.spec.when(row)

    def _flush(self) -> None:
        """Save what changed and note it."""
        for (label, pk), touched in self._touched.items():
            row, before = touched.row, touched.before
            after = journal.snapshot(row)
            changed = {key: [before.get(key), value] for key, value in after.items() if before.get(key) != value}
            with writing():
                if touched.removed:
                    row.delete(using=row._state.db)
                elif changed:
                    self._check(row, set(changed))
                    if hasattr(row, "changed_at"):
                        row.changed_at = self.now
                    row.save(using=row._state.db, force_update=True)
            if touched.created:
                diff = {key: [None, value] for key, value in after.items() if value not in (None, "", [], {})}
            else:
                diff = {key: [value, None] for key, value in before.items()} if touched.removed else changed
            if diff:
                area = area_of(row) or ""
                self._notes.append(journal.Note(self.spec.name, label, str(pk), area, journal.masked(row, diff)))

    def _check(self, row: models.Model, changed: set[str]) -> None:
        """Check what the database would refuse of changed values, in words; a row may move only to where the authority reaches."""
        if self.scope.sectored or getattr(row, "jurisdiction_field", "area") in changed:
            self._authorise(row)
        for own in row._meta.concrete_fields:
            if own.attname in changed and not own.is_relation:
                try:
                    own.run_validators(getattr(row, own.attname))
                except ValidationError as error:
                    raise Refusal("；".join(error.messages), field=own.name) from None

    def _settle(self) -> None:
        """Flush, then hand notes and events to the parent, or write them if this is the outermost deed."""
        self._flush()
        if self._facts or (self._events and not self._notes):
            self._notes.insert(0, journal.Note(self.spec.name, area=self._some_area(), diff=self._facts))
        if self.parent is not None:
            self.parent._notes.extend(self._notes)
            self.parent._events.extend(self._events)
            return
        if not self._notes and not self._events:
            return
        with entered(Scope.everything(self.actor, self.scope.world)):
            entry = journal.append(
                self.using,
                self._notes,
                at=self.now,
                world=self.scope.world,
                actor=self.actor,
                post=self.scope.post,
                reason=self.reason,
                cause=self.scope.cause,
            )
            post_events(self.using, self._events, at=self.now, entry=entry)
            live.poke(
                self.using, [(note.record, note.record_id, note.area) for note in self._notes if note.record and not note.read]
            )

    def _some_area(self) -> str:
        return next((e.area for e in self._events if e.area), self.scope.areas[0] if self.scope.areas else "")


class Action(Generic[P, R]):
    """A callable verb with its declaration. Call it with keywords under a scope; it commits or leaves no trace."""

    #: A template that shows a verb must not call it.
    do_not_call_in_templates = True

    def __init__(self, function: Callable[Concatenate[Deed, P], R], spec: Spec) -> None:
        functools.update_wrapper(self, function)
        self.function = function
        self.spec = spec

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        scope = current()
        parent = _deed.get()
        if parent is None and not scope.areas_for(self.spec.needs):
            raise NotAuthorised(_("Your post may not do this. Ask your administrator for the permission."))
        if self.spec.second_person and parent is None and not scope.system:
            _rehearse(self, kwargs)
            return cast(R, _park(self, kwargs))
        try:
            return self._run(scope, parent, *args, **kwargs)
        except Refusal as refusal:
            if self.spec.journal_refusals and parent is None:
                _journal_refusal(self.spec, scope, refusal)
            raise

    def _run(self, scope: Scope, parent: Deed | None, /, *args: P.args, **kwargs: P.kwargs) -> R:
        reason = str(kwargs.get("reason") or "")
        deed = Deed(self.spec, scope, clock.now(), reason=reason, parent=parent)
        token = _deed.set(deed)
        try:
            with transaction.atomic(using=deed.using), clock.frozen(deed.now):
                result = self.function(deed, *args, **kwargs)
                deed._authorise_whole()
                if deed._too_late and not scope.system:
                    # The action's own words come first; this stands behind those that have none.
                    raise Conflict(_("This is no longer possible: the record has changed. Look at it again."))
                deed._settle()
            return result
        except IntegrityError as error:
            # The database's word stands behind every rule: a code may be taken by a row that this scope cannot see.
            if isinstance(error.__cause__, UniqueViolation):
                raise Conflict(_("The same record is there already; nothing was written. Use another code.")) from None
            raise
        except UnknownEntry as error:
            raise Refusal(_("There is no such plug-in: %(error)s.") % {"error": error}) from None
        except DataError:
            log.exception("%s: a value that the database cannot keep", self.spec.name)
            raise Refusal(
                _("A value is too long, too large or holds characters that cannot be kept; nothing was written.")
            ) from None
        finally:
            _deed.reset(token)

    def allows(self, row: models.Model, scope: Scope) -> bool:
        """Tell whether to offer this verb on `row` to `scope`: permission, state and separation of duties."""
        area = area_of(row)
        sector = sector_of(row) if scope.sectored else ""
        if not (scope.areas_for(self.spec.needs, "") if area is None else scope.may(self.spec.needs, area, sector)):
            return False
        if self.spec.separate_from and getattr(row, self.spec.separate_from, None) == scope.actor:
            return False
        return self.spec.when is None or self.spec.when(row)


def action(
    name: str,
    *,
    needs: str,
    label: Any,
    record: str = "",
    separate_from: str = "",
    second_person: bool = False,
    danger: bool = False,
    journal_refusals: bool = False,
    icon: str = "player-play",
    when: Callable[[Any], bool] | None = None,
) -> Callable[[Callable[Concatenate[Deed, P], R]], Action[P, R]]:
    """Make a function an action. `@action("warning.sign", needs="warning.sign_warning", label=_("Sign"))`"""
    spec = Spec(name, needs, label, record, separate_from, second_person, danger, journal_refusals, icon, when)

    def register(function: Callable[Concatenate[Deed, P], R]) -> Action[P, R]:
        if name in ACTIONS and ACTIONS[name].function.__module__ != function.__module__:
            raise ValueError(f"two actions are called {name}")
        made: Action[P, R] = Action(function, spec)
        ACTIONS[name] = made
        return made

    return register


def _may_be_unset(row: models.Model, f: Any) -> bool:
    return bool(f.null and getattr(row, f.attname) is None)


def _database(model: type[models.Model], using: str) -> str:
    """Return the database to write `model` in: the world's own. Identity is the live world's and changes there only."""
    if WorldRouter().db_for_write(model) != using:
        raise Refusal(_("Accounts, roles and grants belong to the live world. Leave the exercise to change them."))
    return using


class _TakenBack(Exception):
    """Ends a rehearsal."""


def _rehearse(verb: Action[Any, Any], kwargs: dict[str, Any]) -> None:
    """Run a verb and take it all back: whoever asks must be allowed to, and what would be refused is refused now."""
    scope = current()
    try:
        with transaction.atomic(using=ALIASES[scope.world]):
            verb._run(scope, None, **kwargs)
            raise _TakenBack
    except _TakenBack:
        return


def _park(verb: Action[Any, Any], kwargs: dict[str, Any]) -> PendingAction:
    return request_confirmation(action=verb.spec.name, arguments=kwargs, reason=str(kwargs.get("reason") or ""))


def _area_of(verb: Action[Any, Any], kwargs: dict[str, Any]) -> str:
    """Return the area of the record a verb is about, else the actor's own."""
    scope = current()
    pk = next(iter(kwargs.values()), None)
    if verb.spec.record and isinstance(pk, (int, str)):
        row = cast(Any, apps.get_model(verb.spec.record)).objects.filter(pk=pk).first()
        if row is None:
            raise NotFound()
        return area_of(row) or scope.areas[0]
    return scope.areas[0]


def concealed(value: Any) -> Any:
    """Return an action's arguments with the secret ones masked, at any depth."""
    if isinstance(value, dict):
        return {k: journal.MASK if any(word in k for word in SECRETS) else concealed(v) for k, v in value.items()}
    return [concealed(one) for one in value] if isinstance(value, list) else value


def request_confirmation(*, action: str, arguments: dict[str, Any], reason: str = "") -> PendingAction:
    """Park an action for a second person, under the authority that the action itself needs."""
    verb = ACTIONS[action]
    area = _area_of(verb, arguments)
    spec = Spec("kit.request_confirmation", verb.spec.needs, _("Ask for confirmation"))

    def park(deed: Deed) -> PendingAction:
        deed.note("asked", {"action": action, **concealed(journal.plain(arguments))})
        return deed.create(
            PendingAction,
            area=area,
            action=action,
            arguments=journal.plain(arguments),
            requested_by=deed.actor,
            requested_at=deed.now,
            reason=reason,
        )

    return Action(park, spec)()


@action(
    CONFIRM,
    needs="kit.confirm_action",
    label=_("Confirm"),
    record="kit.PendingAction",
    separate_from="requested_by",
    icon="checks",
    when=lambda p: p.state == PendingAction.State.WAITING,
)
def confirm(deed: Deed, *, pending: int) -> PendingAction:
    """Carry out a parked action as its second person, who needs the action's own permission as well."""
    parked = deed.lock(PendingAction, pending)
    verb = ACTIONS[parked.action]
    if parked.state != PendingAction.State.WAITING:
        raise Conflict(_("This has been decided already."))
    if not deed.scope.may(verb.spec.needs, parked.area):
        raise NotAuthorised(_("Your post may not confirm this."))
    parked.state, parked.decided_by, parked.decided_at = PendingAction.State.CONFIRMED, deed.actor, deed.now
    verb(**parked.arguments)
    parked.arguments = concealed(parked.arguments)
    return parked


@action(
    "kit.reject",
    needs="kit.confirm_action",
    label=_("Reject"),
    record="kit.PendingAction",
    icon="x",
    danger=True,
    when=lambda p: p.state == PendingAction.State.WAITING,
)
def reject(deed: Deed, *, pending: int, reason: str) -> PendingAction:
    """Turn a parked action down, with a reason."""
    parked = deed.lock(PendingAction, pending)
    if parked.state != PendingAction.State.WAITING:
        raise Conflict(_("This has been decided already."))
    parked.state, parked.decided_by, parked.decided_at = PendingAction.State.REJECTED, deed.actor, deed.now
    parked.arguments = concealed(parked.arguments)
    return parked


def _journal_refusal(spec: Spec, scope: Scope, refusal: Refusal) -> None:
    """Write the refused entry the law asks for, after the refused change has rolled back."""
    using = ALIASES[scope.world]
    note = journal.Note(spec.name, area=scope.areas[0] if scope.areas else "", diff={"refused": str(refusal)}, refused=True)
    world: World = scope.world
    with entered(Scope.everything(scope.actor, world)), transaction.atomic(using=using):
        journal.append(
            using, [note], at=clock.now(), world=world, actor=scope.actor, post=scope.post, reason="", cause=scope.cause
        )
