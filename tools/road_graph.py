"""Make a pack's graph of roads from lines: cut where they cross, joined where they end short of each other, in pieces of at most 2 km.

    .venv/bin/python -m tools.road_graph packs/qingyuan/map/roads.geojson packs/qingyuan/roads/edges.csv

The lines are Natural Earth's (public domain), which know no bridges over one another: where two cross, they meet. Joins are DERIVED.
"""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

import networkx as nx
import shapely
from shapely.geometry import LineString, Point
from shapely.ops import nearest_points, substring, unary_union

from anlan.lib.road_graph import metres

#: What the types of Natural Earth are called here, and that of a line that a program drew.
CLASSES = {"Major Highway": "major", "Road": "road", "Unknown": "minor", "": "join"}
#: Pieces are at most so long; ends are joined to another part no further away than so many degrees.
LONGEST_M, GAP = 2000.0, 0.03
#: A dead end is joined to a junction so near (m) that lies so many times as far away by road: the lines were cut at the edge of a tile.
NEAR_M, DETOUR = 4000.0, 6.0


def main(source: Path, target: Path) -> None:
    """Read lines, write edges."""
    features = json.loads(source.read_text(encoding="utf-8"))["features"]
    lines = [LineString(f["geometry"]["coordinates"]) for f in features]
    kinds = [CLASSES["" if f["properties"].get("derived") else f["properties"].get("type") or ""] for f in features]
    tree = shapely.STRtree(lines)

    def kind_of(piece: LineString) -> str:
        middle = piece.interpolate(0.5, normalized=True)
        near = tree.query(middle.buffer(1e-5), predicate="intersects")
        return min((kinds[i] for i in near), key=list(CLASSES.values()).index, default="join")

    noded = unary_union(lines)
    pieces = [(piece, kind_of(piece)) for piece in noded.geoms]
    pieces = shortened(joined(pieces))
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["code", "road_class", "derived", "course"])
        number = 0
        for piece, kind in pieces:
            for part in cut(piece):
                number += 1
                course = ";".join(f"{x:.5f} {y:.5f}" for x, y in part.coords)
                writer.writerow([f"ne-{number:05}", kind, int(kind == "join"), course])
    print(f"{number} pieces")


def joined(pieces: list[tuple[LineString, str]]) -> list[tuple[LineString, str]]:
    """Join every smaller part to the nearest other road within the gap, until nothing is near enough."""
    while True:
        graph = nx.Graph()
        for at, (piece, _kind) in enumerate(pieces):
            graph.add_edge(*(tuple(round(v, 5) for v in piece.coords[i]) for i in (0, -1)), at=at)
        parts = sorted(nx.connected_components(graph), key=len, reverse=True)
        lines_of = [[pieces[d["at"]][0] for *_e, d in graph.subgraph(part).edges(data=True)] for part in parts]
        for own, others in ((i, [j for j in range(len(parts)) if j != i]) for i in range(len(parts) - 1, 0, -1)):
            here, there = unary_union(lines_of[own]), unary_union([line for j in others for line in lines_of[j]])
            a, b = nearest_points(here, there)
            if a.distance(b) <= GAP:
                pieces = [*(split for piece, kind in pieces for split in broken(piece, kind, (a, b)))]
                pieces.append((LineString([a, b]), "join"))
                break
        else:
            print(len(parts), "parts remain", [len(p) for p in parts][:10])
            return pieces


def shortened(pieces: list[tuple[LineString, str]]) -> list[tuple[LineString, str]]:
    """Join dead ends to near junctions that are reached by a long way round only, one at a time."""
    while True:
        graph = nx.Graph()
        for piece, _kind in pieces:
            ends = [tuple(round(v, 5) for v in piece.coords[i]) for i in (0, -1)]
            graph.add_edge(*ends, metres=sum(metres(a, b) for a, b in zip(piece.coords, piece.coords[1:], strict=False)))
        for end in sorted(node for node in graph if graph.degree(node) == 1):
            far = nx.single_source_dijkstra_path_length(graph, end, weight="metres")
            near = [(metres(end, node), node) for node in far if node != end]
            near = [(m, node) for m, node in near if m <= NEAR_M and far[node] > DETOUR * m]
            if near:
                pieces = [*pieces, (LineString([end, min(near)[1]]), "join")]
                break
        else:
            return pieces


def broken(piece: LineString, kind: str, spots: tuple[Point, Point]) -> list[tuple[LineString, str]]:
    """Break a piece where a join meets it."""
    at = [piece.project(spot) for spot in spots if piece.distance(spot) < 1e-6]
    at = [where for where in at if 1e-5 < where < piece.length - 1e-5]
    if not at:
        return [(piece, kind)]
    return [(substring(piece, 0, at[0]), kind), (substring(piece, at[0], piece.length), kind)]


def cut(piece: LineString) -> list[LineString]:
    """Cut a piece into equal parts of at most the longest."""
    long = sum(metres(a, b) for a, b in zip(piece.coords, piece.coords[1:], strict=False))
    count = max(1, int(-(-long // LONGEST_M)))
    return [substring(piece, i / count, (i + 1) / count, normalized=True) for i in range(count)]


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
