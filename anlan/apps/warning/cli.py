"""`anlan cap check`: is a file valid CAP, what is doubtful in it, does its signature hold; `anlan audience`: whom a warning would reach."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import click

from anlan.apps.warning import trust
from anlan.kit.refusals import Refusal
from anlan.kit.scope import Scope, entered
from anlan.lib import cap12, cap12_signature, national_cap, warning_lists, weather_signals
from anlan.site.startup import ready


@dataclass(frozen=True)
class Verdict:
    """What `anlan cap check` says of one file. `version` is CAP's, or 12379, 12379 list, alarminfo. `signature` is none, holds, trusted (by the certificate given, or one of the city's own and its list) or broken."""

    file: str
    version: str
    valid: bool
    faults: list[str]
    warnings: list[str]
    signature: str
    signer: str


def judge(file: Path, certificate: bytes = b"") -> Verdict:
    """Judge one file by the schema of its version, the protocol's words, and its signature."""
    xml = file.read_bytes()
    if (other := _other_form(file, xml)) is not None:
        return other
    report = cap12.examine(xml)
    warnings = list(report.warnings)
    signature, signer = _signature(xml, certificate, warnings) if report.version else ("none", "")
    return Verdict(str(file), report.version, report.valid, report.faults, warnings, signature, signer)


def _other_form(file: Path, body: bytes) -> Verdict | None:
    """Judge a message of China's own forms, none of which is signed; None for what looks like none of them."""
    if national_cap.is_national(body):
        version, told = "12379", (lambda: [body], national_cap.read)
    elif warning_lists.is_list(body):
        version, told = "12379 list", (lambda: warning_lists.items(body), warning_lists.read)
    elif weather_signals.is_signal(body):
        version, told = "alarminfo", (lambda: [body], weather_signals.read)
    else:
        return None
    faults = []
    try:
        for one in told[0]():
            try:
                told[1](one)
            except weather_signals.NoSignal as fault:
                named = f"{json.loads(one).get('identifier', '')}: " if version == "12379 list" else ""
                faults.append(f"{named}{fault}")
    except weather_signals.NoSignal as fault:
        faults.append(str(fault))
    return Verdict(str(file), version, not faults, faults, [], "none", "")


def _signature(xml: bytes, certificate: bytes, warnings: list[str]) -> tuple[str, str]:
    """Return the verdict on a signature and whose it is; a certificate out of its time is a warning, for the message is whole all the same."""
    if not cap12.is_signed(xml):
        return "none", ""
    known = certificate or cap12_signature.inner_certificate(xml)
    if not known:
        return "broken", "no certificate inside"
    begins, ends = cap12_signature.lifetime(known)
    sent = cap12_signature.sent_at(xml) or datetime.now(UTC)
    if not begins <= sent <= ends:
        warnings.append(
            f"signature: the certificate holds from {begins:%Y-%m-%d} to {ends:%Y-%m-%d}, the message was sent outside that time"
        )
    at, word = min(max(sent, begins), ends), "trusted" if certificate or trust.known(known) else "holds"
    try:
        return word, cap12_signature.verify(xml, known, at)
    except cap12_signature.BadSignature as error:
        problem = str(error).splitlines()[0][:200]
    try:
        # Some senders sign first and indent afterwards; the World Meteorological Organization's validator drops the blanks.
        signer = cap12_signature.verify(cap12_signature.without_blanks(xml), known, at)
    except cap12_signature.BadSignature:
        return "broken", problem
    warnings.append("signature: it holds only without the blanks between elements")
    return word, signer


@click.group()
def cap() -> None:
    """Common Alerting Protocol messages."""


@cap.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--certificate", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Whose signature is to be believed (PEM)."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object per file and line.")
def check(files: tuple[Path, ...], certificate: Path | None, as_json: bool) -> None:
    """Say per file, CAP or one of China's own forms (12379, its list, alarminfo): version, valid or not, each fault and warning, and the signature. Exit code 1 when any file is not valid or its signature broken."""
    known = certificate.read_bytes() if certificate else b""
    verdicts = [judge(file, known) for file in files]
    for verdict in verdicts:
        click.echo(json.dumps(asdict(verdict), ensure_ascii=False) if as_json else _in_words(verdict))
    sys.exit(0 if all(v.valid and v.signature != "broken" for v in verdicts) else 1)


def _in_words(verdict: Verdict) -> str:
    version = f"CAP {verdict.version}" if verdict.version.startswith("1.") else verdict.version or "no CAP 不是 CAP"
    signatures = {
        "none": "not signed 未签名",
        "holds": f"signature holds by the certificate inside 签名与所附证书相符: {verdict.signer}",
        "trusted": f"signed by 签名者 {verdict.signer}",
        "broken": f"signature broken 签名无效: {verdict.signer}",
    }
    lines = [f"{verdict.file}: {version}, {'valid 有效' if verdict.valid else 'NOT VALID 无效'}, {signatures[verdict.signature]}"]
    lines += [f"  fault 错误: {fault}" for fault in verdict.faults]
    lines += [f"  warning 提示: {warning}" for warning in verdict.warnings]
    return "\n".join(lines)


@click.command()
@click.option("--area", "areas", multiple=True, help="A division's code; several may be given.")
@click.option("--polygon", default="", help="An outline as WKT or GeoJSON, WGS 84.")
@click.option("--json", "as_json", is_flag=True)
def audience(areas: tuple[str, ...], polygon: str, as_json: bool) -> None:
    """Count whom a warning for a place would reach, and by which channel first; nothing is sent."""
    ready()
    from anlan.apps.warning.audience import audience_of  # noqa: PLC0415

    with entered(Scope.everything("system:cli")):
        try:
            found = audience_of(list(areas), polygon)
        except Refusal as refusal:
            raise click.ClickException(str(refusal)) from None
    if as_json:
        click.echo(json.dumps(asdict(found), ensure_ascii=False, indent=2, default=datetime.isoformat))
        return
    click.echo(f"{found.people:,} 人 residents, {found.villages:,} 村（社区） villages")
    click.echo(f"{found.bodies} 单位 bodies, {found.officials} 责任岗位 posts; 首选渠道 reached first by {found.channels}")
    click.echo(
        f"订阅者 subscribers {sum(found.subscribers.values()):,}; 渠道 by {found.subscribers}; 大喇叭 loudspeakers {found.loudspeakers:,}"
    )
    click.echo(
        f"无联系方式 without an address: {len(found.unreachable)}; 无责任岗位的村 villages without a post: {found.villages_without_official}"
    )


commands = [cap, audience]
