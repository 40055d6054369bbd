"""Write the API document's snapshot: what all share into docs/reference/openapi.yaml, and one file per app beside it.

An app's file holds its paths and every shape that they name, so that a new app adds a file and changes no other.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]
SHARED = ROOT / "docs" / "reference" / "openapi.yaml"
PARTS = SHARED.with_suffix("")
Document = dict[str, Any]


def app_of(path: str) -> str:
    """Return the app whose path this is, "" for the kit's own."""
    app = path.removeprefix("/api/v1/").split("/")[0]
    return app if (ROOT / "anlan" / "apps" / app).is_dir() else ""


def named(part: Any, schemas: Document) -> set[str]:
    """Return the names of the shapes that a part of the document refers to, and that those refer to."""
    found: set[str] = set()
    left = [part]
    while left:
        one = left.pop()
        if isinstance(one, dict):
            _before, shape, name = str(one.get("$ref", "")).partition("#/components/schemas/")
            if shape and name not in found:
                found.add(name)
                left.append(schemas[name])
            left += one.values()
        elif isinstance(one, list):
            left += one
    return found


def divided(document: Document) -> dict[str, Document]:
    """Return the parts of a document by app; "" is what all share."""
    paths: dict[str, Document] = {}
    for path, operations in document["paths"].items():
        paths.setdefault(app_of(path), {})[path] = operations
    schemas = document["components"]["schemas"]
    own = {app: named(found, schemas) for app, found in paths.items()}
    elsewhere = set().union(*(names for app, names in own.items() if app))
    components = {**document["components"], "schemas": _those(schemas, own.get("", set()) | set(schemas) - elsewhere)}
    parts = {app: {"paths": paths[app], "components": {"schemas": _those(schemas, own[app])}} for app in own if app}
    return {"": {**document, "paths": paths.get("", {}), "components": components}, **parts}


def joined(parts: list[Document]) -> Document:
    """Return the whole document again; the first part is what all share."""
    whole: Document = {**parts[0], "paths": {}, "components": {**parts[0]["components"], "schemas": {}}}
    for part in parts:
        whole["paths"] |= part["paths"]
        whole["components"]["schemas"] |= part["components"]["schemas"]
    return whole


def kept() -> Document:
    """Return the document as it lies in the tree."""
    return joined([yaml.safe_load(file.read_text(encoding="utf-8")) for file in (SHARED, *sorted(PARTS.glob("*.yaml")))])


def _those(schemas: Document, names: set[str]) -> Document:
    return {name: schema for name, schema in schemas.items() if name in names}


def main() -> int:
    """Let the running code describe itself, without a warning, and write the parts."""
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "openapi.yaml"
        anlan = [sys.executable, "-m", "anlan.site.cli", "manage", "spectacular", "--lang", "en", "--validate", "--fail-on-warn"]
        done = subprocess.run([*anlan, "--file", str(whole), "--skip-checks"], check=False)
        if done.returncode:
            return done.returncode
        parts = divided(yaml.safe_load(whole.read_text(encoding="utf-8")))
    PARTS.mkdir(exist_ok=True)
    for app, part in parts.items():
        file = PARTS / f"{app}.yaml" if app else SHARED
        file.write_text(yaml.safe_dump(part, sort_keys=False, allow_unicode=True, width=120), encoding="utf-8")
    for file in PARTS.glob("*.yaml"):
        if file.stem not in parts:
            file.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
