"""What transfers do when an action is ordered or ended, when a household goes on, and when a village does not count in time."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from anlan.apps.law.events import TermBreached
from anlan.apps.messages import api as messages
from anlan.apps.people import api as people
from anlan.apps.places import api as places
from anlan.apps.transfers import actions
from anlan.apps.transfers.choices import JourneyState, Urgency
from anlan.apps.transfers.events import JourneyMoved, TransferOpened, TransferSafe, TransferUrged
from anlan.apps.transfers.models import Journey, Transfer, Village
from anlan.kit.events import on

Pair = tuple[str, str]


@on(TransferOpened)
@on(TransferUrged)
def tell_helpers(event: TransferOpened | TransferUrged) -> None:
    """Tell the helpers of each village, the village and its town what is asked; no name of a household leaves the house."""
    transfer = Transfer.objects.get(pk=event.transfer)
    now = transfer.urgency == Urgency.NOW
    words = _("Move now: %(title)s") if now else _("Prepare to move: %(title)s")
    subject = messages.in_both(words, title=transfer.title)
    due = f"{timezone.localtime(transfer.due_at):%m-%d %H:%M}"
    for part in Village.objects.filter(transfer=transfer).order_by("area"):
        asked = _("%(village)s: %(households)d households, %(persons)d people, in safety by %(due)s.")
        name = _name(part.area)
        body = [messages.in_both(asked, village=name, households=part.households, persons=part.persons, due=due)]
        if part.destination:
            body.append(messages.in_both(_("They go to: %(place)s."), place=part.destination))
        body.append(messages.in_both(_("Names and phones stand in the register, on the phone page.")))
        _tell(transfer, part.area, subject, body, [*_helpers(transfer, part.area), *_bodies(part.area)])


@on(TransferSafe)
def tell_safe(event: TransferSafe) -> None:
    """Tell the helpers and the villages that people may go home, or that nobody need leave."""
    transfer = Transfer.objects.get(pk=event.transfer)
    off = transfer.state == Transfer.State.CALLED_OFF
    words = _("Transfer called off: %(title)s") if off else _("Safe to return: %(title)s")
    subject = messages.in_both(words, title=transfer.title)
    rest = _("Nobody need leave.") if off else _("Say of each household when it is home again.")
    for part in Village.objects.filter(transfer=transfer).order_by("area"):
        _tell(transfer, part.area, subject, [messages.in_both(rest)], [*_helpers(transfer, part.area), *_bodies(part.area)])


@on(JourneyMoved)
def follow(event: JourneyMoved) -> None:
    """Let the shelters' books follow a household."""
    actions.enter_books(journey=event.journey)


@on(JourneyMoved)
def tell_refusal(event: JourneyMoved) -> None:
    """Tell the town and whoever ordered the action that a household will not go; its name and reason stay in the house."""
    if event.state != JourneyState.REFUSED:
        return
    journey = Journey.objects.select_related("transfer").get(pk=event.journey)
    if journey.state != JourneyState.REFUSED:
        return  # it has gone after all
    name = _name(journey.area)
    subject = messages.in_both(_("Refuses to move: a household in %(village)s"), village=name)
    words = _("%(persons)d people, %(vulnerable)d of them vulnerable. See the action for who and why.")
    body = [messages.in_both(words, persons=journey.persons, vulnerable=journey.vulnerable)]
    _tell(journey.transfer, journey.area, subject, body, [*_bodies(journey.area)[1:], *_orderer(journey.transfer)])


@on(TermBreached)
def tell_late_count(event: TermBreached) -> None:
    """Remind a village whose count of heads is late, and tell its town and whoever ordered the action."""
    if event.rule != actions.HEAD_COUNT:
        return
    part = Village.objects.select_related("transfer").filter(pk=int(event.record_id)).first()
    if part is None or part.state != Village.State.COUNTING:
        return
    subject = messages.in_both(_("Heads not counted in time: %(village)s"), village=_name(part.area))
    body = [messages.in_both(_("Each village counts heads every one to two hours while people are away from home."))]
    _tell(part.transfer, part.area, subject, body, [*_bodies(part.area), *_orderer(part.transfer)])


def _name(code: str) -> Pair:
    found = places.division(code)
    return (found.name, found.name_en or found.name) if found else (code, code)


def _helpers(transfer: Transfer, village: str) -> list[str]:
    rows = Journey.objects.filter(transfer=transfer, area=village).exclude(helper_post="").order_by("helper_post")
    return list(rows.values_list("helper_post", flat=True).distinct())


def _bodies(village: str) -> list[str]:
    """Return the village's own body, then its town's government."""
    found = people.organisations_at([village, village[:9]], ["village", "government"])
    return [one.code for one in sorted(found, key=lambda one: -len(one.area))]


def _orderer(transfer: Transfer) -> list[str]:
    """Return who ordered an action, or the bureau of its place where that post has no address."""
    own = [transfer.opened_post] if transfer.opened_post and people.contacts_of(transfer.opened_post) else []
    return own or [one.code for one in people.organisations_at([transfer.area[:6], transfer.area[:4]], ["bureau"])]


def _tell(transfer: Transfer, area: str, subject: Pair, body: list[Pair], to: list[str]) -> None:
    """Tell those who have an address; the decision sheet has said who has none."""
    messages.tell("transfer", f"transfer:{transfer.pk}", area, subject, body, to, reachable=True)
