"""The desk of nodes, tested as every desk is."""

from __future__ import annotations

from typing import Any

from anlan.apps.nodes.desk import NodeDesk
from anlan.apps.nodes.models import Node
from anlan.kit.testing.desk import DeskTests


def node_values(area: str, number: int) -> dict[str, Any]:
    return {"number": int(area[-2:]) * 10 + number, "name": f"{area}节点{number}", "name_en": f"Node {number} of {area}"}


def a_node(area: str, number: int) -> Node:
    values = {**node_values(area, number), "number": 2000 + int(area[-2:]) * 50 + number, "area": area}
    made: Node = NodeDesk.create(values=values)
    return made


class TestNodeDesk(DeskTests):
    desk = NodeDesk
    make = a_node
    values = node_values
