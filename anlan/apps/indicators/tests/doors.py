"""Whom each address of indicators is open to: swept by tests/test_jurisdiction.py, which finds this file by itself."""

#: Pages and endpoints without an object in their address: what comes back must name nothing that the asker may not read.
QUIET = {
    "indicators:board": "/indicators/",
    "indicators:csv": "/indicators/board.csv",
    "indicators:values_api": "/api/v1/indicators/values/",
}
DECIDED = {
    "indicators:indicator": "an indicator of the plan is no object of an area; tests/test_pages.py proves what it shows to whom",
    "desk:indicators_figures_begin": "no object in its address; the verb judges the division",
    "desk:indicators_reports_begin": "no object in its address; the verb judges the division",
    **dict.fromkeys(
        (f"{place}{end}" for place in ("desk:indicators_figures", "desk:indicators_reports") for end in ("_attach", "_file")),
        "lies with its figure or report, as its page does; see the kit's tests of files",
    ),
    **dict.fromkeys(
        (f"desk:api:indicators-{kind}-{end}" for kind in ("figures", "reports") for end in ("file", "files")),
        "lies with its figure or report; see the kit's tests of files",
    ),
}
