"""Whom each address of upkeep is open to: swept by tests/test_jurisdiction.py, which finds this file by itself."""

#: Pages and endpoints without an object in their address: what comes back must name nothing that the asker may not read.
QUIET = {
    "upkeep:network": "/upkeep/",
    "upkeep:network_api": "/api/v1/upkeep/network/",
}
DECIDED = {
    "desk:upkeep_works_begin": "no object in its address; the verb judges the station",
}
#: A work and its files are read with their station.
DECIDED |= dict.fromkeys(
    ("desk:upkeep_works_attach", "desk:upkeep_works_file", "desk:api:upkeep-works-file", "desk:api:upkeep-works-files"),
    "files of a work: shown to whoever may see the work; see the kit's tests of files",
)
