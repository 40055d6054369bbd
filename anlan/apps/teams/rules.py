"""Who speaks for a team: pure."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.kit.refusals import NotAuthorised


def check_doer(post: str, leader: str, steers: bool) -> None:
    """Refuse whoever neither leads the team nor gives orders: nobody speaks for another's team."""
    if not steers and (not post or post != leader):
        raise NotAuthorised(_("Only the team's leader, or whoever gives orders, says how the team stands."))
