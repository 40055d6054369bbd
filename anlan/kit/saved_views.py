"""Saved views of lists: a person's filters, columns and order under a name, for himself or for everybody of his body."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.kit.records import Record
from anlan.kit.scope import Scope


class SavedView(Record):
    """A list as somebody wants to see it: how it is filtered, sorted and which columns it has, as its address says it."""

    #: A body's people may sit below the one who saved it.
    shared_down = True

    list = models.CharField(_("List"), max_length=100)
    name = models.CharField(_("Name"), max_length=60)
    query = models.CharField(_("Filters, columns and order"), max_length=2000, blank=True)
    saved_by = models.CharField(_("Saved by"), max_length=150)
    body = models.CharField(_("Shared with"), max_length=100, blank=True)
    opens = models.BooleanField(_("Opens with the list"), default=False)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["list", "saved_by", "name"], name="view_named_once"),
            models.UniqueConstraint(fields=["list", "saved_by"], condition=models.Q(opens=True), name="view_opens_once"),
        ]
        verbose_name = _("Saved view")

    def __str__(self) -> str:
        return self.name


def body_of(scope: Scope) -> str:
    """Return the body that the actor's post belongs to, by the post's code (`qy-emb.duty`), "" without a post."""
    return scope.post.rpartition(".")[0]


def seen_by(scope: Scope) -> models.Q:
    """Return the condition for the views that the actor may use: his own, and those shared with his body."""
    body = body_of(scope)
    return models.Q(saved_by=scope.actor) | (models.Q(body=body) if body else models.Q(pk__in=[]))
