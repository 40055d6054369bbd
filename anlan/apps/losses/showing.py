"""What the pages of losses show: figures by block, a process by county and town, the ledgers by number."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.http import urlencode

from anlan.apps.losses import queries, rules
from anlan.apps.losses.choices import ReportState, RowState
from anlan.apps.losses.items import BLOCKS, ITEMS, LEADING, depth
from anlan.apps.losses.models import DamagedHome, LossReport, LostPerson, Process, ReportingTown, figure_text
from anlan.apps.transfers import api as transfers
from anlan.kit import clock
from anlan.kit.names import name_of
from anlan.kit.records import may_anywhere, readable, view_of
from anlan.kit.scope import current


def cells(figures: rules.Figures, codes: Any = LEADING) -> list[str]:
    """Return figures as texts, "" for one that nobody told: a page says 未报, never nought."""
    return [figure_text(code, figures[code]) if code in figures else "" for code in codes]


def figures(row: Any) -> dict[str, Any]:
    """Return the figures of a report or return by block, those of the report before it beside them."""
    before = queries.latest(row.town, before=row) if isinstance(row, LossReport) else None
    old, new = (before.figures if before else {}), row.figures
    blocks = [
        {
            "label": block.label,
            "rows": [
                {
                    "item": item,
                    "indent": ("", "ps-4", "ps-5")[depth(item.code)],
                    "new": figure_text(item.code, new[item.code]) if item.code in new else "",
                    "old": figure_text(item.code, old[item.code]) if item.code in old else "",
                    "changed": new.get(item.code) != old.get(item.code),
                }
                for item in block.items
                if item.code in new or item.code in old
            ],
        }
        for block in BLOCKS
    ]
    return {"blocks": [block for block in blocks if block["rows"]], "before": before, "wide": True}


def rolled(process: Process) -> dict[str, Any]:
    """Return the table of a process: a row for it all, one for each county, one for each town."""
    whole, scope = queries.rolled(process), current()
    lines = [_line(whole, "whole")] if len(whole.below) != 1 else []
    for county in whole.below:
        lines += [_line(county, "county"), *(_line(town, "town") for town in county.below)]
    partly = not any(process.area.startswith(area) for area in scope.areas_for(view_of(ReportingTown)))
    hidden = not may_anywhere(scope, view_of(LossReport))
    return {
        "process": process,
        "shown": bool(whole.towns) and not hidden,
        "heads": [ITEMS[code] for code in LEADING],
        "lines": lines,
        "towns": len(whole.towns),
        "missing": whole.missing,
        "unchecked": whole.unchecked,
        "partly": partly,
        "hidden": hidden,
        "sheet": reverse("losses:sheet", args=[process.pk]),
        "wide": True,
    }


def _line(line: queries.Line, level: str) -> dict[str, Any]:
    told = len(line.towns) - len(line.missing)
    return {
        "level": level,
        "line": line,
        "cells": cells(line.figures),
        "told": told,
        "of": len(line.towns),
        "url": line.town.open_url() if line.town else "",
        "report": line.report,
        "report_url": line.report.open_url() if line.report else "",
        "checked": line.report is not None and line.report.state == ReportState.APPROVED,
    }


def villages(town: ReportingTown) -> dict[str, Any]:
    """Return the newest return of each village of a town, and their sum."""
    found = queries.newest_of_villages(town)
    rows = [{"name": name_of("area", one.area), "row": one, "url": one.open_url(), "cells": cells(one.figures)} for one in found]
    total = cells(rules.added(one.figures for one in found))
    return {"heads": [ITEMS[code] for code in LEADING], "rows": rows, "total": total, "wide": True}


def brought_away(town: ReportingTown) -> dict[str, Any]:
    """Return how many people of a town the transfers brought into safety since the disaster began, where the viewer may look at transfers."""
    if not may_anywhere(current(), "transfers.view_transfer"):
        return {"moved": None}
    process = town.process
    return {"moved": transfers.moved(town.area, process.started_at, process.ended_at or clock.now())}


def ledgers(process: Process) -> dict[str, Any]:
    """Return how many rows of each ledger count; None where the viewer may not read it: they are not shown to him."""
    found = []
    for model, column in ((LostPerson, "fate"), (DamagedHome, "damage")):
        desk: Any = model
        shown = may_anywhere(current(), view_of(model))
        rows = readable(model).filter(process=process, state=RowState.COUNTS) if shown else None
        labels = dict(desk._meta.get_field(column).flatchoices)
        counts = dict(rows.order_by().values_list(column).annotate(Count("id"))) if rows is not None else {}
        slug = "persons" if model is LostPerson else "homes"
        found.append(
            {
                "name": desk._meta.verbose_name,
                "shown": shown,
                "counts": [(label, counts.get(value, 0)) for value, label in labels.items()],
                "url": f"{reverse(f'desk:losses_{slug}_list')}?{urlencode({'process': process.pk})}" if shown else "",
            }
        )
    return {"ledgers": found}
