"""Writers of organisations, posts and persons: load a pack's, hand a post over, note who read an address."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _

from anlan.apps.people import deciding, events, rules
from anlan.apps.people.actions.grants import AskedBy, give, takes_two
from anlan.apps.people.models import Account, ContactPoint, Grant, Organisation, Person, Post
from anlan.kit import clock
from anlan.kit.actions import Deed, action, request_confirmation
from anlan.kit.inputs import Input, Reason, Ref
from anlan.kit.models import PendingAction
from anlan.kit.reference import take_over
from anlan.kit.refusals import Conflict, NotFound, Refusal, SamePerson


def _holders(post: Post | None) -> list[tuple[str, Any]]:
    held = post.holders.all() if post else ()
    return [*((p.code, str(p)) for p in held), ("", _("Nobody: it is vacant"))]


ToPerson = Annotated[Ref[Person], Input(_("To"))]
FromPerson = Annotated[str, Input(_("From"), choices=_holders)]


@action(
    "people.hand_over",
    needs="people.change_post",
    label=_("Hand over"),
    record="people.Post",
    icon="transfer",
    sheet=deciding.handing_over,
    story=_(
        "The post, and the authority that comes with it, pass in one step. If that is more than you hold yourself, the whole step"
        " waits for a second administrator."
    ),
)
def hand_over(
    deed: Deed, *, post: int, from_person: FromPerson = "", to_person: ToPerson, reason: Reason = ""
) -> Post | PendingAction:
    """Hand a post from one person to another, with the grants that come with it, at one stroke.

    Authority moves from the leaver's account to the successor's. Where it exceeds the administrator's own or can confirm, the whole
    hand-over waits for a second administrator: until then the leaver keeps the post, so that it is never without anybody.
    """
    held, leaver = _parties(deed, post, from_person, to_person)
    ending, given = _moving(deed, held, leaver, to_person)
    trusted = not deed.scope.system and any(rules.is_trusted(g.role.permissions) for g in ending)
    if trusted or takes_two(deed, given):
        arguments = {
            "post": post,
            "to_person": to_person,
            "from_person": from_person,
            "asked_by": deed.actor,
            "reason": reason,
        }
        return request_confirmation(action="people.hand_over_confirmed", arguments=arguments, reason=reason)
    return _move(deed, held, leaver, to_person, deed.actor, reason)


@action(
    "people.hand_over_confirmed",
    needs="people.change_post",
    label=_("Hand over a post with more authority than the giver's"),
    record="people.Post",
    second_person=True,
    sheet=deciding.handing_over_asked,
)
def hand_over_confirmed(
    deed: Deed, *, post: int, to_person: ToPerson, from_person: FromPerson, asked_by: AskedBy, reason: Reason = ""
) -> Post:
    """Hand a post over as one administrator asked and a second one confirms; neither may be the successor."""
    held, leaver = _parties(deed, post, from_person, to_person)
    if Account.objects.filter(person_code=to_person.code, username=asked_by).exists():
        raise SamePerson()
    return _move(deed, held, leaver, to_person, f"{asked_by}, {deed.actor}", reason)


def _parties(deed: Deed, post: int, from_person: str, successor: Person) -> tuple[Post, Person | None]:
    """Lock a post and return it with who leaves it; Refusal where that person, or the one who follows, does not fit."""
    held = deed.lock(Post, post)
    leaver = Person.objects.filter(code=from_person).first() if from_person else None
    if from_person and (leaver is None or leaver.post_id != held.pk):
        raise Refusal(_("This person does not hold the post."), field="from_person")
    if successor.post_id == held.pk:
        raise Conflict(_("This person holds the post already."), field="to_person")
    return held, leaver


def _moving(deed: Deed, post: Post, leaver: Person | None, successor: Person) -> tuple[list[Grant], list[dict[str, Any]]]:
    """Return the grants that end with the leaver, and the rows that the successor's account gets for them."""
    today = clock.real_today()
    rows = Grant.objects.filter(post_code=post.code, account__person_code=leaver.code) if leaver else Grant.objects.none()
    ending = [g for g in rows.select_related("role", "account") if g.valid_to is None or g.valid_to >= today]
    account = Account.objects.filter(person_code=successor.code).first()
    if account is None:
        return ending, []
    if account.username == deed.actor:
        raise SamePerson()
    given = [
        {
            "account": account.pk,
            "role": g.role.code,
            "over": g.over,
            "sector": g.sector,
            "post_code": post.code,
            "valid_from": max(today, g.valid_from),
            "valid_to": g.valid_to,
            "reason": str(_("With the post %(post)s") % {"post": post.name}),
        }
        for g in ending
    ]
    return ending, given


