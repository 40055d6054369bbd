"""The pages of law that no desk can make: what runs out, how terms were kept, and the articles that anybody may read."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from anlan.apps.law import queries
from anlan.apps.law.api import Cites
from anlan.apps.law.desk import Countdown
from anlan.apps.law.models import Term
from anlan.kit.desk import Column, Linked
from anlan.kit.desk.columns import table_of
from anlan.kit.pages import EVERYBODY, Menu, page, view

#: How many lines a page shows; the desk's list has all.
MOST = 200
QUEUE = (
    Countdown("due_at", _("Time left")),
    Linked("__str__", _("Matter")),
    Column("rule", _("Deadline")),
    Column("who", _("Unit in charge")),
    Cites("rule__basis", _("Basis")),
)


@page("queue", needs=view(Term), menu=Menu("law", 5, "hourglass-low"), label=_("What runs out"))
def queue(request: HttpRequest) -> HttpResponse:
    """Show every open deadline in the viewer's jurisdiction, the first to run out first."""
    terms = Term.objects.readable()
    shown = {"table": table_of(Term, queries.queue(terms, MOST), QUEUE), "most": MOST, **queries.pressing(terms)}
    return render(request, "law/queue.html", shown)


@page("lateness", needs=view(Term), menu=Menu("law", 15, "chart-bar"), label=_("Kept and late"))
def lateness_page(request: HttpRequest) -> HttpResponse:
    """Show rule by rule how many terms were kept, how many were late and by how much."""
    return render(request, "law/lateness.html", {"rules": queries.lateness(Term.objects.readable())})


@page("read", needs=EVERYBODY)
def read(request: HttpRequest) -> HttpResponse:
    """Show the article that `words` cite, else the articles that hold them: the law is public."""
    words = " ".join(request.GET.get("words", "").split())[:100]
    article = queries.cited(words)
    if article is not None:
        before, after = queries.beside(article)
        return render(request, "law/article.html", {"article": article, "before": before, "after": after, "words": words})
    found = list(queries.containing(words)[: MOST + 1]) if words else []
    return render(request, "law/search.html", {"found": found[:MOST], "words": words, "more": len(found) > MOST, "most": MOST})
