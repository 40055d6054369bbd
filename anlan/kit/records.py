"""The bases of every table: Record (has an area), Reference (has none), Stream (telemetry); guarded reads and writes.

Reads fail closed: a query with no scope raises, a query with one sees its rows only, also through foreign keys.
Writes happen inside an action only, through its deed; anything else raises WriteOutsideAction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import reduce
from operator import and_, or_
from typing import Any, ClassVar, Self, cast

from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.base import ModelBase
from django.utils.encoding import force_str
from django.utils.translation import gettext_lazy as _

from anlan.kit import clock
from anlan.kit.languages import localised
from anlan.kit.scope import Authority, NoScope, Scope, above, current, maybe_current

OUT_OF_SIGHT = "?"  # the sector of a row whose owner lies outside the scope: no grant covers it

_writing: ContextVar[bool] = ContextVar("anlan_writing", default=False)


class WriteOutsideAction(RuntimeError):
    """A guarded table was written to without a deed."""


@contextmanager
def writing() -> Iterator[None]:
    """Open the guard for the block. For the deed, the journal and the outbox of the kit only."""
    token = _writing.set(True)
    try:
        yield
    finally:
        _writing.reset(token)


def _guard(what: str) -> None:
    if not _writing.get():
        raise WriteOutsideAction(f"{what}: write through an @action and its deed (deed.create, deed.lock, deed.remove)")


class AreaField(models.CharField):  # type: ignore[type-arg]
    """National division code of the row's jurisdiction; a prefix is an ancestor: 4418, 441802, 9 and 12 digits."""

    #: What else must hold of a code, from the app that knows the divisions.
    further: ClassVar[list[Callable[[str], None]]] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        usual: Any = {"verbose_name": _("Jurisdiction"), "max_length": 12, "db_collation": "C", "db_index": True}
        usual["validators"] = [RegexValidator(r"^\d{2,12}$", _("Give a division code of 2 to 12 digits."))]
        super().__init__(*args, **usual | kwargs)

    def run_validators(self, value: Any) -> None:
        """Check the form of a code, then what it stands for."""
        super().run_validators(value)
        for check in self.further if value else ():
            check(value)


class GuardedQuerySet(models.QuerySet[Any]):
    """Refuse bulk writes outside a deed."""

    def update(self, **kwargs: Any) -> int:
        _guard(f"update of {self.model.__name__}")
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        _guard(f"delete of {self.model.__name__}")
        return super().delete()

    def bulk_create(self, *args: Any, **kwargs: Any) -> list[Any]:
        _guard(f"bulk_create of {self.model.__name__}")
        return super().bulk_create(*args, **kwargs)

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:
        _guard(f"bulk_update of {self.model.__name__}")
        return super().bulk_update(*args, **kwargs)

    @classmethod
    def as_manager(cls) -> Any:
        return GuardedManager.from_queryset(cls)()


class ScopedQuerySet(GuardedQuerySet):
    """Rows of the scope in force. Subclass it for chainable questions and use `.as_manager()`."""

    @classmethod
    def as_manager(cls) -> Any:
        return ScopedManager.from_queryset(cls)()

    def within(self, *areas: str) -> Self:
        """Narrow to rows below any of `areas`."""
        return self.filter(below(areas)) if areas else self.none()

    def readable(self, permission: str = "") -> Self:
        """Narrow to the rows over which the actor holds `permission` (that to view them without one), by area and by sector."""
        return cast(Self, narrowed(self, permission))


class GuardedManager(models.Manager.from_queryset(GuardedQuerySet)):  # type: ignore[misc]
    """Manager whose bulk writes are refused outside a deed."""


class ScopedManager(models.Manager.from_queryset(ScopedQuerySet)):  # type: ignore[misc]
    """Manager that shows the scope's rows only and raises when there is no scope."""

    def get_queryset(self) -> Any:
        scope = maybe_current()
        if scope is None:
            raise NoScope(f"{self.model.__name__} asked for with no scope in force")
        rows = super().get_queryset()
        if "" in scope.areas:
            return rows
        if not scope.areas:
            return rows.none()
        return rows.filter(visible(self.model, scope))


