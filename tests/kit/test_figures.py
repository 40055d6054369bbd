"""Figures and charts: the table and the picture say the same, gaps are no noughts, an empty chart says why, texts are escaped."""

from __future__ import annotations

from lxml import etree

from anlan.kit.figures import Chart, Figure, Point, Series, drawn, shown
from anlan.lib.charts import Mark

CHART = Chart(
    title="<Alarms>",
    axis="Day",
    labels=("06-20", "06-21", "06-22"),
    series=(
        Series("raised & red", (Point(3, "/a/"), Point(0), Point(5)), "#e8414c", stack="s"),
        Series("blue", (Point(1), Point(2), Point(None)), stack="s"),
        Series("standing", (Point(2), Point(None), Point(4)), kind="line"),
    ),
    why_empty="no alarm <b>",
)
SVG = "{http://www.w3.org/2000/svg}"


def test_the_table_has_each_value_and_leads_to_its_rows() -> None:
    assert CHART.rows[0] == ("06-20", [("3", "/a/"), ("1", ""), ("2", "")])
    assert CHART.rows[2] == ("06-22", [("5", ""), ("—", ""), ("4", "")])


def test_the_picture_draws_what_the_table_says() -> None:
    tree = etree.fromstring(drawn(CHART))
    red = [r for r in tree.iter(f"{SVG}rect") if r.get("fill") == "#e8414c" and float(r.get("width")) > 10]
    assert len(red) == 2, "nought is no bar"
    assert float(red[1].get("height")) / float(red[0].get("height")) > 1.6
    dots = list(tree.iter(f"{SVG}circle"))
    assert len(dots) == 2 and not list(tree.iter(f"{SVG}polyline")), "no line is drawn over a gap"
    assert tree.get("aria-label") == "<Alarms>"
    assert drawn(CHART) == drawn(CHART)


def test_an_empty_chart_says_why() -> None:
    empty = Chart("T", "Day", ("06-20",), (Series("a", (Point(0),)),), why_empty="no alarm <b>")
    assert "no alarm &lt;b&gt;" in drawn(empty) and empty.empty
    assert "no alarm" in drawn(Chart("T", "Day", (), (), why_empty="no alarm"))


def test_what_the_browser_gets_is_inert() -> None:
    named = Chart("T", "Day", ("</script><b>",), (Series("a", (Point(1),)),))
    assert "</script><b>" not in shown(named)["json"]


def test_a_figure_compares_and_is_never_made_up() -> None:
    assert Figure("a", 5, was=3).change == 2
    assert (Figure("a", None, was=3).text, Figure("a", None, was=3).change) == ("—", None)
    assert Figure("a", 17937.5, digits=1).text == "17,937.5"


def test_a_mark_is_drawn_across_with_its_name_and_a_scaled_axis_reaches_around_all() -> None:
    line = Series("Level", (Point(29.8), Point(30.4)), kind="line")
    chart = Chart("River", "Hour", ("01", "02"), (line,), "m", 2, "nothing", (Mark("Warning", 30.0, "#e0ac1b"),), scaled=True)
    picture = drawn(chart)
    assert "Warning 30.00" in picture
    assert picture.count("Level") == 0, "one series beside marks is told by the title"
    assert ">0<" not in picture, "the axis begins near the values"
    assert chart.data["marks"] == [{"name": "Warning", "value": 30.0, "colour": "#e0ac1b"}]


def test_states_are_told_in_words_and_drawn_in_steps() -> None:
    line = Series("Alarm", (Point(0), Point(3), Point(None)), "#0b6e75", "line")
    words = ((0, "normal"), (1, "fire <1>"), (3, "out"))
    chart = Chart("Panel", "Hour", ("01", "02", "03"), (line,), marks=(Mark("Red", 1, "#e8414c"),), scaled=True, words=words)
    assert chart.rows[1] == ("02", [("out", "")]) and chart.rows[2] == ("03", [("—", "")])
    tree = etree.fromstring(drawn(chart))
    texts = [t.text for t in tree.iter(f"{SVG}text")]
    assert {"normal", "fire <1>", "out", "Red"} <= set(texts) and "1.5" not in texts
    steps = next(tree.iter(f"{SVG}polyline")).get("points").split()
    assert len(steps) == 3, "what is nothing between two states is no slope"
    assert Chart.read(chart.kept()) == chart
    calm = Chart("Panel", "Hour", ("01",), (Series("Alarm", (Point(0),), kind="line"),), words=words, why_empty="nothing")
    assert "nothing" not in drawn(calm), "a state of nought is a state"
