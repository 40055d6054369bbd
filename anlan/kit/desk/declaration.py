"""The declaration of a record's desk, and what follows from it: permissions, prefetching, scope, verbs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from anlan.kit.actions import Action, Deed, Spec
from anlan.kit.desk import usual
from anlan.kit.desk.columns import Column, Facts, column, joined
from anlan.kit.inputs import Reason
from anlan.kit.languages import plural
from anlan.kit.records import may_anywhere, readable
from anlan.kit.refusals import NotAuthorised, NotFound
from anlan.kit.scope import current

DESKS: dict[type[models.Model], type[Desk]] = {}
#: Panels that apps above add to a desk of an app below, by the label of its record.
_ADDED: dict[str, list[Any]] = {}


def add_panel(record: str, panel: Any) -> None:
    """Add a panel to the page of a record of an app below ("telemetry.Station"); the journal stays last."""
    _ADDED.setdefault(record, []).append(panel)
    for desk in [d for model, d in DESKS.items() if model._meta.label == record]:
        desk.panels = (*desk.panels[:-1], panel, *desk.panels[-1:])


class Desk:
    """Declare a record's desk: `class AlarmDesk(Desk, record=Alarm)` with the attributes below."""

    record: ClassVar[Any]
    slug: ClassVar[str] = ""
    story: ClassVar[Any] = ""
    menu: ClassVar[tuple[str, int] | None] = None
    icon: ClassVar[str] = "table"
    columns: ClassVar[tuple[Any, ...]] = ()
    filters: ClassVar[tuple[Any, ...]] = ()
    search: ClassVar[tuple[str, ...]] = ()
    #: Filters by a choice whose list says how many rows each would show.
    facets: ClassVar[tuple[str, ...]] = ()
    #: The journal follows by itself; `Facts()` says which values they are by itself.
    panels: ClassVar[tuple[Any, ...]] = (Facts(),)
    journal: ClassVar[bool] = True
    form: ClassVar[tuple[str, ...]] = ()
    actions: ClassVar[tuple[Action[Any, Any], ...]] = ()
    #: Verbs that begin a new record, beside the form.
    begins: ClassVar[tuple[Action[Any, Any], ...]] = ()
    #: Paths of the geometries that put a row on the map.
    point: ClassVar[str] = ""
    outline: ClassVar[str] = ""
    #: Puts a `point` on the command map as a layer of its own: the group that it stands in, and where.
    layer: ClassVar[tuple[Any, int] | None] = None
    #: The table of a city's pack, one row a record, that fills the desk: "shelters/shelters.csv".
    pack: ClassVar[str] = ""
    #: What the map says of a row: property → path, expression, or function that makes one when asked. `label` must be there.
    #: What is a JSON object is spread out. `named_first` is the path to the property by which the map chooses whom to name.
    tile: ClassVar[dict[str, Any]] = {}
    named_first: ClassVar[tuple[str, ...]] = ()
    #: Relations whose rows come and go with the record's versions → the columns that name such a row, the first that is filled in.
    parts: ClassVar[dict[str, tuple[str, ...]]] = {}
    #: For records that remember: an instant → the properties that were others then.
    tile_then: ClassVar[Callable[[datetime], dict[str, Any]] | None] = None
    order: ClassVar[tuple[str, ...]] = ()
    #: What its list goes by before `order`, by what `rows` adds to each row, such as how grave it is.
    order_first: ClassVar[tuple[str, ...]] = ()
    importable: ClassVar[bool] = False
    #: Personal data: who opens a record's page, reads it by the API, or exports the list, is journalled.
    sensitive: ClassVar[bool] = False
    #: The list alone says as much: reading it is journalled too.
    sensitive_list: ClassVar[bool] = False
    empty: ClassVar[Any] = _("What there is will be listed here.")
    page_template: ClassVar[str] = "desk/page.html"
    #: Further pages of a record: the last part of the address → (label, icon, view of request, desk and pk).
    pages: ClassVar[dict[str, tuple[Any, str, Any]]] = {}

    def __init_subclass__(cls, *, record: Any, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if record is None:  # what several desks have in common
            return
        cls.record = record
        cls.slug = cls.slug or f"{record._meta.model_name}s"
        cls.panels, cls.tile = usual.panels_of(cls), usual.tile_of(cls)
        if cls.layer:
            usual.put_on_map(cls)
        DESKS[record] = cls
        cls.panels = (*cls.panels[:-1], *_ADDED.get(record._meta.label, ()), *cls.panels[-1:])
        record.desk_url = lambda row: reverse(cls.name("page"), args=[row.pk])  # type: ignore[attr-defined]
        record.open_url = lambda row: record.desk_url(row) if cls.may("view") else ""  # type: ignore[attr-defined]
        cls.read = cls._verb("read", "view", _("Read"), "eye", _reader(cls), record._meta.label)
        cls.read_list = cls._verb("read_list", "view", _("Read the list"), "eye", _list_reader(cls), record._meta.label)
        cls.take_out = cls._verb("export", "view", _("Export"), "download", _exporter)
        if cls.form:
            cls.create = cls._verb("create", "add", _("New"), "plus", _creator(cls))
            cls.create_rows = cls._verb("import", "add", _("Import"), "upload", _importer(cls))
            cls.change = cls._verb("change", "change", _("Edit"), "pencil", _changer(cls), record._meta.label)

    @classmethod
    def _verb(cls, name: str, permission: str, label: Any, icon: str, function: Any, record: str = "") -> Action[Any, Any]:
        return Action(function, Spec(f"{cls.app()}.{name}_{cls.noun()}", cls.permission(permission), label, record, icon=icon))

    read: ClassVar[Action[Any, Any]]
    read_list: ClassVar[Action[Any, Any]]
    take_out: ClassVar[Action[Any, Any]]
    create: ClassVar[Action[Any, Any]]
    create_rows: ClassVar[Action[Any, Any]]
    change: ClassVar[Action[Any, Any]]

    @classmethod
    def app(cls) -> str:
        """Return the label of the record's app."""
        return str(cls.record._meta.app_label)

    @classmethod
    def noun(cls) -> str:
        """Return the record's name in code."""
        return str(cls.record._meta.model_name)

    @classmethod
    def permission(cls, verb: str) -> str:
        """Return the permission for a generic verb: view, add, change."""
        return f"{cls.app()}.{verb}_{cls.noun()}"

    @classmethod
    def name(cls, page: str) -> str:
        """Return the URL name of one of the desk's pages."""
        return f"desk:{cls.app()}_{cls.slug}_{page}"

    @classmethod
    def title(cls) -> str:
        """Return the record's name for headings: its `verbose_name_plural` where it has one, else its noun with an English plural."""
        meta = cls.record._meta
        return str(meta.verbose_name_plural) if "verbose_name_plural" in meta.original_attrs else plural(cls.called())

    @classmethod
    def called(cls) -> str:
        """Return what one such record is called."""
        return str(cls.record._meta.verbose_name)

    @classmethod
    def found(cls, row: Any) -> str:
        """Return what the search over everything calls a row, where its own name says too little."""
        return str(row)

    @classmethod
    def shown(cls) -> list[Column]:
        """Return the columns of the list."""
        return [column(c) for c in cls.columns]

    @classmethod
    def rows(cls) -> Any:
        """Return the rows that the viewer may see, related rows joined as the columns need; NotAuthorised if none at all."""
        if not current().areas_for(cls.permission("view")):
            raise NotAuthorised(_("Your role does not include reading this."))
        rows = joined(readable(cls.record, cls.permission("view")), _read(cls))
        return rows.order_by(*cls.order) if cls.order else rows

    @classmethod
    def get(cls, pk: Any) -> Any:
        """Return one row that the viewer may see; NotFound otherwise."""
        try:
            return cls.rows().get(pk=pk)
        except (cls.record.DoesNotExist, ValueError):
            raise NotFound() from None

    @classmethod
    def listed(cls, query: str) -> None:
        """Journal that the viewer reads the list, where the list alone says as much as its records."""
        if cls.sensitive_list:
            cls.read_list(query=query)

    @classmethod
    def opened(cls, pk: Any) -> Any:
        """Return one row that the viewer opens: of a sensitive record the reading is journalled first."""
        row = cls.get(pk)
        if cls.sensitive:
            cls.read(row=row)
        return row

    @classmethod
    def fetched(cls, row: Any) -> None:
        """Refuse or journal that the viewer fetches a file of a row, where its content wants more than reading the row."""

    @classmethod
    def verbs(cls, row: models.Model) -> list[Action[Any, Any]]:
        """Return the verbs to offer the viewer on a row."""
        scope = current()
        own = [cls.change] if cls.form and cls.change.allows(row, scope) else []
        return [verb for verb in cls.actions if verb.allows(row, scope)] + own

    @classmethod
    def verb(cls, name: str) -> Action[Any, Any]:
        """Return a verb by the last part of its name."""
        return _called(cls.actions, name)

    @classmethod
    def beginning(cls, name: str) -> Action[Any, Any]:
        """Return a verb that begins a record by the last part of its name."""
        return _called(cls.begins, name)

    @classmethod
    def begun(cls) -> list[tuple[Action[Any, Any], str]]:
        """Return the verbs by which the viewer may begin a record, with their pages."""
        held = [(verb, verb.spec.page) for verb in cls.begins if current().areas_for(verb.spec.needs)]
        return [(verb, reverse(page or cls.name("begin"), args=[] if page else [verb.spec.last])) for verb, page in held]

    @classmethod
    def filled(cls, verb: Action[Any, Any], row: Any) -> dict[str, Any]:
        """Return what the form of a verb begins with."""
        return {}

    @classmethod
    def may(cls, verb: str) -> bool:
        """Return whether the viewer holds a generic permission anywhere."""
        return may_anywhere(current(), cls.permission(verb))


def _read(desk: type[Desk]) -> list[Column]:
    """Return the columns that list, facts and the point on the map read."""
    facts = [column(part) for panel in desk.panels if isinstance(panel, Facts) for part in panel.columns]
    return [*desk.shown(), *facts, *([Column(desk.point)] if desk.point else [])]


def _called(verbs: tuple[Action[Any, Any], ...], name: str) -> Action[Any, Any]:
    for verb in verbs:
        if verb.spec.last == name:
            return verb
    raise NotFound()


def _creator(desk: type[Desk]) -> Any:
    def create(deed: Deed, *, values: dict[str, Any]) -> Any:
        return deed.create(desk.record, **values)

    return create


def _importer(desk: type[Desk]) -> Any:
    def create_rows(deed: Deed, *, rows: list[dict[str, Any]]) -> list[Any]:
        return [deed.create(desk.record, **values) for values in rows]

    return create_rows


def _changer(desk: type[Desk]) -> Any:
    def change(deed: Deed, *, row: int, values: dict[str, Any], reason: Reason = "") -> Any:
        held = deed.lock(desk.record, row)
        for name, value in values.items():
            setattr(held, name, value)
        return held

    return change


def _reader(desk: type[Desk]) -> Any:
    def read(deed: Deed, *, row: models.Model) -> None:
        deed.witness(row)

    return read


def _list_reader(desk: type[Desk]) -> Any:
    def read_list(deed: Deed, *, query: str) -> None:
        deed.witness_list(desk.record, query)

    return read_list


def _exporter(deed: Deed, *, rows: int, query: str) -> None:
    deed.note("rows", rows)
    deed.note("query", query)
