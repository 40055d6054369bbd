"""Call-until-answered (叫应): each village's responsible post is called, then the next one above, until somebody answers."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from anlan.apps.messages import api as messages
from anlan.apps.people import api as people
from anlan.apps.warning import callouts, queries
from anlan.apps.warning.choices import CallState, State
from anlan.apps.warning.models import Call, CalledVillage, Warning
from anlan.kit.actions import Deed, action

RUNS = "warning.run_calls"


@action("warning.call_out", needs=RUNS, label=_("Call the villages"))
def call_out(deed: Deed, *, warning: int) -> int:
    """Call every village of a published warning whose level asks for it; returns how many villages. Once a warning."""
    held = deed.lock(Warning, warning)
    minutes = queries.callout_minutes(held.hazard, held.level)
    if minutes is None or held.state != State.PUBLISHED or held.villages.exists():
        return 0
    villages = callouts.villages_of(held)
    for post, stands_for in sorted(callouts.by_first_post(villages).items()):
        call = _ring(deed, held, post, minutes, [v.area for v in stands_for]) if post else None
        for village in stands_for:
            village.call = call
    deed.create_many(CalledVillage, villages)
    return len(villages)


def _ring(deed: Deed, warning: Warning, code: str, minutes: int, villages: list[str]) -> Call:
    """Call one post about villages by their codes; a post without an address counts as not answering at once."""
    post = people.post(code)
    reachable = bool(people.contacts_of(code))
    due = callouts.ladder(minutes, [code]).next_at(0, deed.now) or deed.now
    call = deed.create(
        Call,
        # A call to a post above the warning's ground is seen by those below it as well.
        area=post.area if post and post.area.startswith(warning.area) else warning.area,
        warning=warning,
        post=code,
        name=post.name if post else code,
        state=CallState.CALLING if reachable else CallState.UNANSWERED,
        called_at=deed.now,
        due_at=due,
    )
    if reachable:
        zh, en = messages.in_both(
            _("For: %(places)s. Answer by %(due)s here: %(link)s"),
            places=callouts.named(villages),
            due=f"{timezone.localtime(due):%H:%M}",
            link=callouts.answer_address(call.pk, deed.scope.world),
        )
        lines = (warning.headline_zh, warning.instruction_zh, zh, warning.headline_en, warning.instruction_en, en)
        spoken, choices = callouts.told_by_telephone(warning, villages)
        messages.send(
            spoken=spoken,
            choices=choices,
            kind="callout",
            subject=messages.headed(messages.in_both(_("Please answer: %(headline)s"), headline=warning.headline_pair)),
            body="\n".join(line for line in lines if line.strip()),
            to=[code],
            area=call.area,
            about=f"call:{call.pk}",
            urgent=True,
        )
    return call


@action("warning.climb", needs=RUNS, label=_("Call the next post"))
def climb(deed: Deed, *, warning: int) -> int:
    """Give up calls whose time is over and call the next post of their villages; returns how many villages moved on."""
    held = deed.lock(Warning, warning)
    minutes = queries.callout_minutes(held.hazard, held.level)
    if held.state != State.PUBLISHED or minutes is None:
        return 0
    for overdue in Call.objects.filter(warning=held, state=CallState.CALLING, due_at__lte=deed.now).order_by("id"):
        late = deed.lock(Call, overdue)
        deed.move(late, Call.life.give_up)
        deed.save(late)
    moved = 0
    while steps := callouts.next_steps(held, minutes):
        for (now_called, post), villages in sorted(steps.items()):
            known = Call.objects.filter(warning=held, post=post).first()
            call = known or _ring(deed, held, post, minutes, [v.area for v in villages])
            rows = CalledVillage.objects.filter(warning=held, call=now_called, pk__in=[v.pk for v in villages])
            moved += deed.change_many(rows, call=call)
    return moved


@action(
    "warning.answer",
    needs="warning.answer_call",
    label=_("Answer: we have it and act"),
    record="warning.Call",
    icon="phone-check",
    moves=Call.life.answer,
)
def answer(deed: Deed, *, call: int) -> Call:
    """Answer a call for every village its post stands for; a late answer counts as well."""
    held = deed.lock(Call, call)
    messages.answer(about=f"call:{held.pk}", recipient=held.post)
    open_ones = CalledVillage.objects.filter(warning=held.warning_id, chain__contains=[held.post]).exclude(call=held.pk)
    open_ones = open_ones.exclude(call__state=CallState.ANSWERED)
    if open_ones.exists():
        deed.change_many(CalledVillage.objects.filter(pk__in=list(open_ones.values_list("pk", flat=True))), call=held)
    return held


@action("warning.call_off", needs=RUNS, label=_("Call off"))
def call_off(deed: Deed, *, warning: int) -> int:
    """Stop calling about a warning that is over or replaced; returns how many calls stopped."""
    stopped = 0
    for open_call in Call.objects.filter(warning=warning, state=CallState.CALLING).order_by("id"):
        deed.move(deed.lock(Call, open_call), Call.life.stop)
        stopped += 1
    return stopped
