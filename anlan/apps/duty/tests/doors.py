"""Whom each address of duty is open to: swept by tests/test_jurisdiction.py, which finds this file by itself."""

#: Pages and endpoints without an object in their address: what comes back must name nothing that the asker may not read.
QUIET = {"duty:now": "/duty/now/"}
#: Nothing to see for a neighbour, or open to all, because …
DECIDED = {"desk:duty_shifts_begin": "writes below the asker's own area; see duty's tests"}
