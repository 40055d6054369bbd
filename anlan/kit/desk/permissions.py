"""Permissions in words: what a code like `warning.sign_warning` lets somebody do, from the desks and verbs that ask for it."""

from __future__ import annotations

from django.apps import apps
from django.utils.translation import gettext as _

from anlan.kit.actions import ACTIONS
from anlan.kit.desk.declaration import DESKS
from anlan.kit.languages import listed
from anlan.kit.pages import PAGES

#: Permissions that no page, desk or verb asks for, with their words.
BESIDES: dict[str, object] = {}


def every() -> set[str]:
    """Return the permissions that a page, a desk or a verb on a record asks for."""
    found = set(BESIDES) | {page.permission for page in PAGES.values() if page.permission}
    found |= {verb.spec.needs for verb in ACTIONS.values() if verb.spec.record}
    for desk in DESKS.values():
        found |= {desk.permission(verb) for verb in ("view", "add", "change")[: 3 if desk.form else 1]}
    return found


def in_words(permission: str) -> str:
    """Say what a permission lets somebody do, in the reader's language."""
    app, _dot, rest = permission.partition(".")
    if rest == "*":
        return _("Everything about: %(what)s") % {"what": listed(d.title() for d in DESKS.values() if d.app() == app)}
    if permission in BESIDES:
        return str(BESIDES[permission])
    verb, _line, noun = rest.partition("_")
    verbs = [a.spec for a in ACTIONS.values() if a.spec.needs == permission]
    names = {m._meta.label_lower: str(m._meta.verbose_name) for m in apps.get_models()}
    what = names.get(f"{app}.{noun}") or next((names[spec.record.lower()] for spec in verbs if spec.record), "")
    generic = {"view": _("View: %(what)s"), "add": _("Add: %(what)s"), "change": _("Change: %(what)s")}
    if what and verb in generic:
        return generic[verb] % {"what": what}
    labels = dict.fromkeys(str(spec.label) for spec in verbs)
    labels = labels or dict.fromkeys(str(p.label) for p in PAGES.values() if p.permission == permission and p.label)
    deeds = listed(labels)
    return _("%(what)s: %(deeds)s") % {"what": what, "deeds": deeds} if what and deeds else deeds or what or permission
