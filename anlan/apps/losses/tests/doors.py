"""Whom each address of losses is open to: swept by tests/test_jurisdiction.py, which finds this file by itself."""

#: Nothing to see for a neighbour, or open to all, because …
DECIDED = {
    **dict.fromkeys(
        ("losses:fill", "losses:correct"), "drawn by the desk's own door: desk.get, the rows that the viewer may read"
    ),
    "losses:sheet": "a process that the asker may not read is not found; its rows are narrowed to what he reads; see losses' tests",
    "desk:losses_processes_begin": "writes in the asker's own area; see losses' tests",
    "desk:losses_towns_begin": "writes below the asker's own area; see losses' tests",
    "desk:losses_villages_begin": "writes below the asker's own area; see losses' tests",
    **dict.fromkeys(
        (
            "desk:losses_processes_attach",
            "desk:losses_processes_file",
            "desk:api:losses-processes-file",
            "desk:api:losses-processes-files",
        ),
        "lie with their record, which is shut to the neighbour; see the kit's tests of files",
    ),
}
