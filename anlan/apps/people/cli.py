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
    """Issue the first account of an installation and print its first password; the others are issued on its pages."""
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
        ((account, password),) = issue.issue(sheet.rows).accounts
    click.echo(f"{account.username}  {password}")
    click.echo(
        "The password is shown this once, and changed at the first sign-in. 密码只显示这一次，首次登录须修改。\n"
        "Issue a second administrator next: a role with more than one's own takes two. 请随即开立第二位管理员：授予超出自身权限的角色须两人。"
    )


def _check_first(role: str) -> None:
    """Refuse where the pack was not loaded yet, and where somebody issues accounts on the pages already."""
    if not Role.objects.filter(code=role).exists():
        known = ", ".join(Role.objects.values_list("code", flat=True))
        told = f"There is no role {role}; there are: {known}" if known else "The city pack is not loaded: anlan load packs/…"
        raise click.ClickException(f"{told}. {'没有此角色' if known else '请先载入城市包'}。")
    if held := queries.open_holders(role):
        raise click.ClickException(
            f"There is an administrator already, {', '.join(held)}: sign in as such and open System → Issue accounts."
            " 已有管理员，请登录后打开 系统 → 批量发放账号。"
        )


commands = [first_administrator, suspend_demo_accounts]
