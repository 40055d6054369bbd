"""Simulated phones: SIPp on loopback as a foreign peer; what a phone does goes by the end of its number.

| ends with | does |
|---|---|
| 486, 603, 404, 480, 503 | answers with this status |
| 183 | an announcement speaks (183), nobody picks up |
| 000 | rings until we give up |
| 777 | picks up and hangs up |
| 888 | picks up and never presses a key: a mailbox |
| 999 | picks up and presses 9 |
| 2 | picks up, listens, presses 2 (SIP INFO) |
| any other | picks up, listens, presses 1 (RFC 2833) |
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from pathlib import Path

PROGRAM, PATIENCE = "sipp", 10.0
#: Recordings of keys that Debian's sip-tester brings.
KEYS = Path("/usr/share/sip-tester")
HEAD = """[last_Via:]
[last_From:]
[last_To:];tag=[pid]-[call_number]
[last_Call-ID:]
[last_CSeq:]
Contact: <sip:phone@[local_ip]:[local_port]>
"""
SPEECH = """Content-Type: application/sdp
Content-Length: [len]

v=0
o=- 1 1 IN IP4 [local_ip]
s=-
c=IN IP4 [media_ip]
t=0 0
m=audio [auto_media_port] RTP/AVP 0 101
a=rtpmap:0 PCMU/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-15
"""
WITHIN = """Via: SIP/2.0/UDP [local_ip]:[local_port];branch=[branch]
From: [$called];tag=[pid]-[call_number]
To: [$caller]
Call-ID: [call_id]
Max-Forwards: 70
"""
KEY = """Content-Type: application/dtmf-relay
Content-Length: [len]

Signal=2
Duration=160
"""
NOTHING = "Content-Length: 0\n"
STATUSES = {
    "486": "Busy Here",
    "603": "Decline",
    "403": "Forbidden",
    "404": "Not Found",
    "480": "Temporarily Unavailable",
    "503": "Service Unavailable",
}
SPECIAL = (*STATUSES, "183", "000", "777", "888", "999")


def scenario(listens: float, ask: bool = False, hears: int = 0) -> str:
    """Return the scenario of SIPp; a phone listens so many seconds before it presses a key.

    `ask` wants a password first; `hears` is the port where the sound goes, of somebody who wants to hear it.
    """
    speech = SPEECH.replace("[auto_media_port]", str(hears)) if hears else SPEECH
    looks, listening = _looks(), round(listens * 1000)
    jumps = "".join(f'<nop next="{ending}" test="n{ending}"/>' for ending in (*STATUSES, "183", "000"))
    ends = "".join(
        f'<label id="{status}"/>{_send(f"{status} {reason}", NOTHING, ack=True)}<recv request="ACK" next="end"/>'
        for status, reason in STATUSES.items()
    )
    challenge = _send("401 Unauthorized", 'WWW-Authenticate: Digest realm="phones", nonce="abc", algorithm=MD5\n' + NOTHING, True)
    asked = f'<recv request="INVITE"/>{challenge}<recv request="ACK"/>' if ask else ""
    proof = '<verifyauth assign_to="proved" username="anlan" password="secret"/>' if ask else ""
    jumps = f'<nop next="proved" test="proved"/><nop next="403"/><label id="proved"/>{jumps}' if ask else jumps
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<scenario name="phones">
{asked}<recv request="INVITE"><action>{looks}{proof}</action></recv>
{jumps}
{_send("180 Ringing", NOTHING)}<pause milliseconds="100"/>
{_send("200 OK", speech, ack=True)}<recv request="ACK"/>
<nop next="777" test="n777"/><nop next="last" test="n888"/><nop next="999" test="n999"/>
<pause milliseconds="{listening}"/>
<nop next="info" test="info"/>
<nop next="last"><action><exec play_pcap_audio="{KEYS}/dtmf_2833_1.pcap"/></action></nop>
<label id="999"/><pause milliseconds="300"/>
<nop next="last"><action><exec play_pcap_audio="{KEYS}/dtmf_2833_9.pcap"/></action></nop>
<label id="info"/>
{_ask("INFO", KEY)}<recv response="200" next="last"/>
<label id="777"/><pause milliseconds="300"/>
{_ask("BYE", NOTHING)}<recv response="200" next="end"/>
<label id="183"/>{_send("183 Session Progress", SPEECH)}<pause milliseconds="500" next="480"/>
<label id="000"/>{_send("180 Ringing", NOTHING)}<recv request="CANCEL"/>{_send("200 OK", NOTHING)}
<nop next="end"/>
{ends}
<label id="last"/><recv request="BYE"/>{_send("200 OK", NOTHING)}
<label id="end"/><pause milliseconds="0"/>
</scenario>
"""


