"""Official papers: red-head documents and sheets by PDF and Word from templates, numbered, kept with the record that they are about."""

from anlan.kit.papers.letterheads import Letterhead, letterhead
from anlan.kit.papers.writing import Paper, PaperForm, PaperLanguage
from anlan.lib.papers import Content, Table

__all__ = ["Content", "Letterhead", "Paper", "PaperForm", "PaperLanguage", "Table", "letterhead"]
