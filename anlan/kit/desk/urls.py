"""Addresses of every desk's pages and of the API, made from the declarations."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.urls import URLPattern, URLResolver, include, path
from django.utils.translation import gettext_lazy as _
from rest_framework.routers import SimpleRouter

from anlan.kit.desk import api, attachments, deciding, history, life, pages, problems, tiles
from anlan.kit.desk.attachments import Files
from anlan.kit.desk.columns import JournalPanel
from anlan.kit.desk.declaration import DESKS, Desk
from anlan.kit.lives import life_of
from anlan.kit.pages import patterns_of

app_name = "desk"


def _view(function: Any, desk: type[Desk]) -> Any:
    view = partial(function, desk=desk)
    view.__name__ = f"{desk.__name__}_{function.__name__}"  # type: ignore[attr-defined]
    view.__module__ = function.__module__
    return view


def _pages_of(desk: type[Desk]) -> list[URLPattern]:
    name = f"{desk.app()}_{desk.slug}"
    return [
        path("", _view(pages.list_page, desk), name=f"{name}_list"),
        path("new/", _view(pages.form_page, desk), name=f"{name}_new"),
        path("import/", _view(pages.import_page, desk), name=f"{name}_import"),
        path("import/template.csv", _view(pages.import_template, desk), name=f"{name}_template"),
        path("export/", _view(pages.export_file, desk), name=f"{name}_export"),
        path("<int:pk>/", _view(pages.record_page, desk), name=f"{name}_page"),
        path("<int:pk>/edit/", _view(pages.form_page, desk), name=f"{name}_edit"),
        *(path(f"<int:pk>/{p}/", _view(view, desk), name=f"{name}_{p}") for p, (_label, _icon, view) in _more(desk).items()),
        path("<int:pk>/decided/<int:seq>/", _view(deciding.decided_page, desk), name=f"{name}_decided"),
        path("<int:pk>/<slug:verb>/", _view(pages.verb_page, desk), name=f"{name}_verb"),
        *([path("life/", _view(life.life_page, desk), name=f"{name}_life")] if life_of(desk.record) else ()),
        *([path("begin/<slug:verb>/", _view(pages.begin_page, desk), name=f"{name}_begin")] if desk.begins else ()),
        *([path("bulk/<slug:verb>/", _view(pages.bulk_page, desk), name=f"{name}_bulk")] if _bulk(desk) else ()),
        *(_map_of(desk, name) if desk.point or desk.outline else ()),
        *(_files_of(desk, name) if any(isinstance(panel, Files) for panel in desk.panels) else ()),
    ]


def _bulk(desk: type[Desk]) -> bool:
    return any(verb.spec.bulk for verb in desk.actions)


def _more(desk: type[Desk]) -> dict[str, tuple[Any, str, Any]]:
    """Return the further pages of each record: name → (label, icon, view)."""
    journalled = any(isinstance(panel, JournalPanel) for panel in desk.panels)
    return {**({"history": (_("Versions side by side"), "history", history.history_page)} if journalled else {}), **desk.pages}


def _files_of(desk: type[Desk], name: str) -> list[URLPattern]:
    return [
        path("<int:pk>/files/new/", _view(attachments.attach, desk), name=f"{name}_attach"),
        path("<int:pk>/files/<int:file>/", _view(attachments.download, desk), name=f"{name}_file"),
    ]


def _map_of(desk: type[Desk], name: str) -> list[URLPattern]:
    return [
        path("map.geojson", _view(tiles.geojson, desk), name=f"{name}_map"),
        path("tiles/<int:z>/<int:x>/<int:y>.mvt", _view(tiles.tile, desk), name=f"{name}_tile"),
    ]


def _operations_of(viewset: Any, base: str) -> list[URLPattern | URLResolver]:
    router = SimpleRouter()
    router.register("", viewset, basename=base)
    return list(router.urls)


#: Each desk below its own prefix: an address is looked for among the pages of one, not of all.
_operations = [path(f"{prefix}/", include(_operations_of(viewset, base))) for prefix, viewset, base in api.all_viewsets()]
urlpatterns: list[URLPattern | URLResolver] = [
    path("search/", pages.search_page, name="search"),
    *(path(f"{desk.app()}/{desk.slug}/", include(_pages_of(desk))) for desk in DESKS.values()),
    *patterns_of("desk"),
    path("pick/<str:verb>/<str:path>/", pages.pick, name="pick"),
    path("api/v1/search/", api.search, name="search_api"),
    path("api/v1/", include((_operations, "api"))),
    path("api/<path:rest>", problems.nowhere),
]
