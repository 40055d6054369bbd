"""The pages of a desk: list, record, form, verb, import, export; and the search over all of them."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from anlan.kit import names, sheets
from anlan.kit.actions import ACTIONS
from anlan.kit.actions.seen import Changed, Stale, Unseen, seeing, version_of
from anlan.kit.actions.spec import CONFIRM
from anlan.kit.desk import bulk, conflicts, exporting, facets, loading, saved, transfer
from anlan.kit.desk.deciding import shown_before
from anlan.kit.desk.declaration import Desk
from anlan.kit.desk.fields import OFFERED, dress, given_of, key_of, name_of, offers
from anlan.kit.desk.finding import everywhere, searched
from anlan.kit.desk.forms import filter_set, record_form, refuse, verb_form
from anlan.kit.desk.tables import page_of
from anlan.kit.lives import life_of
from anlan.kit.models import BackgroundJob, PendingAction
from anlan.kit.refusals import NotAuthorised, NotFound, Refusal
from anlan.kit.scope import current
from anlan.kit.web import Download
from anlan.lib.conditions import conditions


def _context(desk: type[Desk], **more: Any) -> dict[str, Any]:
    names = {page: desk.name(page) for page in ("list", "new", "import", "export")}
    return {"desk": desk, "title": desk.title(), "noun": desk.called(), "names": names, **more}


def list_page(request: HttpRequest, desk: type[Desk]) -> HttpResponse:
    """Show a desk's rows: searched, filtered, sorted, a page at a time; none where a filter is not valid."""
    partial = request.headers.get("HX-Request") == "true" and request.headers.get("HX-Target") == "rows"
    views = [] if partial else saved.views_of(desk)
    if not request.GET and (opening := next((v for v in views if v.opens and v.saved_by == current().actor), None)):
        return redirect(saved.address_of(opening))
    desk.listed(request.GET.urlencode())
    rows = searched(desk, desk.rows(), request.GET.get("q", ""))
    filters = filter_set(desk)(request.GET, queryset=rows)
    dress(filters.form)
    if not partial:
        facets.count(desk, filters)
    table = page_of(desk, filters.qs if filters.is_valid() else rows.none(), request.GET)
    more = {
        "table": table,
        "filters": filters,
        "query": request.GET.get("q", ""),
        "live": desk.record._meta.label_lower,
        "may_add": bool(desk.form) and desk.may("add"),
        "begins": desk.begun(),
        "bulk": [{"name": verb.spec.last, "spec": verb.spec} for verb in bulk.offered(desk)],
        "kept": bulk.filters_of(request.GET),
        "filtered": any(request.GET.values()),
        "conditions": conditions(filters.form, request.GET, lambda name, code: names.name_of(names.kind_of(name), code)),
        **({} if partial else saved.chips(desk, views, request)),
        "query_string": request.GET.urlencode(),
    }
    return render(request, "desk/rows.html" if partial else "desk/list.html", _context(desk, **more))


def record_page(request: HttpRequest, desk: type[Desk], pk: int) -> HttpResponse:
    """Show one record: its panels and the verbs the viewer may use."""
    row = desk.opened(pk)
    here, offered = desk.record.desk_url(row), desk.verbs(row)
    more = [{"label": label, "icon": icon, "url": f"{here}{page}/"} for page, (label, icon, _view) in desk.pages.items()]
    groups = _laid_out([shown for panel in desk.panels if not (shown := _shown(panel, row)).get("absent")])
    likely = next((v.spec for v in offered if v in desk.actions and _goes_on(v)), None)
    verbs = [{"name": v.spec.last, "spec": v.spec, "url": _verb_url(desk, row, v)} for v in offered]
    known = {"likely": likely, "live": desk.record._meta.label_lower, "life": desk.name("life") if life_of(desk.record) else ""}
    context = _context(desk, row=row, name=desk.found(row), groups=groups, verbs=verbs, pages=more, **known)
    return render(request, desk.page_template, context)


def _goes_on(verb: Any) -> bool:
    """Return whether a verb goes on as usual, so that its button may stand out: it is not red and wants no reason."""
    return not verb.spec.red and not any(one.name == "reason" and one.required for one in verb.parameters)


def _shown(panel: Any, row: Any) -> dict[str, Any]:
    return {"title": panel.title, "template": panel.template, **panel.context(row)}


