"""Whom each address of law is open to: swept by tests/test_jurisdiction.py, which finds this file by itself."""

#: Pages without an object in their address: what comes back must name nothing that the asker may not read.
QUIET = {"law:lateness_page": "/law/lateness/", "law:queue": "/law/queue/"}
#: Open to all, because …
DECIDED = {
    "law:read": "public: the text of laws",
    "desk:kit_approvals_begin": "no object in its address; the verb wants somebody of the city, and a second one",
}
