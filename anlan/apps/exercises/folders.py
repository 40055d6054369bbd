"""Where scenarios lie: those of the city's pack, those uploaded as a zip, and any folder of this machine for administrators."""

from __future__ import annotations

import io
import re
import tomllib
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _

from anlan.kit import bounded
from anlan.kit.refusals import Refusal
from anlan.lib.scenario import Problem, ScenarioError

MOST_BYTES = 20 * 1024 * 1024
MOST_FILES = 50
#: The longest name of a file in a zip, in bytes; file systems end at 255.
LONGEST_NAME = 200
#: How zipfile says that it cannot: no zip, a method it does not know, a password, an end too early, damaged content.
UNREADABLE = (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error)


@dataclass(frozen=True)
class Choice:
    """A scenario to choose: its key in the form, its names, and the folder."""

    key: str
    name_zh: str
    name_en: str
    folder: Path


def uploads() -> Path:
    """Return where uploaded scenarios are unpacked."""
    return Path(settings.MEDIA_ROOT) / "scenarios"


def choices() -> list[Choice]:
    """Return the scenarios that can be chosen by name, the pack's first."""
    found = []
    for origin, place in (("pack", Path(settings.CONFIG.pack) / "scenarios"), ("upload", uploads())):
        for file in sorted(place.glob("*/scenario.toml")):
            try:
                content = tomllib.loads(file.read_text(encoding="utf-8-sig"))
            except (ValueError, OSError):
                continue
            name = str(content.get("name_zh", file.parent.name))
            found.append(Choice(f"{origin}:{file.parent.name}", name, str(content.get("name_en", "")), file.parent))
    return found


def chosen(key: str) -> Path:
    """Return the folder behind a choice; refuses what is not offered."""
    for each in choices():
        if each.key == key:
            return each.folder
    raise Refusal(_("Choose one of the scenarios."), field="scenario")


def unpack(name: str, content: BinaryIO) -> Path:
    """Check and unpack an uploaded zip of one scenario folder; raises Refusal or ScenarioError and then leaves nothing behind."""
    raw = content.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise Refusal(_("The file is larger than 20 MB."), field="file")
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            members = _members(archive)
            files = {path.name: archive.read(info) for path, info in members.items()}
    except UNREADABLE as error:
        raise Refusal(_("This is no zip file that can be opened: %(error)s") % {"error": error}, field="file") from None
    slug = re.sub(r"[^a-z0-9-]+", "-", Path(name).stem.lower()).strip("-")[:60] or "scenario"
    folder = uploads() / slug
    if folder.exists():
        raise Refusal(_("A scenario of this name is there already. Rename the file."), field="file")
    folder.mkdir(parents=True)
    try:
        for file, data in files.items():
            (folder / file).write_bytes(data)
        bounded.toml(files["scenario.toml"])
        if problems := bounded.check_scenario(folder):
            made = [Problem(p["file"], p["text"], p["line"], **p["words"]) for p in problems]
            raise ScenarioError(made)
    except BaseException:
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()
        raise
    return folder


def _members(archive: zipfile.ZipFile) -> dict[PurePosixPath, zipfile.ZipInfo]:
    """Return the files beside the archive's one scenario.toml; refuses paths that lead out, bombs and anything nested."""
    found = {PurePosixPath(i.filename): i for i in archive.infolist() if not i.is_dir()}
    homes = [path.parent for path in found if path.name == "scenario.toml"]
    if len(homes) != 1:
        raise Refusal(_("The zip must hold one folder with one scenario.toml."), field="file")
    beside = {path: info for path, info in found.items() if path.parent == homes[0]}
    unsafe = any(
        path.is_absolute() or ".." in path.parts or "\\" in str(path) or len(path.name.encode()) > LONGEST_NAME for path in found
    )
    if unsafe or len(found) > MOST_FILES or sum(info.file_size for info in beside.values()) > MOST_BYTES:
        raise Refusal(_("The zip holds too much, or paths that lead out of it."), field="file")
    return beside
