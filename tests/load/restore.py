"""How long backup and restore take: `python tests/load/restore.py MEGABYTES` fills a world to that size, restores it to a minute, and says the seconds.

A third of the size is journal (which is verified entry by entry), the rest rows that do not compress.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("ANLAN_VAR", tempfile.mkdtemp(prefix="anlan-bench-", dir="/tmp"))
Path(os.environ["ANLAN_VAR"]).chmod(0o711)

from anlan.site import backup, restore  # noqa: E402
from anlan.site.cluster import Cluster, settled  # noqa: E402
from anlan.site.config import ROOT, Config  # noqa: E402

#: Bytes of one journal entry and its indexes, and of one other row, as PostgreSQL keeps them.
ENTRY, ROW = 1000, 1100
FILL = """
SELECT kit_journal_append(now(), 'live', 'system:bench', '', '', '', jsonb_agg(jsonb_build_object(
    'area', '4418', 'action', 'x.change', 'record', 'x.row', 'record_id', n::text,
    'diff', jsonb_build_object('value', jsonb_build_array(md5(n::text), md5((n + 1)::text))), 'refused', false)), 'sha256')
FROM generate_series(1, {entries}) n
"""


def main(megabytes: int) -> None:
    """Fill, back up, write on, restore to the minute between, and print."""
    var = Path(os.environ["ANLAN_VAR"])
    config = Config.from_environment({"ANLAN_VAR": str(var)})
    cluster = Cluster(settled(config.var), tied=True)
    cluster.prepare()
    cluster.spawn()
    cluster.wait()
    try:
        cluster.ensure_databases("anlan_live", "anlan_exercise")
        subprocess.run([sys.executable, "-m", "anlan.site.cli", "migrate"], check=True, cwd=ROOT)
        entries, rows = megabytes * 2**20 // 3 // ENTRY, megabytes * 2**20 * 2 // 3 // ROW
        with cluster.admin("anlan_live") as line:
            for _block in range(max(entries // 10_000, 1)):
                line.execute(FILL.format(entries=10_000).encode())
            line.execute("CREATE TABLE bench (n bigint, filling bytea)")
            line.execute("ALTER TABLE bench ALTER filling SET STORAGE EXTERNAL")
            line.execute(
                "INSERT INTO bench SELECT n, decode(string_agg(md5(n::text || m::text), ''), 'hex')"
                f" FROM generate_series(1, {rows}) n, generate_series(1, 62) m GROUP BY n"
            )
            size = line.execute("SELECT pg_database_size('anlan_live') / 1048576").fetchone()[0]  # type: ignore[index]
            folder = var.with_name(var.name + "-backup")
            began = time.monotonic()
            backup.make(config, folder)
            took = time.monotonic() - began
            line.execute(FILL.format(entries=2000).encode())
            at = line.execute("SELECT clock_timestamp()").fetchone()[0]  # type: ignore[index]
            kept = line.execute("SELECT max(seq) FROM kit_journalentry").fetchone()[0]  # type: ignore[index]
            line.execute(FILL.format(entries=2000).encode())
        backup.ship(config, folder)
        into = var.with_name(var.name + "-restored")
        found, restored = restore.restore(config, folder, into, at=at)
        restored.stop()
        assert found.entries == kept, (found, kept)
        assert not found.problem, found.problem
        print(
            json.dumps(
                {
                    "database_mb": size,
                    "backup_seconds": round(took, 1),
                    "restore_seconds": found.seconds,
                    "entries": found.entries,
                }
            )
        )
        restore.discard(into)
        shutil.rmtree(folder)
    finally:
        cluster.stop()
        restore.discard(var)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
