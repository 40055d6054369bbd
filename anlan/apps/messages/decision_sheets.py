"""What whoever orders a reach test must have seen: how many are told by which channel, who cannot be, what speaks against it now."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from anlan.apps.messages import queries
from anlan.apps.places import api as places
from anlan.kit import clock
from anlan.kit.names import name_of
from anlan.kit.scope import current
from anlan.lib.decisions import Line, Sheet

#: Outside these hours a test wakes people.
DAY = range(8, 20)


def testing(_test: Any, given: dict[str, Any]) -> Sheet | None:
    """Draw up the sheet as soon as it is said where."""
    here = given.get("area")
    if here is not None and not isinstance(here, places.Division):
        here = places.Division.objects.filter(pk=here).first()
    if here is None:
        return None
    asked = queries.asked_below(here.code)
    by_way = Counter(way.kind for _post, ways in asked for way in ways)
    tried = (*queries.TESTED_WAYS, *(way for way in queries.machine_ways() if by_way[way]))
    without = sum(not ways for _post, ways in asked)
    effects = [Line(_("Posts that are asked"), len(asked) - without)]
    effects += [Line(name_of("channel", way), by_way[way], note=_("addresses")) for way in tried]
    effects.append(Line(_("The public, loudspeakers and screens"), _("hear and show nothing")))
    doubts = [Line(name_of("channel", way), why) for way in tried if by_way[way] and (why := queries.why_not(way))]
    if without:
        doubts.append(Line(_("Posts with none of these addresses, who cannot be asked"), without))
    if timezone.localtime(clock.now()).hour not in DAY and current().world == "live":
        doubts.append(Line(_("It is night: telephones will wake people."), live=True))
    return Sheet(about=(Line(_("Area"), str(here)),), effects=tuple(effects), doubts=tuple(doubts))