def area_of(row: Any) -> str | None:
    """Return the jurisdiction a row belongs to, None for reference data without one."""
    found = getattr(row, getattr(type(row), "jurisdiction_field", "area"), None)
    return None if found is None else str(found)


def sector_paths(model: Any) -> tuple[str, ...]:
    """Return the paths to the columns that say which sector a row of this kind belongs to: one for each owner it may have."""
    path: str | tuple[str, ...] = getattr(model, "sector_field", "")
    return path if isinstance(path, tuple) else (path,) if path else ()


def sector_of(row: Any) -> str:
    """Return the sector a row belongs to by its model's `sector_field`, "" if its kind or its owner knows none."""
    for path in sector_paths(type(row)):
        found = row
        try:
            for step in path.split("__"):
                found = getattr(found, step, None)
        except ObjectDoesNotExist:
            return OUT_OF_SIGHT
        if found:
            return str(found)
    return ""


def unscoped(model: type[models.Model], using: str) -> Any:
    """Return all rows of one of the kit's own tables in a database, past the guards; for the kit only."""
    return models.QuerySet(model, using=using)


def below(areas: tuple[str, ...], column: str = "area") -> models.Q:
    """Return the condition "`column` lies below one of these", in the range form that the C-collated index serves."""
    return reduce(or_, (models.Q(**{f"{column}__gte": a, f"{column}__lt": a + "~"}) for a in areas))


def visible(model: type[models.Model], scope: Scope, areas: tuple[str, ...] = ()) -> models.Q:
    """Return the condition for the rows of `model` that `scope` may read, in all its areas or in `areas` of them."""
    condition = below(areas or scope.areas, getattr(model, "jurisdiction_field", "area"))
    if getattr(model, "shared_down", False):
        shared = models.Q(area__in=above(areas or scope.areas))
        once = getattr(model, "shared_once", "")
        condition |= shared & models.Q(**{f"{once}__isnull": False}) if once else shared
    return condition


def in_sectors(model: type[models.Model], scope: Scope, permission: str) -> models.Q:
    """Return the condition that keeps a reader whose grants have sectors to the rows of those sectors, and of none."""
    paths = sector_paths(model)
    if not paths or not scope.sectored:
        return models.Q()
    held = [a for a in scope.authorities if a.permits(permission)]
    own = [reduce(and_, (_of(path, a.sector) for path in paths)) if a.sector else models.Q() for a in held]
    return reduce(
        or_, (visible(model, scope, (a.area,)) & sector for a, sector in zip(held, own, strict=True)), models.Q(pk__in=[])
    )


def view_of(model: type[models.Model]) -> str:
    """Return the permission to view rows of a kind."""
    return f"{model._meta.app_label}.view_{model._meta.model_name}"


def narrowed(rows: Any, permission: str = "") -> Any:
    """Narrow rows to those over which the actor holds `permission` (that to view them without one): the one door of reading.

    A scope is the union of an actor's grants, so a row within it may still be one that no single grant lets the actor read.
    Reference data of no jurisdiction is open to all.
    """
    scope, model = current(), rows.model
    permission = permission or view_of(model)
    column = getattr(model, "jurisdiction_field", "area")
    if any(f.name == column for f in model._meta.fields):
        areas = scope.areas_for(permission)
        if not areas:
            return rows.none()
        # Records are scoped already, but to every area of the viewer's; identity has an area and no scope of its own.
        if "" not in areas and not (issubclass(model, Record) and set(areas) == set(scope.areas)):
            rows = rows.filter(visible(model, scope, areas))
    return rows.filter(in_sectors(model, scope, permission)) if scope.sectored else rows


def readable(model: Any, permission: str = "") -> Any:
    """Return the rows of a kind over which the actor holds `permission`, by default that to view them."""
    return narrowed(model._default_manager.all(), permission)


