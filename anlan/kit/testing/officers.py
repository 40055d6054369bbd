"""Officers with exactly the authority a test gives them: their accounts are the cast's, their grants are the test's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from http.cookies import SimpleCookie
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connections, transaction
from django.test import Client, override_settings
from django.utils.module_loading import import_string

from anlan.kit.scope import Authority, Scope, World

#: The product's own way from an account to its scope, while the officers are engaged.
_real: list[Callable[[Any, World], Scope]] = []
#: Account → the authority that a running test gave it; the others keep their real grants.
GIVEN: dict[str, tuple[Authority, ...]] = {}


def scope_for(user: Any, world: World) -> Scope:
    """Return the scope a test gave an account, else the one its grants say."""
    authorities = GIVEN.get(user.username)
    if authorities is None:
        real: Scope = _real[0](user, world)
        return real
    return Scope(world=world, actor=user.username, post=getattr(user, "post_code", ""), authorities=authorities)


@dataclass(frozen=True)
class Member:
    """One of the cast: an account of the demo city, its scope, and a browser that is signed in."""

    username: str
    scope: Scope
    client: Client


@dataclass(frozen=True)
class Officers:
    """Who tries every door of a desk."""

    #: May do everything in Qingcheng (441802).
    insider: Member
    #: May do everything in Yingde (441881), next door.
    neighbour: Member
    #: Sits in Qingcheng and may do nothing.
    clerk: Member
    #: May do everything in a place far away, where there is nothing yet.
    elsewhere: Member
    #: Has not signed in.
    anonymous: Member


def _member(username: str, area: str, *permissions: str) -> Member:
    GIVEN[username] = (Authority(area, frozenset(permissions)),)
    return member(username)


def member(username: str) -> Member:
    """Sign an account of the cast in, with the authority that the test gave it."""
    account = get_user_model().objects.get_by_natural_key(username)
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return Member(username, scope_for(account, "live"), client)


@contextmanager
def engaged() -> Iterator[Officers]:
    """Engage officers with every authority over one place each, one with none, and a visitor."""
    _real.append(import_string(settings.ANLAN_SCOPE_FOR))
    with override_settings(ANLAN_SCOPE_FOR=f"{__name__}.scope_for"):
        yield Officers(
            insider=_member("qingcheng", "441802", "*"),
            neighbour=_member("yingde", "441881", "*"),
            clerk=_member("feilaixia", "441802"),
            elsewhere=_member("reporter", "110101", "*"),
            anonymous=Member("", Scope.public(), Client()),
        )
    GIVEN.clear()
    _real.clear()


def returning(member: Member) -> Member:
    """Return a member with a browser of its own that is signed in as before and remembers nothing else."""
    client = Client()
    client.cookies = SimpleCookie({name: morsel.value for name, morsel in member.client.cookies.items()})
    return replace(member, client=client)


@contextmanager
def kept(blocker: Any) -> Iterator[None]:
    """Hold a transaction around all tests of a class or module: what is made in it is there for each, what one does is undone after it."""
    with blocker.unblock(), ExitStack() as transactions:
        for alias in connections:
            transactions.enter_context(transaction.atomic(using=alias))
        yield
        for alias in connections:
            transaction.set_rollback(True, using=alias)
