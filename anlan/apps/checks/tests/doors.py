"""Whom each address of checks is open to: read by tests/test_jurisdiction.py, which finds this file by itself."""

from __future__ import annotations

QUIET = {"checks:begin": "/checks/begin/", "checks:standing": "/checks/standing/"}
CLOSED = {}
FILES = [f"desk:checks_{desk}_{part}" for desk in ("answers", "findings") for part in ("attach", "file")]
FILES += [f"desk:api:checks-{desk}-{part}" for desk in ("answers", "findings") for part in ("files", "file")]
DECIDED = {
    **dict.fromkeys(FILES, "shut to the neighbour: test_photos_lie_with_their_answer_and_finding"),
    "desk:checks_checks_begin": "no object in its address; the verb judges the place",
    "desk:checks_sheets_begin": "no object in its address; the verb judges the sheet",
    "checks:fill": "drawn only for who may fill the check in, behind its desk's door: test_filling",
    "checks:standing_api": "counts only what the asker reads: test_standing",
    "desk:checks_versions_xlsform": "drawn by the desk's own door: desk.get, the rows that the viewer may read",
    "checks:form_api": "a sheet of the asker's or of an ancestor's: test_filling",
}
