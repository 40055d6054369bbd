"""Citations of articles in a text."""

from __future__ import annotations

import pytest

from anlan.lib.citations import Citation, citation, pieces


@pytest.mark.parametrize(
    ("words", "law", "label", "year"),
    [
        ("突发事件应对法 第六十四条", "突发事件应对法", "第六十四条", None),
        ("突发事件应对法第六十四条", "突发事件应对法", "第六十四条", None),
        ("《中华人民共和国突发事件应对法》第六十四条", "突发事件应对法", "第六十四条", None),
        ("突发事件应对法（2007） 第四十八条", "突发事件应对法", "第四十八条", 2007),
        ("刑法 第一百三十九条之一", "刑法", "第一百三十九条之一", None),
    ],
)
def test_an_article_is_recognised(words: str, law: str, label: str, year: int | None) -> None:
    assert citation(words) == Citation(law, label, year)


@pytest.mark.parametrize("words", ["", "ISA-18.2", "Emergency Response Law; 粤府办〔2011〕38号", "民法典 §§ 200–204"])
def test_what_names_no_article_is_left_alone(words: str) -> None:
    assert citation(words) is None
    assert "".join(piece for piece, _article in pieces(words)) == words


def test_a_text_keeps_its_words_around_what_it_cites() -> None:
    words = "依据《突发事件应对法》第七十二条；《防汛条例》第二十七条。"
    assert "".join(piece for piece, _article in pieces(words)) == words
    assert [article.law for _piece, article in pieces(words) if article] == ["突发事件应对法", "防汛条例"]
