"""Pages that no desk can make: address, permission and place in the menu are declared at the function that draws them.

    @page("shortage", needs=view(Depot), menu=Menu("supplies", 40, "alert-triangle"), label=_("Shortage map"))
    def shortage(request: HttpRequest) -> HttpResponse: ...

gives `/supplies/shortage/` under the name `supplies:shortage`, an entry in the menu of those who may, and a refusal for all others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import wraps
from typing import Any, NamedTuple, TypeVar

from django.contrib.auth.decorators import login_not_required
from django.db import models
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from anlan.kit.records import view_of
from anlan.kit.refusals import NotAuthorised
from anlan.kit.scope import current

View = TypeVar("View", bound=Callable[..., Any])


class Audience(Enum):
    """Who may open a page that asks for no permission."""

    SIGNED_IN = "signed in"
    EVERYBODY = "everybody"


SIGNED_IN, EVERYBODY = Audience.SIGNED_IN, Audience.EVERYBODY


class Menu(NamedTuple):
    """Where a desk or page stands in the menu: the group's code, its place in the group, an icon, and the one world that has it."""

    group: str
    order: int
    icon: str = "table"
    world: str = ""


@dataclass(frozen=True)
class Page:
    """One declared page."""

    app: str
    name: str
    address: str
    draw: Callable[..., Any]
    needs: str | Audience
    label: Any
    menu: Menu | None

    @property
    def permission(self) -> str:
        """Return the permission that the page asks for, "" for none."""
        return self.needs if isinstance(self.needs, str) else ""

    @property
    def url_name(self) -> str:
        """Return the name by which the address is found."""
        return f"{self.app}:{self.name}"


#: Every declared page by its URL name.
PAGES: dict[str, Page] = {}


def view(model: type[models.Model]) -> str:
    """Return the permission to read a record."""
    return view_of(model)


def page(
    address: str, *, needs: str | Audience, menu: Menu | None = None, label: Any = "", name: str = ""
) -> Callable[[View], View]:
    """Declare a page. An address that begins with "/" counts from the root, any other from the app's own.

    `needs` is a permission that the viewer must hold somewhere (the page itself narrows to where), SIGNED_IN or EVERYBODY.
    `label` names it in the menu and says in words what its permission lets somebody do; `name` is the function's unless said.
    """
    if menu and not label:
        raise ValueError(f"{address}: a page in the menu wants a label")

    def declare(function: View) -> View:
        app = _app_of(function.__module__)
        drawn = _guarded(function, needs)
        own = getattr(function, "cls", function).__name__  # REST framework calls each of its views "view"
        found = Page(app, name or own, _whole(app, address), drawn, needs, label, menu)
        if found.url_name in PAGES:
            raise ValueError(f"{found.url_name} is declared twice")
        PAGES[found.url_name] = found
        return drawn

    return declare


def require(permission: str) -> None:
    """Refuse a viewer who holds a permission nowhere; NotAuthorised."""
    if not current().areas_for(permission):
        raise NotAuthorised(_("Your role does not include this."))


def patterns_of(app: str) -> list[URLPattern]:
    """Return the addresses of an app's pages, fixed ones before those with a variable part that would swallow them."""
    own = (found for found in PAGES.values() if found.app == app)
    return [path(found.address, found.draw, name=found.name) for found in sorted(own, key=_precedence)]


def _guarded(function: View, needs: str | Audience) -> View:
    if needs is SIGNED_IN:
        return function
    if needs is EVERYBODY:
        return login_not_required(function)
    permission = str(needs)

    @wraps(function)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        require(permission)
        return function(*args, **kwargs)

    return guarded  # type: ignore[return-value]


def _app_of(module: str) -> str:
    """Return the namespace of a module's pages: its app's label; the kit's own are the desk's."""
    parts = module.split(".")
    return parts[2] if parts[:2] == ["anlan", "apps"] else "desk"


def _whole(app: str, address: str) -> str:
    """Return an address from the root; it ends with a slash unless it names a file or takes any path."""
    whole = address[1:] if address.startswith("/") else f"{app}/{address}"
    return whole if not (last := whole.rsplit("/", 1)[-1]) or "." in last or "<path" in last else f"{whole}/"


def _precedence(found: Page) -> list[tuple[bool, str]]:
    return [("<" in part, part) for part in found.address.split("/")]
