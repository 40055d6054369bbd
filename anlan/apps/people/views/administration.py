"""Pages of administrators: who may do what, accounts one by one and by spreadsheet, granting, resetting, handing over."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from anlan.apps.people import access, actions, issue, queries
from anlan.apps.people.codes import qr_of
from anlan.apps.people.desk import AccountDesk, PostDesk
from anlan.apps.people.forms import GrantForm, HandOverForm, IssueForm, IssueOneForm, ResetForm
from anlan.apps.people.kinds import sector_choices
from anlan.kit import clock, sheets
from anlan.kit.desk.fields import dress
from anlan.kit.models import PendingAction
from anlan.kit.names import name_of
from anlan.kit.pages import Menu, page
from anlan.kit.refusals import NotAuthorised, Refusal
from anlan.kit.scope import current


def _show(form: Any, refusal: Refusal) -> None:
    text = f"{refusal}（{refusal.article}）" if refusal.article else str(refusal)
    form.add_error(refusal.field if refusal.field in form.fields else None, text)


def _told(request: HttpRequest, done: Any, text: str) -> None:
    if isinstance(done, PendingAction):
        text = _("This takes two: it waits for a second administrator to confirm.")
        messages.warning(request, text)
    else:
        messages.success(request, text)


def _day(request: HttpRequest) -> date | None:
    """Return the day that is asked about, None for today; words if it is none."""
    text = request.GET.get("day", "").strip()
    try:
        day = date.fromisoformat(text) if text else None
        if day and not clock.believable(day):
            raise ValueError(text)
        return day
    except ValueError:
        messages.error(request, _("%(column)s is not a day like 2026-11-24.") % {"column": _("On the day")})
        return None


@page(
    "access",
    needs="people.view_grant",
    menu=Menu("system", 5, "shield-question"),
    label=gettext_lazy("Who may do what"),
    name="access",
)
def show_access(request: HttpRequest) -> HttpResponse:
    """Answer "who may do what here, and why", both ways round: by place and permission, or by person."""
    areas = current().areas_for("people.view_grant")
    if not areas:
        raise NotAuthorised(_("Your role does not include reading this."))
    asked = {name: request.GET.get(name, "").strip() for name in ("area", "permission", "username", "sector", "who")}
    day = _day(request)
    found = access.why(**asked, within=areas, day=day) if any(asked.values()) or day else []
    facts = {
        **asked,
        "day": day,
        "asked": bool(any(asked.values()) or day),
        "area_name": name_of("area", asked["area"]),
        "no_place": bool(asked["area"]) and name_of("area", asked["area"]) == asked["area"],
        "found": found,
        "people": len({w.account for w in found}),
        "known": access.known_permissions(asked["permission"]),
        "sectors": sector_choices(),
        "soon": access.ending_soon(areas),
        "links": True,
    }
    return render(request, "people/access.html", facts)


@page(
    "issue", needs="people.add_account", menu=Menu("system", 15, "user-plus"), label=gettext_lazy("Issue accounts"), name="issue"
)
def issue_accounts(request: HttpRequest) -> HttpResponse:
    """Issue accounts from a spreadsheet: a dry run first; all or none, every fault named, first passwords shown once."""
    form = dress(IssueForm(request.POST or None, request.FILES or None))
    sheet, issued = None, None
    if request.method == "POST" and form.is_valid():
        try:
            sheet = issue.read(form.cleaned_data["file"])
            if not sheet.problems and request.POST.get("confirm"):
                issued = issue.issue(sheet.rows)
        except Refusal as refusal:
            _show(form, refusal)
    facts = {"form": form, "sheet": sheet, "issued": issued, "wanted": issue.wanted()}
    status = 422 if form.errors or (sheet and sheet.problems) else 200
    return _unkept(render(request, "people/issue.html", facts, status=status))


@page("issue/template.csv", needs="people.add_account")
def issue_template(request: HttpRequest) -> HttpResponse:
    """Send an empty spreadsheet with the columns that issuing accounts wants."""
    response = HttpResponse(sheets.template(issue.COLUMNS), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="accounts-template.csv"'
    return response


@page("issue/one", needs="people.add_account")
def issue_one(request: HttpRequest) -> HttpResponse:
    """Issue one account with its first role."""
    form = dress(
        IssueOneForm(
            request.POST or None,
            initial={"area": current().areas[0], "over": current().areas[0], "valid_from": clock.real_today()},
        )
    )
    issued = None
    if request.method == "POST" and form.is_valid():
        try:
            row = form.row()
            sheet = issue.check([row])
            for fault in sheet.problems:
                form.add_error(None, fault.reason)
            if not sheet.problems:
                issued = issue.issue([row])
        except Refusal as refusal:
            _show(form, refusal)
    status = 422 if form.errors else 200
    return _unkept(render(request, "people/issue_one.html", {"form": form, "issued": issued}, status=status))


# This verb and the two below have pages of their own, with choices in the place of codes to type; the desk still makes their endpoints.
@page("accounts/<int:pk>/grant", needs="people.add_grant")
def grant(request: HttpRequest, pk: int) -> HttpResponse:
    """Grant a role to an account."""
    account = AccountDesk.get(pk)
    initial = {"over": account.area, "post_code": account.post_code, "valid_from": clock.real_today()}
    form = dress(GrantForm(request.POST or None, initial=initial))
    if request.method == "POST" and form.is_valid():
        try:
            _told(request, actions.grant(account=account.pk, **form.values()), _("The role has been granted."))
            return redirect(account.desk_url())
        except Refusal as refusal:
            _show(form, refusal)
    return render(request, "people/grant.html", {"form": form, "account": account}, status=422 if form.errors else 200)


@page("accounts/<int:pk>/reset", needs="people.change_account")
def reset(request: HttpRequest, pk: int) -> HttpResponse:
    """Void how an account signs in, and invite its owner to choose a password anew."""
    account = AccountDesk.get(pk)
    form = dress(ResetForm(account, request.POST or None))
    if request.method == "POST" and form.is_valid():
        try:
            done = actions.reset_sign_in(account=account.pk, **form.cleaned_data)
            text = _("The password is void. Its owner is invited to choose a new one.")
            _told(request, done, text)
            return redirect(account.desk_url())
        except Refusal as refusal:
            _show(form, refusal)
    return render(request, "people/reset.html", {"form": form, "account": account}, status=422 if form.errors else 200)


@page("slips", needs="people.add_account")
@require_POST
def slips(request: HttpRequest) -> HttpResponse:
    """Show the slips of new or reset accounts for printing, one to a page; who printed them is journalled."""
    wanted = [int(pk) for pk in request.POST.getlist("invitation") if pk.isascii() and pk.isdigit() and len(pk) < 19]
    made = actions.print_slips(invitations=wanted)
    found = [(account, link, invitation, qr_of(link)) for account, link, invitation in made]
    return _unkept(render(request, "people/slips.html", {"slips": found}))


@page("posts/<int:pk>/hand_over", needs="people.change_post")
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand a post from one person to another, with the authority that comes with it."""
    post = PostDesk.get(pk)
    form = dress(HandOverForm(post, request.POST or None))
    if request.method == "POST" and form.is_valid():
        try:
            done = actions.hand_over(post=post.pk, **form.values())
            _told(request, done, _("The post has been handed over."))
            return redirect(post.desk_url())
        except Refusal as refusal:
            _show(form, refusal)
    moving = queries.grants_of_post(post.code)
    text = ngettext("%(n)d grant comes with this post.", "%(n)d grants come with this post.", len(moving)) % {"n": len(moving)}
    facts = {"form": form, "post": post, "moving": moving, "text": text}
    return render(request, "people/hand_over.html", facts, status=422 if form.errors else 200)


def _unkept(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    return response
