"""The ASGI entry: the live site, and the same site again under /exercise/ for the exercise world."""

from __future__ import annotations

import os
from typing import Any

from django.core.asgi import get_asgi_application

from anlan.site.startup import ready_to_serve

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anlan.site.settings")
django_application = get_asgi_application()
ready_to_serve()
PREFIX = "/exercise"


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Pass a request on; below /exercise/ with that as its root path, so that links stay in the exercise world."""
    if scope["type"] == "lifespan":
        return
    if scope["type"] == "http" and (scope["path"] == PREFIX or scope["path"].startswith(PREFIX + "/")):
        scope = {**scope, "root_path": PREFIX}
        if scope["path"] == PREFIX:
            scope["path"] += "/"
    await django_application(scope, receive, send)
