"""Whom each address of the kit is open to: swept by tests/test_jurisdiction.py, which finds this file by itself."""

#: Pages and endpoints without an object in their address: what comes back must name nothing that the asker may not read.
QUIET = {
    "desk:search": "/search/?q=飞来峡",
    "desk:search_api": "/api/v1/search/?q=飞来峡",
}
#: Nothing to see for a neighbour, or open to all, because …
DECIDED = {
    "desk:kit_views_begin": "makes the asker's own view of a list; no object in its address",
    "desk:job": "leads to the desk's page of the job, under the desk's own rows; see tests/kit/test_background.py",
    "desk:kit_jobs_attach": "lies with its job, which only its requester and overseers see; see tests/kit/test_background.py",
    "desk:kit_jobs_file": "lies with its job; see the kit's tests of files",
    "desk:api:kit-jobs-files": "lies with its job; see tests/kit/test_background.py",
    "desk:api:kit-jobs-file": "lies with its job; see the kit's tests of files",
    "live": "pokes carry no content; who hears which is tested below and in journeys/test_kill.py",
    "set_language": "changes the asker's own cookie",
    "desk:pick": "offers rows within the asker's own sight; see tests/kit/test_inputs.py",
    "desk:reference": "the API's description holds no records",
    "desk:schema": "the API's description holds no records",
    "desk:": "answers 404 for what the API does not know",
}
