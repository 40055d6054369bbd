"""Whom each address of response is open to: swept by tests/test_jurisdiction.py, which finds this file by itself."""

from django.urls import reverse

from anlan.apps.response.models import Task
from anlan.kit.testing.doors import of_qingcheng

#: Pages and endpoints without an object in their address: what comes back must name nothing that the asker may not read.
QUIET = {
    "response:inbox": "/response/inbox/",
    "response:tasks_layer": "/map/tasks.geojson",
}
#: Doors to one thing of Qingcheng's: shut to the neighbour by GET and by POST, open to somebody in charge.
CLOSED = {
    "desk:response_tasks_attach": lambda: reverse("desk:response_tasks_attach", args=[of_qingcheng(Task).pk]),
    "desk:api:response-tasks-files": lambda: reverse("desk:api:response-tasks-files", args=[of_qingcheng(Task).pk]),
}
#: A reporter of Qingcheng's reports its tasks, with pictures.
REPORTED = set(CLOSED)
#: Nothing to see for a neighbour, or open to all, because …
DECIDED = {
    "desk:response_responses_begin": "starts a response below the asker's own area; see response's tests",
    "desk:response_notices_attach": "the city's notice is shared with its counties; nobody attaches to it by hand",
    "desk:response_notices_file": "lies with its notice; see the kit's tests of files",
    "desk:response_responses_attach": "the city's response is shared with its counties; see the kit's tests of files",
    "desk:response_responses_file": "lies with its response; see the kit's tests of files",
    "desk:api:response-notices-files": "the city's notice is shared with its counties; see the kit's tests of files",
    "desk:api:response-notices-file": "lies with its notice; see the kit's tests of files",
    "desk:api:response-responses-files": "the city's response is shared with its counties; see the kit's tests of files",
    "desk:api:response-responses-file": "lies with its response; see the kit's tests of files",
    "desk:response_tasks_file": "lies with its task; see the kit's tests of files",
    "desk:api:response-tasks-file": "lies with its task; see the kit's tests of files",
}
