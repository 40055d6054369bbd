"""What every process does once Django is up: load plug-ins, reactions, jobs and desks, then close the registries."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from pkgutil import iter_modules

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.utils.module_loading import import_string

from anlan.kit.rowsecurity import overstepped
from anlan.kit.scope import Scope, entered
from anlan.lib.registry import Registry
from anlan.site.broker import Mosquitto

ROOMS = ("actions", "reactions", "jobs", "desk", "board", "views")
_done = False


def ready_to_serve() -> None:
    """Get ready as a process that serves, and refuse what only Django can tell.

    A virus scan that is not there would let nobody attach a file; open accounts with the published demo password would let everybody in.
    """
    ready()
    try:
        if settings.ANLAN_VIRUS_SCAN:
            import_string(settings.ANLAN_VIRUS_SCAN)
    except ImportError as error:
        raise ImproperlyConfigured(
            f"ANLAN_VIRUS_SCAN: {error}. Name a function as package.module.function, or leave it out. 没有这个函数，请更正或留空。"
        ) from None
    if settings.CONFIG.production:
        _check_role()
    _check_births()
    people = import_module("anlan.apps.people.api")
    if settings.CONFIG.production and (demo := people.demo_accounts()):
        raise ImproperlyConfigured(
            f"Anlan will not start in production with {len(demo)} demo accounts open. Run: anlan suspend-demo-accounts"
            " 生产环境不得开放演示账号，请运行 anlan suspend-demo-accounts"
        )


def own_broker(user: str) -> str:
    """Return the address of the private broker of this state folder for one of its users; "" where none was ever started."""
    try:
        return Mosquitto(settings.CONFIG.var).url(user)
    except FileNotFoundError:
        return ""


def enter(room: str) -> None:
    """Import a room of an app if there is one, with all its modules if it is a folder."""
    found = find_spec(room)
    if found is None:
        return
    import_module(room)
    for inner in iter_modules(found.submodule_search_locations or ()):
        import_module(f"{room}.{inner.name}")


def _check_role() -> None:
    """Refuse a database role that could forge the journal."""
    with connections["default"].cursor() as cursor:
        if held := overstepped(cursor):
            raise ImproperlyConfigured(
                f"The application's database role may write to {', '.join(held)}: the journal would prove nothing. Run: anlan migrate"
                " 应用的数据库角色对上述表有写权限，请运行 anlan migrate 收回"
            )


def _check_births() -> None:
    """Refuse rows that were born at a node which nobody here knows: their keys could mean other rows elsewhere."""
    nodes = import_module("anlan.apps.nodes.api")
    with entered(Scope.everything("system:start")), connections["default"].cursor() as cursor:
        if found := nodes.unknown(cursor, settings.CONFIG.node):
            told = ", ".join(f"{node} ({table})" for node, table in found.items())
            raise ImproperlyConfigured(
                f"Rows of unknown nodes stand in this database: {told}. Set ANLAN_NODE to this node's number, or admit them:"
                f" anlan admit-node {next(iter(found))} NAME AREA. 数据库中有未登记节点的记录，请核对 ANLAN_NODE 或登记该节点"
            )


def ready() -> None:
    """Import the rooms that register things, discover plug-ins by folder, freeze the registries. Safe to call twice."""
    global _done
    if _done:
        return
    for app in settings.DOMAIN_APPS:
        enter(f"{app}.kinds")
    for file in sorted((Path(__file__).parents[1] / "plugins").glob("*/*.py")):
        if not file.name.startswith(("_", "test_")):
            import_module(f"anlan.plugins.{file.parent.name}.{file.stem}")
    import_module("anlan.kit.edge.copies")
    import_module("anlan.site.proofs")
    import_module("anlan.site.jobs")
    import_module("anlan.kit.desk.own_desks")
    import_module("anlan.kit.desk.background")
    import_module("anlan.kit.desk.loading")
    import_module("anlan.kit.desk.bulk")
    import_module("anlan.kit.desk.saved")
    import_module("anlan.site.schema")
    for room in ROOMS:
        for app in settings.DOMAIN_APPS:
            enter(f"{app}.{room}")
    for registry in Registry.instances.values():
        registry.freeze()
    _done = True
