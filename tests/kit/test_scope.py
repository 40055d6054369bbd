"""Jurisdiction fails closed: by manager, through foreign keys, in raw SQL; authority is by area."""

import psycopg
import pytest
from django.apps import apps
from django.db import OperationalError, connection, connections

from anlan.apps.telemetry.models import Datastream, Station
from anlan.kit.records import Guarded, Record
from anlan.kit.scope import Authority, NoScope, Scope, entered
from anlan.kit.testing import databases


def test_no_scope_raises(db: None) -> None:
    with pytest.raises(NoScope):
        Station.objects.count()


def test_a_county_sees_its_own_stations_only(db: None, as_) -> None:  # type: ignore[no-untyped-def]
    with as_("441881"):
        assert {s.area[:6] for s in Station.objects.all()} == {"441881"}
    with as_("44188"):
        assert Station.objects.exists()


def test_a_foreign_key_does_not_lead_out_of_the_scope(live, as_) -> None:  # type: ignore[no-untyped-def]
    foreign = Datastream.objects.get(station__code="QY-H01", quantity="water_level")
    with as_("441802"):
        fresh = Datastream(station_id=foreign.station_id)
        with pytest.raises(Station.DoesNotExist):
            fresh.station.name  # noqa: B018


def test_raw_sql_stays_inside_and_sees_nothing_without_scope(db: None, as_) -> None:  # type: ignore[no-untyped-def]
    def count() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM telemetry_station")
            return int(cursor.fetchone()[0])

    assert count() == 0
    with as_("441881"):
        inside = count()
    with as_("4418"):
        assert 0 < inside < count()
    with entered(Scope(authorities=(Authority("441881", frozenset()), Authority("441802", frozenset())))):
        assert inside < count()


def test_every_record_is_guarded_by_manager_and_row_security(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity")
        secured = {row[0] for row in cursor.fetchall()}
        cursor.execute("SELECT count(*) FROM pg_tables WHERE tableowner = current_user")
        assert cursor.fetchone()[0] == 0, "the application's role owns no tables"
    for model in apps.get_models():
        if issubclass(model, Guarded):
            assert model._meta.base_manager_name == "objects", model
        if issubclass(model, Record):
            assert model._meta.db_table in secured, model


def test_authority_is_by_area_and_permission() -> None:
    scope = Scope(
        authorities=(Authority("441802", frozenset({"warning.*"})), Authority("4418", frozenset({"alarms.view_alarm"})))
    )
    assert scope.may("warning.sign_warning", "441802006")
    assert not scope.may("warning.sign_warning", "441881")
    assert scope.may("alarms.view_alarm", "441881001")
    assert scope.areas == ("4418",)
    assert scope.areas_for("warning.sign_warning") == ("441802",)


def test_the_second_lock_stays_shut_while_a_setting_is_missing(db: None, as_) -> None:  # type: ignore[no-untyped-def]
    """Half a scope is none: whichever setting is NULL or empty, the database shows nothing that it should not."""
    everything = {"low": "", "high": "~", "areas": ""}

    def seen(settings: dict[str, str]) -> set[str]:
        # A connection that was told nothing has no such settings at all: current_setting answers NULL.
        with psycopg.connect(**connection.get_connection_params() | {"autocommit": True}) as fresh:
            for name, value in settings.items():
                fresh.execute("SELECT set_config(%s, %s, false)", [f"anlan.{name}", value])
            return {area for (area,) in fresh.execute("SELECT area FROM telemetry_station").fetchall()}

    whole = seen(everything)
    assert len({area[:6] for area in whole}) > 2
    for missing in everything:
        assert seen({name: value for name, value in everything.items() if name != missing}) == set(), missing
    assert seen({"low": "441802", "high": "441881~", "areas": "441802,441881"}) == {
        area for area in whole if area.startswith(("441802", "441881"))
    }
    assert seen({"low": "", "high": "", "areas": ""}) == set()


def test_a_line_that_was_lost_is_told_as_django_tells_it(db: None, as_) -> None:  # type: ignore[no-untyped-def]
    """Telling the scope may be what finds the line lost: whoever waits for the database catches Django's error, not the driver's."""
    line = connections.create_connection("default")
    with as_("441802"), line.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        server = cursor.fetchone()[0]
    with databases.the_cluster().admin() as owner:
        owner.execute("SELECT pg_terminate_backend(%s, 5000)", [server])
    with as_("441881"), pytest.raises(OperationalError), line.cursor() as cursor:
        cursor.execute("SELECT 1")
    line.close()


def test_the_second_lock_leaves_the_planner_its_estimates(db: None, as_) -> None:  # type: ignore[no-untyped-def]
    """Taken for one row in two hundred a table, a join of three tables was planned for no rows and run for all."""
    asked = "EXPLAIN (FORMAT JSON) SELECT * FROM telemetry_threshold"
    with as_("4418"), connection.cursor() as cursor:
        cursor.execute(asked)
        seen = cursor.fetchone()[0][0]["Plan"]["Plan Rows"]
    with databases.the_cluster().admin(connection.settings_dict["NAME"]) as owner:
        whole = owner.execute(asked).fetchone()[0][0]["Plan"]["Plan Rows"]  # type: ignore[index]
    assert seen >= whole / 3, "the owner passes every policy"
