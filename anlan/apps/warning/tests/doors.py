"""Whom each address of warning is open to: swept by tests/test_jurisdiction.py, which finds this file by itself."""

from django.urls import reverse

from anlan.apps.warning.models import Warning

#: Pages and endpoints without an object in their address: what comes back must name nothing that the asker may not read.
QUIET = {
    "warning:audience_api": "/api/v1/warning/audience/?area=441802",
    "warning:grounds_api": "/api/v1/warning/grounds/",
    "warning:verification": "/warning/verification/",
    "warning:verification_api": "/api/v1/warning/verification/",
    "warning:calls": "/warning/inbox/",
    "warning:readers": "/warning/feed-readers/",
}
#: Doors to one thing of Qingcheng's: shut to the neighbour by GET and by POST, open to somebody in charge.
CLOSED = {
    "warning:reach": lambda: reverse("warning:reach", args=[Warning.objects.get().pk]),
    "warning:reach_map": lambda: reverse("warning:reach_map", args=[Warning.objects.get().pk]),
    "warning:reach_layer": lambda: reverse("warning:reach_layer", args=[Warning.objects.get().pk]),
    "warning:reach_api": lambda: reverse("warning:reach_api", args=[Warning.objects.get().pk]),
    "warning:ring": lambda: reverse("warning:ring", args=[Warning.objects.get().pk]),
    "warning:renderings": lambda: reverse("warning:renderings", args=[Warning.objects.get().pk]),
    "warning:renderings_api": lambda: reverse("warning:renderings_api", args=[Warning.objects.get().pk]),
    "warning:rendering_api": lambda: reverse("warning:rendering_api", args=[Warning.objects.get().pk, "crawl"]),
    "warning:sound_api": lambda: reverse("warning:sound_api", args=[Warning.objects.get().pk, "loudspeaker"]),
    "warning:revise": lambda: reverse("warning:revise", args=[Warning.objects.get().pk]),
}
#: A reporter of Qingcheng's reads whom its warnings reach, and rings.
REPORTED = {"warning:reach", "warning:reach_map", "warning:reach_layer", "warning:reach_api", "warning:ring"} | {
    *("warning:renderings", "warning:renderings_api", "warning:rendering_api", "warning:sound_api"),
}
#: Nothing to see for a neighbour, or open to all, because …
DECIDED = {
    "desk:warning_warnings_begin": "writes below the asker's own area; see warning's tests",
    "desk:warning_orders_begin": "writes below the asker's own area; see warning's tests",
    "desk:warning_rings_begin": "writes below the asker's own area; see warning's tests",
    "warning:public": "public: published warnings",
    "warning:feed": "public: published warnings",
    "warning:picture": "public: published warnings",
    "warning:hub": "public: writes what the asker gives, and asks the callback back; see warning's tests",
    "warning:push_worker": "a script that names nothing",
    "warning:message": "public: published warnings",
    "warning:layer": "public: published warnings",
    "warning:map": "public: published warnings",
    "warning:map_config": "public: published warnings",
    "warning:archive": "public: published warnings",
    "warning:archive_data": "public: published warnings, the class of each and counts by month",
    "warning:page": "public: published warnings",
    "warning:answer": "a secret token in the address of whoever was called",
    "warning:subscribe": "public: writes what the asker gives, and sends a code to the address itself; see warning's tests",
    "warning:confirm": "a signed number of the asker's own subscription, and the code from their own address",
    "warning:leave": "a secret token in the address of whoever subscribed",
    "warning:draft": "writes below the asker's own area; see warning's tests",
    "warning:picker": "divisions are public reference data",
    "warning:ground": "divisions are public reference data",
    "warning:headline": "shows the asker's own input",
    "warning:preview": "shows the asker's own input",
    "warning:draft_devices": "shows the asker's own input",
    "warning:draft_circle": "draws the asker's own input",
    "warning:draft_offered": "what their own apps let the asker read, clipped to where they may warn; see warning's tests",
    "warning:draft_take": "what their own apps let the asker read, clipped to where they may warn; see warning's tests",
    "warning:draft_catchment": "terrain is public reference data, a station within the asker's scope; see warning's tests",
    "warning:catchment_api": "terrain is public reference data, a station within the asker's scope; see warning's tests",
    "warning:circle_api": "draws the asker's own input",
    "warning:draft_sound": "says the asker's own input",
    "warning:draft_map": "divisions are public reference data",
    "warning:draft_layer": "divisions are public reference data",
}
