"""The template lint finds what it is there to find, and lets good templates pass."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

FILE = Path(__file__).parents[2] / "tools" / "templates.py"


@pytest.fixture(scope="module")
def lint() -> ModuleType:
    """The tool, which is no package."""
    spec = importlib.util.spec_from_file_location("template_lint", FILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<div><p>{{ x }}</div></p>", "closes nothing"),
        ("<div>\n<p>{{ x }}</p>\n", "never closed"),
        ("{% if a %}<div>{% else %}<p>{% endif %}</p>", "closes nothing"),
        ('<p style="color:red">1</p>', "inline style="),
        ('<button onclick="go()">{{ x }}</button>', "inline onclick="),
        ("<script>go()</script>", "script's body"),
        ("<style>p {}</style>", "style element"),
        ('<p id="a">1</p><p id="a">2</p>', "there twice"),
        ('<img src="x.png">', "without alt"),
        ('<input type="text" name="q">', "without a label"),
        ('<label for="b">{{ x }}</label><input id="a">', "without a label"),
        ("<p>Hello</p>", "words outside translate"),
        ("<p>你好</p>", "words outside translate"),
        ('<a title="Close">x</a>', "words outside translate in title"),
    ],
)
def test_a_fault_is_found(lint: ModuleType, text: str, said: str) -> None:
    assert any(said in problem for _line, problem in lint.faults(text)), lint.faults(text)


@pytest.mark.parametrize(
    "text",
    [
        '{% load i18n %}<p>{% translate "Hello" %}: {{ x }}</p>',
        "<p>{% blocktranslate trimmed %}Hello {{ name }}{% endblocktranslate %}</p>",
        '{% if a %}<div class="a">{% else %}<div class="b">{% endif %}<br><img src="x" alt=""></div>',
        '<label>{{ x }}<input name="q"></label><input type="hidden" name="n">',
        '<label for="a">{{ x }}</label><select id="a">{% for o in all %}<option>{{ o }}</option>{% endfor %}</select>',
        "<input aria-label=\"{% translate 'Search' %}\">",
        '<p id="{{ a }}"></p><p id="{{ b }}"></p><code>{"a": 1}</code> CSV',
        '{% comment %}why{% endcomment %}{# and this #}<script type="module" src="x.js"></script>',
    ],
)
def test_a_good_template_passes(lint: ModuleType, text: str) -> None:
    assert lint.faults(text) == []


def test_every_template_holds(lint: ModuleType) -> None:
    files = sorted((FILE.parents[1] / "anlan").glob("**/templates/**/*.html"))
    assert len(files) > 50
    allowed = ("characters (limit", "words outside")
    hard = [(f.name, *found) for f in files for found in lint.problems_of(f) if not any(word in found[1] for word in allowed)]
    assert hard == []
