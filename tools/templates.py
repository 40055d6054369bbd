"""Check the templates: they compile, their tags are balanced, they can be read, translated and used without a mouse or eyes.

Lines of 140 characters at most, a text to translate apart; no inline style, script or handler (the CSP forbids them); no words outside translate tags;
ids once per file; every image has an alt, every input a label.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import django
from django.template import TemplateSyntaxError
from django.template.base import Lexer, TokenType
from django.template.loader import get_template

LINE = 140
#: A text to translate stands on a line of its own, however long: broken, it would be another text.
ONE_TEXT = re.compile(r"^\s*(\{% translate \".*\" %\}(</\w+>)?|[^<>{}]+)$")
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
WORDS = re.compile(r"[A-Za-z]{2,}|[\u4e00-\u9fff]+")
#: What is the same in every language: names, formats, units.
SAME = {"CAP", "CSV", "Excel", "xlsx", "EN", "中文", "安澜", "Anlan", "API", "OpenAPI", "SHA", "Atom", "px", "km", "mm", "min"}
SPOKEN = ("title", "alt", "placeholder", "aria-label")
NEEDS_LABEL = {"input", "select", "textarea"}
UNSEEN = {"hidden", "submit", "button", "image"}


def has_words(text: str) -> bool:
    """Return whether a text holds words that want translating; a code with a dot or a dash (`warning.sign`) is none."""
    rest = re.sub(r"\b[\w-]+(?:[._/-][\w-]+)+\b", " ", text)
    return any(word not in SAME for word in WORDS.findall(rest))


class Page(HTMLParser):
    """Read a template whose tags of Django's have been blanked, and note what is wrong."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, int]] = []
        self.ids: set[str] = set()
        self.labelled: set[str] = set()
        self.inputs: list[tuple[int, str, dict[str, str]]] = []
        self.problems: list[tuple[int, str]] = []

    def note(self, problem: str) -> None:
        """Note a problem at the present line."""
        self.problems.append((self.getpos()[0], problem))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.look(tag, given)
        if tag in NEEDS_LABEL and given.get("type") not in UNSEEN and given.get("aria-hidden") != "true":
            inside = any(name == "label" for name, _line in self.open)
            self.inputs.append((self.getpos()[0], "label" if inside else given.get("id", ""), given))
        if tag not in VOID:
            self.open.append((tag, self.getpos()[0]))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.look(tag, {name: value or "" for name, value in attrs})

    def look(self, tag: str, given: dict[str, str]) -> None:
        """Judge one tag's attributes."""
        for name, value in given.items():
            if name == "style" or re.match(r"on[a-z]+$", name):
                self.note(f"inline {name}= is forbidden by the CSP")
            if name in SPOKEN and has_words(value):
                self.note(f"words outside translate in {name}: {value.strip()!r}")
        if tag == "img" and "alt" not in given:
            self.note("an image without alt")
        if tag == "script" and "src" not in given and given.get("type", "") != "application/json":
            self.note("a script's body is forbidden by the CSP")
        if tag == "style":
            self.note("a style element is forbidden by the CSP")
        if tag == "label" and given.get("for"):
            self.labelled.add(given["for"])
        if given.get("id") and BLANK not in given["id"]:
            if given["id"] in self.ids:
                self.note(f"id {given['id']!r} is there twice")
            self.ids.add(given["id"])

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1][0] != tag:
            self.note(f"</{tag}> closes nothing that is open here")
            return
        self.open.pop()

    def handle_data(self, data: str) -> None:
        text = data.replace(BLANK, " ").strip()
        if any(name in {"script", "style", "code", "pre"} for name, _line in self.open):
            return
        if has_words(text):
            self.note(f"words outside translate: {' '.join(text.split())[:60]!r}")

    def finish(self) -> list[tuple[int, str]]:
        """Return every problem, with what stayed open and inputs that nothing names."""
        self.close()
        self.problems += [(line, f"<{tag}> is never closed") for tag, line in self.open]
        for line, name, given in self.inputs:
            if name != "label" and name not in self.labelled and not given.get("aria-label") and not given.get("aria-labelledby"):
                self.problems.append((line, "an input without a label"))
        return sorted(self.problems)


