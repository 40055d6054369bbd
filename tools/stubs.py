"""Write the stubs of a new app, of a record, a document or a ledger in it, and its migration.

    make new-app NAME=supplies                    the folder of an app: its duty, its group in the menu, its roles
    make new-record APP=supplies NAME=Donation    model, verb, desk, factory with inherited tests: four files
    make new-document APP=supplies NAME=Issue     header and line, what posting does, desk, inherited tests and doors
    make new-ledger APP=supplies NAME=Stock       the entries of a ledger with its named places, and inherited tests
    make migration APP=supplies NAME=donations    the migration, with row-level security: the fifth

Run the second once the model says what it should; run it again, under another name, after each later change.
"""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

APPS = Path("anlan/apps")
APP = {
    "__init__.py": '''"""{Words}: say in one paragraph what duty this app has and what its nouns are.

Law: name the articles it answers to. Not here: name what a reader would look for, and where it is.
"""
''',
    "desk.py": '''"""Desks of {app}: each record's list, page, form, import, export, API and search."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.kit.desk import GROUPS, Group

GROUPS.add(Group("{app}", 60, _("{Words}"), "folder"))
''',
    "roles.toml": """# What each role may do in this app unless a city says otherwise (packs/<city>/people/roles.toml). Without the app's name in front.
# duty_officer = ["view_donation", "close_donation"]
""",
    "migrations/__init__.py": "",
    "tests/__init__.py": "",
}
LAYERS = "Domain order"
MODEL = '''

class {Name}(Record):
    """Say in one sentence what this is, and what it is not."""

    class State(models.TextChoices):
        ACTIVE = "active", _("Active")
        CLOSED = "closed", _("Closed")

    code = models.CharField(_("Code"), max_length=40, unique=True)
    name = models.CharField(_("Name"), max_length=100)
    state = models.CharField(_("State"), max_length=10, choices=State.choices, default=State.ACTIVE)

    life = Life(Move("close", State.ACTIVE, State.CLOSED))

    class Meta:
        ordering = ["code"]
        verbose_name = _("{Words}")

    def __str__(self) -> str:
        return self.name
'''
ACTION = '''

@action(
    "{app}.close_{name}",
    needs="{app}.close_{name}",
    label=_("Close"),
    record="{app}.{Name}",
    icon="circle-check",
    moves={Name}.life.close,
)
def close_{name}(deed: Deed, *, {name}: int, reason: Reason) -> {Name}:
    """Close one, with the reason."""
    return deed.lock({Name}, {name})
'''
DESK = """

class {Name}Desk(Desk, record={Name}):
    slug = "{slug}"
    story = _("{Words}: say what this list is for.")
    menu = ("{group}", 10)
    columns = ("code", "name", State("state"), "area")
    filters = ("state",)
    search = ("code", "name")
    panels = (Facts("code", "name", State("state"), "area"), JournalPanel(_("Journal")))
    form = ("code", "name")
    actions = (close_{name},)
    importable = True
"""
TESTS = """

def {name}_values(area: str, number: int) -> dict[str, Any]:
    return {{"code": f"t-{{area}}-{{number}}", "name": f"试验{{number}}"}}


def a_{name}(area: str, number: int) -> {Name}:
    made: {Name} = {Name}Desk.create(values={{**{name}_values(area, 1000 + number), "area": area}})
    return made


class Test{Name}Desk(DeskTests):
    desk = {Name}Desk
    make = a_{name}
    values = {name}_values
    verbs = {{"close_{name}": {{"reason": "test"}}}}
"""
DOCUMENT = {
    "model": """

class {Name}(Document):
    \"""Say in one sentence what is put on paper, and who must agree.\"""

    series = "{LETTERS}{{area}}-{{year}}-{{number:05}}"
    header = ("body", "remark")
    place = "body"
    body = models.ForeignKey("people.Organisation", models.PROTECT, verbose_name=_("Unit"), related_name="+")

    class Meta(Document.Meta):
        verbose_name = _("{Words}")


class {Name}Line(Line):
    \"""Say what stands on one line.\"""

    document = models.ForeignKey({Name}, models.CASCADE, related_name="lines")
    what = models.CharField(_("Matter"), max_length=200)
    quantity = models.PositiveIntegerField(_("Amount"))
""",
    "action": """

@posting({Name})
def post_{name}(deed: Deed, {name}: {Name}) -> None:
    \"""Do what the paper says: move a ledger, begin a record. A Refusal leaves it approved.\"""
""",
    "desk": """

class {Name}Desk(DocumentDesk, record={Name}):
    slug = "{slug}"
    story = _("{Words}: say what this paper is for, and on whose word.")
    menu = ("{group}", 20)
""",
    "tests": """

def {name}_given(area: str, number: int) -> dict[str, Any]:
    body = Organisation.objects.filter(area=area).order_by("code").first()
    return {{"body": body, "lines": [{{"what": f"试验{{number}}", "quantity": number}}]}}


class Test{Name}(DocumentTests):
    desk = {Name}Desk
    given = {name}_given
""",
}
LEDGER = {
    "model": """

class {Name}(Ledger):
    \"""Say in one sentence what is counted, and where it stands.\"""

    thing = models.ForeignKey("places.Division", models.PROTECT, verbose_name=_("Thing"), related_name="+", db_index=False)
    decimals = 0
    #: Records in which it may stand: places = (Depot,). Then tests/ inherits every promise: class Test{Name}(LedgerTests).
    places = ()
    here = Place(_("Here"))
    outside = Place(_("Outside"), unlimited=True)

    class Meta(Ledger.Meta):
        verbose_name = _("{Words}")
""",
}
FORMS = {
    "model": (
        "from django.db import models",
        "from django.utils.translation import gettext_lazy as _",
        "from anlan.kit.documents import Document, Line",
    ),
    "action": (
        "from anlan.kit.actions import Deed",
        "from anlan.kit.documents import posting",
        "from anlan.apps.{app}.models import {Name}",
    ),
    "desk": (
        "from django.utils.translation import gettext_lazy as _",
        "from anlan.kit.documents.desk import DocumentDesk",
        "from anlan.apps.{app} import {actions} as _posts",
        "from anlan.apps.{app}.models import {Name}",
    ),
    "tests": (
        "from typing import Any",
        "from anlan.apps.people.models import Organisation",
        "from anlan.kit.testing.documents import DocumentTests",
        "from anlan.apps.{app}.desk import {Name}Desk",
    ),
}
COUNTS = {
    "model": (
        "from django.db import models",
        "from django.utils.translation import gettext_lazy as _",
        "from anlan.kit.ledger import Ledger, Place",
    ),
}
IMPORTS = {
    "model": (
        "from django.db import models",
        "from django.utils.translation import gettext_lazy as _",
        "from anlan.kit.lives import Life, Move",
        "from anlan.kit.records import Record",
    ),
    "action": (
        "from django.utils.translation import gettext_lazy as _",
        "from anlan.kit.actions import Deed, action",
        "from anlan.kit.inputs import Reason",
        "from anlan.apps.{app}.models import {Name}",
    ),
    "desk": (
        "from django.utils.translation import gettext_lazy as _",
        "from anlan.kit.desk import Desk, Facts, JournalPanel, State",
        "from anlan.apps.{app}.models import {Name}",
        "from anlan.apps.{app}.{actions} import close_{name}",
    ),
    "tests": (
        "from typing import Any",
        "from anlan.kit.testing.desk import DeskTests",
        "from anlan.apps.{app}.models import {Name}",
        "from anlan.apps.{app}.desk import {Name}Desk",
    ),
}


