"""What every document and its lines have in common, and what posting one does."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar, TypeVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.kit.actions import Deed
from anlan.kit.lives import Life, Move
from anlan.kit.records import GuardedBase, Record

F = TypeVar("F", bound=Callable[..., None])


class DocumentState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Waiting for approval")
    SENT_BACK = "sent_back", _("Sent back")
    APPROVED = "approved", _("Approved")
    POSTED = "posted", _("Posted")
    VOIDED = "voided", _("Voided")


OPEN = (DocumentState.DRAFT, DocumentState.SENT_BACK)


@dataclass(frozen=True)
class LastStep:
    """What a kind of document calls its last step: the verb, the state after it, and who took it when."""

    verb: Any
    done: Any
    by: Any
    at: Any
    icon: str = "circle-check"


class DocumentBase(GuardedBase):
    """Give each kind of document a life of its own, in which the last step is called as it says."""

    def __new__(cls, name: str, bases: tuple[type, ...], attrs: dict[str, Any], **kwargs: Any) -> Any:
        made: Any = super().__new__(cls, name, bases, attrs, **kwargs)
        if not made._meta.abstract:
            made.life, last, column = deepcopy(made.life), made.last_step, made._meta.get_field
            made.life.state_labels = {DocumentState.POSTED: last.done}
            column("state").choices = [(state.value, made.life.state_labels.get(state, state.label)) for state in DocumentState]
            column("posted_by").verbose_name, column("posted_at").verbose_name = last.by, last.at
        return made


class Document(Record, metaclass=DocumentBase):
    """Declare a document's header; its lines are a `Line` whose `document` points here with related_name="lines".

    class Issue(Document):
        series = "CK{area}-{year}-{number:05}"  # given when it is submitted, without gaps
        header = ("depot", "receiver", "remark")  # what a person fills in
        place = "depot"  # whose jurisdiction the document is
        ledgers = (Stock,)  # what a counter-document reverses; what else posting made: `voiding`
        last_step = LastStep(_("Issue the order"), …)  # where "Post to the books" says it wrongly
    """

    series: ClassVar[str] = ""
    header: ClassVar[tuple[str, ...]] = ()
    place: ClassVar[str] = ""
    ledgers: ClassVar[tuple[Any, ...]] = ()
    last_step: ClassVar[LastStep] = LastStep(_("Post to the books"), _("Posted"), _("Posted by"), _("Posted at"))
    #: What the API shows with it.
    shown_with = ("lines",)

    life = Life(
        Move("edit", OPEN),
        Move("submit", OPEN, DocumentState.SUBMITTED, stamps="submitted"),
        Move("approve", DocumentState.SUBMITTED),
        Move("clear", DocumentState.SUBMITTED, DocumentState.APPROVED),  # by the last approval that is wanted
        Move("send_back", (DocumentState.SUBMITTED, DocumentState.APPROVED), DocumentState.SENT_BACK),
        Move("post", DocumentState.APPROVED, DocumentState.POSTED, stamps="posted"),
        Move("void", DocumentState.POSTED, DocumentState.VOIDED),
        Move("discard", OPEN, DocumentState.VOIDED),
        Move("comment", tuple(DocumentState)),
    )

    number = models.CharField(_("Number"), max_length=60, blank=True, db_collation="C")
    state = models.CharField(_("State"), max_length=10, choices=DocumentState.choices, default=DocumentState.DRAFT)
    round = models.PositiveSmallIntegerField(_("Round"), default=1, editable=False)
    drafted_by = models.CharField(_("Drafted by"), max_length=150)
    submitted_by = models.CharField(_("Submitted by"), max_length=150, blank=True)
    submitted_at = models.DateTimeField(_("Submitted at"), null=True, blank=True)
    posted_by = models.CharField(_("Posted by"), max_length=150, blank=True)
    posted_at = models.DateTimeField(_("Posted at"), null=True, blank=True)
    voids = models.OneToOneField("self", models.PROTECT, verbose_name=_("Voids"), null=True, blank=True, related_name="counter")
    remark = models.CharField(_("Remark"), max_length=300, blank=True)

    class Meta:
        abstract = True
        ordering = ["-id"]
        constraints = [
            # An expression, since REST framework would ask a conditional one on a field for rows as it describes the field.
            models.UniqueConstraint(
                models.F("number"), condition=~models.Q(number=""), name="%(app_label)s_%(class)s_numbered_once"
            )
        ]
        indexes = [
            models.Index(fields=["submitted_at"], condition=models.Q(state="submitted"), name="%(app_label)s_%(class)s_waiting")
        ]

    def __str__(self) -> str:
        return self.number or f"{self._meta.verbose_name} {self.pk}"

    @property
    def amount(self) -> Decimal:
        """Return what the document is about in yuan: on it depends who must approve. Nought unless the app says otherwise."""
        return Decimal(0)


class Line(Record):
    """Declare a document's line: `document = models.ForeignKey(Issue, models.CASCADE, related_name="lines")` and its own fields."""

    number = models.PositiveSmallIntegerField(_("Line"))

    class Meta:
        abstract = True
        ordering = ["number"]
        verbose_name = _("Line")

    def __str__(self) -> str:
        return f"{self.number}"


#: What posting a kind of document does.
POSTINGS: dict[type[Document], Callable[[Deed, Any], None]] = {}


#: What voiding a kind of document undoes beside its ledgers, and how that is told before.
VOIDINGS: dict[type[Document], tuple[Callable[[Deed, Any, str], None], Any]] = {}


def voiding(document: type[Document], story: Any) -> Callable[[F], F]:
    """Declare what voiding a document undoes beside its ledgers: `@voiding(Order, _("…"))` above `def undo(deed, order, reason)`.

    It runs in the deed that voids, mostly through other verbs; a Refusal leaves everything as it was.
    """

    def register(function: F) -> F:
        VOIDINGS[document] = (function, story)
        return function

    return register


def posting(document: type[Document]) -> Callable[[F], F]:
    """Declare what posting a document does: `@posting(Issue)` above `def post(deed, issue): …`; a Refusal leaves it approved."""

    def register(function: F) -> F:
        POSTINGS[document] = function
        return function

    return register
