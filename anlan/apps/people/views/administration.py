"""Pages of administrators: who may do what, accounts one by one and by spreadsheet, their slips."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from anlan.apps.people import access, actions, issue
from anlan.apps.people.codes import qr_of
from anlan.apps.people.kinds import sector_choices
from anlan.kit import clock, sheets
from anlan.kit.desk.fields import dress, form_of
from anlan.kit.desk.forms import refuse
from anlan.kit.inputs.kinds import parameters_of
from anlan.kit.names import name_of
from anlan.kit.pages import Menu, page
from anlan.kit.refusals import NotAuthorised, Refusal
from anlan.kit.scope import current


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
    form = dress(form_of(parameters_of(issue.read), None, "people.issue")(request.POST or None, request.FILES or None))
    sheet, issued = None, None
    if request.method == "POST" and form.is_valid():
        try:
            sheet = issue.read(file=form.cleaned_data["file"])
            if not sheet.problems and request.POST.get("confirm"):
                issued = issue.issue(sheet.rows)
        except Refusal as refusal:
            refuse(form, refusal)
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
    """Lead to the verb that issues one account."""
    return redirect("desk:people_accounts_begin", "issue_one")


@page("slips", needs="people.add_account")
@require_POST
def slips(request: HttpRequest) -> HttpResponse:
    """Show the slips of new or reset accounts for printing, one to a page; who printed them is journalled."""
    wanted = [int(pk) for pk in request.POST.getlist("invitation") if pk.isascii() and pk.isdigit() and len(pk) < 19]
    made = actions.print_slips(invitations=wanted)
    found = [(account, link, invitation, qr_of(link)) for account, link, invitation in made]
    return _unkept(render(request, "people/slips.html", {"slips": found}))


def _unkept(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    return response
