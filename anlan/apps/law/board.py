"""What law puts on the workbench: how many deadlines have run out or are about to, with the way to the queue."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from anlan.apps.law import queries
from anlan.apps.law.choices import TermState
from anlan.apps.law.models import Term
from anlan.kit.board import Folded, folded


@folded(needs="law.view_term", about="law.term", where=Q(state__in=[TermState.RUNNING, TermState.BREACHED]))
def deadlines() -> Iterator[Folded]:
    """Yield one line where deadlines press."""
    found = queries.pressing(Term.objects.readable())
    if found["over"] or found["soon"]:
        text = _("Deadlines: %(over)d overdue, %(soon)d about to run out") if found["over"] and found["soon"] else ""
        text = text or (_("Deadlines: %(over)d overdue") if found["over"] else _("Deadlines: %(soon)d about to run out"))
        yield Folded(text % found, found["first"] if found["over"] else None, reverse("law:queue"))
