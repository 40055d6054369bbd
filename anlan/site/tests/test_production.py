"""What forbids starting: named in plain words, with the remedy."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.core.exceptions import ImproperlyConfigured
from django.db.utils import ProgrammingError
from psycopg import errors

from anlan.apps.people.api import demo_accounts
from anlan.apps.people.cli import suspend_demo_accounts
from anlan.site import startup, supervisor
from anlan.site.config import ROOT, SETTINGS, Config, mail_from_url
from anlan.site.doctor import findings
from anlan.site.own_database import script, unprepared

URLS = {
    "DATABASE_URL": "postgres://app@db/live",
    "ANLAN_EXERCISE_DATABASE_URL": "postgres://app@db/exercise",
    "ANLAN_OWNER_DATABASE_URL": "postgres://owner@db/live",
    "ANLAN_OWNER_EXERCISE_DATABASE_URL": "postgres://owner@db/exercise",
}
GOOD = {"ANLAN_ENV": "production", "ANLAN_SECRET_KEY": "k" * 50, "ANLAN_PUBLIC_URL": "https://anlan.example", **URLS}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"ANLAN_SECRET_KEY": ""}, "SECRET_KEY"),
        ({"ANLAN_DEBUG": "1"}, "DEBUG"),
        (dict.fromkeys(URLS, ""), "DATABASE_URL"),
        ({"ANLAN_PUBLIC_URL": "http://127.0.0.1:8000"}, "PUBLIC_URL"),
        ({"ANLAN_JOURNAL_HASH": "md17"}, "md17"),
        ({"DATABASE_URL": "mysql://app@db/live"}, "DATABASE_URL: a database address reads"),
        ({"ANLAN_EXERCISE_DATABASE_URL": URLS["DATABASE_URL"]}, "exercises are emptied"),
        ({"ANLAN_OWNER_DATABASE_URL": URLS["DATABASE_URL"]}, "the same role"),
        *(({name: ""}, name) for name in URLS),
    ],
)
def test_what_forbids_production_is_named(changes: dict[str, str], words: str) -> None:
    assert Config.from_environment(GOOD).problems() == []
    assert any(words in problem for problem in Config.from_environment({**GOOD, **changes}).problems())


@pytest.mark.parametrize("changes", [{"ANLAN_ENV": "prod"}, {"ANLAN_ENV": "Production"}, {"ANLAN_DEBUG": "true"}])
def test_a_mistyped_setting_is_refused_and_never_taken_for_development(changes: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=next(iter(changes))):
        Config.from_environment({**GOOD, **changes})


def test_the_public_address_is_answered_without_naming_it_twice() -> None:
    assert "anlan.example" in Config.from_environment(GOOD).allowed_hosts


def test_half_a_database_of_ones_own_is_refused_in_development_too() -> None:
    assert Config.from_environment({}).problems() == []
    assert Config.from_environment({"DATABASE_URL": URLS["DATABASE_URL"]}).problems()


def test_the_mail_servers_address_is_read_whole_or_refused() -> None:
    found = mail_from_url("smtps://desk%40qy.gov.cn:p%2Fw@smtp.qy.gov.cn")
    assert (found["EMAIL_HOST_USER"], found["EMAIL_HOST_PASSWORD"]) == ("desk@qy.gov.cn", "p/w")
    assert (found["EMAIL_PORT"], found["EMAIL_USE_SSL"], found["EMAIL_USE_TLS"]) == (465, True, False)
    assert mail_from_url("smtp+tls://mail:2525")["EMAIL_PORT"] == 2525
    for wrong in ("smtp.qy.gov.cn", "http://mail", "smtp://", "smtp://mail:many"):
        (problem,) = Config.from_environment({"ANLAN_EMAIL_URL": wrong}).problems()
        assert problem.startswith("ANLAN_EMAIL_URL")


def test_each_world_is_migrated_by_its_owner() -> None:
    code = "from anlan.site import settings as s; print(*(s.DATABASES[a]['USER'] + '/' + s.DATABASES[a]['NAME'] for a in ('default', 'exercise')))"
    for role, expected in (("", "app/live app/exercise"), ("owner", "owner/live owner/exercise")):
        environment = {**os.environ, **GOOD, "ANLAN_DB_AS": role}
        found = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
        assert found.stdout.strip() == expected


def test_production_does_not_serve_while_demo_accounts_are_open(db: None, settings: Any) -> None:
    startup.ready_to_serve()
    settings.CONFIG = Config.from_environment(GOOD)
    with pytest.raises(ImproperlyConfigured, match="suspend-demo-accounts"):
        startup.ready_to_serve()
    assert CliRunner().invoke(suspend_demo_accounts).exit_code == 0
    assert demo_accounts() == []
    startup.ready_to_serve()


def test_a_database_that_does_not_answer_is_said_in_words(tmp_path: Path) -> None:
    away = {name: url.replace("@db", "@127.0.0.1:9") for name, url in URLS.items()}
    environment = {**os.environ, **away, "ANLAN_VAR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "anlan.site.cli", "migrate"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "does not answer" in done.stderr
    assert "anlan doctor" in done.stderr


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"ANLAN_ALOWED_HOSTS": "x"}, "did you mean ANLAN_ALLOWED_HOSTS"),
        ({"ANLAN_COLOUR_OF_SKY": "x"}, "operate.md"),
    ],
)
def test_a_setting_that_there_is_not_is_refused_with_the_one_that_was_meant(changes: dict[str, str], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Config.from_environment({**GOOD, **changes})


def test_every_setting_stands_in_the_guide() -> None:
    told = (ROOT / "docs/guide/operate.md").read_text()
    assert [name for name in sorted(SETTINGS) if f"`{name}`" not in told and f"`{name}=" not in told] == []


def test_an_empty_setting_is_none_at_all() -> None:
    empty = Config.from_environment({"ANLAN_VAR": "", "ANLAN_PACK": "", "ANLAN_HOST": ""})
    assert empty == Config.from_environment({})


def test_the_script_makes_what_the_four_addresses_name() -> None:
    odd = {name: url.replace("app@", "app:it%27s@") for name, url in URLS.items()}
    made = script(Config.from_environment({**GOOD, **odd}))
    assert "CREATE ROLE \"app\" LOGIN PASSWORD 'it''s';" in made
    assert made.count("CREATE ROLE") == 2
    for world in ("live", "exercise"):
        assert f'CREATE DATABASE "{world}" OWNER "owner"' in made
        assert f'\\connect "{world}"\nCREATE EXTENSION IF NOT EXISTS postgis' in made
    with pytest.raises(ValueError, match="four addresses"):
        script(Config.from_environment({}))


def test_a_database_that_was_not_prepared_is_said_in_words() -> None:
    def fallen(cause: Exception) -> ProgrammingError:
        error = ProgrammingError("")
        error.__cause__ = cause
        return error

    assert "database-script" in unprepared(fallen(errors.InsufficientPrivilege()))
    assert "anlan migrate" in unprepared(fallen(errors.UndefinedTable()))
    assert unprepared(fallen(errors.SyntaxError())) == ""


def test_a_pack_that_is_none_is_told_before_anything_is_started(tmp_path: Path) -> None:
    environment = {**os.environ, "ANLAN_VAR": str(tmp_path / "var"), "ANLAN_PACK": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "anlan.site.cli", "up"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == supervisor.FORBIDDEN
    assert "pack.toml" in done.stdout
    assert not (tmp_path / "var").exists()


def test_a_virus_scan_that_is_not_there_forbids_serving(db: None, settings: Any) -> None:
    settings.ANLAN_VIRUS_SCAN = "no.such.scan"
    with pytest.raises(ImproperlyConfigured, match="ANLAN_VIRUS_SCAN"):
        startup.ready_to_serve()


def test_doctor_in_production_speaks_of_no_embedded_database(tmp_path: Path) -> None:
    bare = Config.from_environment({"ANLAN_ENV": "production", "ANLAN_VAR": str(tmp_path)})
    assert not [what for _well, what, _remedy in findings(bare) if "embedded" in what]