def names_of(app: str, name: str) -> dict[str, str]:
    """Return how a record is called in code, addresses and words; raises SystemExit for what cannot be a name."""
    if not (APPS / app / "__init__.py").exists():
        there = ", ".join(sorted(file.parent.name for file in APPS.glob("*/__init__.py")))
        raise SystemExit(f"There is no app {app}: begin it with make new-app NAME={app}. There are: {there}")
    if not re.fullmatch(r"[A-Z][a-z]+([A-Z][a-z]+)*", name):
        raise SystemExit("NAME is a singular noun in CamelCase, such as ReliefItem")
    models, desk = APPS / app / "models.py", APPS / app / "desk.py"
    if models.exists() and re.search(rf"^class {name}\b", models.read_text(encoding="utf-8"), re.MULTILINE):
        raise SystemExit(f"{app} has a {name} already")
    words = re.findall(r"[A-Z][a-z]+", name)
    snake = "_".join(words).lower()
    actions = f"actions.{snake}" if (APPS / app / "actions").is_dir() else "actions"
    return {
        "app": app,
        "Name": name,
        "name": snake,
        "slug": "-".join(words).lower() + "s",
        "Words": " ".join([words[0], *(word.lower() for word in words[1:])]),
        "actions": actions,
        "LETTERS": "".join(word[0] for word in words) + words[-1][1].upper(),
        "group": app if desk.exists() and f'Group("{app}"' in desk.read_text(encoding="utf-8") else "system",
    }


