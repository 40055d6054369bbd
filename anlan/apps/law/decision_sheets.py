"""What both persons are shown before a rule of approval is set: what changes, which documents it meets, where it asks for less."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from anlan.kit.documents.model import POSTINGS, DocumentState
from anlan.kit.models import ApprovalRule
from anlan.lib.decisions import Line, Sheet

#: What a document waits for before it is posted.
WAITING = (DocumentState.DRAFT, DocumentState.SUBMITTED, DocumentState.SENT_BACK)


def ruling(rule: ApprovalRule | None, given: dict[str, Any]) -> Sheet | None:
    """Draw up the sheet of a rule that is about to be added or changed, as soon as it is said what it shall be."""
    if rule is not None:
        given = {"level": rule.level, "persons": rule.persons, "above": rule.above, **given}
    kind = rule.kind if rule else given.get("kind")
    if not kind or not all(given.get(name) for name in ("level", "persons")) or given.get("above") is None:
        return None
    level, persons, above = ApprovalRule.Level(int(given["level"])), int(given["persons"]), Decimal(str(given["above"]))
    return Sheet(
        about=tuple(_about(rule, kind, level, persons, above)),
        effects=tuple(_effects(kind)),
        doubts=tuple(_doubts(rule, level, persons, above)),
        others=(Line(_("To confirm it"), _("another person of the city who may set such rules")),),
    )


def _documents(kind: str) -> Any:
    return next((document for document in POSTINGS if document._meta.label_lower == kind), None)


def _about(rule: ApprovalRule | None, kind: str, level: ApprovalRule.Level, persons: int, above: Decimal) -> Iterator[Line]:
    document = _documents(kind)
    yield Line(_("Kind of document"), document._meta.verbose_name if document else kind)
    yield Line(_("From amount (yuan)"), f"{above:,.2f}", note=_so_far(f"{rule.above:,.2f}" if rule else ""))
    yield Line(_("Level"), level.label, note=_so_far(rule.get_level_display() if rule else ""))
    yield Line(_("Persons"), persons, note=_so_far(str(rule.persons) if rule else ""))


def _so_far(before: str) -> str:
    return _("so far %(value)s") % {"value": before} if before else _("new")


def _effects(kind: str) -> Iterator[Line]:
    document = _documents(kind)
    if document is not None:
        rows = document.objects.filter(state__in=WAITING)
        yield Line(_("Documents of this kind not approved yet"), rows.count(), note=_("judged by the rule from now on"))
    yield Line(_("Documents approved or posted already"), _("stay as they are"))


def _doubts(rule: ApprovalRule | None, level: ApprovalRule.Level, persons: int, above: Decimal) -> Iterator[Line]:
    if rule is None:
        return
    if persons < rule.persons:
        yield Line(_("It asks for fewer persons than so far."))
    if level > rule.level:
        yield Line(_("It is content with a lower level than so far."))
    if above > rule.above:
        yield Line(_("Amounts below the new one are no longer met by it."))
