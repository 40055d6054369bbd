"""The search over all desks with 200,000 records of one kind: `python -m tests.load.search`; the oldest is found, nobody finds the neighbour's."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

os.environ.setdefault("ANLAN_VAR", tempfile.mkdtemp(prefix="anlan-bench-", dir="/tmp"))
Path(os.environ["ANLAN_VAR"]).chmod(0o711)
os.environ.update(ANLAN_POOL="0", ANLAN_TEST_RUN=str(os.getpid()), DJANGO_SETTINGS_MODULE="anlan.site.settings")

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.test import Client, override_settings  # noqa: E402

from anlan.apps.people.models import Account  # noqa: E402
from anlan.kit.testing import databases  # noqa: E402
from anlan.site.startup import ready  # noqa: E402

COUNT = 200_000
FILL = """
INSERT INTO supplies_depot (code, name, name_en, level, address, location, source, area, created_at, changed_at)
SELECT %s || '-' || n, CASE n WHEN 1 THEN '最早的孤库' ELSE (ARRAY['清溪','白石','黄坑','沙口','石角','浸潭','太和','飞来'])[1 + n %% 8] || '库' || n END,
    'Bench depot ' || n, 'county', '基准路' || n || '号', ST_SetSRID(ST_Point(113 + random() * 0.1, 23.7), 4326), '',
    CASE WHEN n %% 4 = 0 THEN '441881' ELSE '441802' END, now(), now()
FROM generate_series(1, %s) n"""
WORDS = {
    "one record, the oldest": "最早的孤库",
    "its code in small letters": "b-1",
    "one record in eight": "白石库",
    "every record": "基准路",
    "nothing": "没有这样的东西",
    "two letters that many have": "库1",
}


def filled() -> tuple[float, float]:
    """Add the records, without the index's triggers and then with them; returns how many per second of each."""
    taken = []
    with databases.the_cluster().admin(settings.DATABASES["default"]["NAME"]) as owner:
        for trigger, code, count in (("DISABLE", "A", COUNT // 10), ("ENABLE", "B", COUNT)):
            owner.execute(f"ALTER TABLE supplies_depot {trigger} TRIGGER kit_index_insert")
            began = time.perf_counter()
            owner.execute(FILL, [code, count])
            taken.append(count / (time.perf_counter() - began))
        owner.execute("ANALYZE")
        size = owner.execute("SELECT pg_size_pretty(pg_total_relation_size('kit_searchtext'))").fetchone()
    print(f"search index of {COUNT:,} records: {size and size[0]}")
    return taken[0], taken[1]


def main() -> None:
    """Fill a throw-away database and search it as two officers."""
    databases.start_cluster()
    try:
        databases.fresh_worlds("search")
        ready()
        without, with_index = filled()
        print(f"written without the index {without:,.0f} rows per second, with it {with_index:,.0f}")
        for username in ("duty", "qingcheng"):
            account = Account.objects.filter(username=username).first()
            if account is None:
                continue
            client = Client()
            client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
            for what, word in WORDS.items():
                seconds = []
                for _run in range(11):
                    began = time.perf_counter()
                    with override_settings(ANLAN_THROTTLES={}):
                        answer = client.get("/api/v1/search/", {"q": word})
                    seconds.append(time.perf_counter() - began)
                found = [one for one in answer.json() if "depot" in str(one)]
                print(f"search by {username}, {what}: {median(seconds[1:]) * 1000:.0f} ms, {len(found)} of it shown", flush=True)
        databases.drop_worlds()
    finally:
        databases.stop_cluster(keep=bool(os.environ.get("ANLAN_TEST_CLUSTER")))


if __name__ == "__main__":
    sys.exit(main())
