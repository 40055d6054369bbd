"""Deployment settings: one frozen object read from the environment once; everything else is reference data or preference."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from anlan.lib import jetstream, mqtt
from anlan.lib.calls.exchange import trunk

ROOT = Path(__file__).resolve().parents[2]
DEVELOPMENT_KEY = "anlan-development-key-not-for-production-0123456789abcdef"
ENVIRONMENTS = ("development", "production")
LOCAL_HOSTS = "localhost,127.0.0.1,[::1],testserver"
#: What an operator may set with ANLAN_ in front; docs/guide/operate.md explains each.
SETTINGS = frozenset(
    f"ANLAN_{name}"
    for name in [
        "ALLOWED_HOSTS",
        "BACKUP_DIR",
        "BACKUP_HOURS",
        "BACKUP_IDENTITY",
        "BACKUP_KEEP_DAYS",
        "BACKUP_RECIPIENT",
        "BACKUP_REHEARSAL_DAYS",
        "BEHIND_PROXY",
        "CAP_CERTIFICATE",
        "CAP_TRUSTED",
        "CAP_KEY",
        "CONFIRM_HOURS",
        "DEBUG",
        "EMAIL_FROM",
        "EMAIL_URL",
        "ENV",
        "EXERCISE_DATABASE_URL",
        "HOST",
        "IDLE_MINUTES",
        "IDLE_WALLBOARD",
        "CONTROL_NETWORKS",
        "COPIES_DAYS",
        "INBOX_DAYS",
        "LISTEN",
        "POLL",
        "TILE_HOSTS",
        "INDEPENDENT_DAYS",
        "INVITATION_HOURS",
        "JOURNAL_HASH",
        "JOURNAL_HEADS",
        "JOURNAL_KEY",
        "LIVE_NAME",
        "NODE",
        "OWNER_DATABASE_URL",
        "OWNER_EXERCISE_DATABASE_URL",
        "PACK",
        "PUBLIC_URL",
        "SECRET_KEY",
        "SESSIONS",
        "SIP",
        "SMPP",
        "VAPID_KEY",
        "VAR",
        "VIRUS_SCAN",
        "WEBHOOK_KEY",
        "WEBHOOK_PRIVATE",
        "WEB_PROCESSES",
    ]
)
#: What the program and its tests tell their own processes.
INTERNAL = frozenset({"ANLAN_DB_AS", "ANLAN_EXERCISE_NAME", "ANLAN_POOL", "ANLAN_TEMPLATE_FROM", "ANLAN_TIMED"})


@dataclass(frozen=True, slots=True)
class Config:
    """What a deployment may set. Names are the environment's, with ANLAN_ in front unless they are well known."""

    production: bool
    debug: bool
    secret_key: str
    database_url: str
    exercise_database_url: str
    owner_database_url: str
    owner_exercise_database_url: str
    var: Path
    host: str
    port: int
    pack: Path
    allowed_hosts: tuple[str, ...]
    email_url: str
    email_from: str
    smpp: str
    sip: str
    mqtt: str
    nats: str
    webhook_private: bool
    webhook_key: str
    vapid_key: str
    public_url: str
    cap_key: str
    cap_certificate: str
    cap_trusted: str
    behind_proxy: bool
    journal_hash: str
    journal_key: str
    journal_heads: str
    backup_dir: str
    backup_hours: int
    backup_keep_days: int
    backup_recipient: str
    backup_identity: str
    backup_rehearsal_days: int
    inbox_days: int
    copies_days: int
    listen: dict[str, tuple[str, int]]
    poll: dict[str, str]
    control_networks: tuple[IPv4Network | IPv6Network, ...]
    tile_hosts: tuple[str, ...]
    confirm_hours: int
    independent_days: int
    invitation_hours: int
    idle_minutes: int
    idle_wallboard: bool
    sessions: int
    web_processes: int
    node: int
    as_owner: bool

    @classmethod
    def from_environment(cls, env: dict[str, str] | None = None) -> Config:
        """Read the environment; raises ValueError in plain words for a value that cannot be right."""
        e = _with_known_names(os.environ if env is None else env)
        host, port = e.get("ANLAN_HOST", "") or "127.0.0.1", _number(e, "PORT", 8000, 1, 65535)
        public_url = e.get("ANLAN_PUBLIC_URL", f"http://{host}:{port}").rstrip("/")
        return cls(
            production=_environment(e) == "production",
            debug=_switch(e, "ANLAN_DEBUG"),
            secret_key=e.get("ANLAN_SECRET_KEY", DEVELOPMENT_KEY),
            database_url=e.get("DATABASE_URL", ""),
            exercise_database_url=e.get("ANLAN_EXERCISE_DATABASE_URL", ""),
            owner_database_url=e.get("ANLAN_OWNER_DATABASE_URL", ""),
            owner_exercise_database_url=e.get("ANLAN_OWNER_EXERCISE_DATABASE_URL", ""),
            var=Path(e.get("ANLAN_VAR", "") or ROOT / "var"),
            host=host,
            port=port,
            pack=Path(e.get("ANLAN_PACK", "") or ROOT / "packs" / "qingyuan"),
            allowed_hosts=_listed(e.get("ANLAN_ALLOWED_HOSTS", "") or f"{LOCAL_HOSTS},{urlsplit(public_url).hostname or ''}"),
            email_url=e.get("ANLAN_EMAIL_URL", ""),
            email_from=e.get("ANLAN_EMAIL_FROM", "anlan@localhost"),
            **_peers(e),
            public_url=public_url,
            cap_key=e.get("ANLAN_CAP_KEY", ""),
            cap_certificate=e.get("ANLAN_CAP_CERTIFICATE", ""),
            cap_trusted=e.get("ANLAN_CAP_TRUSTED", ""),
            behind_proxy=_switch(e, "ANLAN_BEHIND_PROXY"),
            journal_hash=e.get("ANLAN_JOURNAL_HASH", "sha256"),
            journal_key=e.get("ANLAN_JOURNAL_KEY", ""),
            journal_heads=e.get("ANLAN_JOURNAL_HEADS", ""),
            backup_dir=e.get("ANLAN_BACKUP_DIR", ""),
            backup_hours=_number(e, "ANLAN_BACKUP_HOURS", 24, 1, 24 * 31),
            backup_keep_days=_number(e, "ANLAN_BACKUP_KEEP_DAYS", 30, 0, 36500),
            backup_recipient=e.get("ANLAN_BACKUP_RECIPIENT", ""),
            backup_identity=e.get("ANLAN_BACKUP_IDENTITY", ""),
            backup_rehearsal_days=_number(e, "ANLAN_BACKUP_REHEARSAL_DAYS", 7, 0, 365),
            **_kept(e),
            listen=_ports(e.get("ANLAN_LISTEN", "")),
            poll=_feeds(e.get("ANLAN_POLL", "")),
            control_networks=_networks(e.get("ANLAN_CONTROL_NETWORKS", "")),
            tile_hosts=_listed(e.get("ANLAN_TILE_HOSTS", "")),
            confirm_hours=_number(e, "ANLAN_CONFIRM_HOURS", 72, 1, 8760),
            independent_days=_number(e, "ANLAN_INDEPENDENT_DAYS", 30, 0, 3650),
            invitation_hours=_number(e, "ANLAN_INVITATION_HOURS", 72, 1, 720),
            idle_minutes=_number(e, "ANLAN_IDLE_MINUTES", 60, 0, 720),
            idle_wallboard=_switch(e, "ANLAN_IDLE_WALLBOARD"),
            sessions=_number(e, "ANLAN_SESSIONS", 5, 1, 100),
            web_processes=_number(e, "ANLAN_WEB_PROCESSES", 1, 1, 4),
            node=_number(e, "ANLAN_NODE", 0, 0, 8190),
            as_owner=e.get("ANLAN_DB_AS", "") == "owner",
        )

    def problems(self) -> list[str]:
        """Name what forbids starting, each with its remedy; empty when all is well. Production asks for more."""
        found = [
            *self._problems_of_databases(),
            *self._problems_of_signing(),
            *self._problems_of_mail(),
            *self._problems_of_brokers(),
            *self._problems_of_calls(),
            *self._problems_of_backup(),
        ]
        if not (self.pack / "pack.toml").is_file():
            found.append(
                f"ANLAN_PACK: {self.pack} is no city pack, it has no pack.toml; name a pack's folder, such as packs/qingyuan."
                " 该目录不是城市包（缺少 pack.toml），请将 ANLAN_PACK 指向城市包目录。"
            )
        if self.journal_hash not in {"sha256", "sm3"} & hashlib.algorithms_available:
            found.append(
                f"ANLAN_JOURNAL_HASH: there is no hash {self.journal_hash!r}; sha256 or sm3. 没有此杂凑算法，请用 sha256 或 sm3。"
            )
        if self.journal_key and not self.journal_key.startswith("-----BEGIN") and not Path(self.journal_key).is_file():
            found.append(f"ANLAN_JOURNAL_KEY: there is no file {self.journal_key}; give its path. 没有此文件，请更正路径。")
        return [*found, *self._problems_of_production()] if self.production else found

    def _problems_of_databases(self) -> Iterator[str]:
        urls = {
            "DATABASE_URL": self.database_url,
            "ANLAN_EXERCISE_DATABASE_URL": self.exercise_database_url,
            "ANLAN_OWNER_DATABASE_URL": self.owner_database_url,
            "ANLAN_OWNER_EXERCISE_DATABASE_URL": self.owner_exercise_database_url,
        }
        if not any(urls.values()):
            return
        if missing := ", ".join(name for name, value in urls.items() if not value):
            yield f"A database of your own needs all four addresses, for both worlds and both roles. Missing: {missing}. 自备数据库须给齐四个地址。"
        places = {}
        for name, url in urls.items():
            try:
                places[name] = database_from_url(url) if url else {}
            except ValueError as error:
                yield f"{name}: {error}. 数据库地址写法有误。"
        live, exercise, owner = (
            places.get(n) for n in ("DATABASE_URL", "ANLAN_EXERCISE_DATABASE_URL", "ANLAN_OWNER_DATABASE_URL")
        )
        if live and exercise and all(live[key] == exercise[key] for key in ("HOST", "PORT", "NAME")):
            yield "The exercise world has the live world's database; exercises are emptied: give it its own. 演练世界不得与实战世界共用数据库。"
        if live and owner and live["USER"] == owner["USER"]:
            yield (
                "DATABASE_URL and ANLAN_OWNER_DATABASE_URL sign in as the same role: row-level security does not bind the owner"
                " of the tables. 应用与属主须为两个数据库角色，否则行级安全不起作用。"
            )

    def _problems_of_signing(self) -> Iterator[str]:
        if bool(self.cap_key) != bool(self.cap_certificate):
            yield (
                "ANLAN_CAP_KEY and ANLAN_CAP_CERTIFICATE go together: give both files, or none to publish unsigned."
                " 私钥与证书须同时给出，或都不给。"
            )
        for name, file in (("ANLAN_CAP_KEY", self.cap_key), ("ANLAN_CAP_CERTIFICATE", self.cap_certificate)):
            if file and not Path(file).is_file():
                yield f"{name}: there is no file {file}; give its path. 没有此文件，请更正路径。"
        if self.cap_trusted and not Path(self.cap_trusted).is_dir():
            yield f"ANLAN_CAP_TRUSTED: there is no folder {self.cap_trusted}; give its path. 没有此目录，请更正路径。"

    def _problems_of_backup(self) -> Iterator[str]:
        if self.backup_recipient and not self.backup_recipient.startswith("age1"):
            yield "ANLAN_BACKUP_RECIPIENT reads age1…; `anlan backup-key` prints one. 备份公钥以 age1 开头，可由 anlan backup-key 生成。"
        if self.backup_identity and not Path(self.backup_identity).is_file():
            yield f"ANLAN_BACKUP_IDENTITY: there is no file {self.backup_identity}; give its path. 没有此文件，请更正路径。"
        if self.backup_dir and Path(self.backup_dir).absolute().is_relative_to(self.var.absolute()):
            yield "ANLAN_BACKUP_DIR lies inside ANLAN_VAR: a lost disk would take both. Choose another disk. 备份目录不能放在状态目录内。"

    def _problems_of_mail(self) -> Iterator[str]:
        try:
            mail_from_url(self.email_url)
        except ValueError as error:
            yield f"ANLAN_EMAIL_URL: {error}. 邮件服务器地址写法有误。"

    def _problems_of_brokers(self) -> Iterator[str]:
        try:
            mqtt.broker(self.mqtt)
        except ValueError as error:
            yield f"MQTT_URL: {error}. 消息代理地址写法有误。"
        try:
            jetstream.servers(self.nats)
        except ValueError as error:
            yield f"NATS_URL: {error}. NATS 服务器地址写法有误。"

    def _problems_of_calls(self) -> Iterator[str]:
        try:
            trunk(self.sip)
        except ValueError as error:
            yield f"ANLAN_SIP: {error}. 电话中继地址写法有误。"

    def _problems_of_production(self) -> Iterator[str]:
        if self.secret_key == DEVELOPMENT_KEY or len(self.secret_key) < 50:
            yield (
                "ANLAN_SECRET_KEY is missing, the default, or shorter than 50 characters: set a random one, such as"
                " `openssl rand -hex 32` prints. 密钥缺失、为默认值或不足 50 个字符，请设为随机值。"
            )
        if self.debug:
            yield "ANLAN_DEBUG is on: set it to 0. 调试模式已打开，请设为 0。"
        if not self.database_url:
            yield (
                "DATABASE_URL is missing: production needs a database of its own, not the embedded one; docs/guide/operate.md,"
                ' "A production start", says how. 生产环境须自备数据库，不能用内置数据库，步骤见 docs/guide/operate.md。'
            )
        if urlsplit(self.public_url).hostname in {None, "localhost", "127.0.0.1", "::1", "0.0.0.0"}:  # noqa: S104  compared, not bound
            yield (
                "ANLAN_PUBLIC_URL is missing or local: warnings and calls would send the public to this machine's own address;"
                " set it to the address that they reach, https://…. 请将 ANLAN_PUBLIC_URL 设为公众可访问的地址。"
            )


