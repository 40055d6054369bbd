"""Deployment settings: one frozen object read from the environment once; everything else is reference data or preference."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).resolve().parents[2]
DEVELOPMENT_KEY = "anlan-development-key-not-for-production-0123456789abcdef"


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
    webhook_private: bool
    webhook_key: str
    public_url: str
    cap_key: str
    cap_certificate: str
    behind_proxy: bool
    journal_hash: str
    as_owner: bool

    @classmethod
    def from_environment(cls, env: dict[str, str] | None = None) -> Config:
        """Read the environment; raises ValueError in plain words for a value that cannot be right."""
        e = os.environ if env is None else env
        production = e.get("ANLAN_ENV", "development") == "production"
        try:
            port = int(e.get("PORT", "8000"))
        except ValueError:
            port = 0
        if not 0 < port < 65536:
            raise ValueError(f"PORT must be a number from 1 to 65535, not {e['PORT']!r}. PORT 须为 1 至 65535 的数字。")
        return cls(
            production=production,
            debug=e.get("ANLAN_DEBUG", "0") == "1",
            secret_key=e.get("ANLAN_SECRET_KEY", DEVELOPMENT_KEY),
            database_url=e.get("DATABASE_URL", ""),
            exercise_database_url=e.get("ANLAN_EXERCISE_DATABASE_URL", ""),
            owner_database_url=e.get("ANLAN_OWNER_DATABASE_URL", ""),
            owner_exercise_database_url=e.get("ANLAN_OWNER_EXERCISE_DATABASE_URL", ""),
            var=Path(e.get("ANLAN_VAR", str(ROOT / "var"))),
            host=e.get("ANLAN_HOST", "127.0.0.1"),
            port=port,
            pack=Path(e.get("ANLAN_PACK", str(ROOT / "packs" / "qingyuan"))),
            allowed_hosts=tuple(h for h in e.get("ANLAN_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1],testserver").split(",") if h),
            email_url=e.get("ANLAN_EMAIL_URL", ""),
            webhook_private=e.get("ANLAN_WEBHOOK_PRIVATE", "0") == "1",
            webhook_key=e.get("ANLAN_WEBHOOK_KEY", ""),
            public_url=e.get("ANLAN_PUBLIC_URL", f"http://{e.get('ANLAN_HOST', '127.0.0.1')}:{port}").rstrip("/"),
            cap_key=e.get("ANLAN_CAP_KEY", ""),
            cap_certificate=e.get("ANLAN_CAP_CERTIFICATE", ""),
            behind_proxy=e.get("ANLAN_BEHIND_PROXY", "0") == "1",
            journal_hash=e.get("ANLAN_JOURNAL_HASH", "sha256"),
            as_owner=e.get("ANLAN_DB_AS", "") == "owner",
        )

    def problems(self) -> list[str]:
        """Name what forbids starting, each with its remedy; empty when all is well. Production asks for more."""
        found = []
        urls = {
            "DATABASE_URL": self.database_url,
            "ANLAN_EXERCISE_DATABASE_URL": self.exercise_database_url,
            "ANLAN_OWNER_DATABASE_URL": self.owner_database_url,
            "ANLAN_OWNER_EXERCISE_DATABASE_URL": self.owner_exercise_database_url,
        }
        if any(urls.values()) and not all(urls.values()):
            missing = ", ".join(name for name, value in urls.items() if not value)
            found.append(f"A database of your own needs all four addresses, for both worlds and both roles. Missing: {missing}.")
        if bool(self.cap_key) != bool(self.cap_certificate):
            found.append("ANLAN_CAP_KEY and ANLAN_CAP_CERTIFICATE go together: give both files, or none to publish unsigned.")
        found += [f"{file} cannot be read." for file in (self.cap_key, self.cap_certificate) if file and not Path(file).is_file()]
        if not self.production:
            return found
        if self.secret_key == DEVELOPMENT_KEY or len(self.secret_key) < 50:
            found.append("ANLAN_SECRET_KEY is missing, the default, or shorter than 50 characters: set a random one.")
        if self.debug:
            found.append("ANLAN_DEBUG is on: switch it off.")
        if not self.database_url:
            found.append("DATABASE_URL is missing: production needs a database of its own, not the embedded one.")
        return found


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
