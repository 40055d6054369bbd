"""The pages of law: the queue of what runs out, how terms were kept, and the articles that anybody may read."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.test import RequestFactory
from django.urls import reverse

from anlan.apps.law import actions, queries
from anlan.apps.law.jobs import watch_terms
from anlan.apps.law.models import Article, CalendarDay, Term, TermRule
from anlan.apps.law.tests import factories
from anlan.kit import clock
from anlan.kit.board import all_folded
from anlan.kit.desk.problems import exception_handler
from anlan.kit.refusals import Refusal
from anlan.kit.scope import entered
from anlan.kit.testing.desk.stage import parsed
from anlan.kit.ui.templatetags.ui import cited, countdown


def texts(answer: Any, path: str) -> list[str]:
    return [" ".join(e.text_content().split()) for e in parsed(answer).xpath(path)]


def test_the_queue_begins_with_what_ran_out_and_ends_with_what_is_paused(live: Any, cast: Any) -> None:
    now = clock.now()
    later, sooner, over, still = (factories.term("441802", number) for number in (1, 2, 3, 4))
    matters = {later: 3, sooner: 1, over: 2}
    made = factories.rule(600, warn_before=1, unit="hours", amount=2)
    for matter, hours in matters.items():
        actions.start(starts=[actions.Start(made.code, matter, now - timedelta(hours=4 - hours))])
    actions.start(starts=[actions.Start(made.code, still, now)])
    (held,) = queries.open_terms("law.term", still.pk, made.code)
    actions.pause(term=held.pk, reason="材料补正")
    watch_terms()
    with entered(cast["county_officer"].scope):
        rows = [t for t in queries.queue(Term.objects.readable(), 50) if t.rule_id == made.pk]
        assert [t.record_id for t in rows] == [str(m.pk) for m in (sooner, over, later, still)]
        pressing = queries.pressing(Term.objects.readable().filter(rule=made))
        assert (pressing["over"], pressing["soon"], pressing["first"]) == (2, 1, rows[0].due_at)
        assert any(line.url == reverse("law:queue") for line in all_folded())
        assert next(line for line in all_folded() if line.url == reverse("law:queue")).oldest == rows[0].due_at
    client = cast["county_officer"].client
    assert str(sooner) in client.get(reverse("law:queue")).content.decode()
    other = cast["neighbour"].client.get(reverse("law:queue")).content.decode()
    assert str(sooner) not in other


def test_a_countdown_says_what_is_left_what_is_over_and_what_is_open(live: Any) -> None:
    now = clock.now()
    with clock.frozen(now):
        assert "text-red" in countdown(now - timedelta(minutes=3))
        assert "text-orange" in countdown(now + timedelta(minutes=3))
        assert "text-orange" not in countdown(now + timedelta(hours=3))
        assert "<time" not in countdown(None)


def test_anybody_reads_the_article_that_something_cites(live: Any, client: Any) -> None:
    article = Article.objects.get(law="突发事件应对法", label="第七十二条", version__year=2024)
    page = client.get(reverse("law:read"), {"words": "突发事件应对法 第七十二条"})
    assert page.status_code == 200
    assert "立即启动应急响应" in page.content.decode()
    assert texts(page, "//article//a") == ["← 第七十一条", "第七十三条 →"]
    assert client.get(f"{reverse('law:read')}?{article.query}").context["article"] == article
    found = client.get(reverse("law:read"), {"words": "安全生产法 应急救援队伍"})
    assert {a.law for a in found.context["found"]} == {"安全生产法"}
    none = client.get(reverse("law:read"), {"words": "突发事件应对法（2007） 第四十八条"}, HTTP_ACCEPT_LANGUAGE="en")
    assert (none.status_code, none.context["found"]) == (200, [])
    assert "Former versions are not kept" in none.content.decode()


def test_what_a_text_cites_leads_to_the_article_and_nothing_else_does(live: Any) -> None:
    shown = cited("依据《突发事件应对法》第七十二条 <b>")
    assert f'href="{reverse("law:read")}?words=' in shown
    assert "&lt;b&gt;" in shown
    assert cited("ISA-18.2") == "ISA-18.2"


def test_a_refusal_on_a_page_leads_to_its_article(live: Any, cast: Any) -> None:
    term = factories.term("441802", 1, due_at=clock.now() - timedelta(minutes=1))
    page = cast["city_officer"].client.post(f"{term.desk_url()}pause/", {"reason": "材料补正"})
    assert term.rule.basis in texts(page, '//*[@role="alert"]//a')


def test_every_day_of_the_calendar_and_every_rule_says_whence_and_how_sure(live: Any) -> None:
    days = list(CalendarDay.objects.all())
    assert len(days) > 250
    for day in days:
        assert day.confidence, day.day
        # Around the New Year a notice decides days of the year before; the holiday of 2020 was prolonged by a notice of its own.
        year = next(y for y in range(2020, 2030) if str(y) in day.source)
        assert year - day.day.year in (0, 1), day.day
        assert year == day.day.year or day.day.month == 12, day.day
    for rule in TermRule.objects.exclude(code__startswith="test."):
        assert rule.confidence, rule.code
        former = rule.since.year < 2024 and "突发事件应对法" in rule.basis
        assert former == ("（2007）" in rule.basis), rule.code
        assert former or queries.cited(rule.basis) is not None, f"{rule.code} cites what the library does not have"


def test_the_api_leads_from_a_refusal_to_the_article(cast) -> None:  # type: ignore[no-untyped-def]
    asked = {"request": RequestFactory().get("/api/v1/response/tasks/")}
    told = exception_handler(Refusal("no", article="突发事件应对法 第七十二条"), asked)
    assert told is not None
    page = cast["anonymous"].client.get(told.data["article_url"].removeprefix("http://testserver"))
    assert "立即启动应急响应" in page.content.decode()
    other = exception_handler(Refusal("no", article="ISA-18.2"), asked)
    assert other is not None and "article_url" not in other.data
