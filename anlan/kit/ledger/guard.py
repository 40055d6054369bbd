"""What the database itself holds a ledger to: entries stay, balances follow from them alone and never fall below zero.

Triggers, not grants: they bind every role. Both tables may be emptied only by the owner (the exercise world is).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.db.migrations.operations.base import Operation

GUARD, UNGUARD = ((Path(__file__).parent / name).read_text(encoding="utf-8") for name in ("guard.sql", "unguard.sql"))


class SecureLedger(Operation):
    """Give a ledger its guards and its posting function: `SecureLedger("supplies", "Stock")`, after the tables are made."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, app: str, model: str) -> None:
        self.app, self.model = app, model

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__name__, [self.app, self.model], {}

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Guards are no part of the model state."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        schema_editor.execute(GUARD.format(**self._tables(to_state)), params=None)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        schema_editor.execute(UNGUARD.format(**self._tables(from_state)), params=None)

    def describe(self) -> str:
        return f"Guards of the ledger {self.app}.{self.model}"

    def _tables(self, state: Any) -> dict[str, str]:
        tables = {what: state.apps.get_model(self.app, self.model + part)._meta.db_table for what, part in PARTS.items()}
        return {**tables, "name": tables["entries"]}


PARTS = {"entries": "", "balances": "Balance"}
