"""`anlan suspend-demo-accounts`: close the demo cast before production."""

from __future__ import annotations

import click

from anlan.apps.people import actions
from anlan.apps.people.models import Account
from anlan.kit.scope import Scope, entered


@click.command("suspend-demo-accounts")
def suspend_demo_accounts() -> None:
    """Suspend every demo account; their history stays."""
    with entered(Scope.everything("system:cli")):
        found = list(Account.objects.filter(demo=True, is_active=True))
        for account in found:
            actions.suspend_account(account=account.pk, reason="production")
    click.echo(f"{len(found)} demo accounts suspended")


commands = [suspend_demo_accounts]
