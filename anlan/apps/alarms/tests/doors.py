"""Whom each address of alarms is open to: swept by tests/test_jurisdiction.py, which finds this file by itself."""

#: Pages and endpoints without an object in their address: what comes back must name nothing that the asker may not read.
QUIET = {
    "alarms:now": "/alarms/now/",
    "alarms:groups_api": "/api/v1/alarms/groups/",
    "alarms:kpis": "/alarms/kpis/",
    "alarms:kpis_api": "/api/v1/alarms/kpis/",
}
FILES = ["desk:alarms_shiftreports_attach", "desk:alarms_shiftreports_file"]
FILES += ["desk:api:alarms-shiftreports-files", "desk:api:alarms-shiftreports-file"]
#: Nothing to see for a neighbour, because …
DECIDED = {
    **dict.fromkeys(FILES, "behind the desk's own door: files of a row that the viewer may open"),
    "desk:alarms_cards_begin": "no object in its address; the verb judges the card's area",
    "desk:alarms_out_of_service_begin": "no object in its address; the verb judges the station",
    "desk:alarms_shiftreports_begin": "no object in its address; the verb judges the asker's own area",
}