def _laid_out(panels: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Group panels: a wide one takes a row; narrow neighbours share two columns; a single narrow one takes the whole row."""
    groups = [list(group) for _wide, group in groupby(panels, lambda panel: panel.get("wide") and id(panel))]
    for group in groups:
        if len(group) == 1:
            group[0].setdefault("alone", not group[0].get("wide"))
    return groups


def _verb_url(desk: type[Desk], row: Any, verb: Any) -> str:
    if verb.spec.page:
        return reverse(verb.spec.page, args=[row.pk])
    page = desk.record.desk_url(row)
    return f"{page}edit/" if verb is getattr(desk, "change", None) else f"{page}{verb.spec.name.rsplit('.', 1)[1]}/"


def verb_page(request: HttpRequest, desk: type[Desk], pk: int, verb: str) -> HttpResponse:
    """Ask for what a verb needs and carry it out; a refusal is shown on the form and nothing has changed."""
    row = desk.get(pk)
    chosen = desk.verb(verb)
    if request.method != "POST" and not chosen.permits(row, current()):
        raise NotAuthorised(_("Your post may not do this here. Ask your administrator for the permission."))
    return _carried_out(request, desk, chosen, row, {chosen.subject.name: row.pk} if chosen.subject else {})


def begin_page(request: HttpRequest, desk: type[Desk], verb: str) -> HttpResponse:
    """Ask for what a verb needs that begins a new record, and begin it."""
    chosen = desk.beginning(verb)
    if not current().areas_for(chosen.spec.needs):
        raise NotAuthorised(_("Your role does not include this."))
    return _carried_out(request, desk, chosen, None, {})


def bulk_page(request: HttpRequest, desk: type[Desk], verb: str) -> HttpResponse:
    """Ask once for what a verb needs, do it to the chosen rows, and show what became of each."""
    act, sent = bulk.verb_of(desk, verb), request.method == "POST"
    made = verb_form(act, desk.record)
    form = dress(made(request.POST) if sent else made())
    context = _context(desk, verb=act, form=form, query=bulk.filters_of(request.GET).urlencode(), at_once=bulk.AT_ONCE)
    try:
        pks = bulk.chosen(desk, act, request.GET)
        context |= {"count": len(pks), "rows": bulk.named(desk, pks[: bulk.AT_ONCE])}
        if sent and form.is_valid():
            if len(pks) > bulk.AT_ONCE:
                return _left(request, bulk.do_later(desk, act, pks, given_of(form)))
            context["answers"] = answers = bulk.do_now(desk, act, pks, given_of(form))
            context["done"] = sum(answer.refusal is None for answer in answers)
            return render(request, "desk/bulk.html", context, status=200 if context["done"] else 422)
    except Refusal as refusal:
        return render(request, "desk/bulk.html", context | {"refusal": refusal}, status=refusal.status)
    return render(request, "desk/bulk.html", context, status=422 if sent else 200)


def _carried_out(request: HttpRequest, desk: type[Desk], verb: Any, row: Any, about: dict[str, Any]) -> HttpResponse:
    made, sent = verb_form(verb, desk.record, row), request.method == "POST"
    initial = desk.filled(verb, row) | {name: request.GET[name] for name in made.base_fields if name in request.GET}
    form = dress(made(request.POST, request.FILES) if sent else made(initial=initial))
    before = shown_before(verb, row, made(request.POST if sent else request.GET))
    if request.headers.get("HX-Target") == "sheet":
        return render(request, "desk/before.html", before)
    if sent and form.is_valid():
        try:
            with seeing(row, _seen(request) if verb.spec.relative or verb.spec.sheet else ""):
                done = verb(**about, **given_of(form))
        except Refusal as refusal:
            more = before | _refused(form, refusal)
            return render(request, "desk/verb.html", _form_context(desk, row, verb, form) | more, status=refusal.status)
        _say_done(request, desk, verb, done, row)
        wanted = request.GET.get("next", "")
        shown = done if isinstance(done, desk.record) else row
        stays = shown is not None and desk.rows().filter(pk=shown.pk).exists()
        there = desk.record.desk_url(shown) if stays else reverse(desk.name("list"))
        return redirect(wanted if _is_local(wanted) else there)
    return render(request, "desk/verb.html", _form_context(desk, row, verb, form) | before, status=422 if sent else 200)


def _say_done(request: HttpRequest, desk: type[Desk], verb: Any, done: Any, about: Any) -> None:
    if isinstance(done, PendingAction) and desk.record is not PendingAction:
        text = _("Nothing has changed yet: “%(verb)s” waits for a second person to confirm it (confirmation %(number)s).")
        messages.warning(request, text % {"verb": verb.spec.label, "number": done.pk})
    else:
        thing = done if isinstance(done, desk.record) else about or done  # as the step left it
        messages.success(request, _("%(verb)s, done: %(thing)s.") % {"verb": verb.spec.label, "thing": thing})


def _form_context(desk: type[Desk], row: Any, verb: Any, form: Any) -> dict[str, Any]:
    """Return what a verb's page shows: the form, and the record's leading panel once more where the step weighs or has no sheet to show it (on phones)."""
    weighs = verb.spec.danger or verb.spec.offline or verb.spec.name == CONFIRM
    grave = row is not None and weighs and desk.panels and not desk.sensitive and not verb.spec.sheet
    return _context(desk, row=row, verb=verb, form=form, panel=_shown(desk.panels[0], row) if grave else None)


def _seen(request: HttpRequest) -> str:
    """Return the version that the form was opened with; Unseen where it does not say."""
    if not request.POST.get("seen"):
        raise Unseen()
    return request.POST["seen"]


def _refused(form: Any, refusal: Refusal) -> dict[str, Any]:
    """Show a refusal on its form; on a conflict return what others changed since, or which lines of the sheet were not seen."""
    if not isinstance(refusal, Stale):
        refuse(form, refusal)
        return {"known": refusal.seen} if isinstance(refusal, Changed) else {}
    changes = conflicts.others(refusal)
    return {"conflict": {"text": conflicts.in_words(refusal, changes), "changes": changes}}


def _is_local(address: str | None) -> bool:
    return bool(address) and str(address).startswith("/") and not str(address).startswith("//")


def form_page(request: HttpRequest, desk: type[Desk], pk: int | None = None) -> HttpResponse:
    """Make a new record or change one, through the desk's own action."""
    if not desk.form or not desk.may("change" if pk else "add"):
        raise NotAuthorised(_("Your role does not include this."))
    row = (desk.opened(pk) if request.method == "GET" else desk.get(pk)) if pk else None
    initial = {"area": current().areas[0]} if row is None and current().areas else {}
    sent = request.method == "POST"
    given = (request.POST, request.FILES) if sent else (None, None)
    form = dress(record_form(desk)(given[0], given[1], instance=row, initial=initial))
    more: dict[str, Any] = {"seen": request.POST.get("seen") or version_of(row)} if row else {}
    status = 422 if sent else 200
    if sent and form.is_valid():
        try:
            if row:
                with seeing(row, _seen(request)):
                    saved = desk.change(row=row.pk, values=form.cleaned_data)
            else:
                saved = desk.create(values=form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect(desk.record.desk_url(saved))
        except Stale as stale:
            more |= _refused(form, stale) | {"seen": version_of(stale.row)}
            status = stale.status
        except Refusal as refusal:
            refuse(form, refusal)
    return render(request, "desk/form.html", _context(desk, row=row, form=form, **more), status=status)


def export_file(request: HttpRequest, desk: type[Desk]) -> HttpResponseBase:
    """Send the rows of the list as it is filtered, as CSV or XLSX; asked by POST, leave them to a background job."""
    kind = request.GET.get("format", "csv")
    if request.method == "POST":
        return _left(request, exporting.take_out_later(desk, request.GET, kind))
    rows = exporting.selected(desk, request.GET)
    file, content_type = transfer.export(desk, rows, kind, request.META.get("QUERY_STRING", ""))
    return Download(file, as_attachment=True, filename=f"{desk.slug}-{transfer.stamp()}.{kind}", content_type=content_type)


def _left(request: HttpRequest, job: BackgroundJob) -> HttpResponse:
    """Lead to a background job, which goes on while its requester does something else."""
    messages.info(request, _("This is worked on in the background; you can go on with something else."))
    return redirect(BackgroundJob.desk_url(job))  # type: ignore[attr-defined]


def import_page(request: HttpRequest, desk: type[Desk]) -> HttpResponse:
    """Read a spreadsheet in a dry run, show every fault, and add all rows in one action once there is none."""
    if not desk.importable or not desk.may("add"):
        raise NotAuthorised(_("Your role does not include this."))
    found, write = None, bool(request.POST.get("confirm"))
    if request.method == "POST":
        try:
            found = loading.bring_in(desk, request.FILES.get("file"), write=write)
            if found.job is not None:
                return _left(request, found.job)
            if write and not found.problems:
                messages.success(request, _("%(count)d rows were added.") % {"count": len(found.rows)})
                return redirect(desk.name("list"))
        except Refusal as refusal:
            messages.error(request, str(refusal))
    bounds = {"limit": loading.LIMIT, "most": sheets.MOST_ROWS}
    return render(request, "desk/import.html", _context(desk, wanted=transfer.wanted(desk), found=found, **bounds))


def import_template(request: HttpRequest, desk: type[Desk]) -> HttpResponse:
    """Send an empty spreadsheet with the columns an import wants."""
    response = HttpResponse(sheets.template(transfer.wanted(desk)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{desk.slug}-template.csv"'
    return response


def pick(request: HttpRequest, verb: str, path: str) -> JsonResponse:
    """Return what a picker finds for a record that a verb asks for: those whom the viewer may see and who may use the verb."""
    parameters = ACTIONS[verb].parameters if verb in ACTIONS else ()
    *outer, name = path.split(".")
    for step in outer:
        parameters = next((one.parameters for one in parameters if one.name == step), ())
    asked = next((one for one in parameters if one.name == name and one.kind == "ref"), None)
    if asked is None:
        raise NotFound()
    if not current().areas_for(ACTIONS[verb].spec.needs):
        raise NotAuthorised(_("Your role does not include this."))
    rows = offers(asked, request.GET.get("q", "").strip()[:200])[:OFFERED]
    return JsonResponse({"rows": [{"value": str(key_of(row)), "text": name_of(row)} for row in rows]})


def search_page(request: HttpRequest) -> HttpResponse:
    """Search every desk the viewer may read."""
    text = request.GET.get("q", "").strip()[:200]
    found = [
        {"title": g.desk.title(), "icon": g.desk.icon, "rows": [(g.desk.found(r), g.desk.record.desk_url(r)) for r in g.rows]}
        for g in everywhere(text)
    ]
    return render(request, "desk/search.html", {"query": text, "found": found})
