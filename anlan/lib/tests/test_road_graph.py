"""Tests of ways over roads: held against networkx on random graphs and on the graph of the pack, under random closures."""

from __future__ import annotations

import csv
import math
import random
from functools import cache
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.lib.road_graph import OFF_ROAD, Edge, RoadGraph, metres

SPEEDS = {"major": 70.0, "road": 50.0, "minor": 40.0, "join": 40.0, OFF_ROAD: 15.0}
PACK = Path(__file__).parents[3] / "packs" / "qingyuan" / "roads" / "edges.csv"


@cache
def pack_graph() -> RoadGraph:
    with PACK.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    course = [tuple(tuple(map(float, spot.split())) for spot in row["course"].split(";")) for row in rows]
    return RoadGraph(
        [Edge(r["code"], r["road_class"], c, r["derived"] == "1") for r, c in zip(rows, course, strict=True)],  # type: ignore[arg-type]
        SPEEDS,
    )


def random_graph(seed: int) -> RoadGraph:
    """Make a connected graph of some twenty junctions, with roads beside one another between the same two."""
    rng = random.Random(seed)
    spots = [(113 + rng.random() / 2, 23.5 + rng.random() / 2) for _ in range(rng.randint(3, 20))]
    pairs = [(i, rng.randrange(i)) for i in range(1, len(spots))]
    pairs += [tuple(rng.sample(range(len(spots)), 2)) for _ in range(len(spots))]  # type: ignore[misc]
    classes = ("major", "road", "minor")
    return RoadGraph([Edge(f"e{n}", rng.choice(classes), (spots[a], spots[b])) for n, (a, b) in enumerate(pairs)], SPEEDS)


def oracle(graph: RoadGraph, closed: set[str]) -> nx.MultiGraph:
    found = nx.MultiGraph()
    for at, edge in enumerate(graph.edges):
        if edge.code not in closed:
            found.add_edge(int(graph.tail[at]), int(graph.head[at]), weight=round(graph.seconds[at] * 1000) / 1000)
    return found


def expected(graph: RoadGraph, closed: set[str], source: tuple[float, float], target: tuple[float, float]) -> float:
    """Reckon the quickest way by Dijkstra from both ends of the edge that each place joins."""
    network = graph.under(closed)
    a, b = network.join(source), network.join(target)
    if a is None or b is None:
        return math.inf
    known = oracle(graph, closed)
    ends = [
        [(int(graph.tail[one.edge]), graph.seconds[one.edge] * one.share)]
        + [(int(graph.head[one.edge]), graph.seconds[one.edge] * (1 - one.share))]
        for one in (a, b)
    ]
    best = abs(a.share - b.share) * graph.seconds[a.edge] if a.edge == b.edge else math.inf
    for node, cost in ends[0]:
        far = nx.single_source_dijkstra_path_length(known, node)
        best = min(best, *(cost + far.get(other, math.inf) + more for other, more in ends[1]))
    return best + (a.metres + b.metres) / (SPEEDS[OFF_ROAD] / 3.6)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**6), st.floats(0, 0.9))
def test_every_way_is_the_quickest_and_none_is_closed(seed: int, share: float) -> None:
    graph, rng = random_graph(seed), random.Random(seed)
    closed = {edge.code for edge in graph.edges if rng.random() < share}
    source, target = ((113 + rng.random() / 2, 23.5 + rng.random() / 2) for _ in range(2))
    network = graph.under(closed)
    route, want = network.route(source, target), expected(graph, closed, source, target)
    told = float(network.matrix([source], [target])[0, 0])
    if route is None:
        assert want == math.inf == told
        return
    assert not closed & set(route.edges)
    assert route.seconds == pytest.approx(want, abs=0.5) and told == pytest.approx(want, abs=0.5)
    drawn = sum(metres(a, b) for a, b in zip(route.course, route.course[1:], strict=False))
    assert sum(route.by_class.values()) == pytest.approx(route.metres)
    assert drawn == pytest.approx(route.metres, rel=0.01, abs=5)


def test_two_thousand_ways_over_the_pack_never_use_a_closed_road() -> None:
    graph, rng = pack_graph(), random.Random(7)
    for _round in range(20):
        closed = set(rng.sample([edge.code for edge in graph.edges], rng.randrange(300)))
        network = graph.under(closed)
        for _each in range(100):
            source, target = ((rng.uniform(111.8, 113.9), rng.uniform(23.4, 25.2)) for _ in range(2))
            route = network.route(source, target)
            assert route is None or not closed & set(route.edges)


def test_times_over_the_pack_are_those_of_dijkstra() -> None:
    graph, rng = pack_graph(), random.Random(11)
    closed = set(rng.sample([edge.code for edge in graph.edges], 60))
    spots = [(rng.uniform(111.8, 113.9), rng.uniform(23.4, 25.2)) for _ in range(12)]
    times = graph.under(closed).matrix(spots[:6], spots[6:])
    want = [[expected(graph, closed, a, b) for b in spots[6:]] for a in spots[:6]]
    assert np.allclose(times, want, atol=1)


def test_a_place_off_the_roads_is_told_how_far() -> None:
    graph = RoadGraph([Edge("a", "road", ((113.0, 23.5), (113.1, 23.5)))], SPEEDS)
    route = graph.under().route((113.0, 23.5), (113.1, 23.53))
    assert route is not None
    assert route.first == pytest.approx(0, abs=1) and route.last == pytest.approx(3336, rel=0.01)
    assert route.seconds == pytest.approx(route.metres / (50 / 3.6) + route.last / (15 / 3.6), rel=0.01)


def test_a_stray_piece_is_nobodys_way_in() -> None:
    edges = [Edge("a", "road", ((113.0, 23.5), (113.1, 23.5))), Edge("b", "road", ((113.1, 23.5), (113.2, 23.5)))]
    graph = RoadGraph([*edges, Edge("stray", "road", ((113.3, 23.6), (113.31, 23.6)))], SPEEDS)
    route = graph.under().route((113.0, 23.5), (113.3, 23.6))
    assert route is not None and route.edges == ("a", "b")


def test_a_closure_shuts_what_comes_within_its_reach() -> None:
    edges = [Edge("a", "road", ((113.0, 23.5), (113.1, 23.5))), Edge("b", "road", ((113.0, 23.6), (113.1, 23.6)))]
    graph = RoadGraph(edges, SPEEDS)
    assert graph.touched(shapely.Point(113.05, 23.5005), 100) == {"a"}
    assert graph.touched(shapely.Point(113.05, 23.51), 100) == frozenset()
    assert graph.touched(shapely.box(113.0, 23.4, 113.02, 23.7)) == {"a", "b"}
    assert graph.under(["a", "nothing"]).closed == {0}


def test_where_all_roads_are_closed_there_is_no_way() -> None:
    graph = RoadGraph([Edge("a", "road", ((113.0, 23.5), (113.1, 23.5)))], SPEEDS)
    network = graph.under(["a"])
    assert network.route((113.0, 23.5), (113.1, 23.5)) is None
    assert np.isinf(network.matrix([(113.0, 23.5)], [(113.1, 23.5)])).all()


@pytest.mark.parametrize("speeds", [{OFF_ROAD: 15.0}, {"road": 50.0}])
def test_a_class_without_a_speed_is_refused(speeds: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="no speed"):
        RoadGraph([Edge("a", "road", ((113.0, 23.5), (113.1, 23.5)))], speeds)
    with pytest.raises(ValueError, match="at least one"):
        RoadGraph([], SPEEDS)