def _kept(e: Mapping[str, str]) -> dict[str, Any]:
    """Return for how many days what came in and what went out is kept; raises ValueError for fewer than the database lets go."""
    copies = _number(e, "ANLAN_COPIES_DAYS", 0, 0, 36500)
    if 0 < copies < 31:
        raise ValueError("ANLAN_COPIES_DAYS must be 0 (for ever) or at least 31")
    return {"copies_days": copies, "inbox_days": _number(e, "ANLAN_INBOX_DAYS", 30, 0, 36500)}


def _with_known_names(environment: Mapping[str, str]) -> Mapping[str, str]:
    """Return the environment; raises ValueError for an unknown setting: a misspelt one would otherwise be ignored in silence."""
    for name in environment:
        if not name.startswith("ANLAN_") or name.startswith("ANLAN_TEST_") or name in SETTINGS | INTERNAL:
            continue
        # Without the part that all share, or everything would be near to something.
        near = get_close_matches(name.removeprefix("ANLAN_"), [known.removeprefix("ANLAN_") for known in SETTINGS], 1)
        told = f"did you mean ANLAN_{near[0]}?" if near else "docs/guide/operate.md lists what may be set."
        meant = f"是否为 ANLAN_{near[0]}？" if near else "可用设置见 docs/guide/operate.md。"
        raise ValueError(f"There is no setting {name}: {told} 没有 {name} 这一设置，{meant}")
    return environment


