"""What an action is: a declared function that commits with its journal entry or leaves no trace, or waits for a second person."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from contextvars import ContextVar
from datetime import timedelta
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar, cast

from django.apps import apps
from django.conf import settings
from django.db import DataError, IntegrityError, models, transaction
from django.utils.translation import gettext_lazy as _
from psycopg.errors import UniqueViolation

from anlan.kit import clock, inputs, journal
from anlan.kit.actions.deed import Deed, look
from anlan.kit.actions.spec import Bulk, Spec
from anlan.kit.models import PendingAction
from anlan.kit.records import area_of, sector_of
from anlan.kit.refusals import Conflict, NotAuthorised, NotFound, Refusal
from anlan.kit.scope import Scope, current, entered
from anlan.kit.worlds import ALIASES
from anlan.lib.registry import UnknownEntry

log = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")

ACTIONS: dict[str, Action[Any, Any]] = {}
_deed: ContextVar[Deed | None] = ContextVar("anlan_deed", default=None)

#: A keyword with one of these in its name holds what nobody may read, not even in the journal.
SECRETS = ("password", "secret", "token")


def in_force() -> Deed | None:
    """Return the deed that is being done, None outside an action."""
    return _deed.get()


class Action(Generic[P, R]):
    """A callable verb with its declaration. Call it with keywords under a scope; it commits or leaves no trace."""

    #: A template that shows a verb must not call it.
    do_not_call_in_templates = True

    def __init__(self, function: Callable[Concatenate[Deed, P], R], spec: Spec) -> None:
        functools.update_wrapper(self, function)
        self.function = function
        self.spec = spec

    @property
    def subject(self) -> inputs.Parameter | None:
        """Return the keyword that names the record the verb is about: its first, where it is declared to be about one."""
        return inputs.parameters_of(self.function)[0] if self.spec.record else None

    @property
    def parameters(self) -> tuple[inputs.Parameter, ...]:
        """Return what the verb asks for beside its record."""
        return inputs.parameters_of(self.function)[1 if self.spec.record else 0 :]

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        scope = current()
        parent = _deed.get()
        if parent is None and not scope.areas_for(self.spec.needs):
            raise NotAuthorised(_("Your post may not do this. Ask your administrator for the permission."))
        if self.spec.grave and scope.token and parent is None:
            raise NotAuthorised(_("A program's token does not do this: somebody signs in, with the second factor, and does it."))
        if self.spec.second_person and parent is None and not scope.system:
            rehearse(self, kwargs)
            return cast(R, request_confirmation(action=self.spec.name, arguments=kwargs, reason=str(kwargs.get("reason") or "")))
        try:
            return self._run(scope, parent, *args, **kwargs)
        except Refusal as refusal:
            if self.spec.journal_refusals and parent is None:
                _journal_refusal(self.spec, scope, refusal)
            raise

    def _run(self, scope: Scope, parent: Deed | None, /, *args: P.args, **kwargs: P.kwargs) -> R:
        kwargs.update(inputs.read(self.parameters, kwargs))
        reason = str(kwargs.get("reason") or "")
        deed = Deed(self.spec, scope, clock.now(), reason=reason, parent=parent, given=kwargs)
        token = _deed.set(deed)
        try:
            with transaction.atomic(using=deed.using), clock.frozen(deed.now):
                held: Any = None
                if self.subject is not None and self.subject.kind == "ref":
                    name = self.subject.name
                    held = kwargs[name] = deed.lock(self.subject.type, cast(Any, kwargs[name]))
                if self.subject is None and parent is None:
                    look(deed, None)
                result = self.function(deed, *args, **kwargs)
                deed._authorise_whole()
                if deed._too_late and not scope.system:
                    # The action's own words come first; this stands behind those that have none.
                    raise Conflict(_("This is no longer possible: the record has changed. Look at it again."))
                deed._settle()
            return cast(R, held) if result is None else result
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

    def permits(self, row: models.Model, scope: Scope) -> bool:
        """Return whether `scope` holds the permission that this verb needs over `row`."""
        area = area_of(row)
        sector = sector_of(row) if scope.sectored else ""
        return bool(scope.areas_for(self.spec.needs, "")) if area is None else scope.may(self.spec.needs, area, sector)

    def allows(self, row: models.Model, scope: Scope) -> bool:
        """Return whether to offer this verb on `row` to `scope`: permission, state and separation of duties."""
        if not self.permits(row, scope):
            return False
        if self.spec.separate_from and getattr(row, self.spec.separate_from, None) == scope.actor:
            return False
        return self.spec.offers(row)


def action(
    name: str, *, needs: str, label: Any, bulk: Bulk | int = 0, **declared: Any
) -> Callable[[Callable[Concatenate[Deed, P], R]], Action[P, R]]:
    """Make a function an action. `@action("warning.sign", needs="warning.sign_warning", label=_("Sign"))`; the rest is `Spec`'s."""
    spec = Spec(name, needs, label, bulk=bulk if isinstance(bulk, Bulk) else Bulk(bulk) if bulk else None, **declared)

    def register(function: Callable[Concatenate[Deed, P], R]) -> Action[P, R]:
        if name in ACTIONS and ACTIONS[name].function.__module__ != function.__module__:
            raise ValueError(f"two actions are called {name}")
        made: Action[P, R] = Action(function, spec)
        ACTIONS[name] = made
        return made

    return register


