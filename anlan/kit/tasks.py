"""Tasks for the background: declared once by an app, queued by a deed, run step by step under the requester's authority.

    @task(name="people.import", label=_("Import"))
    def bring_in(run: Run, *, sheet: str) -> None: ...

    job = deed.defer(bring_in, sheet=digest)

A task does its work in steps (`with run.step():`). What a step writes and where the task goes on (`run.cursor`) are committed
together, so that whoever takes the job up after a crash does nothing twice and leaves nothing out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from django.utils.translation import get_language

from anlan.kit.clock import real_now
from anlan.kit.names import names_of
from anlan.kit.scope import Scope
from anlan.lib.registry import Registry


class Run(Protocol):
    """What a task sees of its run; `anlan.kit.background` makes it."""

    pk: int
    cursor: dict[str, Any]
    done: int
    of: int

    def step(self) -> Any:
        """Open one step: its writes, the cursor and the progress are committed together."""

    def say(self, message: str, **figures: Any) -> None:
        """Say how far it is: an English msgid (`gettext_noop`) and its figures, translated for each reader."""

    def refuse(self, line: int, values: list[str], reason: str) -> None:
        """Set a line aside, within a step, with the reason in words."""

    def refused(self) -> Any:
        """Return the lines that were set aside, in their order."""

    def keep(self, name: str, content: bytes) -> None:
        """Attach a file to the job: its result, or what has to be corrected."""


@dataclass(frozen=True)
class Task:
    """A declared task."""

    name: str
    label: Any
    run: Callable[..., None]


TASKS: Registry[Task] = Registry("tasks", key="name")


def task(*, name: str, label: Any) -> Callable[[Callable[..., None]], Task]:
    """Register the function below as a task; its first argument is the Run, the others are what `deed.defer` was given."""

    def register(function: Callable[..., None]) -> Task:
        return TASKS.add(Task(name, label, function))

    return register


def queued(task: Task, arguments: dict[str, Any], scope: Scope, needs: str) -> dict[str, Any]:
    """Return the values of a new job: for whom, under what, in whose language. It lies where the actor may do what `needs` says."""
    held = {permission for authority in scope.authorities for permission in authority.permissions}
    return {
        "task": TASKS.get(task.name).name,
        "area": next(iter(scope.areas_for(needs)), ""),
        "arguments": arguments,
        "requested_by": scope.actor,
        "requested_at": real_now(),
        "by_program": scope.system,
        "granted": sorted(held) if scope.token else None,
        "language": get_language() or "",
    }


@names_of("task")
def _names() -> dict[str, tuple[str, str]]:
    return {task.name: (task.label, task.label) for task in TASKS.all()}
