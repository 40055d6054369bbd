"""Pages of plans that no desk makes: the print and the comparison of two versions."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from anlan.apps.plans import rules
from anlan.apps.plans.desk import PlanDesk, structure
from anlan.apps.plans.queries import outline
from anlan.kit.pages import SIGNED_IN, page


@page("<int:pk>/print", needs=SIGNED_IN, name="print")
def print_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a whole plan as one document for paper."""
    return render(request, "plans/print.html", {"panel": structure(PlanDesk.get(pk))})


@page("<int:pk>/compare/<int:other>", needs=SIGNED_IN)
def compare(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    """Show what differs between two versions of a plan."""
    newer, older = PlanDesk.get(pk), PlanDesk.get(other)
    if newer.version < older.version:
        newer, older = older, newer
    found = rules.changes(outline(older), outline(newer))
    return render(request, "plans/compare.html", {"older": older, "newer": newer, "changes": found})
