"""Whom each address of incidents is open to: swept by tests/test_jurisdiction.py, which finds this file by itself."""

#: Pages without an object in their address: what comes back must name nothing that the asker may not read.
QUIET = {"incidents:timeliness": "/incidents/timeliness/"}
SLUGS = ("rapid", "incidents", "reports")
FILES = [f"desk:incidents_{slug}_{page}" for slug in SLUGS for page in ("attach", "file")]
FILES += [f"desk:api:incidents-{slug}-{page}" for slug in SLUGS for page in ("file", "files")]
#: Nothing to see for a neighbour, or open to all, because …
DECIDED = {
    **dict.fromkeys(FILES, "lie with their record, which is shut to the neighbour; see the kit's tests of files"),
    "desk:incidents_rapid_begin": "writes below the asker's own area; see incidents' tests",
    "desk:incidents_incidents_begin": "writes below the asker's own area; see incidents' tests",
}
