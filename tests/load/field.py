"""`make bench`: what a phone waits for: the first synchronisation of a town with 500 tasks, a delta, and a batch of operations.

.venv/bin/python -m tests.load.field [tasks]
"""

from __future__ import annotations

import gzip
import json
import sys
import time
from datetime import timedelta
from uuid import uuid4

from tests.load.bench import durable, timed  # isort: skip  it makes the place for the worlds and sets Django up

from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client

from anlan.apps.field import queries
from anlan.apps.people.models import ContactPoint, Organisation
from anlan.apps.plans.tests import factories as plans
from anlan.apps.response.models import Response, Task
from anlan.kit import clock
from anlan.kit.scope import Scope, entered
from anlan.kit.testing import databases
from anlan.kit.testing.factory import created
from anlan.site.startup import ready

TOWN, WHO = "441802107", "qingcheng"  # a county officer: contacts and plans as well, of the whole county
TASKS = int(sys.argv[1]) if len(sys.argv) > 1 else 500
DEVICE = str(uuid4())


def town() -> list[Task]:
    """Give a town's government so many open tasks, and so many contacts."""
    unit = Organisation.objects.get(code=f"{TOWN}-gov")
    plan = plans.plan(TOWN, 1)
    known = {
        "area": TOWN,
        "level": 2,
        "gravest": 2,
        "activated_at": clock.now(),
        "activated_by": "system:bench",
        "reason": "bench",
    }
    response = created(Response, plan=plan, **known)
    later = [clock.now() + timedelta(hours=n) for n in (1, 2)]
    made = []
    for number in range(TASKS):
        values = {
            "title": f"转移第{number}户",
            "title_en": f"Move household {number}",
            "steps": ["上门通知", "登记人数", "送至安置点"],
        }
        due = {"issued_at": clock.now(), "ack_due_at": later[0], "due_at": later[1], "climbs_at": later[0]}
        made.append(created(Task, area=TOWN, response=response, card=f"c{number}", organisation=unit, **values, **due))
        created(ContactPoint, area=TOWN, organisation=unit, kind="phone", address=f"1390000{number:04}", order=number % 900 + 2)
    return made


def asked(client: Client, cursor: str = "") -> tuple[float, dict[str, object]]:
    began = time.perf_counter()
    answer = client.get("/api/v1/field/sync/", {"device": DEVICE, **({"cursor": cursor} if cursor else {})})
    assert answer.status_code == 200, answer.content
    return time.perf_counter() - began, answer.json()


def main() -> None:
    """Measure and print, one line each."""
    databases.start_cluster()
    ready()
    databases.fresh_worlds("field")
    durable()
    settings.ANLAN_THROTTLES = {}
    queries.MOST_TASKS = TASKS
    client = Client()
    client.force_login(get_user_model().objects.get(username=WHO), backend="django.contrib.auth.backends.ModelBackend")
    with entered(Scope.everything("system:bench")):
        tasks = town()
    first, whole = asked(client)
    size = len(gzip.compress(json.dumps(whole, ensure_ascii=False).encode()))
    print(
        f"first synchronisation of a town: {first:.2f} s, {len(whole['changed'])} items, {size / 1024:.0f} kB packed (limit 10 s)"
    )
    cursor = str(whole["cursor"])
    print(f"nothing has changed: {timed(lambda: asked(client, cursor)):.2f} s (limit 1 s)")
    batch = [{"key": str(uuid4()), "verb": "response.accept", "record": str(task.pk), "inputs": {}} for task in tasks[:20]]
    body = {"device": DEVICE, "operations": batch}
    began = time.perf_counter()
    told = client.post("/api/v1/field/operations/", body, content_type="application/json").json()["receipts"]
    print(f"twenty operations: {time.perf_counter() - began:.2f} s, {sum(one['outcome'] == 'done' for one in told)} done")
    again = timed(lambda: client.post("/api/v1/field/operations/", body, content_type="application/json"))
    print(f"the same twenty again: {again:.2f} s")
    delta, changed = asked(client, cursor)
    print(f"a delta of {len(changed['changed'])}: {delta:.2f} s (limit 1 s)")
    databases.drop_worlds()
    databases.stop_cluster(keep=False)


if __name__ == "__main__":
    main()
