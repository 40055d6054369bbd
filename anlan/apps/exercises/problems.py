"""A scenario's faults in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext as _

from anlan.lib.scenario import Problem


def described(problem: str) -> str:
    """Say a fault of a scenario folder with its file and line; what is a sentence already stays as it is."""
    if not isinstance(problem, Problem):
        return problem
    words = {"file": problem.file, "line": problem.line, "what": _(problem.text) % problem.values}
    return _("%(file)s: %(what)s") % words if problem.line is None else _("%(file)s: line %(line)s: %(what)s") % words