def _of(path: str, sector: str) -> models.Q:
    """Return the condition that the owner at the end of `path` is of `sector` or of none, or that there is no owner."""
    steps = path.split("__")
    owners = ("__".join(steps[:n]) for n in range(1, len(steps)))
    return reduce(or_, (models.Q(**{f"{owner}__isnull": True}) for owner in owners), models.Q(**{f"{path}__in": [sector, ""]}))


def may_anywhere(authority: Scope | Authority, permission: str) -> bool:
    """Return whether somebody holds a permission on anything: a grant for one sector only reads what belongs to none."""
    app, _dot, verb = permission.partition(".")
    try:
        sector = None if sector_paths(apps.get_model(app, verb.partition("_")[2])) else ""
    except LookupError:
        sector = ""
    if isinstance(authority, Scope):
        return bool(authority.areas_for(permission, sector))
    return authority.permits(permission) and (sector is None or authority.serves(permission, sector))


class GuardedBase(ModelBase):
    """Make the guarded manager the base manager as well: else a forward key would show the neighbour's row."""

    def __new__(cls, name: str, bases: tuple[type, ...], attrs: dict[str, Any], **kwargs: Any) -> Any:
        model: Any = super().__new__(cls, name, bases, attrs, **kwargs)
        if not model._meta.abstract:
            model._meta.base_manager_name = "objects"
        return model


_labels: dict[Any, dict[Any, Any]] = {}  # what a field's choices are called, each a text that translates itself


class Guarded(models.Model, metaclass=GuardedBase):
    """A row that only an action writes."""

    #: Reference data, copied from the live world into a fresh exercise.
    mirrored: ClassVar[bool] = False
    #: Identity: always in the live database.
    live_only: ClassVar[bool] = False
    #: The database refuses a change of a row without a journal entry about it in the same transaction.
    demands_entry: ClassVar[bool] = False
    #: The column that says whose jurisdiction the row is.
    jurisdiction_field: ClassVar[str] = "area"
    #: The path (one per owner) to the column that says which sector the row belongs to; "" where the kind knows no sector.
    sector_field: ClassVar[str | tuple[str, ...]] = ""
    #: The foreign keys that say whose part the row is: its area lies within its owner's, and who writes it must answer for both.
    owned_by: ClassVar[tuple[str, ...]] = ()
    #: Fields whose values the journal masks, and exports and the API leave out; those of `journal_hides` the journal alone masks.
    journal_masks: ClassVar[tuple[str, ...]] = ()

    created_at = models.DateTimeField(_("Created"), editable=False, default=clock.now)
    changed_at = models.DateTimeField(_("Changed"), editable=False, default=clock.now)

    class Meta:
        abstract = True

    def save_base(self, *args: Any, **kwargs: Any) -> None:
        _guard(f"save of {type(self).__name__}")
        super().save_base(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        _guard(f"delete of {type(self).__name__}")
        return super().delete(*args, **kwargs)

    def _get_FIELD_display(self, field: Any) -> str:  # noqa: N802 - Django's own translates every choice to show one
        value = getattr(self, field.attname)
        if value not in _labels.get(field, ()):
            _labels[field] = dict(field.flatchoices)
        return force_str(_labels[field].get(value, value), strings_only=True)


class Record(Guarded):
    """A row of the bureau: owned by an area, seen within its scope, written by actions, journalled."""

    #: Lower jurisdictions may read rows owned by their ancestors (the city's plan, a published warning).
    shared_down: ClassVar[bool] = False
    #: The column that must be set before a row is shared so (a draft is not); "" for from the start.
    shared_once: ClassVar[str] = ""

    area = AreaField()

    objects = ScopedManager()

    class Meta:
        abstract = True


class Reference(Guarded):
    """A row of reference data without jurisdiction: anybody reads it, actions write it."""

    objects = GuardedManager()

    class Meta:
        abstract = True


class Named(models.Model):
    """What has a name in both languages and is called by it: `class Depot(Named, Record)`."""

    name = models.CharField(_("Name"), max_length=100)
    name_en = models.CharField(_("English name"), max_length=100, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(localised(self.name, self.name_en))


class Stream(models.Model):
    """Telemetry: append-only, bulk-loaded, partitioned; the one exception to action and journal."""

    class Meta:
        abstract = True
