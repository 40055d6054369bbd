"""The official paper of a report on an incident."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anlan.apps.incidents.choices import ReportState
from anlan.apps.incidents.models import FIGURES, Report, called
from anlan.kit.names import name_of
from anlan.kit.papers import Content, Paper, Table


def _minute(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else "—"


def _report(row: Report) -> Content:
    incident, dash = row.incident, "—"
    told = [(str(called(Report, name)), value) for name in FIGURES if (value := getattr(row, name)) is not None]
    grade = str(incident.get_grade_display()) if incident.grade else _("not yet graded")
    texts = (
        (_("Course and reach"), row.nature),
        (_("Trend"), row.trend),
        (_("Measures taken"), row.measures),
        (_("Needed"), row.needs),
        (_("Why a figure falls"), row.drop_reason),
        (_("Why it is late"), row.late_reason),
    )
    return Content(
        title=_("Report on an emergency event (%(named)s)") % {"named": row.named},
        at=row.sent_at or row.created_at,
        to=f"{row.to}：" if row.to else "",
        issuer=name_of("unit", row.sender),
        facts=(
            (_("Incident"), incident.title),
            (_("Receiving body"), row.to or dash),
            (_("Reporting body"), name_of("unit", row.sender)),
            (_("Kind of incident"), str(incident.kind)),
            (_("Event grade on writing the paper"), grade),
            (_("Happened at"), _minute(row.occurred_at)),
            (_("Known at"), _minute(row.known_at)),
            (_("Sent at"), _minute(row.sent_at)),
            (_("Place in words"), row.place or dash),
            (_("Known from"), str(incident.get_origin_display())),
            (_("Leader on the spot"), row.leader or dash),
            (_("Person who reports"), row.reporter),
        ),
        tables=(
            Table(tuple(label for label, _v in told), (tuple(f"{value:g}" for _l, value in told),), _("Casualties and loss")),
        )
        if told
        else (),
        body=tuple(_("%(label)s: %(text)s") % {"label": label, "text": text} for label, text in texts if text),
        lines=(_("Duty leader: "), _("Checked by: ")),
    )


write_report = Paper(
    "incidents.write_paper",
    record="incidents.Report",
    needs="incidents.write_report",
    label=gettext_lazy("Write the paper"),
    template="report",
    fill=_report,
    icon="printer",
    when=lambda row: row.state in (ReportState.SENT, ReportState.RECEIVED),
    word=True,
).verb()
