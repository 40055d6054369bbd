"""Template tags of the look: levels, ages, values."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from anlan.kit import clock
from anlan.kit.languages import listed
from anlan.kit.names import named
from anlan.lib.citations import pieces
from anlan.lib.levels import COLOURS

register = template.Library()

register.filter("listed", listed)

WORDS = {"blue": _("Blue"), "yellow": _("Yellow"), "orange": _("Orange"), "red": _("Red")}
SHAPES = {"blue": "ti-circle", "yellow": "ti-square-rotated", "orange": "ti-alert-triangle", "red": "ti-alert-octagon"}
#: The tone of a state's badge, anywhere; a state that nobody need look at has none.
TONES_OF_STATES = {
    "red": "raised",
    "pink": "failed dead sent_back",
    "purple": "open active",
    "azure": "acknowledged signed issued sent submitted",
    "indigo": "accepted approved",
    "teal": "returned published confirmed done delivered posted",
}
TONES = {state: tone for tone, states in TONES_OF_STATES.items() for state in states.split()}


#: Where a table's heads end and its rows begin; on a phone a row is a card (`stack.ts`).
ROWS = SafeString("<!-- rows -->")
TABLE = '<div class="table-responsive"><table class="table table-vcenter {}">{}{}<tbody>{}</tbody></table></div>'
register.simple_tag(lambda: ROWS, name="rows")


@register.simple_block_tag
def table(content: str, *, tight: bool = False, hover: bool = False, loose: bool = False, caption: str = "") -> SafeString:
    """Draw the one plain table: `{% table %}<th>…</th>{% rows %}<tr>…</tr>{% endtable %}`; where a head stands at the end, so does its column.

    `tight` puts rows close together, `hover` says that they lead somewhere, `loose` that no card's edges are reached.
    """
    heads, _rows, rows = content.partition(ROWS)
    ends = [f"ends-{n}" for n, head in enumerate(re.findall(r"<th\b[^>]*>", heads), 1) if "text-end" in head]
    ways = [word for word, on in (("card-table", not loose), ("table-tight", tight), ("table-hover", hover)) if on]
    said = format_html('<caption class="visually-hidden">{}</caption>', caption) if caption else ""
    head = SafeString(f"<thead><tr>{heads}</tr></thead>".replace("<th ", '<th scope="col" ').replace("<th>", '<th scope="col">'))
    return format_html(TABLE, " ".join(ways + ends), said, head if heads.strip() else "", SafeString(rows))


@register.simple_tag
def house(what: str) -> str:
    """Return the address of a page that every page leads to, by its part in the house: account, sign_in, sign_out, public, articles."""
    return reverse(settings.ANLAN_PAGES[what])


@register.filter
def cited(text: Any) -> SafeString:
    """Show words with each article of law that they name leading to its text."""
    link, to = '<a class="cite" href="{}?{}">{}</a>', house("articles")
    shown = (
        (format_html(link, to, urlencode({"words": piece}), piece) if article else piece,) for piece, article in pieces(str(text))
    )
    return format_html_join("", "{}", shown)


@register.filter
def level(value: Any) -> SafeString:
    """Show a hazard level (1…4 or its colour) as colour, shape and word."""
    colour = COLOURS.get(value, value)
    if colour not in WORDS:
        return format_html('<span class="text-secondary">{}</span>', gettext("Normal"))
    return format_html(
        '<span class="level level-{}"><i class="ti {}" aria-hidden="true"></i>{}</span>', colour, SHAPES[colour], WORDS[colour]
    )


#: Beyond this an age says less than the date.
AGE_UNTIL = 48 * 3600
#: From this much time on an end is near, in seconds.
SOON = 30 * 60


@register.filter
def colour(value: Any) -> str:
    """Return the colour of a hazard level (1…4), or '' for none."""
    return str(COLOURS.get(value, ""))


@register.filter
def response_colour(value: Any) -> str:
    """Return the colour of a response level (1 the gravest … 4), or '' for none."""
    return str(COLOURS.get(5 - value, "")) if isinstance(value, int) else ""


@register.filter
def tone(state: Any) -> str:
    """Return the classes of a badge that shows a state."""
    return f"bg-{TONES.get(str(state), 'secondary')}-lt"


@register.filter
def called(code: Any, kind: str) -> Any:
    """Show a code of some kind (`area`, `actor`, `post`, …) by its name."""
    return named(kind, str(code)) if code else "—"


@register.simple_tag(takes_context=True)
def live(context: dict[str, Any], name: str, *, of: str, also: str = "") -> SafeString:
    """Write the attributes of a part of a page that asks for itself again when a record of these kinds changes.

    `also` selects what else of the page is renewed with it.
    """
    text = 'id="{0}" data-live="{1}" hx-get="{2}" hx-select="#{0}"{3} hx-swap="outerHTML" hx-trigger="live"'
    more = format_html(' hx-select-oob="{}"', also) if also else ""
    return format_html(text, name, of, context["request"].get_full_path(), more)


@register.filter
def age(at: datetime | None) -> SafeString:
    """Show an instant by how long ago it was, by its date beyond two days, with the full time on hover."""
    if at is None:
        return mark_safe("—")
    seconds = (clock.now() - at).total_seconds()
    local = timezone.localtime(at)
    text = ago(seconds) if abs(seconds) < AGE_UNTIL else f"{local:%m-%d %H:%M}"
    if abs(seconds) >= AGE_UNTIL and local.year != timezone.localtime(clock.now()).year:
        text = f"{local:%Y-%m-%d}"
    return format_html('<time datetime="{}" title="{}">{}</time>', at.isoformat(), f"{local:%Y-%m-%d %H:%M:%S}", text)


@register.filter
def moment(at: datetime | None) -> SafeString:
    """Show an instant by date and time, with its age while that says something."""
    if at is None:
        return mark_safe("—")
    seconds = (clock.now() - at).total_seconds()
    text = f"{timezone.localtime(at):%Y-%m-%d %H:%M}"
    if abs(seconds) >= AGE_UNTIL:
        return format_html('<time datetime="{}" class="number">{}</time>', at.isoformat(), text)
    return format_html(
        '<time datetime="{}"><span class="number">{}</span> <small class="text-secondary">{}</small></time>',
        at.isoformat(),
        text,
        ago(seconds),
    )


def ago(seconds: float) -> str:
    """Say a number of seconds as "3 minutes ago" or "in 3 minutes"."""
    if abs(seconds) < 60:
        return gettext("just now")
    return (gettext("in %(span)s") if seconds < 0 else gettext("%(span)s ago")) % {"span": span(seconds)}


@register.filter("lasting")
def span(seconds: float) -> str:
    """Say how long something lasts, in the largest unit that says enough."""
    seconds = abs(seconds)
    minutes, hours, days = int(seconds // 60), int(seconds // 3600), int(seconds // 86400)
    if seconds < 60:
        return ngettext("%(n)d second", "%(n)d seconds", int(seconds)) % {"n": int(seconds)}
    if minutes < 60:
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    if hours < 48:
        return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}


@register.filter
def lateness(required: datetime) -> str:
    """Say how long ago something was required."""
    return span((clock.now() - required).total_seconds())


@register.filter
def countdown(due: datetime | None) -> SafeString:
    """Show by how much time an end is away, or has passed. None: a pause leaves it open."""
    if due is None:
        return format_html('<span class="text-secondary">{}</span>', gettext("paused"))
    left = (due - clock.now()).total_seconds()
    words = gettext("%(span)s left") if left > 0 else gettext("%(span)s overdue")
    return format_html(
        '<time datetime="{}" title="{}" class="number {}">{}</time>',
        due.isoformat(),
        f"{timezone.localtime(due):%Y-%m-%d %H:%M:%S}",
        "text-red" if left <= 0 else "text-orange" if left < SOON else "",
        words % {"span": span(left)},
    )


@register.filter
def duration(seconds: float | None) -> str:
    """Say a number of seconds as a span."""
    if seconds is None:
        return "—"
    hours, rest = divmod(int(seconds), 3600)
    return f"{hours}:{rest // 60:02d}"
