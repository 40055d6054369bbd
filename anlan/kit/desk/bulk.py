"""One verb on many rows of a list: each judged by its own authority and state, each answered by itself, all summed up in one entry.

Rows that are refused stand in the answer with their reason; what is done is done in one transaction, or by a job a step at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, wraps
from typing import Any

from django.apps import apps
from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from anlan.kit import clock, inputs
from anlan.kit.actions import Action, Bulk, Deed, Spec
from anlan.kit.desk.declaration import DESKS, Desk
from anlan.kit.desk.exporting import selected
from anlan.kit.desk.transfer import stamp
from anlan.kit.models import BackgroundJob
from anlan.kit.pages import require
from anlan.kit.refusals import NotFound, Refusal
from anlan.kit.scope import current
from anlan.kit.tasks import Run, task
from anlan.kit.worlds import ALIASES
from anlan.lib.spreadsheets import as_texts

#: More rows than these are left to a background job, which takes so many per step.
AT_ONCE, STEP = 100, 50
#: What an address says beside the filters of a list: the ticked rows, or that all which match are meant.
ROW, ALL = "row", "all"
LABEL = gettext_lazy("On several records")


@dataclass(frozen=True)
class Answer:
    """What became of one row."""

    pk: int
    name: str
    address: str = ""
    refusal: Refusal | None = None


def offered(desk: type[Desk]) -> list[Action[Any, Any]]:
    """Return the verbs that the viewer may do to several rows of a list, if he may do them anywhere."""
    return [verb for verb in desk.actions if verb.spec.bulk and current().areas_for(verb.spec.needs)]


def verb_of(desk: type[Desk], name: str) -> Action[Any, Any]:
    """Return a verb that may be done to several rows; NotFound, or NotAuthorised for whoever may do it nowhere."""
    verb = desk.verb(name)
    if not verb.spec.bulk:
        raise NotFound()
    require(verb.spec.needs)
    return verb


def filters_of(query: QueryDict) -> QueryDict:
    """Return what an address says of the list itself."""
    kept = query.copy()
    for name in (ROW, ALL, "cursor"):
        kept.pop(name, None)
    return kept


def named(desk: type[Desk], pks: Sequence[int]) -> list[tuple[str, str]]:
    """Return the names and addresses of rows that the viewer may see."""
    rows = desk.rows().in_bulk(pks)
    return [(desk.found(rows[pk]), desk.record.desk_url(rows[pk])) for pk in pks if pk in rows]


def chosen(desk: type[Desk], verb: Action[Any, Any], query: QueryDict) -> list[int]:
    """Return the numbers of the ticked rows (`row=`), or with `all` of all that the filters match; Refusal for none or too many."""
    if query.get(ALL):
        most = (verb.spec.bulk or Bulk(0)).most
        found = selected(desk, filters_of(query)).order_by("pk").values_list("pk", flat=True)[: most + 1]
    else:
        found = sorted({int(text) for text in query.getlist(ROW) if text.isdecimal() and len(text) < 19})
    return checked(desk, verb, list(found))


def checked(desk: type[Desk], verb: Action[Any, Any], pks: list[int]) -> list[int]:
    """Return chosen rows in the order in which they are locked; Refusal for none, too many, or such as are not taken together."""
    bulk = verb.spec.bulk or Bulk(0)
    if not pks:
        raise Refusal(_("Choose the rows first."))
    if len(pks) > bulk.most:
        words = _("“%(verb)s” may be done to at most %(most)d records at once; more are chosen. Nothing was done.")
        raise Refusal(words % {"verb": verb.spec.label, "most": bulk.most})
    rows = list(desk.rows().filter(pk__in=pks)) if bulk.alike or bulk.check else []
    if bulk.alike and len({getattr(row, bulk.alike) for row in rows}) > 1:
        raise Refusal(_("They are not of one kind; take each kind by itself. Nothing was done."))
    for row in rows:
        if bulk.check:
            bulk.check(row)
    return sorted(set(pks))


@cache
def _single(verb: Action[Any, Any]) -> Action[Any, Any]:
    """Return a verb as it is done to one row among several: nobody has seen its decision sheet; what wants to be taken alone is refused once locked."""
    subject, check = verb.subject, verb.spec.bulk and verb.spec.bulk.check
    assert subject is not None
    model: Any = apps.get_model(verb.spec.record)

    @wraps(verb.function)
    def judged(deed: Deed, **given: Any) -> Any:
        if check:
            check(deed.lock(model, given[subject.name]))
        return verb.function(deed, **given)

    return Action(judged, replace(verb.spec, sheet=None, bulk=None))  # type: ignore[arg-type]


def carry_out(desk: type[Desk], verb: Action[Any, Any], pks: Sequence[int], given: dict[str, Any]) -> list[Answer]:
    """Do a verb to rows, each by itself: what one refuses leaves the others as they are."""
    rows, single = desk.rows().in_bulk(pks), _single(verb)
    answers = []
    with transaction.atomic(using=ALIASES[current().world]), clock.frozen(clock.now()):
        for pk in pks:
            row = rows.get(pk)
            told = Answer(pk, desk.found(row), desk.record.desk_url(row)) if row is not None else Answer(pk, f"#{pk}")
            try:
                if row is None:
                    raise NotFound()
                single(**{str(single.subject and single.subject.name): pk, **given})
            except Refusal as refusal:
                told = replace(told, refusal=refusal)
            answers.append(told)
    return answers


def do_now(desk: type[Desk], verb: Action[Any, Any], pks: Sequence[int], given: dict[str, Any]) -> list[Answer]:
    """Do a verb to a few rows and sum it up, all in one transaction."""
    with transaction.atomic(using=ALIASES[current().world]):
        answers = carry_out(desk, verb, pks, given)
        refused = sum(answer.refusal is not None for answer in answers)
        if refused < len(answers):
            _sum_up(verb, len(answers) - refused, refused, given, chosen=list(pks))
    return answers


def _sum_up(verb: Action[Any, Any], done: int, refused: int, given: dict[str, Any], **more: Any) -> None:
    """Journal once what was done to how many rows; each row has its own entry beside."""

    def sum_up(deed: Deed) -> None:
        deed.reason = str(given.get("reason") or "")
        deed._judged = True  # each row was
        for key, value in {"action": verb.spec.name, "done": done, "refused": refused, **more}.items():
            deed.note(key, value)

    Action(sum_up, Spec("kit.bulk", verb.spec.needs, LABEL))()


def do_later(desk: type[Desk], verb: Action[Any, Any], pks: Sequence[int], given: dict[str, Any]) -> BackgroundJob:
    """Leave many rows to a background job, which acts under the requester's authority of each step."""

    def ask(deed: Deed) -> BackgroundJob:
        about = {"desk": desk.record._meta.label_lower, "verb": verb.spec.last}
        return deed.defer(carry_out_rows, **about, rows=list(pks), given=inputs.written(given))

    made: BackgroundJob = Action(ask, Spec("kit.bulk", verb.spec.needs, LABEL))()
    return made


