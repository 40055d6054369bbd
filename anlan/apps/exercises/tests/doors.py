"""Whom each address of exercises is open to: swept by tests/test_jurisdiction.py, which finds this file by itself."""

#: Nothing to see for a neighbour, or open to all, because …
DECIDED = {
    "exercises:exercise": "an exercise is shared with all who take part; its report is the city's",
    "exercises:start": "starts an exercise; authority is tested with exercises",
    "exercises:control": "steers an exercise; authority is tested with exercises",
    "exercises:upload": "hands a scenario in; authority is tested with exercises",
    "exercises:compare": "reports of exercises are the city's; a county's are scoped rows",
}