def begin(app: str) -> list[Path]:
    """Write the folder of a new app; return the files. SystemExit for what cannot be its name, or has no place in the domain order."""
    if not re.fullmatch(r"[a-z]+(_[a-z]+)*", app):
        raise SystemExit("NAME is the duty in lower case, such as supplies")
    folder = APPS / app
    if folder.exists():
        raise SystemExit(f"There is an app {app} already")
    contracts = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    layers = next(c["layers"] for c in contracts if c["name"].startswith(LAYERS))
    if app not in re.findall(r"\w+", " ".join(layers)):
        raise SystemExit(f"Say first what {app} may import: give it a line in the layers of pyproject.toml ({LAYERS})")
    for name, text in APP.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text.format(app=app, Words=app.replace("_", " ").capitalize()), encoding="utf-8")
    return [folder / name for name in APP]


def extended(text: str, stub: str, imports: tuple[str, ...], names: dict[str, str]) -> str:
    """Return a module's text with a stub at its end and the imports that the stub needs."""
    known = {
        alias.asname or alias.name for node in ast.parse(text).body if isinstance(node, ast.ImportFrom) for alias in node.names
    }
    wanted = []
    for line in (each.format(**names) for each in imports):
        origin, _word, listed = line.partition(" import ")
        missing = [item for item in listed.split(", ") if item.split(" as ")[-1] not in known]
        wanted += [f"{origin} import {', '.join(missing)}"] if missing else []
    head = "from __future__ import annotations\n"
    if head not in text:
        docstring_end = ast.parse(text).body[0].end_lineno or 0
        lines = text.splitlines(keepends=True)
        text = "".join([*lines[:docstring_end], "\n", head, *lines[docstring_end:]])
    before, _head, after = text.partition(head)
    return before + head + "\n" + "".join(f"{line}\n" for line in wanted) + after.rstrip("\n") + "\n" + stub.format(**names)


def write(what: str, app: str, name: str) -> list[Path]:
    """Write the stubs of a record, document or ledger; return the files touched."""
    names = names_of(app, name)
    files = {
        "model": APPS / app / "models.py",
        "action": APPS / app / f"{names['actions'].replace('.', '/')}.py",
        "desk": APPS / app / "desk.py",
        "tests": APPS / app / "tests" / "test_desk.py",
    }
    record = {"model": MODEL, "action": ACTION, "desk": DESK, "tests": TESTS}
    stubs, imports = {"record": (record, IMPORTS), "document": (DOCUMENT, FORMS), "ledger": (LEDGER, COUNTS)}[what]
    files = {part: file for part, file in files.items() if part in stubs}
    if what == "document":
        _open_doors(app, names["Name"])
    for part, file in files.items():
        text = file.read_text(encoding="utf-8") if file.exists() else f'"""{part.capitalize()} of {app}."""\n'
        file.parent.mkdir(exist_ok=True)
        file.write_text(extended(text, stubs[part], imports[part], names), encoding="utf-8")
    ruff = [sys.executable, "-m", "ruff"]
    touched = list(files.values())
    subprocess.run([*ruff, "check", "--quiet", "--fix", "--select", "I", *touched], check=True)
    subprocess.run([*ruff, "format", "--quiet", *touched], check=True)
    return touched


