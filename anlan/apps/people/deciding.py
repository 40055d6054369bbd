"""The decision sheet of a hand-over: which authority passes with the post."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from anlan.apps.people import queries
from anlan.apps.people.models import Post
from anlan.kit.languages import listed
from anlan.kit.names import name_of
from anlan.lib.decisions import Line, Sheet


def handing_over(post: Post, given: dict[str, Any]) -> Sheet:
    """Show who holds the post, and the grants that come with it."""
    moving = queries.grants_of_post(post.code)
    passes = tuple(Line(g.role, name_of("area", g.over), note=f"{g.account} {g.get_sector_display()}".strip()) for g in moving)
    none = Line(
        _("No authority comes with this post"), _("Grant the holder's account a role and say that it comes with the post.")
    )
    return Sheet(about=(Line(_("Holders"), listed(str(p) for p in post.holders.all()) or "—"),), effects=passes or (none,))


def handing_over_asked(_post: Any, given: dict[str, Any]) -> Sheet | None:
    """Show the same to whoever confirms a hand-over, from what was asked."""
    post = Post.objects.readable("people.change_post").filter(pk=given["post"]).first()
    return handing_over(post, given) if post is not None else None
