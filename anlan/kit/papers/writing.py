"""A paper as a verb of its record: written from a template, numbered once, kept among the record's files, told in the journal."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from anlan.kit import files, journal
from anlan.kit.actions import Action, Deed, action
from anlan.kit.inputs import Input
from anlan.kit.languages import in_chinese
from anlan.kit.models import PaperNumber, StoredFile
from anlan.kit.papers.letterheads import Letterhead, faces, folder, letterhead
from anlan.kit.records import area_of, sector_of
from anlan.kit.refusals import Refusal
from anlan.kit.scope import current
from anlan.kit.series import next_number
from anlan.lib import typesetting
from anlan.lib.charts import Chart, drawn
from anlan.lib.papers import Content

#: The one Word template that every red-head document has, until an app or a pack brings its own.
RED_HEAD = Path(__file__).parent / "red_head.docx"
#: What typst templates import as `@anlan/papers`.
LAYOUTS = Path(__file__).parent / "typst"


class PaperLanguage(models.TextChoices):
    CHINESE = "zh", _("Chinese")
    ENGLISH = "en", _("English")


class PaperForm(models.TextChoices):
    PDF = "pdf", "PDF"
    WORD = "docx", "Word"


Language = Annotated[PaperLanguage, Input(_("Language"))]
Form = Annotated[PaperForm, Input(_("File type"))]


@dataclass(frozen=True)
class Paper:
    """Declare a paper of a record: `notice = Paper("response.write_notice", record="response.Notice", …)`.

    `template` is `papers/<template>.typ` in the app's folder, or `papers/<app>/<template>.typ` in the city's pack, which comes first.
    `fill` takes the row and returns its `Content` in the language in force. `numbered` gives it a number of its letterhead's series
    of the year, the same one whenever it is written again. `word` offers it as a Word document as well.
    """

    name: str
    record: str
    needs: str
    label: Any
    template: str
    fill: Callable[[Any], Content]
    numbered: bool = False
    word: bool = False
    icon: str = "file-certificate"
    when: Callable[[Any], bool] | None = None

    def verb(self) -> Action[Any, StoredFile]:
        """Return the action that writes it, for the `actions` of its record's desk."""

        def write(deed: Deed, *, row: int, language: Language = PaperLanguage.CHINESE) -> StoredFile:
            return self._write(deed, row, language, PaperForm.PDF)

        def write_either(
            deed: Deed, *, row: int, language: Language = PaperLanguage.CHINESE, form: Form = PaperForm.PDF
        ) -> StoredFile:
            return self._write(deed, row, language, form)

        function = write_either if self.word else write
        function.__doc__ = (
            f"Write the paper “{self.template}” of this record and keep it among its files; the same again is kept once."
        )
        declare = action(self.name, needs=self.needs, label=self.label, record=self.record, icon=self.icon, when=self.when)
        return declare(function)

    def _write(self, deed: Deed, row: int, language: str, form: str) -> StoredFile:
        held: Any = deed.lock(apps.get_model(self.record), row)
        with override("en" if language == PaperLanguage.ENGLISH else "zh-hans"):
            content = self.fill(held)
            head = letterhead(area_of(held) or "")
            number = self._number(deed, held, head, content.at) if self.numbered else ""
            data = _data(held, content, head, number)
        written = self._typeset(form, data, content.at)
        name = f"{number} {content.title}".strip().replace("/", "-")[:150] + f".{form}"
        kept = _kept(held, name, written)
        shown = {"paper": [None, name], "digest": [None, kept.sha256]}
        deed.add_note(journal.Note(self.name, held._meta.label_lower, str(held.pk), area_of(held) or "", shown))
        return kept

    def _typeset(self, form: str, data: dict[str, Any], at: datetime) -> bytes:
        if form == PaperForm.WORD:
            return typesetting.docx(self._found("docx") or RED_HEAD, data, at)
        template = self._found("typ")
        if template is None:
            raise FileNotFoundError(f"{self.name}: there is no template papers/{self.template}.typ")
        try:
            return typesetting.pdf(template, data, at, LAYOUTS)
        except typesetting.NoFont:
            words = _("This server has no Chinese font to write papers with. Install the system package fonts-noto-cjk.")
            raise Refusal(words) from None

    def _found(self, kind: str) -> Path | None:
        """Return the template: the pack's where it has one, else the app's."""
        app = apps.get_app_config(self.record.partition(".")[0])
        places = (folder() / app.label, Path(app.path) / "papers")
        return next((file for place in places if (file := place / f"{self.template}.{kind}").is_file()), None)

    def _number(self, deed: Deed, held: Any, head: Letterhead, at: datetime) -> str:
        """Return the number of this paper, given once."""
        about = {"kind": self.name, "record": held._meta.label_lower, "record_id": str(held.pk)}
        known = PaperNumber.objects.filter(**about).first()
        if known is None:
            year = timezone.localtime(at).year
            number = f"{head.code}〔{year}〕{next_number(deed, f'{head.code}{year}')}号"
            known = deed.create(
                PaperNumber,
                **about,
                area=area_of(held),
                sector=sector_of(held),
                number=number,
                given_at=deed.now,
                given_by=deed.actor,
            )
        return str(known.number)


def _data(held: Any, content: Content, head: Letterhead, number: str) -> dict[str, Any]:
    """Return what templates read: texts, lists of texts, and the QR that leads to the record."""
    day = timezone.localdate(content.at)
    exercise = current().world == "exercise"
    address = f"{settings.ANLAN_PUBLIC_URL}{'/exercise' if exercise else ''}{held.desk_url()}"
    printed = gettext("Printed %(date)s") % {"date": in_full(day)}
    return {
        "lang": "zh" if in_chinese() else "en",
        "title": content.title,
        "body": list(content.body),
        "to": content.to,
        "signed": content.signed,
        "copies": content.copies,
        "urgency": content.urgency,
        "facts": [list(fact) for fact in content.facts],
        "charts": [_on_paper(chart) for chart in content.charts],
        "tables": [{"title": t.title, "headers": list(t.headers), "rows": [list(r) for r in t.rows]} for t in content.tables],
        "lines": list(content.lines),
        "head": head.said("head"),
        "issuer": content.issuer or head.said("issuer"),
        "number": number,
        "date": in_full(day),
        "day": {"year": day.year, "month": day.month, "day": day.day},
        "printed-by": head.said("printed_by") or head.said("issuer"),
        "printed-on": printed,
        "url": address,
        "qr": typesetting.code_of(address),
        "qr-says": gettext("Scan to check"),
        "exercise": gettext("Exercise paper") if exercise else "",
        "faces": faces(),
    }


def _on_paper(chart: Chart) -> dict[str, Any]:
    """Return a chart as templates read it: the picture, and the same values as a table."""
    rows = [[label, *(value for value, _url in values)] for label, values in chart.rows]
    return {"title": str(chart.title), "svg": drawn(chart), "headers": chart.headers, "rows": [] if chart.empty else rows}


def in_full(day: date) -> str:
    """Return a date as papers write it: 2022年6月15日, 15 June 2022."""
    return f"{day.year}年{day.month}月{day.day}日" if in_chinese() else f"{day.day} {day:%B} {day.year}"


def _kept(held: Any, name: str, written: bytes) -> StoredFile:
    """Keep a paper among the record's files; one that lies there already is not kept twice."""
    digest = hashlib.sha256(written).hexdigest()
    there: StoredFile | None = files.files_of(held).filter(sha256=digest, name=name).first()
    return there or files.attach(held, name, io.BytesIO(written))
