"""Pages of response that no desk makes: a unit's inbox and its reports, activating by hand, notices on paper, hand-over."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anlan.apps.people import api as people
from anlan.apps.plans import api as plans
from anlan.apps.response import actions, tasks
from anlan.apps.response.board import tasks_geojson
from anlan.apps.response.desk import NoticeDesk, ResponseDesk, TaskDesk
from anlan.apps.response.queries import given_back, inbox
from anlan.kit.desk.forms import dress
from anlan.kit.languages import localised
from anlan.kit.pages import SIGNED_IN, Menu, page
from anlan.kit.refusals import NotAuthorised, Refusal
from anlan.kit.scope import current


class StartForm(forms.Form):
    """Which plan at which level, and why beyond its conditions."""

    plan = forms.TypedChoiceField(label=_("Plan"), coerce=int)
    level = forms.TypedChoiceField(label=_("Response level"), choices=plans.ResponseLevel.choices, coerce=int)
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}))


class ReportForm(forms.Form):
    """What a unit says of its task on the way."""

    text = forms.CharField(label=_("Report"), widget=forms.Textarea(attrs={"rows": 3}))
    file = forms.FileField(label=_("Photo or file"), required=False)


class HandOverForm(forms.Form):
    """Which seat of the command passes to which post, and in what situation."""

    seat = forms.ChoiceField(label=_("Position"))
    post = forms.ChoiceField(label=_("New post"))
    note = forms.CharField(label=_("Situation at the hand-over"), widget=forms.Textarea(attrs={"rows": 4}))


@page("inbox", needs="response.view_task", menu=Menu("work", 20, "checklist"), label=_("My tasks"), name="inbox")
def my_tasks(request: HttpRequest) -> HttpResponse:
    """Show the open tasks of the viewer's unit, the next to act on first, with large buttons."""
    if not current().areas_for("response.view_task"):
        raise NotAuthorised(gettext("Your role does not include this."))
    return render(request, "response/inbox.html", {"tasks": given_back(current().actor) + list(inbox(current().actor)[:100])})


@page("inbox/<int:pk>/report", needs=SIGNED_IN)
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Say how a task is going, with a photo or file if there is one."""
    task = TaskDesk.get(pk)
    form = dress(ReportForm(request.POST or None, request.FILES or None))
    form.fields["file"].widget.attrs["accept"] = "image/*,.pdf,.xlsx,.txt"
    if request.method == "POST" and form.is_valid():
        text, file = form.cleaned_data["text"], form.cleaned_data["file"]
        try:
            if file:
                tasks.report_with_file(task=task.pk, text=text, name=file.name, content=file)
            else:
                tasks.report(task=task.pk, text=text)
            messages.success(request, gettext("Reported."))
            return redirect("response:inbox")
        except Refusal as refusal:
            form.add_error({"text": "text", "content": "file"}.get(refusal.field), str(refusal))
    return render(request, "response/report.html", {"form": form, "task": task}, status=422 if request.method == "POST" else 200)


@page("/map/tasks.geojson", needs="response.view_task")
def tasks_layer(request: HttpRequest) -> JsonResponse:
    """Serve the viewer's open tasks at their places."""
    return JsonResponse(tasks_geojson())


@page("start", needs="response.steer_response", menu=Menu("response", 50, "player-play"), label=_("Activate by hand"))
def start(request: HttpRequest) -> HttpResponse:
    """Activate a plan by hand (提级响应)."""
    if not current().areas_for("response.steer_response"):
        raise NotAuthorised(gettext("Your role does not include this."))
    form = dress(StartForm(request.POST or None))
    form.fields["plan"].choices = [(p.id, p.name) for p in plans.in_force() if current().may("response.steer_response", p.area)]
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(actions.start(**form.cleaned_data).desk_url())
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, _told(refusal))
    return render(request, "response/start.html", {"form": form}, status=422 if request.method == "POST" else 200)


@page("responses/<int:pk>/hand-over", needs=SIGNED_IN)
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a seat of the command to another post."""
    response = ResponseDesk.get(pk)
    if not actions.hand_over.allows(response, current()):
        raise NotAuthorised(gettext("Your role does not include this."))
    form = dress(HandOverForm(request.POST or None))
    form.fields["seat"].choices = [(s.code, f"{s} · {s.post}") for s in response.seats.filter(until=None)]
    form.fields["post"].choices = [
        (p.code, str(localised(p.name, p.name_en))) for p in people.posts_below(response.area) if p.area == response.area
    ]
    if request.method == "POST" and form.is_valid():
        try:
            actions.hand_over(response=response.pk, **form.cleaned_data)
            return redirect(response.desk_url())
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, _told(refusal))
    status = 422 if request.method == "POST" else 200
    return render(request, "response/hand_over.html", {"form": form, "response": response}, status=status)


@page("notices/<int:pk>/print", needs=SIGNED_IN)
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a signed notice for paper."""
    return render(request, "response/notice_page.html", {"panel": {"notice": NoticeDesk.get(pk)}})


def _told(refusal: Refusal) -> str:
    return f"{refusal}（{refusal.article}）" if refusal.article else str(refusal)
