"""Enumerations of people: levels of government, kinds of organisation, contact channels."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class OrganisationKind(TextChoices):
    BUREAU = "bureau", _("Emergency management bureau")
    HEADQUARTERS = "headquarters", _("Command headquarters")
    DEPARTMENT = "department", _("Government department")
    GOVERNMENT = "government", _("Government")
    UTILITY = "utility", _("Utility")
    TEAM = "team", _("Rescue force")
    VILLAGE = "village", _("Village committee")
    ENTERPRISE = "enterprise", _("Enterprise")


class ContactKind(TextChoices):
    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Phone")
    SMS = "sms", _("Text message")
    WEBHOOK = "webhook", _("Webhook")
    SANDBOX = "sandbox", _("Sandbox")


class InvitationPurpose(TextChoices):
    ISSUE = "issue", _("New account")
    RESET = "reset", _("Password reset")


class InvitationWay(TextChoices):
    LINK = "link", _("Link to an address of the person")
    SLIP = "slip", _("Printed slip")
