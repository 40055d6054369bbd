"""The page of law that no desk can make: how terms were kept."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from anlan.apps.law.models import Term
from anlan.apps.law.queries import lateness
from anlan.kit.pages import Menu, page, view


@page("lateness", needs=view(Term), menu=Menu("law", 15, "chart-bar"), label=_("Kept and late"))
def lateness_page(request: HttpRequest) -> HttpResponse:
    """Show rule by rule how many terms were kept, how many were late and by how much."""
    return render(request, "law/lateness.html", {"rules": lateness(Term.objects.readable())})
