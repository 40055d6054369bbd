"""The private MQTT broker: Debian's Mosquitto on loopback under `var/mqtt`, for whoever names none by `MQTT_URL`.

Every device has a user and password of its own (`anlan mqtt-device NAME`) and may only write and read what bears its name.
TLS and devices from other machines want a broker of the operator's own.
"""

from __future__ import annotations

import base64
import getpass
import hashlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

from anlan.lib import mqtt

#: How Mosquitto keeps a password: PBKDF2 with SHA-512. The passwords are random: more rounds would add nothing.
ROUNDS, SALT_BYTES = 101, 12
USUAL_PORT = 1883
PLATFORM, SIMULATOR, OBSERVER = "anlan", "simulator", "observer"
#: The platform may do all of ours, a device what bears its name, every user may read what is published for other systems, and the
#: observer every observation: whoever is given its password.
RIGHTS = f"""user {PLATFORM}
topic readwrite anlan/#
topic readwrite v1.1/#

user {OBSERVER}
topic read v1.1/#

user {SIMULATOR}
topic readwrite anlan/readings/#
topic read anlan/receipts/#
topic read anlan/speakers/+/say
topic readwrite anlan/speakers/+/told
topic read anlan/audio/#

pattern write anlan/readings/%u
pattern read anlan/receipts/%u
pattern read anlan/speakers/%u/say
pattern write anlan/speakers/%u/told
pattern read anlan/audio/#
pattern read anlan/cap/#
"""


def program() -> str | None:
    """Return where Mosquitto is, None where it is not installed."""
    return shutil.which("mosquitto", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/usr/local/sbin")


def kept(password: str) -> str:
    """Return a password as Mosquitto keeps it."""
    salt = secrets.token_bytes(SALT_BYTES)
    digest = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, ROUNDS)
    return f"$7${ROUNDS}${base64.b64encode(salt).decode()}${base64.b64encode(digest).decode()}"


class Mosquitto:
    """The broker of one state folder."""

    def __init__(self, var: Path) -> None:
        self.folder = var.absolute() / "mqtt"

    def url(self, user: str = PLATFORM) -> str:
        """Return the address by which one of our own users reaches it; FileNotFoundError where there is none."""
        port = (self.folder / "port").read_text().strip()
        return f"mqtt://{user}:{(self.folder / f'{user}.secret').read_text().strip()}@127.0.0.1:{port}"

    def prepare_folder(self) -> None:
        """Make the folder with its list of users; what is there of devices stays."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        if not (self.folder / "users").exists():
            self._write("users", "")

    def prepare(self) -> None:
        """Write configuration, rights and our own users."""
        self.prepare_folder()
        self._write("rights", RIGHTS)
        for user in (PLATFORM, SIMULATOR):
            if not (self.folder / f"{user}.secret").exists():
                self._write(f"{user}.secret", self.add(user))
        port = self._port()
        self._write("port", str(port))
        self._write(
            "mosquitto.conf",
            f"""listener {port} 127.0.0.1
user {getpass.getuser()}
allow_anonymous false
password_file {self.folder}/users
acl_file {self.folder}/rights
pid_file {self.folder}/pid
persistence true
persistence_location {self.folder}/
autosave_interval 60
max_queued_messages 100000
max_packet_size 25000000
log_dest stderr
log_type error
""",
        )

    def add(self, user: str) -> str:
        """Give a device a password of its own, a new one where it has one already; returns it. The running broker knows at once."""
        password = secrets.token_urlsafe(24)
        lines = [line for line in (self.folder / "users").read_text().splitlines() if not line.startswith(f"{user}:")]
        self._write("users", "".join(f"{line}\n" for line in [*lines, f"{user}:{kept(password)}"]))
        self._reload()
        return password

    def listens(self, process: subprocess.Popen[bytes], patience: float = 5.0) -> bool:
        """Return whether a broker that was started serves us by now; False as soon as it has ended: another took its port meanwhile.

        It is asked by our own password, so that another that answers at its port is not taken for it.
        """
        until = time.monotonic() + patience
        while process.poll() is None and time.monotonic() < until:
            found = mqtt.broker(self.url())
            if found is not None and mqtt.tell(found, [("anlan/started", b"", False)], 1.0):
                return True
        return False

    def command(self) -> list[str]:
        """Return what starts it in the foreground."""
        found = program()
        if found is None:
            raise FileNotFoundError("mosquitto")
        return [found, "-c", str(self.folder / "mosquitto.conf")]

    def _write(self, name: str, content: str) -> None:
        path = self.folder / name
        fresh = path.with_suffix(".new")
        fresh.touch(mode=0o600)
        fresh.write_text(content)
        fresh.replace(path)

    def _port(self) -> int:
        """Return the port of the last start where it is free, else the usual one, else any."""
        try:
            before = int((self.folder / "port").read_text())
        except (FileNotFoundError, ValueError):
            before = USUAL_PORT
        for port in (before, USUAL_PORT, 0):
            try:
                with socket.create_server(("127.0.0.1", port)) as found:
                    return int(found.getsockname()[1])
            except OSError:
                continue
        raise OSError("no free port for the broker")

    def _reload(self) -> None:
        """Let the running broker read its users anew."""
        try:
            pid = int((self.folder / "pid").read_text())
            named = Path(f"/proc/{pid}/comm").read_text().strip()
        except (FileNotFoundError, ValueError):
            return
        if named == "mosquitto":
            os.kill(pid, signal.SIGHUP)