def _move(deed: Deed, post: Post, leaver: Person | None, successor: Person, by: str, reason: str) -> Post:
    ending, given = _moving(deed, post, leaver, successor)
    for g in ending:
        rules.check_grant(deed.scope, deed.actor, "", g.over, g.sector)
        deed.lock(Grant, g).valid_to = deed.today - timedelta(days=1)
    for row in given:
        give(deed, row, by)
    if leaver is not None:
        deed.lock(Person, leaver).post = None
        for account in Account.objects.filter(person_code=leaver.code, post_code=post.code):
            deed.lock(Account, account).post_code = ""
    deed.lock(Person, successor).post = post
    for account in Account.objects.filter(person_code=successor.code):
        deed.lock(Account, account).post_code = post.code
    deed.emit(
        events.PostHandedOver(
            post=post.pk, code=post.code, from_person=leaver.code if leaver else "", to_person=successor.code, area=post.area
        )
    )
    deed.note("handed_over", f"{leaver.code if leaver else '—'} → {successor.code}")
    return post


@action("people.note_reading", needs="people.view_contactpoint", label=_("Show the addresses"))
def note_reading(deed: Deed, *, kind: str, row: int, contacts: list[int]) -> list[ContactPoint]:
    """Journal that somebody read addresses, then return them; NotFound if any lies outside the reader's scope."""
    found = list(ContactPoint.objects.readable("people.view_contactpoint").filter(pk__in=contacts))
    if not contacts or len(found) != len(set(contacts)):
        raise NotFound()
    deed.note("read_addresses_of", f"{kind} {row}")
    deed.note("contact_points", sorted(contacts))
    return found


@action("people.load_organisations", needs="people.load_pack", label=_("Load organisations"))
def load_organisations(
    deed: Deed,
    *,
    organisations: list[tuple[Organisation, str]],
    posts: list[tuple[Post, str]],
    persons: list[tuple[Person, str]],
    contacts: list[tuple[ContactPoint, str, str]],
) -> int:
    """Add a pack's organisations, posts, persons and contact points that are not there yet, and change what the pack changed.

    Contact points come with a new organisation or post: what people keep of the others is theirs.
    """
    known = {o.code: o for o in Organisation.objects.all()}
    held = {p.code: p for p in Post.objects.all()}
    here = {p.code: p for p in Person.objects.all()}
    take_over(
        deed, [(known[o.code], o) for o, _up in organisations if o.code in known], "name", "name_en", "kind", "sector", "area"
    )
    take_over(deed, [(held[p.code], p) for p, _owner in posts if p.code in held], "name", "name_en", "area", "rank")
    take_over(deed, [(here[p.code], p) for p, _post in persons if p.code in here and here[p.code].demo], "name", "name_en")
    new = {o.code for o, _up in organisations} - set(known) | {p.code for p, _owner in posts} - set(held)
    for each, parent in organisations:
        if each.code not in known:
            each.parent = known.get(parent)
            known[each.code] = deed.create_many(Organisation, [each])[0]
    fresh = [p for p, _owner in posts if p.code not in held]
    for each_post, owner in posts:
        each_post.organisation = known[owner]
    held |= {p.code: p for p in deed.create_many(Post, fresh)}
    for person, post_code in persons:
        person.post = held.get(post_code)
    deed.create_many(Person, [p for p, _post in persons if p.code not in here])
    due = [c for c in contacts if (c[2] or c[1]) in new]
    for contact, organisation_code, post_code in due:
        contact.organisation, contact.post = known.get(organisation_code), held.get(post_code)
    deed.create_many(ContactPoint, [c for c, *_owners in due])
    return len(fresh)
