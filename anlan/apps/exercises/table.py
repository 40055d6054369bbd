"""The report of a replay as tables for a terminal of 80 columns, in the language in force."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from anlan.apps.exercises import report
from anlan.apps.telemetry import api as telemetry
from anlan.kit.names import name_of
from anlan.kit.scope import Scope, entered

#: Colour → level, for the words of a level.
LEVELS = {colour: level for level, colour in telemetry.COLOURS.items()}


def show(found: dict[str, Any], title: str, slowest: float, console: Console) -> None:
    """Print what a run came to: its figures, then one table each for alarms, responses, warnings and what else there was."""
    with entered(Scope.everything("system:report", "exercise")):
        shown = report.shown(found)
        tables = [
            _facts(shown, title, slowest),
            _table(
                _("Alarms by station and level"),
                [_("Station"), _("Level"), _("Level reached at"), _("Value") + ">", _("Peak") + ">", _("Returned")],
                map(_alarm, shown["alarms"]),
            ),
            _table(
                _("Responses"),
                ["", _("Level"), _("Conditions met"), _("Proposed"), "+s>", _("Decided")],
                map(_response, shown["responses"]),
            ),
            _table(
                _("Warnings"),
                [_("Level"), _("Warning"), _("Published"), _("Lead time before the peak") + ">", _("Audience") + ">"],
                map(_warning, shown["warnings"]),
            ),
            _table(
                _("Refused to the script, left to people"),
                [_("About"), _("Reason")],
                ([r["about"], r["reason"]] for r in shown["refused"]),
            ),
            _table(
                _("Suspect values"),
                [_("Station"), _("Values") + ">", _("From"), _("To"), _("Reason")],
                (
                    [d["name"], f"{d['count']:,}", _at(d["first"]), _at(d["last"]), " · ".join(d["doubts"])]
                    for d in shown["suspect"]
                ),
            ),
            _table(
                _("Rows refused"),
                [_("Line") + ">", _("Reason")],
                ([f"{n['line']:,}", n["reason"]] for n in shown.get("lost", [])),
            ),
            _table(_("Handed in by the scenario"), [_("Time"), _("Text")], ([_at(i["at"]), i["text"]] for i in shown["injects"])),
        ]
    for table in tables:
        if table.row_count:
            console.print(table)


def _facts(shown: dict[str, Any], title: str, slowest: float) -> Table:
    r, t, j = shown["readings"], shown["tasks"], shown["journal"]
    late, delivered = _("%(a)s accepted · %(o)s overdue"), _("delivered / sent")
    levels = " · ".join(f"{_word(level)} {count}" for level, count in shown["levels"].items())
    rows = [
        [_("Readings"), f"{r['accepted']} · {report.rest_of(r)}"],
        [_("Alarms"), levels or "0"],
        [
            _("Tasks done"),
            f"{t['done']} / {t['issued']} · {late % {'a': t['accepted'], 'o': t['overdue']}}",
        ],
    ]
    for channel, count in shown["messages"].items():
        told = f"{count['delivered']} / {count['sent']} · {name_of('channel', channel)}"
        rows.append([_("Messages"), f"{told} · {delivered}"])
    verdict = _("the chain holds") if j["verified"] else _("the chain is BROKEN")
    rows.append([_("Journal"), f"{j['entries']} · {verdict}"])
    rows.append(
        [_("Machine time"), _("%(wall)s s, %(most).2f s at most to propose") % {"wall": shown["wall_seconds"], "most": slowest}]
    )
    return _table(title, None, rows)


def _table(title: str, heads: list[str] | None, rows: Iterable[list[str]]) -> Table:
    """Make a table; a head that ends in > stands over figures. Long words go on in the next line, nothing is cut off."""
    made = Table(
        title=title, box=SIMPLE_HEAD, pad_edge=False, show_header=heads is not None, title_justify="left", title_style="bold"
    )
    for head in heads or ["", ""]:
        made.add_column(head.removesuffix(">"), justify="right" if head.endswith(">") else "left", overflow="fold")
    for row in rows:
        made.add_row(*row)
    return made


def _alarm(line: dict[str, Any]) -> list[str]:
    value = line["told"].get("value", "") + (" " + _("est.") if line["estimated"] else "")
    peak = f"{line['told'].get('peak', '')} {line['unit']}" if line["first"] else ""
    return [
        line["name"] if line["first"] else "",
        _word(line["level"]),
        _at(line["at"]),
        value,
        peak,
        _at(line["returned_at"]) if line["first"] else "",
    ]


def _response(step: dict[str, Any]) -> list[str]:
    seconds = "" if step["proposal_seconds"] is None else f"{step['proposal_seconds']:.0f}"
    proposed = _at(step["proposed_at"]) or _("by hand")
    return [str(step["label"]), step["level"], _at(step["threshold_at"]), proposed, seconds, _at(step["activated_at"])]


def _warning(row: dict[str, Any]) -> list[str]:
    lead = row["reason"] if row["lead_time_minutes"] is None else f"{row['lead_time_minutes']:.0f} {_('min')}"
    audience = "—" if row["audience"] is None else f"{row['audience']:,}"
    return [_word(row["level"]), row["headline"], _at(row["published_at"]), str(lead or ""), audience]


def _word(colour: str) -> str:
    return str(telemetry.Level(LEVELS[colour]).label)


def _at(instant: datetime | None) -> str:
    return timezone.localtime(instant, timezone.get_default_timezone()).strftime("%m-%d %H:%M") if instant else ""
