"""The ASGI entry: the live site, and the same site again under /exercise/ for the exercise world."""

from __future__ import annotations

import os
from typing import Any

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anlan.site.settings")
#: The database ends what lasts too long for somebody who waits before a page; jobs and commands take their time.
os.environ.setdefault("ANLAN_TIMED", "1")
django_application = get_asgi_application()

from anlan.site.away import Away  # noqa: E402  Django is up only now
from anlan.site.bodies import Bodies  # noqa: E402
from anlan.site.startup import ready_to_serve  # noqa: E402

ready_to_serve()
guarded = Bodies(Away(django_application))
PREFIX = "/exercise"


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Pass a request on; below /exercise/ with that as its root path, so that links stay in the exercise world."""
    if scope["type"] == "lifespan":
        return
    if scope["type"] == "http" and (scope["path"] == PREFIX or scope["path"].startswith(PREFIX + "/")):
        scope = {**scope, "root_path": PREFIX}
        if scope["path"] == PREFIX:
            scope["path"] += "/"
    await guarded(scope, receive, send)
