"""The official papers of response: the notice of a step, and the sheet with which command is handed over."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anlan.apps.law import api as law
from anlan.apps.people import api as people
from anlan.apps.response.choices import Direction, ResponseState
from anlan.apps.response.models import Notice, Response
from anlan.apps.response.queries import count_tasks
from anlan.kit import clock
from anlan.kit.languages import in_chinese, listed, localised
from anlan.kit.names import name_of
from anlan.kit.papers import Content, Paper, Table

TITLES = {
    Direction.START: gettext_lazy("Notice: level %(level)s response activated (%(plan)s)"),
    Direction.RAISE: gettext_lazy("Notice: response raised to level %(level)s (%(plan)s)"),
    Direction.LOWER: gettext_lazy("Notice: response lowered to level %(level)s (%(plan)s)"),
    Direction.END: gettext_lazy("Notice: level %(level)s response ended (%(plan)s)"),
}


def numeral(level: int) -> str:
    """Return a response level as prose writes it: one Chinese character wide, or Latin letters."""
    return ("Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ")[level - 1] if in_chinese() else ("I", "II", "III", "IV")[level - 1]


def _notice(row: Notice) -> Content:
    values = {"level": numeral(row.level), "plan": str(row.response.plan)}
    body = [str(localised(row.text, row.text_en))]
    if row.reason:
        body.append(_("Reason: %(reason)s") % {"reason": row.reason})
    if row.hours:
        body.append(_("Units report the situation daily at %(hours)s.") % {"hours": listed(f"{hour}:00" for hour in row.hours)})
    if basis := law.basis_of("response.finish", timezone.localtime(row.signed_at).date()):
        body.append(_("Basis: %(article)s") % {"article": basis})
    return Content(
        title=str(TITLES[Direction(row.direction)]) % values,
        at=row.signed_at,
        to=_("To all member units:"),
        body=tuple(body),
        signed=_("Signed by %(who)s") % {"who": name_of("post", row.signed_post) or name_of("actor", row.signed_by)},
        copies=_("Copies: offices of the members of the headquarters."),
        urgency=_("Extra urgent") if row.level <= 2 and row.direction != Direction.END else "",
    )


def _hand_over(row: Response) -> Content:
    seats = list(row.seats.all())
    known, holders = people.posts_by_code({s.post for s in seats}), people.holders_by_post({s.post for s in seats})
    names = {code: str(localised(post.name, post.name_en)) for code, post in known.items()}
    counts = count_tasks(row.pk, whole=True)

    def line(seat: object) -> tuple[str, ...]:
        span = f"{_minute(seat.since)} –{f' {_minute(seat.until)}' if seat.until else ''}"  # type: ignore[attr-defined]
        post, who = names.get(seat.post, seat.post), listed(holders.get(seat.post, [])) or "—"  # type: ignore[attr-defined]
        return str(seat), post, who, span, seat.note or "—"  # type: ignore[attr-defined]

    return Content(
        title=_("Hand-over of command"),
        at=clock.now(),
        facts=(
            (_("Response"), str(row.plan)),
            (_("Response level"), numeral(row.level)),
            (_("Activated"), _minute(row.activated_at)),
            (_("As of"), _minute(clock.now())),
            (_("Tasks done"), f"{counts.done} / {counts.issued}"),
            (_("Tasks open"), str(counts.open)),
            (_("Late tasks"), str(counts.late)),
        ),
        tables=(
            Table(
                (_("Position"), _("Post"), _("Held by"), _("From – until"), _("Situation at the hand-over")),
                tuple(line(s) for s in seats),
            ),
        ),
        lines=(_("Handed over by: "), _("Taken over by: ")),
    )


def _minute(at: datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"


NOTICE = Paper(
    "response.write_notice",
    record="response.Notice",
    needs="response.steer_response",
    label=gettext_lazy("Write the notice"),
    template="notice",
    fill=_notice,
    numbered=True,
    word=True,
)
HAND_OVER = Paper(
    "response.write_hand_over",
    record="response.Response",
    needs="response.steer_response",
    label=gettext_lazy("Write the hand-over sheet"),
    template="hand_over",
    fill=_hand_over,
    icon="transfer",
    when=lambda row: row.state == ResponseState.ACTIVE,
)
write_notice, write_hand_over = NOTICE.verb(), HAND_OVER.verb()