def _environment(environment: Mapping[str, str]) -> str:
    """Return development or production; raises ValueError for another word."""
    found = environment.get("ANLAN_ENV", "") or "development"
    if found not in ENVIRONMENTS:
        # Whoever means production and mistypes it would otherwise serve the demo accounts.
        raise ValueError(
            f"ANLAN_ENV must be development or production, not {found!r}."
            " ANLAN_ENV 只能是 development（开发）或 production（生产）。"
        )
    return found


def _peers(environment: Mapping[str, str]) -> dict[str, Any]:
    """Return the addresses of gateways and brokers, and the keys by which receivers know us; "" for none."""
    return {
        "smpp": environment.get("ANLAN_SMPP", ""),
        "sip": environment.get("ANLAN_SIP", ""),
        "mqtt": environment.get("MQTT_URL", ""),
        "nats": environment.get("NATS_URL", ""),
        "webhook_private": _switch(environment, "ANLAN_WEBHOOK_PRIVATE"),
        "webhook_key": environment.get("ANLAN_WEBHOOK_KEY", ""),
        "vapid_key": environment.get("ANLAN_VAPID_KEY", ""),
    }


def _listed(text: str) -> tuple[str, ...]:
    """Return the parts of a list with commas."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _switch(environment: Mapping[str, str], name: str) -> bool:
    """Read a setting that is on (1) or off (0, or nothing); raises ValueError for any other word."""
    value = environment.get(name, "") or "0"
    if value not in {"0", "1"}:
        raise ValueError(f"{name} must be 1 (on) or 0 (off), not {value!r}. {name} 只能是 1（开）或 0（关）。")
    return value == "1"


def _ports(text: str) -> dict[str, tuple[str, int]]:
    """Read protocol=port or protocol=host:port, separated by commas; without a host it is this machine alone."""
    found = {}
    for each in _listed(text):
        code, _sign, where = each.partition("=")
        host, _colon, port = where.rpartition(":")
        if not code or not port.isdecimal() or not 0 < int(port) < 65536:
            raise ValueError(
                f"ANLAN_LISTEN: {each!r} is no port; write it like sl651=0.0.0.0:5651. 端口写法有误，应如 sl651=0.0.0.0:5651。"
            )
        found[code.strip()] = (host or "127.0.0.1", int(port))
    return found


def _feeds(text: str) -> dict[str, str]:
    """Read feed=https://…, separated by commas."""
    found = {}
    for each in _listed(text):
        code, _sign, url = each.partition("=")
        if not code or urlsplit(url).scheme not in {"http", "https"}:
            raise ValueError(
                f"ANLAN_POLL: {each!r} is no feed; write it like quake_feed=https://…. 数据源写法有误，应如 quake_feed=https://…。"
            )
        found[code.strip()] = url.strip()
    return found


