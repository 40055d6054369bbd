"""Divisions with their outlines and former codes, and the map's background features."""

from __future__ import annotations

from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _

from anlan.apps.places.choices import ChangeKind, CountKind, Level
from anlan.kit.languages import in_chinese, localised
from anlan.kit.records import Reference
from anlan.lib.halves import half


class Division(Reference):
    """An administrative division: city, county, town or village."""

    mirrored = True

    code = models.CharField(_("Code"), max_length=12, unique=True, db_collation="C")
    name = models.CharField(_("Name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    level = models.CharField(_("Level"), max_length=8, choices=Level.choices)
    parent = models.ForeignKey(
        "self", verbose_name=_("Belongs to"), null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    pinyin = models.CharField(_("Pinyin"), max_length=120, blank=True)
    initials = models.CharField(_("Pinyin initials"), max_length=40, blank=True)
    population = models.PositiveIntegerField(_("Population"), null=True, blank=True)
    population_source = models.CharField(_("Source of the population"), max_length=100, blank=True)
    outline = models.MultiPolygonField(_("Outline"), srid=4326, null=True, blank=True)
    outline_derived = models.BooleanField(_("Outline is derived, not surveyed"), default=False)
    point = models.PointField(_("Point"), srid=4326, null=True, blank=True)
    valid_from = models.DateField(_("Valid from"), null=True, blank=True)
    valid_to = models.DateField(_("Valid to"), null=True, blank=True)

    class Meta:
        ordering = ["code"]
        verbose_name = _("Division")

    def __str__(self) -> str:
        return str(localised(self.name, self.name_en))


class CodeChange(Reference):
    """A division's code or name before and after a change of boundaries or status."""

    mirrored = True

    year = models.PositiveSmallIntegerField(_("Year"))
    kind = models.CharField(_("Kind of change"), max_length=20, choices=ChangeKind.choices)
    old_code = models.CharField(_("Old code"), max_length=12)
    old_name = models.CharField(_("Old name"), max_length=60)
    new_code = models.CharField(_("New code"), max_length=12, blank=True)
    new_name = models.CharField(_("New name"), max_length=60, blank=True)
    source = models.CharField(_("Source"), max_length=200)

    class Meta:
        ordering = ["-year", "old_code"]
        verbose_name = _("Change of code")

    def __str__(self) -> str:
        return f"{self.year} {self.old_name} → {self.new_name}"


class OtherCode(Reference):
    """The code that another authority gives a division, beside the statistics bureau's."""

    mirrored = True

    code = models.CharField(_("Code"), max_length=12, db_index=True, db_collation="C")
    name = models.CharField(_("Name"), max_length=60)
    division = models.ForeignKey(
        Division, verbose_name=_("Division"), on_delete=models.PROTECT, related_name="other_codes", db_index=True
    )
    scheme = models.CharField(_("Code of"), max_length=60)
    note = models.CharField(_("Note"), max_length=200, blank=True)

    class Meta:
        ordering = ["code"]
        verbose_name = _("Other code")

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class PopulationCount(Reference):
    """How many people lived in a division in a year, by whom counted and how."""

    mirrored = True

    division = models.ForeignKey(Division, verbose_name=_("Division"), on_delete=models.PROTECT, related_name="counts")
    year = models.PositiveSmallIntegerField(_("Year"))
    people = models.PositiveIntegerField(_("Population"))
    kind = models.CharField(_("Kind of count"), max_length=12, choices=CountKind.choices)
    source = models.CharField(_("Source"), max_length=200)

    class Meta:
        ordering = ["year"]
        constraints = [models.UniqueConstraint(fields=["division", "year", "kind"], name="population_counted_once_a_year")]
        verbose_name = _("Population count")

    def __str__(self) -> str:
        return f"{self.division_id} {self.year}"

    @property
    def source_told(self) -> str:
        """Return the source in the reader's language."""
        return half(self.source, chinese=in_chinese())


class MapFeature(Reference):
    """A feature of the map's background: river, road, lake, neighbouring city."""

    mirrored = True

    layer = models.CharField(_("Layer"), max_length=20, db_index=True)
    name = models.CharField(_("Name"), max_length=80, blank=True)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    rank = models.PositiveSmallIntegerField(_("Rank"), default=5)
    derived = models.BooleanField(_("Derived"), default=False)
    shape = models.GeometryField(_("Shape"), srid=4326)

    class Meta:
        ordering = ["layer", "id"]
        verbose_name = _("Map feature")

    def __str__(self) -> str:
        return f"{self.layer} {self.name}"


class BaseLayer(Reference):
    """What lies under everything on the map: a picture with bounds, an archive of tiles, or a tile service."""

    mirrored = True

    code = models.SlugField(_("Code"), max_length=40, unique=True)
    title = models.CharField(_("Name"), max_length=60)
    title_en = models.CharField(_("English name"), max_length=80, blank=True)
    role = models.CharField(_("Role"), max_length=20)
    order = models.PositiveSmallIntegerField(_("Order"), default=0)
    hidden = models.BooleanField(_("Off at first"), default=False)
    bounds = models.JSONField(_("Bounds"), default=list, blank=True)
    night = models.BinaryField(_("Picture for the night"), default=bytes, blank=True)
    day = models.BinaryField(_("Picture for the day"), default=bytes, blank=True)
    archive = models.CharField(_("Archive of tiles"), max_length=300, blank=True)
    service = models.CharField(_("Tile service"), max_length=300, blank=True)
    scheme = models.CharField(_("Scheme of vector tiles"), max_length=20, blank=True)
    least_zoom = models.PositiveSmallIntegerField(_("From zoom"), default=0)
    most_zoom = models.PositiveSmallIntegerField(_("To zoom"), default=14)
    credit = models.CharField(_("Credit"), max_length=120, blank=True)
    note = models.CharField(_("Note"), max_length=200, blank=True)
    note_en = models.CharField(_("English note"), max_length=200, blank=True)

    class Meta:
        ordering = ["order"]
        verbose_name = _("Base layer")

    def __str__(self) -> str:
        return str(localised(self.title, self.title_en))

    def image(self, theme: str) -> bytes:
        """Return the picture for a theme; a layer with one picture shows it in both."""
        return bytes((self.day if theme == "day" else self.night) or self.night)
