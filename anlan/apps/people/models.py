"""Organisations, posts, persons and how to reach them (records); accounts, roles and grants (identity)."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import acheck_password, check_password
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.apps.people.choices import ContactKind, InvitationPurpose, InvitationWay, OrganisationKind
from anlan.apps.people.kinds import sector_choices
from anlan.apps.people.rules import check_address, mask
from anlan.kit.languages import localised
from anlan.kit.names import name_of
from anlan.kit.records import AreaField, GuardedBase, Record, Reference
from anlan.kit.refusals import Refusal


class Named(Record):
    """A record with a code and a name in both languages."""

    mirrored = True

    code = models.CharField(_("Code"), max_length=60, unique=True)
    name = models.CharField(_("Name"), max_length=100)
    name_en = models.CharField(_("English name"), max_length=150, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(localised(self.name, self.name_en))


class Organisation(Named):
    """A body that has duties: a bureau, a department, a town government, a rescue force."""

    sector_field = "sector"

    kind = models.CharField(_("Kind"), max_length=20, choices=OrganisationKind.choices)
    sector = models.CharField(_("Sector"), max_length=20, choices=sector_choices)
    parent = models.ForeignKey(
        "self", verbose_name=_("Belongs to"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["area", "code"]
        verbose_name = _("Organisation")


class Post(Named):
    """A post (岗位) of an organisation: what duties and authority attach to, whoever holds it."""

    sector_field = "organisation__sector"
    owned_by = ("organisation",)

    organisation = models.ForeignKey(Organisation, verbose_name=_("Organisation"), on_delete=models.PROTECT, related_name="posts")
    rank = models.PositiveSmallIntegerField(_("Rank"), default=9)

    class Meta:
        ordering = ["organisation_id", "rank", "code"]
        verbose_name = _("Post")


class Person(Named):
    """Somebody who holds a post. Demo persons are roles, not people, and say so."""

    sector_field = "post__organisation__sector"
    owned_by = ("post",)

    post = models.ForeignKey(
        Post, verbose_name=_("Post"), null=True, blank=True, on_delete=models.PROTECT, related_name="holders"
    )
    demo = models.BooleanField(_("Demo"), default=False)

    class Meta:
        ordering = ["code"]
        verbose_name = _("Person")


class ContactPoint(Record):
    """An address at which an organisation, a post or a person is reached."""

    mirrored = True
    journal_masks = ("address",)
    sector_field = ("organisation__sector", "post__organisation__sector", "person__post__organisation__sector")
    owned_by = ("organisation", "post", "person")

    organisation = models.ForeignKey(
        Organisation, verbose_name=_("Organisation"), null=True, blank=True, on_delete=models.PROTECT, related_name="contacts"
    )
    post = models.ForeignKey(
        Post, verbose_name=_("Post"), null=True, blank=True, on_delete=models.PROTECT, related_name="contacts"
    )
    person = models.ForeignKey(
        Person, verbose_name=_("Person"), null=True, blank=True, on_delete=models.PROTECT, related_name="contacts"
    )
    kind = models.CharField(_("Channel"), max_length=12, choices=ContactKind.choices)
    address = models.CharField(_("Address"), max_length=200)
    order = models.PositiveSmallIntegerField(_("Order"), default=1)

    class Meta:
        ordering = ["order", "id"]
        verbose_name = _("Contact point")

    def clean(self) -> None:
        """Check whose address this is, and that it is one."""
        if sum(owner is not None for owner in (self.organisation_id, self.post_id, self.person_id)) != 1:
            raise ValidationError({"organisation": _("Name one owner: an organisation, a post or a person.")})
        try:
            check_address(self.kind, self.address)
        except Refusal as refusal:
            raise ValidationError({"address": str(refusal)}) from None

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {mask(self.address)}"


class AccountManager(BaseUserManager["Account"]):
    """Accounts are issued by an action; this only finds them."""

    def get_by_natural_key(self, username: str | None) -> Account:
        return self.get(username=username)


class Role(Reference):
    """A named set of permissions."""

    live_only = True
    demands_entry = True

    code = models.CharField(_("Code"), max_length=40, unique=True)
    name = models.CharField(_("Name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=100, blank=True)
    permissions = ArrayField(models.CharField(max_length=80), verbose_name=_("Permissions"), default=list)
    second_factor = models.BooleanField(_("Needs the second factor"), default=False)

    class Meta:
        ordering = ["code"]
        verbose_name = _("Role")

    def __str__(self) -> str:
        return str(localised(self.name, self.name_en))


class Account(AbstractBaseUser, metaclass=GuardedBase):
    """Someone who can sign in. Not a record: identity is the same in every world.

    Django itself stamps `last_login` at sign-in, so saving is not guarded here; all else the database refuses without a journal entry.
    """

    live_only = True
    demands_entry = True
    journal_masks = ("password",)

    username = models.CharField(_("User name"), max_length=60, unique=True)
    display_name = models.CharField(_("Displayed name"), max_length=100)
    display_name_en = models.CharField(_("Displayed name in English"), max_length=100, blank=True)
    post_code = models.CharField(_("Post"), max_length=60, blank=True)
    person_code = models.CharField(_("Person"), max_length=60, blank=True)
    area = AreaField(db_index=False)
    is_active = models.BooleanField(_("Active"), default=True)
    demo = models.BooleanField(_("Demo"), default=False)
    must_change_password = models.BooleanField(_("Must change the password"), default=False)
    password_changed_at = models.DateTimeField(_("Password changed"), null=True, blank=True)

    objects = AccountManager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: list[str] = []

    class Meta:
        ordering = ["username"]
        verbose_name = _("Account")

    def __str__(self) -> str:
        return self.get_full_name()

    def get_full_name(self) -> str:
        """Return the name that pages show."""
        return localised(self.display_name, self.display_name_en)

    def check_password(self, raw_password: str) -> bool:
        """Return whether this is the password; it is never hashed anew on the way, which would change an account outside an action."""
        return check_password(raw_password, self.password)

    async def acheck_password(self, raw_password: str) -> bool:
        """Return whether this is the password."""
        return await acheck_password(raw_password, self.password)

    get_short_name = get_full_name
    is_staff = False
    is_superuser = False

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Answer no: permissions come from grants, through the scope."""
        return False

    def has_module_perms(self, app_label: str) -> bool:
        """Answer no: see has_perm."""
        return False


