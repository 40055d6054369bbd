"""Who has approved a document and who must still: read from the table of rules and the approvals given."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from anlan.kit.models import Approval, ApprovalRule
from anlan.kit.records import area_of, sector_of
from anlan.kit.scope import Scope


@dataclass(frozen=True)
class Need:
    """So many persons at a level (digits of the division they act for: 4 is the city), and how many of them have approved."""

    level: int
    label: str
    persons: int
    given: int
    basis: str

    @property
    def met(self) -> bool:
        """Return whether enough have approved."""
        return self.given >= self.persons


def approvals_of(document: Any) -> list[Approval]:
    """Return every word given on a document, oldest first."""
    return list(Approval.objects.filter(record=document._meta.label_lower, record_id=document.pk).order_by("id"))


def needs_of(document: Any, given: list[Approval]) -> list[Need]:
    """Return what the table asks of a document of its kind and amount; one person of any level where the table says nothing."""
    rules: dict[int, ApprovalRule] = {}
    for rule in ApprovalRule.objects.filter(kind=document._meta.label_lower, above__lte=document.amount).order_by("above"):
        rules[rule.level] = rule
    words = [word for word in given if word.approved and word.round == document.round]
    found = list(rules.values()) or [ApprovalRule(kind="", above=Decimal(0), basis="")]
    return [
        Need(rule.level, rule.get_level_display(), rule.persons, sum(word.digits <= rule.level for word in words), rule.basis)
        for rule in found
    ]


def digits_of(scope: Scope, permission: str, row: Any) -> int:
    """Return how many digits the widest division has over which the actor holds a permission for a row: 0 is everywhere."""
    area, sector = area_of(row) or "", sector_of(row) if scope.sectored else ""
    held = (a for a in scope.authorities if a.permits(permission) and a.covers(area) and a.serves(permission, sector))
    return min((len(a.area) for a in held), default=12)
