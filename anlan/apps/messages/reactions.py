"""What messages does when somebody is invited, how an account signs in has changed, or a proof failed."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.messages import actions
from anlan.apps.messages.bilingual import headed, in_both, joined
from anlan.apps.messages.events import EchoDiffered
from anlan.apps.messages.faults import in_both_words
from anlan.apps.messages.kinds import CHANNELS
from anlan.apps.messages.queries import LINK
from anlan.apps.people import api as people
from anlan.apps.people.events import AccountInvited, SecurityChanged
from anlan.kit.events import on
from anlan.kit.proofs import KINDS, ProofFailed

CHANGES = {
    "new_browser": _("Somebody signed in as %(user)s with a browser that had not before, from %(address)s."),
    "reset": _("The password of %(user)s has been reset, and everything signed in by it has been signed out."),
    "factor_off": _("The second factor of %(user)s has been taken off."),
}
#: What the owner does if it was not them.
REMEDY = _("Was it not you? Call your administrator now: they suspend the account at once.")


@on(AccountInvited)
def send_link(event: AccountInvited) -> None:
    """Send the link to the owner's own address; the text that is kept holds no link, it is put in when it leaves."""
    if not event.contact:
        return
    text = in_both(_("Choose a password for %(user)s here, once: %(link)s"), user=event.username, link=LINK)
    subject = headed(in_both(_("Your sign-in to Anlan")))
    actions.send_to_address(
        kind="invitation", subject=subject, body="\n\n".join(text), contact=event.contact, about=f"invitation:{event.invitation}"
    )


@on(SecurityChanged)
def tell_owner(event: SecurityChanged) -> None:
    """Tell the owner of an account at their own addresses; who has none is told on the page for account and security."""
    if not event.person or not people.contacts_of(event.person):
        return
    facts = {"user": event.username, "address": event.address or "—"}
    told = in_both(CHANGES[event.what], **facts)
    body = "\n\n".join(f"{change} {remedy}" for change, remedy in zip(told, in_both(REMEDY), strict=True))
    subject = headed(in_both(_("About your sign-in to Anlan")))
    actions.send(kind="security", subject=subject, body=body, to=[event.person], area=event.area)


@on(EchoDiffered)
def tell_of_difference(event: EchoDiffered) -> None:
    """Tell whoever may call a broadcast off that a device took another level or ground than it was told."""
    posts = sorted(code for code, area in people.posts_holding("messages.send_broadcast").items() if people.contacts_of(code))
    if not posts:
        return
    channel = CHANNELS.get(event.channel).name if event.channel in CHANNELS else event.channel
    subject = in_both(_("%(channel)s took another level or ground than it was told: check now"), channel=in_both(channel))
    actions.send(
        kind="difference",
        subject=headed(subject),
        body=f"{joined(subject)}\n{joined(in_both_words(event.said))}",
        to=posts,
        area=event.area,
        about=f"broadcast:{event.broadcast}",
        urgent=True,
    )


@on(ProofFailed)
def tell_operators(event: ProofFailed) -> None:
    """Tell the posts that may see the operations page; where none of them has an address, page and workbench show it alone."""
    posts = {code: area for code, area in people.posts_holding("kit.view_proof").items() if people.contacts_of(code)}
    if not posts:
        return
    called = in_both(KINDS[event.proof].label) if event.proof in KINDS else (event.proof, event.proof)
    subject = in_both(_("A proof failed: %(proof)s"), proof=called)
    actions.send(
        kind="operations",
        subject=headed(subject),
        body=f"{joined(subject)}\n{event.problem}",
        to=sorted(posts),
        area=min(posts.values(), key=len),
        about=f"proof:{event.proof}",
        urgent=True,
    )
