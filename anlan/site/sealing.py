"""Streams of a backup: compressed, and sealed to a recipient's public key (age, X25519) where one is set.

The machine that makes backups holds the recipient's public key only; whoever restores brings the identity.
"""

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Protocol, cast

import pyrage

SEALED = ".age"
BLOCK = 1 << 20
#: gzip's own container, so that any tool opens what is not sealed.
GZIP_WINDOW = 31


class Unsealable(RuntimeError):
    """A sealed file without an identity that opens it."""


class Readable(Protocol):
    """What bytes are read from."""

    def read(self, size: int = -1, /) -> bytes: ...


class Compressed:
    """Read a source compressed."""

    def __init__(self, source: Readable) -> None:
        self.source, self.left, self.done = source, b"", False
        self.packing = zlib.compressobj(1, wbits=GZIP_WINDOW)

    def read(self, size: int = -1, /) -> bytes:
        """Return up to `size` bytes; nothing at the end."""
        while not self.done and (size < 0 or len(self.left) < size):
            block = self.source.read(BLOCK)
            self.done = not block
            self.left += self.packing.compress(block) if block else self.packing.flush()
        out, self.left = (self.left, b"") if size < 0 else (self.left[:size], self.left[size:])
        return out


class Expanding:
    """Write to a target what comes in compressed."""

    def __init__(self, target: IO[bytes]) -> None:
        self.target, self.opening = target, zlib.decompressobj(wbits=GZIP_WINDOW)

    def write(self, data: bytes, /) -> int:
        """Take some bytes."""
        self.target.write(self.opening.decompress(data))
        return len(data)

    def flush(self) -> None:
        """Pass on what is left."""
        self.target.write(self.opening.flush())
        self.target.flush()


def seal(source: Readable, place: Path, recipient: str, *, compress: bool = True) -> tuple[Path, int, str]:
    """Write a source to `place` (with `.age` when sealed), whole and on disk or not at all; returns path, bytes, SHA-256."""
    target = place.with_name(place.name + SEALED) if recipient else place
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = target.with_name(f".{target.name}.{os.getpid()}")
    stream: Readable = Compressed(source) if compress else source
    try:
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            if recipient:
                pyrage.encrypt_io(cast(Any, stream), out, [pyrage.x25519.Recipient.from_str(recipient)])
            else:
                while block := stream.read(BLOCK):
                    out.write(block)
            out.flush()
            os.fsync(out.fileno())
        with partial.open("rb") as written:
            digest = hashlib.file_digest(written, "sha256").hexdigest()
        size = partial.stat().st_size
        partial.replace(target)
        _settle(target.parent)
    finally:
        partial.unlink(missing_ok=True)
    return target, size, digest


def unseal(place: Path, target: IO[bytes], identity: str, *, compressed: bool = True) -> None:
    """Write what a file of a backup holds to `target`; raises Unsealable without the identity that opens it."""
    out = Expanding(target) if compressed else target
    with place.open("rb") as source:
        if place.suffix == SEALED:
            if not identity:
                raise Unsealable(
                    f"{place.name} is sealed: give the identity with --identity. 备份已加密，请用 --identity 给出私钥文件。"
                )
            try:
                pyrage.decrypt_io(source, cast(Any, out), [pyrage.x25519.Identity.from_str(identity)])
            except (pyrage.DecryptError, pyrage.IdentityError) as error:
                raise Unsealable(f"{place.name}: {error}; is it the right identity? 无法解密，请核对私钥。") from None
        else:
            while block := source.read(BLOCK):
                out.write(block)
    out.flush()


def identity_of(file: Path | None) -> str:
    """Return the secret key in an identity file (comments begin with #), "" without a file."""
    if file is None:
        return ""
    lines = [line.strip() for line in file.read_text().splitlines()]
    return next((line for line in lines if line and not line.startswith("#")), "")


def new_identity() -> tuple[str, str]:
    """Return a fresh identity (to be kept elsewhere) and its recipient (for ANLAN_BACKUP_RECIPIENT)."""
    made = pyrage.x25519.Identity.generate()
    return str(made), str(made.to_public())


def _settle(folder: Path) -> None:
    """Bring a folder's entries to disk: a file that was renamed into it must outlive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def piped(expand: Any) -> Iterator[IO[bytes]]:
    """Run `expand(target)` in a thread and read in the block what it writes; its error is raised at the end of the block."""
    import threading  # noqa: PLC0415  for restores only

    read, write = os.pipe()
    failed: list[BaseException] = []

    def work() -> None:
        try:
            with os.fdopen(write, "wb") as target:
                expand(target)
        except BaseException as error:  # noqa: BLE001  raised in the block's own thread
            failed.append(error)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        with os.fdopen(read, "rb") as source:
            yield source
    except Exception:
        thread.join(5)
        if failed and not isinstance(failed[0], BrokenPipeError):
            raise failed[0] from None
        raise
    thread.join()
    if failed:
        raise failed[0]