#: Stands where the template writes a value: no words, and never empty.
BLANK = "\u2588"
#: Says itself in both languages: when it is shown, nothing else may work.
BILINGUAL = {"500.html"}
#: Blocks that hold a name for the machine.
NO_WORDS = {"theme", "sign", "root", "number"}
TRANSLATED = {"blocktranslate": "endblocktranslate", "comment": "endcomment"}


def blanked(text: str) -> str:
    """Return a template's HTML: values become a blank, tags vanish, translated blocks are blanked whole; lines stay in place.

    Of two branches only the first is kept, so that a tag opened in either of them counts once.
    """
    out: list[str] = []
    hidden: list[str] = []
    branches: list[bool] = []
    for token in Lexer(text).tokenize():
        breaks = "\n" * token.contents.count("\n")
        word = token.contents.split()[0] if token.contents.strip() else ""
        if token.token_type == TokenType.BLOCK:
            if hidden:
                hidden = hidden[:-1] if word == hidden[-1] else hidden
            elif word in TRANSLATED:
                hidden.append(TRANSLATED[word])
                out.append(BLANK)
            elif word == "block" and token.contents.split()[1] in NO_WORDS:
                hidden.append("endblock")
            elif word in {"if", "for", "ifchanged"}:
                branches.append(True)
            elif word in {"else", "elif", "empty"} and branches:
                branches[-1] = False
            elif word in {"endif", "endfor", "endifchanged"}:
                branches.pop()
            elif word in {"translate", "url", "static", "render_table", "querystring_replace"} and " as " not in token.contents:
                out.append(BLANK if all(branches) else "")
            out.append(breaks)
        elif hidden or token.token_type == TokenType.COMMENT or not all(branches):
            out.append(breaks)
        else:
            out.append(BLANK if token.token_type == TokenType.VAR else token.contents)
    return "".join(out)


def faults(text: str) -> list[tuple[int, str]]:
    """Return (line, problem) of a template's HTML."""
    page = Page()
    page.feed(blanked(text))
    return page.finish()


def problems_of(file: Path) -> Iterator[tuple[int, str]]:
    """Yield (line, problem) of one template."""
    text = file.read_text(encoding="utf-8")
    for number, line in enumerate(text.splitlines(), 1):
        if len(line) > LINE and not ONE_TEXT.match(line):
            yield number, f"{len(line)} characters (limit {LINE})"
        if "<table" in line and "ui" not in file.parts[-2:-1]:
            yield number, "a table by hand: write {% table %} (ui/templatetags/ui.py)"
    try:
        get_template("/".join(file.parts[file.parts.index("templates") + 1 :]))
    except TemplateSyntaxError as error:
        yield 1, f"does not compile: {error}"
        return
    yield from (found for found in faults(text) if file.name not in BILINGUAL or "words outside" not in found[1])


def main() -> int:
    """Print what is wrong; return 1 if anything is. Without `--strict`, long lines and untranslated words are only counted."""
    django.setup()
    strict = "--strict" in sys.argv
    files = [Path(name) for name in sys.argv[1:] if name != "--strict"] or sorted(Path("anlan").glob("**/templates/**/*.html"))
    found = [(file, line, problem) for file in files for line, problem in problems_of(file)]
    soft = [each for each in found if not strict and any(word in each[2] for word in ("characters (limit", "words outside"))]
    hard = [each for each in found if each not in soft]
    for file, line, problem in hard:
        print(f"{file}:{line}: {problem}")
    print(f"{len(files)} templates, {len(hard)} faults, {len(soft)} lines to shorten or translate (--strict names them)")
    return bool(hard)


if __name__ == "__main__":
    sys.exit(main())
