"""The API keeps its own document: schemathesis asks every operation well and badly, with a fixed seed.

Never a 500, every answer as documented, nobody in without signing in. Each case is taken back before the next.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import schemathesis
from django.core import signals
from django.core.handlers.wsgi import WSGIHandler
from django.db import close_old_connections, transaction
from django.test import Client, override_settings
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from knox.models import AuthToken
from schemathesis import GenerationMode
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import ignored_auth, negative_data_rejection, positive_data_acceptance

from anlan.apps.people.models import Account, Grant, Role
from anlan.apps.telemetry import api as telemetry
from anlan.kit import clock, outbox
from anlan.kit.desk import DESKS
from anlan.kit.records import writing
from anlan.kit.scope import Scope
from anlan.site.schema import document
from tools import openapi

T0 = datetime(2022, 6, 15, 0, 0, tzinfo=UTC)
EXAMPLES = 2
#: Who asks in turn: one who may do everything in the city, and two who may not.
ACTORS = ("admin", "duty", "qingcheng")
#: What the rules of the bureau refuse in well-formed input, or forgive in ill-formed one, is not the document's affair; that
#: nobody is let in without signing in is asked of each operation below, once and not with each case.
NOT_ASKED = [positive_data_acceptance, negative_data_rejection, ignored_auth]


@pytest.fixture
def flooded(live: Scope) -> Iterator[None]:
    """Fill the desks: an alarm, a warning draft, a proposal, messages."""
    with clock.frozen(T0 + timedelta(minutes=1)):
        rows = [telemetry.RawReading(2, "QY-H01", "water_level", T0, 30.47)]
        telemetry.detect(telemetry.ingest(rows, "test").batch)
        outbox.drain()
        yield


@pytest.fixture
def application() -> Iterator[WSGIHandler]:
    """Return the whole site, which must not close the test's connection between requests."""
    ends = (signals.request_started, signals.request_finished)
    for one in ends:
        one.disconnect(close_old_connections)
    # Whatever an account may do is asked, a token's own narrower scope and the limits a minute are tried elsewhere (tests/attacks).
    with override_settings(ANLAN_NARROWED=f"{__name__}.unnarrowed", ANLAN_THROTTLES={}):
        yield WSGIHandler()
    for one in ends:
        one.connect(close_old_connections)


def unnarrowed(scope: Scope, token: Any) -> Scope:
    """Leave a token all that its account may do."""
    return scope


@contextmanager
def taken_back() -> Iterator[None]:
    """Undo what a case did."""
    with transaction.atomic(using="default"), transaction.atomic(using="exercise"):
        yield
        transaction.set_rollback(True, using="default")
        transaction.set_rollback(True, using="exercise")


def token_of(username: str) -> str:
    """Issue a token to an account."""
    return str(AuthToken.objects.create(Account.objects.get(username=username))[1])


def everything_to(username: str) -> None:
    """Give an account every permission in the city, so that no verb hides behind a 403."""
    with writing():
        role = Role.objects.create(code="contract", name="合同", permissions=["*"])
        account = Account.objects.get(username=username)
        Grant.objects.create(account=account, role=role, over="4418", valid_from="2000-01-01", granted_by="system:test")


def loaded(application: WSGIHandler, token: str) -> Any:
    """Read the API's document as a client would."""
    return schemathesis.openapi.from_wsgi("/api/schema/", application, headers=heads(token))


def heads(token: str) -> dict[str, str]:
    """Return what a program sends with each request."""
    return {"Authorization": f"Token {token}", "Accept": "application/json", "Accept-Language": "en"}


def known_ids() -> dict[str, list[int]]:
    """Return address prefix → keys of some real rows."""
    return {f"/api/v1/{d.app()}/{d.slug}/": list(d.record.objects.values_list("pk", flat=True)[:3]) for d in DESKS.values()}


def each_case(operation: Any, mode: GenerationMode, place: int, check: Callable[[Any, int], None]) -> None:
    """Ask an operation some cases of a mode, always the same ones; counted from its place, so that who asks goes round."""
    asked = place

    @seed(20220615)
    @settings(max_examples=EXAMPLES, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode))
    def one(case: Any) -> None:
        nonlocal asked
        asked += 1
        with taken_back():
            check(case, asked)

    one()


@pytest.mark.slow("asks every operation of every app, well and badly")
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_every_operation_answers_as_documented(flooded: None, application: WSGIHandler, mode: GenerationMode) -> None:
    everything_to("duty")
    tokens = [token_of(name) for name in ACTORS]
    ids, problems = known_ids(), []

    def check(case: Any, number: int) -> None:
        prefix = case.path.split("{")[0]
        if "id" in (case.path_parameters or {}) and ids.get(prefix) and number % 3:
            case.path_parameters["id"] = ids[prefix][number % len(ids[prefix])]
        try:
            case.call_and_validate(headers=heads(tokens[number % len(tokens)]), excluded_checks=NOT_ASKED)
        except FailureGroup as group:
            asked = f"{case.method} {case.path} {case.path_parameters} {case.query} {case.body}"
            problems.extend(f"{asked}: {error}" for error in group.exceptions)

    operations = [found.ok() for found in loaded(application, tokens[1]).get_all_operations()]
    assert len(operations) > 60
    for place, operation in enumerate(operations):
        try:
            each_case(operation, mode, place, check)
        except Unsatisfiable:
            assert mode is GenerationMode.NEGATIVE, operation.label
    assert not problems, "\n\n".join(problems)


#: What is no token at all, one for each operation in turn.
NO_TOKENS = ("Token " + "0" * 64, "Token", "Token a b", "Bearer x", "Token \x00é")


@override_settings(ANLAN_THROTTLES={})
def test_nobody_is_let_in_without_signing_in(db: None) -> None:
    """Without a token, with one that was never issued, and with one that is no token at all: 401, in words."""
    asked = 0
    for path, methods in document("en")["paths"].items():
        for method in methods:
            for given_token in ("", NO_TOKENS[asked // 2 % len(NO_TOKENS)]):
                heads = {"authorization": given_token} if given_token else {}
                client = Client()
                answer = getattr(client, method)(re.sub(r"{\w+}", "1", path), headers=heads)
                assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json"), (
                    method,
                    path,
                    given_token,
                )
                asked += 1
    assert asked > 300


def test_the_document_in_the_tree_is_the_one_that_is_served(db: None) -> None:
    found = openapi.kept()
    assert found == json.loads(json.dumps(document("en")))
    assert found["openapi"].startswith("3.1")
