"""What whoever puts a version in force is shown before: what it changes, item by item, and what rests on the version before it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from anlan.apps.checks import queries, rules
from anlan.apps.checks.models import Check, Item, SheetVersion
from anlan.kit.languages import listed
from anlan.kit.names import name_of
from anlan.kit.records import readable
from anlan.lib.decisions import Line, Sheet

#: So many changes are told one by one.
MOST = 40


def enforcing(version: SheetVersion, _given: dict[str, Any]) -> Sheet:
    """Draw up the sheet of a draft that is about to be put in force."""
    before = queries.in_force(version.sheet)
    about = [
        Line(_("Check sheet"), str(version.sheet)),
        Line(_("Version"), version.code, note=version.remark),
        Line(_("Drafted by"), name_of("actor", version.drafted_by)),
    ]
    told = list(_settings(before, version)) + list(_items(before, version))
    effects = [*told[:MOST], *([Line(_("Further changes"), len(told) - MOST)] if len(told) > MOST else [])]
    if before is not None:
        count = readable(Check).filter(version=before, newest=True).count()
        effects.append(Line(_("Checks by the version in force, which keep counting"), count))
    doubts = [] if told else [Line(_("It changes nothing."))]
    return Sheet(about=tuple(about), effects=tuple(effects), doubts=tuple(doubts))


def _settings(before: SheetVersion | None, after: SheetVersion) -> Iterator[Line]:
    for name in queries.SETTINGS:
        old, new = getattr(before, name, None), getattr(after, name)
        if old != new and new not in ("", 0, None):
            label = SheetVersion._meta.get_field(name).verbose_name
            yield Line(label, _shown(new), note=_("before: %(value)s") % {"value": _shown(old)} if before else "")


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    return f"{value.normalize():f}" if hasattr(value, "normalize") else str(value)


def _items(before: SheetVersion | None, after: SheetVersion) -> Iterator[Line]:
    """Tell the items that are new, changed or gone, as the reader knows them."""
    words = {"added": _("Added"), "changed": _("Changed"), "removed": _("Removed")}
    old, new = (queries.content(version) if version else {} for version in (before, after))
    called = {item.code: str(item) for version in (before, after) if version for item in version.items.all()}
    for change in rules.changes(old, new):
        changed = listed(str(Item._meta.get_field(name).verbose_name) for name in change.changed)
        yield Line(words[change.kind], called[change.code], note=changed)
