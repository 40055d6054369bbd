"""Accounts from the command line: the first administrator of a new installation, and the end of the demo cast."""

from __future__ import annotations

import tomllib

import click
from django.conf import settings
from django.utils.translation import override

from anlan.apps.people import actions, issue, queries
from anlan.apps.people.models import Account, Role
from anlan.kit.languages import of_terminal
from anlan.kit.scope import Scope, entered

#: So many are needed before the pages can do anything that takes two persons.
ADMINISTRATORS = 2


@click.command("suspend-demo-accounts")
def suspend_demo_accounts() -> None:
    """Suspend every demo account; their history stays."""
    with entered(Scope.everything("system:cli")):
        found = list(Account.objects.filter(demo=True, is_active=True))
        for account in found:
            actions.suspend_account(account=account.pk, reason="production")
    click.echo(f"{len(found)} demo accounts suspended")


@click.command("first-administrator")
@click.argument("username")
@click.option("--name", default="", help="The displayed name; without it the user name.")
@click.option("--role", default="administrator", show_default=True, help="The code of the role to grant.")
@click.option("--area", default="", help="The division to administer; without it the city pack's.")
def first_administrator(username: str, name: str, role: str, area: str) -> None:
    """Issue the first two administrators of an installation, one call each; prints the link at which each chooses a password."""
    area = area or str(tomllib.loads((settings.CONFIG.pack / "pack.toml").read_text())["code"])
    row = {
        "username": username,
        "display_name": name or username,
        "area": area,
        "over": area,
        "role": role,
        "reason": "first administrator",
    }
    with entered(Scope.everything("system:cli")), override(of_terminal()):
        _check_first(role)
        sheet = issue.check([row])
        if sheet.problems:
            raise click.ClickException("\n".join(str(problem.reason) for problem in sheet.problems))
        (invitation,) = issue.issue(sheet.rows).invitations
        left = ADMINISTRATORS - len(queries.open_holders(role))
    click.echo(f"{invitation.account.username}  {actions.link_of(invitation)}")
    click.echo("This link opens once: its owner chooses the password there. 链接仅可使用一次，由本人在该页设置密码。")
    if left:
        click.echo(
            "Issue a second administrator the same way, for another person: what matters takes two."
            " 请用同一命令为另一人开立第二位管理员：要紧之事须两人共同办理。"
        )


@click.command("invite")
@click.argument("username")
@click.option("--lost-factor", is_flag=True, help="Take the second factor off as well.")
def invite(username: str, lost_factor: bool) -> None:
    """Reset an account from the machine itself, when too few administrators are left to do it: prints the link for its owner."""
    with entered(Scope.everything("system:cli")), override(of_terminal()):
        found = Account.objects.filter(username=username).first()
        if found is None:
            raise click.ClickException(f"There is no account {username}. 没有这个账号。")
        actions.reset_by_machine(account=found.pk, drop_second_factor=lost_factor, reason="command line")
        invitation = found.invitations.first()
        click.echo(f"{username}  {actions.link_of(invitation)}")


def _check_first(role: str) -> None:
    """Refuse where the pack was not loaded yet, and where somebody issues accounts on the pages already."""
    if not Role.objects.filter(code=role).exists():
        known = ", ".join(Role.objects.values_list("code", flat=True))
        told = f"There is no role {role}; there are: {known}" if known else "The city pack is not loaded: anlan load packs/…"
        raise click.ClickException(f"{told}. {'没有此角色' if known else '请先载入城市包'}。")
    if len(held := queries.open_holders(role)) >= ADMINISTRATORS:
        raise click.ClickException(
            f"There are two administrators already, {', '.join(held)}: sign in as such and open System → Issue accounts."
            " 已有两位管理员，请登录后打开 系统 → 批量发放账号。"
        )


commands = [first_administrator, invite, suspend_demo_accounts]