def _looks() -> str:
    """Return what is read from a call: which ending its number has, and what is needed to ask something of it later."""
    names = {f"n{ending}": rf"sip:[+0-9]*{ending}@" for ending in SPECIAL} | {"info": r"sip:[+0-9]*2@"}
    found = "".join(
        f'<ereg regexp="{regexp}" search_in="hdr" header="To:" assign_to="{name}"/>' for name, regexp in names.items()
    )
    return found + "".join(
        f'<ereg regexp="{regexp}" search_in="hdr" header="{header}:" assign_to="{name}"/>'
        for name, header, regexp in (("caller", "From", ".*"), ("called", "To", ".*"), ("back", "Contact", "sip:[^&gt;]*"))
    )


def _ask(method: str, more: str) -> str:
    """Return the sending of a request within the call."""
    return f'<send retrans="500"><![CDATA[\n{method} [$back] SIP/2.0\n{WITHIN}CSeq: 2 {method}\n{more}\n]]></send>'


def _send(status: str, more: str, ack: bool = False) -> str:
    """Return the sending of one answer; those that are acknowledged are sent again until then."""
    again = ' retrans="500"' if ack else ""
    return f"<send{again}><![CDATA[\nSIP/2.0 {status}\n{HEAD}{more}\n]]></send>"


class Phones:
    """SIPp as the phones of one trunk."""

    def __init__(self, folder: Path, *, listens: float = 0.3, ask: bool = False, hears: int = 0, port: int = 0) -> None:
        self.port, media = port or _free(), 20000 + _free() % 20000
        (folder / "phones.xml").write_text(scenario(listens, ask, hears))
        self.command = [_program(), "-sf", "phones.xml", "-i", "127.0.0.1", "-mi", "127.0.0.1", "-p", str(self.port)]
        self.command += ["-mp", str(media)]
        self.command += ["-nostdin", "-trace_err", "-error_file", "errors.log", "-skip_rlimit"]
        self.folder = folder
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Return the setting by which they are called."""
        return f"sip:anlan:secret@127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start them and wait until they listen."""
        if _listening(self.port):
            raise RuntimeError(f"SIPp cannot listen: port {self.port} is taken.")
        self.process = subprocess.Popen(self.command, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and self.process.poll() is None:
            if _listening(self.port):
                return
            time.sleep(0.02)
        raise RuntimeError(f"SIPp does not listen on port {self.port}.")

    def wait(self) -> None:
        """Wait until they end by themselves."""
        if self.process is not None:
            self.process.wait()

    def kill(self) -> None:
        """End them as a lost trunk would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()


def _program() -> str:
    found = shutil.which(PROGRAM)
    if found is None:
        raise OSError("SIPp is not installed: apt-get install sip-tester")
    return found


def _listening(port: int) -> bool:
    """Return whether somebody listens on a port of this machine, by UDP as SIP does."""
    ends = (f"0100007F:{port:04X} ", f"00000000:{port:04X} ")
    return any(end in Path("/proc/net/udp").read_text() for end in ends)


def _free() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
