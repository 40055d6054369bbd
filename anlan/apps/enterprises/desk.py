"""The desk of enterprises."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.enterprises.models import Enterprise
from anlan.kit.desk import Desk, Facts, JournalPanel


class EnterpriseDesk(Desk, record=Enterprise):
    slug = "enterprises"
    story = _(
        "A body with sensors and ground of its own (as jurisdiction the town's nine digits and three more from 900): its alarms"
        " go to it first, and to the city when it does not deal with them."
    )
    menu = ("monitoring", 48)
    icon, pack = "building-factory-2", "enterprises/enterprises.csv"
    columns = ("code", "__str__", "grade", "organisation", "area")
    filters = ("grade",)
    search = ("code", "name", "name_en")
    form = ("code", "name", "name_en", "grade", "organisation", "source")
    panels = (Facts("code", "name", "name_en", "grade", "organisation", "area", "source"), JournalPanel(_("Journal")))
    order = ("code",)
    empty = _("Add the first enterprise that watches ground of its own.")
