"""Models of teams: what they can do, and the teams."""

from __future__ import annotations

from django.contrib.gis.db import models
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from anlan.apps.teams.choices import SENDABLE, Readiness, TeamKind
from anlan.kit.languages import listed
from anlan.kit.lives import Life, Move
from anlan.kit.names import name_of, names_of
from anlan.kit.records import Named, Record, Reference


class Skill(Named, Reference):
    """Something that not every team can do, and that an order may want."""

    code = models.CharField(_("Code"), max_length=20, unique=True)
    source = models.CharField(_("Source"), max_length=200)
    confidence = models.CharField(_("Confidence"), max_length=4, blank=True)

    class Meta:
        ordering = ["code"]
        verbose_name = _("Skill")


def check_skills(codes: str) -> None:
    """Raise ValidationError where a code is no skill of the city's list."""
    if unknown := set(codes.split()) - set(Skill.objects.values_list("code", flat=True)):
        raise ValidationError(_("There is no such skill: %(codes)s.") % {"codes": " ".join(sorted(unknown))})


@names_of("skill", "skill")
def _names() -> dict[str, tuple[str, str]]:
    return {row.code: (row.name, row.name_en) for row in Skill.objects.all()}


class Team(Named, Record):
    """People with vehicles who go together, and how they stand."""

    life = Life(
        Move("stand_by", (Readiness.READY, Readiness.RESTING), Readiness.ON_DUTY, stamps="stood"),
        Move("send_out", SENDABLE, Readiness.OUT, stamps="stood"),
        Move("rest", (*SENDABLE, Readiness.OUT), Readiness.RESTING, stamps="stood"),
        Move("be_ready", (Readiness.ON_DUTY, Readiness.OUT, Readiness.RESTING, Readiness.UNFIT), Readiness.READY, stamps="stood"),
        Move("withdraw", (*SENDABLE, Readiness.OUT, Readiness.RESTING), Readiness.UNFIT, stamps="stood"),
    )

    code = models.CharField(_("Code"), max_length=40, unique=True)
    kind = models.CharField(_("Kind of team"), max_length=14, choices=TeamKind.choices)
    organisation = models.ForeignKey("people.Organisation", models.PROTECT, verbose_name=_("Belongs to"), related_name="+")
    leader = models.ForeignKey(
        "people.Post", models.PROTECT, null=True, blank=True, verbose_name=_("Led by (post)"), related_name="+"
    )
    skills = models.CharField(
        _("Skills"),
        max_length=200,
        blank=True,
        validators=[check_skills],
        help_text=_("Codes of the list of skills, with spaces between them."),
    )
    people = models.PositiveSmallIntegerField(_("Members"), validators=[MinValueValidator(1), MaxValueValidator(5000)])
    vehicles = models.PositiveSmallIntegerField(_("Vehicles"), default=0)
    location = models.PointField(_("Station of the team"), srid=4326)
    source = models.CharField(_("Source"), max_length=200, blank=True)
    state = models.CharField(_("Readiness"), max_length=8, choices=Readiness.choices, default=Readiness.READY)
    stood_at = models.DateTimeField(_("So since"), null=True, blank=True)
    stood_by = models.CharField(_("So said by"), max_length=150, blank=True)

    class Meta:
        ordering = ["code"]
        verbose_name = _("Rescue team")

    @property
    def sendable(self) -> bool:
        """Return whether it may be sent at once."""
        return self.state in SENDABLE

    @property
    def can(self) -> frozenset[str]:
        """Return the codes of its skills."""
        return frozenset(self.skills.split())

    @property
    def in_words(self) -> str:
        """Return its skills in the reader's language."""
        return listed(name_of("skill", code) for code in self.skills.split())