def _open_doors(app: str, name: str) -> None:
    """Say in tests/doors.py that the addresses of a document are tried by its own tests."""
    file = APPS / app / "tests" / "doors.py"
    if file.exists():
        print(f"add to {file}: DECIDED |= doors_of({name}Desk)")
        return
    file.parent.mkdir(exist_ok=True)
    file.write_text(
        f'"""Whom each address of {app} is open to: read by tests/test_jurisdiction.py, which finds this file by itself."""\n\n'
        f"from anlan.apps.{app}.desk import {name}Desk\nfrom anlan.kit.testing.documents import doors_of\n\n"
        f"DECIDED = doors_of({name}Desk)\n",
        encoding="utf-8",
    )


def migrate(app: str, name: str) -> Path:
    """Let Django write the migration, and end it with row-level security on what has an area."""
    folder = APPS / app / "migrations"
    before = set(folder.glob("*.py"))
    anlan = [sys.executable, "-W", "ignore", "-m", "anlan.site.cli", "manage", "makemigrations", app, "-n", name, "-v", "0"]
    # No database need run: without a pool, Django asks it once and goes on, instead of waiting half a minute for each world.
    subprocess.run(anlan, check=True, env={**os.environ, "ANLAN_POOL": "0"})
    written = set(folder.glob("*.py")) - before
    if not written:
        raise SystemExit(f"The models of {app} have no change that needs a migration.")
    file = written.pop()
    text = file.read_text(encoding="utf-8")
    if "CreateModel" in text:
        made = set(re.findall(r"CreateModel\(\n +name='(\w+)'", text))
        ledgers = sorted(name for name in made if f"{name}Balance" in made)
        imports = "from anlan.kit.ledger import SecureLedger\n" if ledgers else ""
        imports += "from anlan.kit.rowsecurity import SecureTables\n"
        text = text.replace("\nclass Migration", f"{imports}\n\nclass Migration", 1)
        head, _bracket, tail = text.rpartition("    ]")
        guards = "".join(f'        SecureLedger("{app}", "{name}"),\n' for name in ledgers)
        file.write_text(f'{head}        SecureTables("{app}"),\n{guards}    ]{tail}', encoding="utf-8")
    return file


def main() -> None:
    """Write an app (`app NAME`), stubs (`record APP NAME`) or a migration (`migration APP NAME`), and say what to do next."""
    match sys.argv[1:]:
        case ["app", app]:
            for file in begin(app):
                print(f"wrote {file}")
            print(f"next: say in anlan/apps/{app}/__init__.py what it is for, then make new-record APP={app} NAME=…")
            return
        case [("record" | "document" | "ledger" | "migration") as what, app, name]:
            pass
        case _:
            raise SystemExit(
                "make new-app NAME=supplies · make new-record APP=supplies NAME=Donation (new-document, new-ledger) · make migration APP=… NAME=…"
            )
    if what == "migration":
        print(f"wrote {migrate(app, name)}")
        return
    for file in write(what, app, name):
        print(f"wrote into {file}")
    print(
        f"""next:
  1. Fill the model in: its sentence, fields, constraints. Rename the verb or take it out; decide the desk's menu and columns.
  2. make migration APP={app} NAME=what_it_does
  3. make messages, then fill the Chinese in (anlan/apps/{app}/locale)
  4. Give the permissions (record: view, add, change, close; document: view, draft, approve, post, void) to roles in anlan/apps/{app}/roles.toml
  5. .venv/bin/pytest {APPS / app / "tests" / "test_desk.py"} && make check"""
    )


if __name__ == "__main__":
    main()
