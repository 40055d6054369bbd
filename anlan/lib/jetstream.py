"""NATS with JetStream: its address, and words that stay on subjects of a stream until they are cleared or too old.

Servers are named by an address: `nats://user:password@host:4222`, `tls://` through TLS, several of one cluster with commas; a token
stands in place of the user. The stream's answer (PubAck) says that the cluster has stored a word.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

PORT = 4222


class JetStreamError(OSError):
    """The servers do not answer, refuse us, or keep nothing."""


def servers(url: str) -> tuple[str, ...]:
    """Read the addresses of one cluster, none for an empty one; ValueError in words for what is none."""
    found = tuple(part.strip() for part in url.split(",") if part.strip())
    for one in found:
        parts = urlsplit(one)
        if parts.scheme not in ("nats", "tls") or not parts.hostname or parts.port == 0:
            raise ValueError("a NATS address reads nats://user:password@host:4222, or tls:// for TLS")
    return found


def peer(url: str) -> str:
    """Return what the servers are called in what is written down: without passwords."""
    return ", ".join(f"{urlsplit(one).hostname}:{urlsplit(one).port or PORT}" for one in servers(url))


def keep(url: str, stream: str, under: str, words: Sequence[tuple[str, bytes]], age: timedelta, patience: float) -> None:
    """Let each (subject, content) be the last word of its subject in the stream, for so long; b"" clears the subject.

    A stream that is not there is made, with all that is said under `under`; one that the operator made is taken as it is. What
    stands there already is not said again before half its time is over. JetStreamError where not all of it is confirmed.
    """
    try:
        asyncio.run(asyncio.wait_for(_keep(servers(url), stream, under, words, age, patience), patience))
    except JetStreamError:
        raise
    except TimeoutError:
        raise JetStreamError(f"no answer within {patience:g} s") from None
    except OSError as error:
        raise JetStreamError(error.strerror or str(error)) from error


async def _keep(
    addresses: tuple[str, ...], stream: str, under: str, words: Sequence[tuple[str, bytes]], age: timedelta, patience: float
) -> None:
    import nats
    from nats.errors import Error, NoServersError
    from nats.js.errors import NoStreamResponseError, NotFoundError, ServiceUnavailableError

    last: list[Exception] = []

    async def note(error: Exception) -> None:
        last.append(error)

    try:
        line = await nats.connect(
            list(addresses), name="anlan", connect_timeout=max(int(patience), 1), max_reconnect_attempts=1,
            reconnect_time_wait=0, error_cb=note,
        )  # fmt: skip
    except (Error, OSError, TimeoutError) as error:
        told = [*last, error] if not isinstance(error, NoServersError) else last
        raise JetStreamError(_why(told or [error])) from error
    try:
        held = line.jetstream(timeout=patience)
        try:
            await held.stream_info(stream)
        except NotFoundError:
            await held.add_stream(name=stream, subjects=[under], max_msgs_per_subject=1, max_age=age.total_seconds())
        for subject, content in words:
            if not content:
                await held.purge_stream(stream, subject=subject)
            elif not await _stands(held, stream, subject, content, age):
                await held.publish(subject, content, timeout=patience, stream=stream)
    except (NoStreamResponseError, ServiceUnavailableError) as error:
        raise JetStreamError("no JetStream there, or it keeps no such subject") from error
    except Error as error:
        raise JetStreamError(str(last[-1] if last else error)) from error
    finally:
        await line.close()


def _why(errors: Sequence[Exception]) -> str:
    """Say why nobody let us in: in the server's words where one of our attempts got to hear them."""
    from nats.errors import Error

    said = [error for error in errors if isinstance(error, Error)]
    if not said and any(isinstance(error, ConnectionResetError) for error in errors):
        # A server that refuses us hangs up at once, and what it said is lost with the line where we were still speaking.
        return "the server hung up on us: are the user and the password right?"
    return str((said or list(errors))[-1]) or "no answer"


async def _stands(held: Any, stream: str, subject: str, content: bytes, age: timedelta) -> bool:
    """Return whether a word is the last of its subject and will be for a while."""
    from nats.js.errors import NotFoundError

    try:
        found = await held.get_last_msg(stream, subject)
    except NotFoundError:
        return False
    since: datetime | None = found.time
    return found.data == content and since is not None and datetime.now(UTC) - since < age / 2
