"""Writers of invitations: a link to an address of the person's own, or a slip for a sealed envelope; no administrator chooses a password."""

from __future__ import annotations

import base64
import secrets
from datetime import timedelta
from typing import Annotated

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from anlan.apps.people import events, trust
from anlan.apps.people.choices import InvitationPurpose, InvitationWay
from anlan.apps.people.models import Account, Invitation
from anlan.kit import clock
from anlan.kit.actions import Deed, action
from anlan.kit.inputs import Input
from anlan.kit.refusals import Conflict, NotAuthorised, NotFound, Refusal

SALT = "anlan.people.invitation"


def code_of(invitation: Invitation) -> str:
    """Return the code of an invitation: its number, then 120 bits in six groups of four."""
    digest = salted_hmac(SALT, f"{invitation.pk}|{invitation.nonce}", algorithm="sha256").digest()
    text = base64.b32encode(digest[:15]).decode().lower()
    return "-".join([str(invitation.pk), *(text[i : i + 4] for i in range(0, 24, 4))])


def link_of(invitation: Invitation) -> str:
    """Return the address at which an invitation is taken up."""
    return f"{settings.ANLAN_PUBLIC_URL}/welcome/{code_of(invitation)}/"


def sent_link(invitation: int) -> str:
    """Return the address of an invitation at the moment it is sent: it stands in no table; "" once it is used or over."""
    found = Invitation.objects.filter(pk=invitation).first()
    return link_of(found) if found and open_invitation(code_of(found)) else ""


def open_invitation(code: str) -> Invitation | None:
    """Return the invitation that a code opens: unused, in time, its account open; None for any other."""
    number = code.strip().partition("-")[0]
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    found = Invitation.objects.filter(pk=int(number)).select_related("account").first()
    if found is None or not constant_time_compare(code_of(found), code.strip().lower()):
        return None
    usable = found.used_at is None and found.expires_at > clock.real_now() and found.account.is_active
    return found if usable else None


#: A contact point by its number, 0 for a printed slip.
SentTo = Annotated[int, Input(_("The link to choose a new password goes"), choices=trust.ways_to)]


def way_to(person_code: str, contact: int, asker: str) -> int:
    """Return the contact point that a link will go to, 0 for a slip; refuses a slip where the person has an address of their own."""
    theirs = trust.addresses_of(person_code)
    if not contact and not theirs:
        return 0
    chosen = next((c for c in theirs if c.pk == contact), None)
    if chosen is None:
        raise Refusal(_("This person has an address of their own: send the link there, not by a slip."), field="contact")
    if not trust.is_theirs(chosen, asker):
        text = _("You put this address in yourself lately. A colleague who did not must ask, or choose another address.")
        raise NotAuthorised(text)
    return contact


def invite(deed: Deed, account: Account, purpose: InvitationPurpose, made_by: str, contact: int) -> Invitation:
    """Invite an account's owner to choose a password, by a link to a contact point or, with 0, by a slip; earlier ones lapse."""
    for old in Invitation.objects.filter(account=account, used_at=None, expires_at__gt=clock.real_now()):
        deed.lock(Invitation, old).expires_at = clock.real_now()
    made = deed.create(
        Invitation,
        account=account,
        purpose=purpose,
        way=InvitationWay.LINK if contact else InvitationWay.SLIP,
        contact=contact,
        nonce=secrets.token_hex(20),
        made_by=made_by,
        made_at=clock.real_now(),
        expires_at=clock.real_now() + timedelta(hours=settings.ANLAN_INVITATION_HOURS),
    )
    deed.emit(
        events.AccountInvited(
            invitation=made.pk,
            username=account.username,
            person=account.person_code,
            contact=contact,
            purpose=str(purpose.value),
            area=account.area,
        )
    )
    return made


@action("people.print_slips", needs="people.add_account", label=_("Print sign-in slips"))
def print_slips(deed: Deed, *, invitations: list[int]) -> list[tuple[Account, str, Invitation]]:
    """Return the accounts with their links for sealed envelopes, and journal who printed them: only whoever asked may."""
    rows = Invitation.objects.filter(pk__in=invitations, way=InvitationWay.SLIP).select_related("account").order_by("pk")
    made = []
    for row in rows:
        if row.made_by != deed.actor and not deed.scope.system:
            raise NotAuthorised(_("Only whoever asked for these slips prints them."))
        if row.used_at is not None or row.expires_at <= clock.real_now():
            raise Conflict(_("This slip has been used or has expired. Reset the password for a new one."))
        deed.lock(Invitation, row).printed_by = deed.actor
        deed.note("slip_printed_for", row.account.username)
        made.append((row.account, link_of(row), row))
    if not made:
        raise NotFound()
    return made


@action("people.accept_invitation", needs="people.set_own_password", label=_("Choose a first password"))
def accept_invitation(deed: Deed, *, invitation: int, password: str) -> Account:
    """Set the password that an account's owner chose, and use the invitation up."""
    held = deed.lock(Invitation, invitation)
    if held.used_at is not None or held.expires_at <= clock.real_now():
        raise Conflict(_("This link has been used or has expired. Ask your administrator for a new one."))
    account = deed.lock(Account, held.account_id)
    try:
        validate_password(password, account)
    except ValidationError as error:
        raise Refusal(" ".join(error.messages), field="new") from None
    held.used_at = clock.real_now()
    account.password, account.must_change_password, account.password_changed_at = make_password(password), False, deed.now
    return account
