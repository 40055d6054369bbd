"""The installation's own proofs: backups on their schedule, the log shipped each minute, a restore rehearsed."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anlan.kit.proofs import Failed, proof
from anlan.site import backup, restore
from anlan.site.sealing import identity_of


def _wanted() -> bool:
    return bool(settings.CONFIG.backup_dir)


def _rehearsed() -> bool:
    return _wanted() and settings.CONFIG.backup_rehearsal_days > 0


def _in_words(work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    try:
        return work()
    except (backup.Refused, OSError, psycopg.Error, subprocess.SubprocessError) as error:
        raise Failed(str(error)) from None


@proof("backup", label=gettext_lazy("Backup"), every=f"{settings.CONFIG.backup_hours} hours", wanted=_wanted)
def back_up() -> dict[str, Any]:
    """Take a base and remove what is older than is kept."""
    config = settings.CONFIG

    def work() -> dict[str, Any]:
        made = backup.make(config, Path(config.backup_dir), config.backup_recipient, config.backup_keep_days)
        return {"bytes": made.base.bytes, "backups": made.kept, "files": made.files, "place": config.backup_dir}

    return _in_words(work)


@proof("backup_log", label=gettext_lazy("Backup of what happened since"), every="1 minute", wanted=_wanted)
def ship_log() -> dict[str, Any]:
    """Ship the log and the files that came since."""
    config, folder = settings.CONFIG, Path(settings.CONFIG.backup_dir)

    def work() -> dict[str, Any]:
        shipped = backup.ship(config, folder, config.backup_recipient)
        return {"segments": shipped, "files": backup.copy_files(config, folder, config.backup_recipient)}

    return _in_words(work)


@proof(
    "rehearsal",
    label=gettext_lazy("Rehearsed restore"),
    every=f"{max(settings.CONFIG.backup_rehearsal_days, 1)} days",
    wanted=_rehearsed,
)
def rehearse() -> dict[str, Any]:
    """Restore the newest state into a throw-away cluster and prove its journal and files."""
    config = settings.CONFIG

    def work() -> dict[str, Any]:
        identity = identity_of(Path(config.backup_identity) if config.backup_identity else None)
        backup.first(config, Path(config.backup_dir), config.backup_recipient)
        done = restore.rehearse(config, Path(config.backup_dir), identity)
        figures = {"entries": done.entries, "files": done.files, "restored_to": done.restored_to, "restore_seconds": done.seconds}
        if done.problem:
            raise Failed(_("The restored state does not prove itself: %(problem)s") % {"problem": done.problem}, **figures)
        return figures

    return _in_words(work)
