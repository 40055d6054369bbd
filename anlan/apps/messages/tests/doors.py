"""Whom each address of messages is open to: swept by tests/test_jurisdiction.py, which finds this file by itself."""

from django.urls import reverse

from anlan.apps.messages.models import Broadcast

#: Pages and endpoints without an object in their address: what comes back must name nothing that the asker may not read.
QUIET = {
    "messages:delivery": "/messages/delivery/",
    "messages:circuits_api": "/api/v1/messages/circuits/",
    "messages:lines_api": "/api/v1/messages/lines/",
}
#: Doors to one thing of Qingcheng's: shut to the neighbour by GET and by POST, open to somebody in charge.
CLOSED = {
    "messages:counted": lambda: reverse("messages:counted", args=[Broadcast.objects.get().pk]),
    "messages:copies": lambda: reverse("messages:copies", args=[Broadcast.objects.get().pk]),
    "messages:counts_api": lambda: reverse("messages:counts_api", args=[Broadcast.objects.get().pk]),
}
#: Nothing to see for a neighbour, or open to all, because …
DECIDED = {
    "messages:test_contact": "writes to one of the asker's own contact points; see messages' tests",
    "messages:reached_api": "no reach test is part of the flood; shut to the neighbour in messages' tests",
    "desk:messages_reach-tests_begin": "no object in its address; the verb judges the division",
    "messages:answer_reach": "opens by a signed token alone and names its one addressee; see messages' tests",
}