def _journal_refusal(spec: Spec, scope: Scope, refusal: Refusal) -> None:
    """Write the refused entry the law asks for, after the refused change has rolled back."""
    note = journal.Note(spec.name, area=scope.areas[0] if scope.areas else "", diff={"refused": str(refusal)}, refused=True)
    with entered(Scope.everything(scope.actor, scope.world)), transaction.atomic(using=ALIASES[scope.world]):
        journal.append([note], scope, at=clock.now())


class _TakenBack(Exception):
    """Ends a rehearsal."""


def rehearse(verb: Action[Any, Any], kwargs: dict[str, Any]) -> None:
    """Run a verb and take it all back: whoever asks must be allowed to, and what would be refused is refused now."""
    scope = current()
    try:
        with transaction.atomic(using=ALIASES[scope.world]):
            verb._run(scope, None, **kwargs)
            raise _TakenBack
    except _TakenBack:
        return


def record_of(verb: Action[Any, Any], kwargs: dict[str, Any]) -> Any:
    """Return the record a verb is about, None where it is about none."""
    pk = kwargs.get(verb.subject.name) if verb.subject else None  # stored arguments keep no order
    if not verb.spec.record or not isinstance(pk, (int, str)):
        return None
    row = cast(Any, apps.get_model(verb.spec.record)).objects.filter(pk=pk).first()
    if row is None:
        raise NotFound()
    return row


def concealed(value: Any) -> Any:
    """Return an action's arguments with the secret ones masked, at any depth."""
    if isinstance(value, dict):
        return {k: journal.MASK if any(word in k for word in SECRETS) else concealed(v) for k, v in value.items()}
    return [concealed(one) for one in value] if isinstance(value, list) else value


def request_confirmation(*, action: str, arguments: dict[str, Any], reason: str = "") -> PendingAction:
    """Park an action for a second person, under the authority that the action itself needs."""
    verb = ACTIONS[action]
    about = record_of(verb, arguments)
    area = (about is not None and area_of(about)) or current().areas[0]
    shows = verb.spec.sheet
    sheet = (lambda _row, _given: shows(about, arguments)) if shows else None  # what whoever asks knew is kept with the request
    spec = Spec("kit.request_confirmation", verb.spec.needs, _("Ask for confirmation"), sheet=sheet)

    def park(deed: Deed) -> PendingAction:
        if deed.parent is not None:  # the outermost deed has looked already
            look(deed, None)
        deed.note("asked", {"action": action, **concealed(inputs.written(arguments))})
        return deed.create(
            PendingAction,
            area=area,
            action=action,
            arguments=inputs.written(arguments),
            requested_by=deed.actor,
            requested_at=deed.now,
            expires_at=deed.now + timedelta(hours=settings.ANLAN_CONFIRM_HOURS),
            reason=reason,
        )

    return Action(park, spec)()