def _networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """Read networks, separated by commas."""
    try:
        return tuple(ip_network(each) for each in _listed(text))
    except ValueError as error:
        raise ValueError(
            f"ANLAN_CONTROL_NETWORKS: {error}; write it like 10.20.0.0/16. 网段写法有误，应如 10.20.0.0/16。"
        ) from None


def _number(environment: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    """Read a setting that is a whole number, the default where it is not there or empty; raises ValueError for what is none."""
    text = environment.get(name, "") or str(default)
    if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
        raise ValueError(f"{name} must be a number from {least} to {most}, not {text!r}. {name} 须为 {least} 至 {most} 的数字。")
    return int(text)


def database_from_url(url: str) -> dict[str, object]:
    """Turn postgres://user:password@host:port/name into Django's database entry."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql", "postgis"} or not parts.path.strip("/"):
        raise ValueError("a database address reads postgres://user:password@host:port/name")
    return {
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
    }


def mail_from_url(url: str) -> dict[str, object]:
    """Turn smtp://user:password@host:port into Django's mail settings: +tls turns encryption on, smtps begins with it."""
    if not url:
        return {"EMAIL_HOST": ""}
    parts = urlsplit(url)
    usual = {"smtp": 25, "smtp+tls": 587, "smtps": 465}.get(parts.scheme)
    if usual is None or not parts.hostname:
        raise ValueError("a mail server's address reads smtp://, smtp+tls:// or smtps://user:password@host:port")
    return {
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or usual,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
    }