@task(name="kit.bulk", label=LABEL)
def carry_out_rows(run: Run, *, desk: str, verb: str, rows: list[int], given: dict[str, Any]) -> None:
    """Do a verb to rows, a step of them at a time; the refused ones come back as a spreadsheet with their reasons."""
    target = DESKS[apps.get_model(desk)]
    act = target.verb(verb)
    while run.done < len(rows):
        with run.step():
            part = rows[run.done : run.done + STEP]
            for answer in carry_out(target, act, part, given):
                if answer.refusal is not None:
                    run.refuse(answer.pk, [str(answer.pk), answer.name], str(answer.refusal))
                    run.cursor["refused"] = run.cursor.get("refused", 0) + 1
            run.done, run.of, refused = run.done + len(part), len(rows), run.cursor.get("refused", 0)
            run.say(
                gettext_noop("%(done)d records are done, %(refused)d were refused."), done=run.done - refused, refused=refused
            )
            if run.done == len(rows):
                _end(run, target, act, given)


def _end(run: Run, desk: type[Desk], verb: Action[Any, Any], given: dict[str, Any]) -> None:
    refused = run.cursor.get("refused", 0)
    if refused < run.done:
        _sum_up(verb, run.done - refused, refused, given, job=run.pk)
    if refused:
        headers = [_("Number"), desk.called(), _("Reason")]
        run.keep(f"{desk.slug}-{stamp()}.xlsx", as_texts(headers, [[*fault.values, fault.reason] for fault in run.refused()]))
        run.refused().delete()