class Grant(Reference):
    """An account's role over an area (and sector), from a day to a day, given by somebody for a reason."""

    live_only = True
    demands_entry = True
    jurisdiction_field = "over"
    sector_field = "sector"

    account = models.ForeignKey(Account, verbose_name=_("Account"), on_delete=models.PROTECT, related_name="grants")
    role = models.ForeignKey(Role, verbose_name=_("Role"), on_delete=models.PROTECT, related_name="grants")
    over = AreaField(verbose_name=_("Over"))
    sector = models.CharField(_("Sector"), max_length=20, choices=sector_choices, blank=True)
    post_code = models.CharField(_("Comes with the post"), max_length=60, blank=True)
    valid_from = models.DateField(_("Valid from"))
    valid_to = models.DateField(_("Valid to"), null=True, blank=True)
    reason = models.CharField(_("Reason"), max_length=200, blank=True)
    granted_by = models.CharField(_("Granted by"), max_length=310)

    class Meta:
        ordering = ["account_id", "role_id", "over"]
        verbose_name = _("Grant")

    def __str__(self) -> str:
        return f"{self.account} · {self.role} · {name_of('area', self.over)}"


class RecoveryCode(Reference):
    """A code that stands in for the second factor once; only its hash is kept."""

    live_only = True
    demands_entry = True
    journal_masks = ("digest",)

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="recovery_codes")
    digest = models.CharField(max_length=64, unique=True)
    used_at = models.DateTimeField(_("Used at"), null=True, blank=True)

    class Meta:
        verbose_name = _("Recovery code")

    def __str__(self) -> str:
        return f"{self.account} {self.pk}"


class Invitation(Reference):
    """Leave for a person to choose a password of their own, once: how a new or reset account reaches its owner and nobody else.

    The code is worked out from the row's nonce and the program's key when it is sent or printed; it is kept nowhere.
    """

    live_only = True
    demands_entry = True
    journal_masks = ("nonce",)

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="invitations")
    purpose = models.CharField(_("For"), max_length=8, choices=InvitationPurpose.choices)
    way = models.CharField(_("Way"), max_length=6, choices=InvitationWay.choices)
    #: The contact point that the link goes to, 0 for a slip: the address itself is looked up when it is sent.
    contact = models.BigIntegerField(default=0)
    nonce = models.CharField(max_length=40)
    #: Who asked for it and who printed the slip: either may have seen the code.
    made_by = models.CharField(_("Asked by"), max_length=150)
    printed_by = models.CharField(_("Printed by"), max_length=150, blank=True)
    made_at = models.DateTimeField(_("Made"))
    expires_at = models.DateTimeField(_("Expires"))
    used_at = models.DateTimeField(_("Used at"), null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("Invitation")

    def __str__(self) -> str:
        return f"{self.account} {self.get_way_display()}"


class TokenScope(Reference):
    """What an API token may do: the permissions chosen when it was made, never more than its account holds at the time of use."""

    live_only = True
    demands_entry = True

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="token_scopes")
    token_key = models.CharField(max_length=25, unique=True)
    name = models.CharField(_("What for"), max_length=60)
    permissions = ArrayField(models.CharField(max_length=80), verbose_name=_("Permissions"), default=list)

    class Meta:
        verbose_name = _("Scope of an API token")

    def __str__(self) -> str:
        return self.name


class SignInAttempt(models.Model):
    """One try to sign in, for the lock-out: by which name, from which address, on which known device.

    Bookkeeping at the door, where nobody is anybody yet: no record, no journal (the journal has its own entry).
    """

    live_only = True

    username = models.CharField(max_length=60)
    address = models.GenericIPAddressField(null=True)
    device = models.CharField(max_length=32, blank=True)
    at = models.DateTimeField()
    succeeded = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["username", "at"]), models.Index(fields=["address", "at"])]

    def __str__(self) -> str:
        return f"{self.username} {self.at}"
