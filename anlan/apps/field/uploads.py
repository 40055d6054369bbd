"""Files that come in parts: kept aside by sender and code until an operation names them, and gone on from where the line was cut."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext as _

from anlan.kit import files
from anlan.kit.refusals import Conflict, Refusal

#: The most bytes of a part, and how many files of one person may lie aside.
PART, MOST_ASIDE = 512 * 1024, 40
#: Days after which what no operation has named is forgotten.
KEPT_DAYS = 30


def _folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "field"


def _path(person: str, code: UUID) -> Path:
    own = hashlib.sha256(person.encode()).hexdigest()[:24]
    return _folder() / own / str(code)


def size_of(person: str, code: UUID) -> int:
    """Return how much of a file has come so far."""
    path = _path(person, code)
    return path.stat().st_size if path.exists() else 0


def add(person: str, code: UUID, offset: int, part: bytes) -> int:
    """Add a part where the file ends; returns its new size. A part that has come before changes nothing; a gap is a Conflict."""
    path = _path(person, code)
    have = size_of(person, code)
    if offset + len(part) > files.LIMIT:
        raise Refusal(_("The file is larger than 20 MB."), field="content")
    if offset > have:
        raise Conflict(_("A part before this one has not come yet."), field="offset")
    if offset + len(part) <= have:
        return have
    if not have:
        path.parent.mkdir(parents=True, exist_ok=True)
        if sum(1 for _each in path.parent.iterdir()) >= MOST_ASIDE:
            raise Refusal(_("Too many files wait for their operations. Send those first."), field="content")
    path.touch()
    with path.open("r+b") as content:  # at its own place: the same part from two windows is written twice over itself
        content.seek(offset)
        content.write(part)
    return size_of(person, code)


def opened(person: str, code: UUID, name: str) -> SimpleUploadedFile:
    """Return a file that has come, as a form takes it; Refusal where there is none."""
    path = _path(person, code)
    if not path.exists():
        raise Refusal(_("The file has not come. Send it again."), field=name)
    data = path.read_bytes()
    kind = files.content_type(data)
    return SimpleUploadedFile(f"{name}-{str(code)[:8]}{ENDINGS.get(kind, '.txt')}", data, content_type=kind)


#: What a kept file is called at its end, by what it holds.
ENDINGS = {"image/png": ".png", "image/jpeg": ".jpg", "image/webp": ".webp", "application/pdf": ".pdf", "application/zip": ".zip"}


def drop(person: str, codes: list[UUID]) -> None:
    """Forget files that an operation has taken over."""
    for code in codes:
        _path(person, code).unlink(missing_ok=True)


def forget_old() -> int:
    """Forget what nobody has named for a month; returns how many."""
    old = [path for path in _folder().glob("*/*") if time.time() - path.stat().st_mtime > KEPT_DAYS * 86400]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)
