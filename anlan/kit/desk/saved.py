"""Lists as people want them: filters, columns and order under a name, for oneself or for one's body, one of which opens with the list."""

from __future__ import annotations

from typing import Annotated, Any

from django.apps import apps
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from anlan.kit.actions import Deed, action
from anlan.kit.desk.columns import Age, Called, Facts, label_of
from anlan.kit.desk.declaration import DESKS, Desk
from anlan.kit.desk.exporting import selected
from anlan.kit.desk.paging import order_of
from anlan.kit.desk.tables import columns_of
from anlan.kit.inputs import Input
from anlan.kit.models import SavedView
from anlan.kit.names import name_of
from anlan.kit.refusals import Conflict, Malformed, NotFound, Refusal
from anlan.kit.saved_views import body_of, seen_by
from anlan.kit.scope import current

SAVE = "kit.save_view"
#: What an address says of a page and of the view itself, which no view keeps.
FLEETING = ("page", "cursor", "view", "row", "all")

Name = Annotated[str, Input(_("Name"), example="未送达 Dead letters")]
Shared = Annotated[bool, Input(_("For everybody of my body"))]
Opens = Annotated[bool, Input(_("Opens with the list"))]


def desk_of(code: str) -> type[Desk]:
    """Return the desk of a list by its record's label; Refusal where there is none that the actor may read."""
    try:
        desk = DESKS[apps.get_model(code)]
    except (LookupError, ValueError):
        raise Refusal(_("There is no such list."), field="list") from None
    if not desk.may("view"):
        raise Refusal(_("There is no such list."), field="list")
    return desk


def _lasting(query: QueryDict) -> QueryDict:
    """Return what a view keeps of a list's address."""
    kept = query.copy()
    for name in FLEETING:
        kept.pop(name, None)
    return kept


def _checked(code: str, query: str) -> str:
    """Return what a view keeps of a list's address; Refusal for what that list would not take."""
    asked, desk = _lasting(QueryDict(query)), desk_of(code)
    try:
        columns_of(desk, asked)
        order_of(desk, asked)
        selected(desk, asked)
    except Malformed:
        raise Refusal(_("This list has no such filter, or its value is not valid."), field="query") from None
    return asked.urlencode()


def _settle(deed: Deed, view: SavedView, name: str, *, shared: bool, opens: bool) -> None:
    """Give a view its name and say whom it is for; only one of a person's views opens with a list."""
    own = SavedView.objects.filter(saved_by=deed.actor, list=view.list).exclude(pk=view.pk)
    if own.filter(name=name.strip()).exists():
        raise Conflict(_("You have a view of this name already."), field="name")
    if shared and not body_of(deed.scope):
        raise Refusal(_("Your account has no post, so there is no body to share with."), field="shared")
    for other in own.filter(opens=True) if opens else ():
        held = deed.lock(SavedView, other)
        held.opens = False
        deed.save(held)
    view.name, view.body, view.opens = name.strip(), body_of(deed.scope) if shared else "", opens


@action(SAVE, needs=SAVE, label=_("Save this view"), icon="bookmark-plus")
def save(
    deed: Deed,
    *,
    list: Annotated[str, Input(_("List"), example="kit.delivery", hidden=True)],
    query: Annotated[str, Input(_("Filters, columns and order"), example="state=dead&sort=-id", hidden=True)] = "",
    name: Name,
    shared: Shared = False,
    opens: Opens = False,
) -> SavedView:
    """Keep a list's filters, columns and order under a name."""
    view = SavedView(list=list, query=_checked(list, query), saved_by=deed.actor)
    _settle(deed, view, name, shared=shared, opens=opens)
    kept = {key: getattr(view, key) for key in ("list", "query", "saved_by", "name", "body", "opens")}
    return deed.create(SavedView, area=deed.scope.areas_for(SAVE)[0], **kept)


