"""What operations put on the workbench: proofs that do not hold."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from anlan.apps.operations.desk import ProofDesk, proof_label
from anlan.kit.board import Rank, Waiting, waiting
from anlan.kit.clock import real_now
from anlan.kit.models import Proof


@waiting(needs="kit.view_proof")
def failed_proofs() -> Iterator[Waiting]:
    """Yield the proofs of journal, files and backups that do not hold."""
    for row in Proof.objects.using("default").exclude(problem="").order_by("id"):
        yield Waiting(
            Rank.DANGER,
            "proof",
            "shield-x",
            "red",
            proof_label(row.kind),
            row.problem,
            reverse(ProofDesk.name("page"), args=[row.pk]),
            row.at or real_now(),
            at_once=True,
        )
