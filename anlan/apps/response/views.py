"""Pages of response that no desk makes: a unit's inbox, activating a plan by hand."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from anlan.apps.plans import api as plans
from anlan.apps.response import actions
from anlan.apps.response.queries import inbox
from anlan.kit.desk.forms import dress
from anlan.kit.refusals import NotAuthorised, Refusal
from anlan.kit.scope import current


class StartForm(forms.Form):
    """Which plan at which level, and why beyond its conditions."""

    plan = forms.TypedChoiceField(label=_("Plan"), coerce=int)
    level = forms.TypedChoiceField(label=_("Response level"), choices=plans.ResponseLevel.choices, coerce=int)
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}))


def my_tasks(request: HttpRequest) -> HttpResponse:
    """Show the open tasks of the viewer's unit, most urgent first, with large buttons."""
    if not current().areas_for("response.view_task"):
        raise NotAuthorised(_("Your role does not include this."))
    return render(request, "response/inbox.html", {"tasks": list(inbox(current().actor)[:100])})


def start(request: HttpRequest) -> HttpResponse:
    """Activate a plan by hand (提级响应)."""
    form = dress(StartForm(request.POST or None))
    form.fields["plan"].choices = [(p.id, p.title) for p in plans.in_force()]
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(actions.start(**form.cleaned_data).desk_url())
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    return render(request, "response/start.html", {"form": form}, status=422 if request.method == "POST" else 200)