def _is_own(view: Any) -> bool:
    return bool(view.saved_by == current().actor)


def _held(deed: Deed, view: int) -> SavedView:
    held = deed.lock(SavedView, view)
    if held.saved_by != deed.actor:
        raise NotFound()
    return held


@action("kit.change_view", needs=SAVE, label=_("Edit"), record="kit.SavedView", icon="pencil", when=_is_own)
def change(deed: Deed, *, view: int, name: Name, shared: Shared = False, opens: Opens = False) -> SavedView:
    """Rename a view of one's own, share it or keep it, let it open with its list."""
    held = _held(deed, view)
    _settle(deed, held, name, shared=shared, opens=opens)
    return held


@action("kit.remove_view", needs=SAVE, label=_("Remove"), record="kit.SavedView", icon="trash", when=_is_own)
def remove(deed: Deed, *, view: int) -> None:
    """Remove a view of one's own; the list itself is not touched."""
    deed.remove(_held(deed, view))


class _Opening(Called):
    """Show a view's name as the way to its list."""

    def show(self, row: Any) -> Any:
        return format_html('<a href="{}">{}</a>', address_of(row), row.name)


def address_of(view: SavedView) -> str:
    """Return the address of a list as a view shows it."""
    return f"{reverse(DESKS[apps.get_model(view.list)].name('list'))}?view={view.pk}&{view.query}"


def list_label(code: str) -> str:
    """Return what a list is called."""
    try:
        return DESKS[apps.get_model(code)].title()
    except (LookupError, ValueError):
        return code


_LIST = Called("list", _("List"), by=list_label)
_BODY = Called("body", _("Shared with"), by=lambda code: name_of("unit", code) if code else "—")
_OPENING = _Opening("name", _("Open the list"), by=str)


class SavedViewDesk(Desk, record=SavedView):
    slug = "views"
    story = _("Lists as you, or your body, want them: filters, columns and order under a name.")
    icon = "bookmark"
    columns = ("name", _LIST, "saved_by", _BODY, "opens", Age("created_at"))
    filters = ("list", "opens")
    search = ("name",)
    panels = (Facts(_OPENING, _LIST, "query", "saved_by", _BODY, "opens"),)
    begins = (save,)
    actions = (change, remove)
    empty = _("Filter a list and press “Save this view” above it.")

    @classmethod
    def rows(cls) -> Any:
        """Return the viewer's own views and those of his body."""
        rows = super().rows()
        return rows if current().system else rows.filter(seen_by(current()))

    @classmethod
    def filled(cls, verb: Any, row: Any) -> dict[str, Any]:
        """Return what the form begins with."""
        return {"name": row.name, "shared": bool(row.body), "opens": row.opens} if verb is change else {}


def views_of(desk: type[Desk]) -> list[SavedView]:
    """Return the views of a list that the viewer may use; none for whoever has no views at all."""
    if not SavedViewDesk.may("view"):
        return []
    return list(SavedViewDesk.rows().filter(list=desk.record._meta.label_lower))


def chips(desk: type[Desk], views: list[SavedView], request: HttpRequest) -> dict[str, Any]:
    """Return what stands above a list: its views, the way to save one, and which columns it may have."""
    chosen, query = request.GET.getlist("column"), _lasting(request.GET).urlencode()
    about = urlencode({"list": desk.record._meta.label_lower, "query": query, "next": request.get_full_path()})
    return {
        "views": [
            {"name": v.name, "url": address_of(v), "active": request.GET.get("view") == str(v.pk), "shared": v.body}
            for v in views
        ],
        "save_view": f"{reverse(SavedViewDesk.name('begin'), args=['save_view'])}?{about}" if current().areas_for(SAVE) else "",
        "choices": [
            {"name": c.name, "label": label_of(desk.record, c), "on": not chosen or c.name in chosen} for c in desk.shown()
        ],
        "sort": request.GET.get("sort", ""),
    }
