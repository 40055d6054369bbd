"""Who must approve which document: the table of rules, changed by two persons like any rule that gives power."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _

from anlan.apps.law import decision_sheets
from anlan.kit.actions import Deed, action
from anlan.kit.documents.model import POSTINGS
from anlan.kit.inputs import Input, Reason
from anlan.kit.models import ApprovalRule
from anlan.kit.refusals import Conflict, NotAuthorised, Refusal

SETS = "law.set_approval"
#: How many digits the code of a city has.
CITY = 4
#: Beyond this nobody could ever approve.
MOST_PERSONS = 5


def kinds(_row: Any = None) -> Iterator[tuple[str, Any]]:
    """Yield the kinds of documents, each with what it is called."""
    for document in POSTINGS:
        yield document._meta.label_lower, document._meta.verbose_name


def kind_in_words(code: str) -> str:
    """Return what a kind of document is called."""
    return str(dict(kinds()).get(code, code))


Kind = Annotated[str, Input(_("Kind of document"), choices=kinds)]
Above = Annotated[Decimal, Input(_("From amount (yuan)"), example=100000)]
Level = Annotated[ApprovalRule.Level, Input(_("Level"))]
Persons = Annotated[int, Input(_("Persons"), example=1)]
Basis = Annotated[str, Input(_("Basis"), example="十万元以上须市级审批 City approval from 100,000 yuan")]


@action(
    "law.set_approval",
    needs=SETS,
    label=_("Add a rule of approval"),
    icon="plus",
    second_person=True,
    sheet=decision_sheets.ruling,
    story=_("It holds for every document of the kind that is approved or posted from then on."),
)
def set_approval(
    deed: Deed, *, kind: Kind, above: Above, level: Level, persons: Persons, basis: Basis, reason: Reason
) -> ApprovalRule:
    """Add a rule: from an amount on so many persons at a level approve a kind of document."""
    _check(deed, above, persons, basis)
    if ApprovalRule.objects.filter(kind=kind, above=above, level=level).exists():
        raise Conflict(_("There is a rule for this kind, amount and level. Change that one."))
    return deed.create(ApprovalRule, kind=kind, above=above, level=level, persons=persons, basis=basis)


@action(
    "law.change_approval",
    needs=SETS,
    label=_("Change the rule"),
    record="kit.ApprovalRule",
    icon="pencil",
    second_person=True,
    relative=True,
    sheet=decision_sheets.ruling,
)
def change_approval(
    deed: Deed, *, rule: int, above: Above, level: Level, persons: Persons, basis: Basis, reason: Reason
) -> ApprovalRule:
    """Change from which amount on how many persons at which level approve; documents already posted stay as they are."""
    held = deed.lock(ApprovalRule, rule)
    _check(deed, above, persons, basis)
    held.above, held.level, held.persons, held.basis = above, level, persons, basis
    return held


def _check(deed: Deed, above: Decimal, persons: int, basis: str) -> None:
    if not any(len(area) <= CITY for area in deed.scope.areas_for(SETS)):
        raise NotAuthorised(_("The table holds for the whole city: somebody of the city changes it."))
    if above < 0:
        raise Refusal(_("Give an amount of nought or more."), field="above")
    if not 1 <= persons <= MOST_PERSONS:
        raise Refusal(_("Give from 1 to %(most)d persons.") % {"most": MOST_PERSONS}, field="persons")
    if not basis.strip():
        raise Refusal(_("Say on what the rule rests."), field="basis")
