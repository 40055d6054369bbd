"""The one door of what comes from a device: each operation through its own verb, its receipt kept in the same transaction."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import InterfaceError, OperationalError, connections, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anlan.apps.field import forms, rules, uploads
from anlan.apps.field.choices import Outcome
from anlan.apps.field.models import Operation
from anlan.apps.field.queries import clashes_of, operation
from anlan.apps.field.rules import Clashing, Given
from anlan.kit import clock
from anlan.kit.actions import ACTIONS, Action, Deed, action
from anlan.kit.models import PendingAction
from anlan.kit.records import area_of
from anlan.kit.refusals import Conflict, NotAuthorised, NotFound, Refusal
from anlan.kit.scope import Scope, current, entered
from anlan.kit.worlds import alias

log = logging.getLogger(__name__)
#: Namespace of the locks that keep one person's operations in their order.
OF_PERSON = 0x666C64


class Away(Exception):
    """The database cannot be written to just now: the device sends the same again."""


@action("field.keep_receipt", needs="field.send_operation", label=gettext_lazy("Send in from a phone"))
def keep_receipt(deed: Deed, *, values: dict[str, Any]) -> Operation:
    """Keep what became of an operation, in the transaction that did it."""
    return deed.create(Operation, **values)


def settle(given: Given, *, device: UUID, sent_at: datetime | None) -> dict[str, Any]:
    """Do one operation under the actor's present authority, or give the receipt that its key has already; Away where nothing can be written.

    What it does and its receipt are one transaction, and one person's operations are done one after another.
    """
    using, actor = alias(), current().actor
    try:
        with transaction.atomic(using=using):
            with connections[using].cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [OF_PERSON, actor])
            known = operation(actor, given.key)
            if known is not None:
                return _receipt(known) if known.digest == given.digest else _another(given)
            values = _done(given, using)
            own = current()
            with entered(Scope.everything(actor, own.world)):
                kept = keep_receipt(
                    values={
                        **values,
                        "area": values["area"] or own.areas[0],
                        "key": given.key,
                        "digest": given.digest,
                        "actor": actor,
                        "device": device,
                        "verb": given.verb,
                        "claimed_at": rules.claimed(given.made_at, sent_at, clock.now()),
                        "received_at": clock.now(),
                    }
                )
            if kept.outcome != Outcome.REFUSED and given.files:
                transaction.on_commit(lambda: uploads.drop(actor, list(given.files.values())), using=using)
            return _receipt(kept)
    except (OperationalError, InterfaceError) as error:
        raise Away from error
    except Exception:  # noqa: BLE001  a verb's own fault: nothing of it is kept, the device tries again and then puts it aside
        log.exception("%s: an operation from a device failed", given.verb)
        title = _("The server could not take this now. It stays on this device and is tried again.")
        return {"key": str(given.key), "outcome": "failed", "status": 500, "title": title}


def _done(given: Given, using: str) -> dict[str, Any]:
    """Do an operation; return what its receipt says. A refusal leaves nothing behind."""
    about: dict[str, Any] = {"record": "", "record_id": "", "area": ""}
    try:
        with transaction.atomic(using=using):
            verb = ACTIONS.get(given.verb)
            if verb is None or not verb.spec.offline:
                raise Refusal(_("This cannot be done from here."), field="verb")
            row = forms.subject_of(verb, _record_of(given))
            about |= _about(row)
            made = _carry_out(verb, row, given, using)
            parked = isinstance(made, PendingAction)
            about |= _about(made) if row is None and not parked else {}
    except Refusal as refusal:
        details: dict[str, Any] = {"field": refusal.field, "article": refusal.article, "kind": type(refusal).__name__}
        if isinstance(refusal, Clashing):
            details["clashes"] = [vars(clash) for clash in refusal.clashes]
        about = {**about, "record_id": about["record_id"] or given.record[:64]}
        return {**about, "outcome": Outcome.REFUSED, "title": str(refusal), "status": refusal.status, "details": details}
    outcome = Outcome.WAITING if parked else Outcome.DONE
    title = _("Waiting for a second person to confirm.") if parked else _("“%(verb)s” is done.") % {"verb": verb.spec.label}
    return {**about, "outcome": outcome, "title": title, "status": 202 if parked else 200}


def _carry_out(verb: Action[Any, Any], row: Any, given: Given, using: str) -> Any:
    actor = current().actor
    files = {name: uploads.opened(actor, code, name) for name, code in given.files.items()}
    values = forms.cleaned(verb, given, row, files)
    if row is None:
        return verb(**values)
    if given.base:
        if not verb.permits(row, current()):
            raise NotAuthorised(_("Your post may not do this here. Ask your administrator for the permission."))
        held = type(row).objects.using(using).select_for_update(of=("self",)).get(pk=row.pk)
        now = forms.as_written(held, given.base.keys() & given.inputs.keys())
        if names := rules.clashing(given.base, now, given.inputs):
            raise Clashing(clashes_of(held, names, now, given))
    assert verb.subject is not None
    return verb(**{verb.subject.name: row.pk, **values})


def _record_of(given: Given) -> str:
    """Return the number of the record: its own, or that of what an earlier operation has made."""
    mark, _colon, key = given.record.partition("key:")
    if mark or not key:
        return given.record
    try:
        before = operation(current().actor, UUID(key))
    except ValueError:
        raise NotFound() from None
    if before is None or before.outcome != Outcome.DONE:
        raise Conflict(_("What this rests on was refused, or has not come."), field="record")
    return str(before.record_id)


def _about(row: Any) -> dict[str, Any]:
    if row is None:
        return {}
    return {"record": row._meta.label_lower, "record_id": str(row.pk), "area": area_of(row) or ""}


def _receipt(kept: Operation) -> dict[str, Any]:
    """Return a receipt as the device gets it."""
    return {
        "key": str(kept.key),
        "outcome": str(kept.outcome),
        "status": kept.status,
        "title": kept.title,
        "record": kept.record,
        "record_id": kept.record_id,
        "received_at": kept.received_at.isoformat(),
        **kept.details,
    }


def _another(given: Given) -> dict[str, Any]:
    title = _("This key was used for another operation. Nothing was written.")
    return {"key": str(given.key), "outcome": "refused", "status": 409, "title": title, "kind": "Conflict", "field": "key"}
