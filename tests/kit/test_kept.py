"""A statement is made once for each scope; what it finds, who asks and when is asked anew each time."""

from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import Mock

from django.db.models import Prefetch

from anlan.apps.supplies.models import Depot
from anlan.apps.telemetry.models import Datastream, Station
from anlan.kit import clock
from anlan.kit.kept import kept
from anlan.kit.records import unscoped
from anlan.kit.scope import entered
from anlan.kit.testing.factory import created

Q = "telemetry.view_station"


def watched(build: Any) -> tuple[Mock, Any]:
    """Return how often a statement is made, and the statement."""
    made = Mock(side_effect=build, __name__="build", __qualname__="build", __doc__="")
    return made, kept(made)


def test_it_is_made_once_and_finds_what_there_is_now(live: None, cast: dict[str, Any]) -> None:
    made, asked = watched(lambda level, *, code: Depot.objects.readable().filter(level=level, code=code))
    with entered(cast["city_officer"].scope):
        assert asked("county", code="ZZ-1") == []
    depot = created(Depot, code="ZZ-1", name="孤山库", level="county", area="441802")
    with entered(cast["city_officer"].scope):
        assert asked("county", code="ZZ-1") == [depot]
        assert asked("county", code="ZZ-2") == asked("city", code="ZZ-1") == []
    assert made.call_count == 2, "for each level, not for each code"


def test_each_reader_sees_their_own(live: None, cast: dict[str, Any]) -> None:
    _made, asked = watched(lambda: Station.objects.readable(Q).order_by("code"))
    for who in ("city_officer", "neighbour", "county_officer", "neighbour", "city_officer"):
        with entered(cast[who].scope):
            assert asked() == list(Station.objects.readable(Q).order_by("code")), who


def test_the_other_world_is_another_database(live: None, cast: dict[str, Any]) -> None:
    _made, asked = watched(lambda: Depot.objects.readable().filter(code="ZZ-1"))
    created(Depot, code="ZZ-1", name="孤山库", level="county", area="441802")
    scope = cast["city_officer"].scope
    with entered(scope):
        assert len(asked()) == 1
    with entered(type(scope)(world="exercise", actor=scope.actor, authorities=scope.authorities)):
        assert asked() == []


def test_the_clock_goes_on(live: None, cast: dict[str, Any]) -> None:
    day = datetime(2022, 6, 20, tzinfo=UTC)
    made, asked = watched(lambda: unscoped(Depot, "default").filter(code="ZZ-1", created_at__lt=clock.now() - timedelta(hours=1)))
    with clock.frozen(day):
        created(Depot, code="ZZ-1", name="孤山库", level="county", area="441802")
    with entered(cast["city_officer"].scope):
        for hours, there in ((0, 0), (2, 1), (0.5, 0)):
            with clock.frozen(day + timedelta(hours=hours)):
                assert len(asked()) == there
    assert made.call_count == 1


def test_what_cannot_be_kept_is_made_anew(live: None, cast: dict[str, Any]) -> None:
    """What another statement found, the day, and what is read along with the rows would stay as they were."""
    asks, asking = watched(lambda: Depot.objects.filter(pk__in=list(Depot.objects.values_list("pk", flat=True))))
    _days, daily = watched(lambda: Depot.objects.filter(created_at__date__lt=clock.today()))
    _along, along = watched(lambda: Station.objects.prefetch_related(Prefetch("datastreams", Datastream.objects.all()))[:2])
    with entered(cast["city_officer"].scope):
        before = len(asking())
    created(Depot, code="ZZ-1", name="孤山库", level="county", area="441802")
    with entered(cast["city_officer"].scope):
        assert len(asking()) == before + 1
        assert len(daily()) == Depot.objects.filter(created_at__date__lt=clock.today()).count()
        assert all(station._prefetched_objects_cache for station in along())
    assert asks.call_count == 4, "each time once in vain"
