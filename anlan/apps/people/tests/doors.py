"""Whom each address of people is open to: swept by tests/test_jurisdiction.py, which finds this file by itself."""

from django.urls import reverse

from anlan.apps.people.models import Post
from anlan.kit.testing.doors import of_qingcheng

#: Pages and endpoints without an object in their address: what comes back must name nothing that the asker may not read.
QUIET = {
    "people:access": "/people/access/",
    "people:tree": "/people/tree/",
}
#: Doors to one thing of Qingcheng's: shut to the neighbour by GET and by POST, open to somebody in charge.
CLOSED = {
    "people:contacts": lambda: reverse("people:contacts", args=["post", of_qingcheng(Post).pk]),
}
#: Nothing to see for a neighbour, or open to all, because …
DECIDED = {
    "people:sign_in": "public: the door itself",
    "people:second_factor": "public: the second half of the door",
    "people:sign_out": "the asker's own session",
    "people:me": "the asker's own page",
    "people:password": "the asker's own password",
    "people:enrol": "the asker's own second factor",
    "people:drop_factor": "the asker's own second factor",
    "people:here": "the asker's own presence: keeps the session from idling out",
    "people:slips": "prints once what the asker himself has asked for; see tests/attacks/test_puppets.py",
    "people:welcome": "a secret token in the address of whoever was invited",
    "people:sign_out_everywhere": "the asker's own sessions",
    "people:end_session": "the asker's own sessions; another's handle is not found",
    "people:new_token": "the asker's own tokens",
    "people:revoke_token": "the asker's own tokens; another's key is not found",
    "desk:people_accounts_begin": "no object in its address; the verb judges the area that the account is issued for",
    "people:issue": "writes below the asker's own area; see people's tests",
    "people:issue_one": "writes below the asker's own area; see people's tests",
    "people:issue_template": "an empty form without data",
}
