"""Whom each address of field is open to: swept by tests/test_jurisdiction.py, which finds this file by itself."""

#: Pages without an object in their address: what comes back must name nothing that the asker may not read.
QUIET = {
    "field:phone": "/field/phone/",
    "field:sync": "/api/v1/field/sync/?device=6e0f5f0e-7f0c-4c39-9d0c-2a6c5a6ab001",
}
#: Open to all, because …
DECIDED = {
    "field:shell": "the shell holds nothing of anybody",
    "field:worker": "the shell's service worker",
    "field:manifest": "the shell's name and icons",
    "field:operations": "each operation goes through its verb's own door: apps/field/tests",
    "field:attachment": "a sender's own file, kept by who sent it",
}
