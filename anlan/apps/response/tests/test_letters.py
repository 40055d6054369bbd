"""Official papers of response: what stands on them, their numbers, and that the same paper is the same bytes."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from typing import Any

import pytest
from pypdf import PdfReader

from anlan.apps.response import letters
from anlan.apps.response.choices import Direction
from anlan.apps.response.models import Notice
from anlan.apps.response.tests import factories
from anlan.kit import clock, files
from anlan.kit.models import JournalEntry, NumberSeries, PaperNumber, StoredFile
from anlan.kit.papers import PaperForm, PaperLanguage, letterheads
from anlan.kit.refusals import Refusal
from anlan.kit.scope import Scope
from anlan.kit.testing.factory import created
from anlan.kit.testing.plugin import assert_nothing_happened

SIGNED = datetime(2022, 6, 20, 20, 30, tzinfo=UTC)
CITY = "4418"
HOSTILE = '#import "x.typ" *粗* $a$ <b> {{ 1 }} {% x %} \\ @label // 完'


@pytest.fixture(autouse=True)
def kept(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def notice(number: int, area: str = CITY, **values: Any) -> Notice:
    """Make a notice that was signed at a fixed instant."""
    row = factories.notice(area, number)
    named = {"direction": Direction.START, "level": 3, "hours": [9, 16], "signed_at": SIGNED, **values}
    more = {name: getattr(row, name) for name in ("area", "response", "text", "text_en", "signed_by")}
    return created(Notice, number=100 + number, **{**more, **named})


def read(paper: StoredFile) -> str:
    """Return the text of a PDF as a program reads it, without line breaks."""
    pages = PdfReader(io.BytesIO(files.path_of(paper.sha256).read_bytes())).pages
    return "".join("".join(page.extract_text() for page in pages).split())


def test_a_notice_under_the_red_head(live: Scope) -> None:
    with clock.frozen(SIGNED):
        paper = letters.write_notice(row=notice(1, level=2, reason="北江水位继续上涨").pk)
    text = read(paper)
    for said in (
        "清远市三防指挥部文件",
        "清三防〔2022〕1号",
        "启动Ⅱ级应急响应",
        "北江水位继续上涨",
        "9:00、16:00",
        "2022年6月21日",
        "抄送",
        "特急",
        "突发事件应对法（2007）第四十八条",
    ):
        assert said in text, (said, text)
    assert "English" not in text and "Test notice" not in text
    assert (paper.content_type, paper.area) == ("application/pdf", CITY)
    assert paper.name.startswith("清三防〔2022〕1号") and paper.name.endswith(".pdf")


def test_in_english(live: Scope) -> None:
    paper = letters.write_notice(row=notice(1).pk, language=PaperLanguage.ENGLISH)
    text = read(paper)
    assert "QingyuanFlood,DroughtandWindHeadquarters" in text
    assert "levelIIIresponseactivated" in text and "21June2022" in text and "试验" not in text


def test_the_same_paper_is_the_same_bytes_and_kept_once(live: Scope) -> None:
    row = notice(1)
    for form in PaperForm:
        with clock.frozen(SIGNED):
            first = letters.write_notice(row=row.pk, form=form)
        again = letters.write_notice(row=row.pk, form=form)
        assert again.pk == first.pk
    assert PaperNumber.objects.count() == 1
    assert StoredFile.objects.count() == 2
    told = JournalEntry.objects.filter(action="response.write_notice", record="response.notice", record_id=str(row.pk))
    assert told.count() == 4


def test_numbers_have_no_gaps_and_begin_anew_each_year(live: Scope, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [notice(n) for n in (1, 2, 3)] + [notice(4, signed_at=datetime(2023, 1, 2, tzinfo=UTC))]
    letters.write_notice(row=rows[0].pk)
    with monkeypatch.context() as broken:
        broken.setattr(letterheads, "FACES", dict.fromkeys(letterheads.FACES, ("No Such Font",)))
        with assert_nothing_happened(StoredFile, PaperNumber, NumberSeries), pytest.raises(Refusal, match="字体|font"):
            letters.write_notice(row=rows[1].pk)
    for row in rows[1:]:
        letters.write_notice(row=row.pk)
    numbers = list(PaperNumber.objects.order_by("pk").values_list("number", flat=True))
    assert numbers == ["清三防〔2022〕1号", "清三防〔2022〕2号", "清三防〔2022〕3号", "清三防〔2023〕1号"]


def test_text_is_never_code(live: Scope) -> None:
    row = notice(1, text=HOSTILE)
    assert "".join(HOSTILE.split()) in read(letters.write_notice(row=row.pk))
    word = letters.write_notice(row=row.pk, form=PaperForm.WORD)
    with zipfile.ZipFile(files.path_of(word.sha256)) as archive:
        body = archive.read("word/document.xml").decode()
    assert "{{ 1 }}" in body and "&lt;b&gt;" in body
    assert word.content_type.endswith("wordprocessingml.document")


def test_a_pdf_carries_its_data(live: Scope) -> None:
    row = notice(1)
    paper = letters.write_notice(row=row.pk)
    found = PdfReader(io.BytesIO(files.path_of(paper.sha256).read_bytes()))
    data = found.attachments["paper.json"][0].decode()
    assert row.desk_url() in data and "清三防〔2022〕1号" in data


def test_nobody_writes_on_anothers_paper(live: Scope) -> None:
    row = notice(1, area="441803")
    with assert_nothing_happened(StoredFile, PaperNumber), pytest.raises(Refusal, match="letterhead|文头"):
        letters.write_notice(row=row.pk)


def test_the_hand_over_sheet_tells_seats_and_situation(live: Scope) -> None:
    row = factories.response(CITY, 1)
    factories.more_of_response(row, 1)
    text = read(letters.write_hand_over(row=row.pk))
    for said in ("指挥交接单", "席位1", "Ⅲ", "交班人"):
        assert said in text, (said, text)
