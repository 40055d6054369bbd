"""Whom each address of checks is open to: read by tests/test_jurisdiction.py, which finds this file by itself."""

from __future__ import annotations

QUIET = {"checks:standing": "/checks/standing/"}
CLOSED = {}
DECIDED = {
    "checks:fill": "drawn only for who may fill the check in, behind its desk's door: test_filling",
    "checks:standing_api": "counts only what the asker reads: test_standing",
    "desk:checks_versions_xlsform": "drawn by the desk's own door: desk.get, the rows that the viewer may read",
    "checks:form_api": "a sheet of the asker's or of an ancestor's: test_filling",
}
