"""`anlan admit-node`: let the rows of another node stand here, also where the program does not start because of them."""

from __future__ import annotations

import click

from anlan.kit.refusals import Refusal
from anlan.kit.scope import Scope, entered
from anlan.site.startup import ready


@click.command("admit-node")
@click.argument("number", type=int)
@click.argument("name")
@click.argument("area")
def admit_node(number: int, name: str, area: str) -> None:
    """Make another node known: its number, its name, and the division whose node it is."""
    from anlan.apps.nodes.desk import NodeDesk  # noqa: PLC0415

    ready()
    with entered(Scope.everything("system:operator")):
        try:
            NodeDesk.create(values={"number": number, "name": name, "area": area})
        except Refusal as refusal:
            raise click.ClickException(str(refusal)) from None
    click.echo(f"Node {number} is known now. 节点 {number} 已登记。")


commands = [admit_node]
