"""The words that the islands show, in the user's language: an island has none of its own."""

from __future__ import annotations

from django.utils.translation import gettext as _


def map_texts() -> dict[str, str]:
    """Return the words of the map island: levels, legend, search, drawing."""
    return {
        "red": _("Red"),
        "orange": _("Orange"),
        "yellow": _("Yellow"),
        "blue": _("Blue"),
        "normal": _("Normal"),
        "stale": _("Stale or no value"),
        "task": _("Open task"),
        "task_overdue": _("Overdue task"),
        "map": _("Map. Arrow keys move it, plus and minus zoom. The list shows the same records."),
        "zoom_in": _("Zoom in"),
        "zoom_out": _("Zoom out"),
        "sources": _("Sources of the map"),
        "legend": _("Legend"),
        "layers": _("Layers"),
        "find": _("Go to a place"),
        "no_place": _("No such place"),
        "no_webgl": _("This browser cannot draw the map. The lists show the same records."),
        "draw": _("Draw an outline"),
        "draw_help": _("Click the corners of the area on the map. By keyboard: arrow keys move the map, Space sets a corner."),
        "draw_going": _("Close the outline at its first corner, by a double click or with Finish."),
        "draw_done": _("Drawn. Drag a corner to change it, or click to start another area."),
        "draw_Point": _("A point"),
        "draw_LineString": _("A line"),
        "draw_Polygon": _("An area"),
        "draw_change": _("Move or reshape"),
        "draw_divisions": _("Outlines of divisions"),
        "draw_terra": _("Click to draw; a double click or Enter ends a line or an area. Drag corners to change them."),
        "draw_finish": _("Finish"),
        "draw_undo": _("Undo"),
        "draw_clear": _("Start again"),
        "draw_centre": _("Centre of a circle"),
        "draw_pick": _("Click where the centre of the circle is. By keyboard: arrow keys move the map, Space sets it."),
        "draw_too_few": _("An outline needs at least three corners."),
        "draw_crosses": _("The sides cross each other. Undo a corner and go round the area."),
        "draw_unreadable": _("The outline in the form could not be read. Draw it again."),
    }
