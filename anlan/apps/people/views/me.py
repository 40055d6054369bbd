"""The own account: authority with its reasons, password, second factor, sessions, API tokens."""

from __future__ import annotations

import base64
from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from django_otp import login as otp_login
from django_otp.plugins.otp_totp.models import TOTPDevice

from anlan.apps.people import access, actions, factors, lockout, queries, tokens
from anlan.apps.people.codes import qr_of
from anlan.apps.people.forms import DropFactorForm, EnrolForm, PasswordForm, TokenForm
from anlan.apps.people.models import RecoveryCode
from anlan.apps.people.sessions import Open, of_account
from anlan.apps.people.views.signing import journal
from anlan.kit import live
from anlan.kit.desk.fields import dress
from anlan.kit.pages import SIGNED_IN, page
from anlan.kit.refusals import Refusal
from anlan.kit.scope import Scope, current, entered


def _as_oneself(request: HttpRequest) -> Any:
    """Enter the scope in which an account changes itself: its own row may lie outside what its grants cover."""
    return entered(Scope.everything(request.user.get_username()))


@page("/me", needs=SIGNED_IN)
def me(request: HttpRequest) -> HttpResponse:
    """Show the own account."""
    account: Any = request.user
    facts = {
        "why": access.why(username=account.username),
        "sessions": of_account(account.pk),
        "here_key": request.session.session_key,
        "totp": TOTPDevice.objects.filter(user=account, confirmed=True).exists(),
        "codes_left": RecoveryCode.objects.filter(account=account, used_at=None).count(),
        "tokens": tokens.of_account(account),
        "sign_ins": queries.last_sign_ins(account.username),
        "post": queries.post(current().post),
        "account": account,
    }
    return render(request, "people/me.html", facts)


@page("/me/here", needs=SIGNED_IN)
def here(request: HttpRequest) -> HttpResponse:
    """Answer an open page: a POST says that somebody is at the desk, a GET asks whether the session still stands."""
    return HttpResponse(status=204)


@page("/me/sessions/<slug:handle>/end", needs=SIGNED_IN)
@require_POST
def end_session(request: HttpRequest, handle: str) -> HttpResponse:
    """End one session of the own account."""
    return _end(request, [s for s in of_account(_pk(request)) if s.handle == handle])


@page("/me/sessions/end", needs=SIGNED_IN)
@require_POST
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """End every other session of the own account, and its API tokens."""
    with _as_oneself(request):
        actions.end_own_tokens(account=_pk(request))
    return _end(request, [s for s in of_account(_pk(request)) if s.key != request.session.session_key])


def _pk(request: HttpRequest) -> int:
    return int(request.user.pk or 0)


def _end(request: HttpRequest, sessions: list[Open]) -> HttpResponse:
    Session.objects.filter(session_key__in=[s.key for s in sessions]).delete()
    username = request.user.get_username()
    live.hang_up(username)
    journal(request, username, f"ended {len(sessions)} sessions", actor=username)
    text = ngettext("%(n)d session has been ended.", "%(n)d sessions have been ended.", len(sessions))
    messages.success(request, text % {"n": len(sessions)})
    return redirect("people:me")


def _proven(request: HttpRequest, form: Any, field: str, *, factor: str = "") -> bool:
    """Check the present password, and with `factor` the present second factor too; what is wrong is told on the form.

    A session left open must not change how its account signs in, and its tries share the lock of the door.
    """
    account: Any = request.user
    proofs = [lambda: account.check_password(form.cleaned_data[field])]
    if factor:
        proofs.append(lambda: factors.holds(account, form.cleaned_data[factor]))
    outcome = lockout.prove(request, *proofs)
    if outcome:
        journal(request, account.username, f"proof {outcome}", actor=account.username)
        wrong = _("The password or the code is wrong.") if factor else _("This is not your present password.")
        locked = _("Too many wrong tries. Wait a little, as at the sign-in, or ask your administrator to unlock you.")
        form.add_error(field, locked if outcome == "locked" else wrong)
        form.locked = outcome == "locked"
    return not outcome


def _shown(request: HttpRequest, template: str, facts: dict[str, Any]) -> HttpResponse:
    """Show a form's page: 429 while its proofs are locked."""
    form = facts["form"]
    status = 429 if getattr(form, "locked", False) else 422 if form.errors else 200
    response = _unkept(render(request, template, facts, status=status))
    if status == 429:
        response["Retry-After"] = "60"
    return response


@page("/me/password", needs=SIGNED_IN)
def password(request: HttpRequest) -> HttpResponse:
    """Change the own password; every other session ends with it."""
    form = dress(PasswordForm(request.POST or None))
    account: Any = request.user
    if request.method == "POST" and form.is_valid() and _proven(request, form, "old"):
        try:
            with _as_oneself(request):
                changed = actions.set_password(account=account.pk, password=form.cleaned_data["new"])
            update_session_auth_hash(request, changed)
            messages.success(request, _("Your password has been changed. Every other session has been ended."))
            return redirect("people:me")
        except Refusal as refusal:
            form.add_error("new", str(refusal))
    return _shown(request, "people/password.html", {"form": form, "forced": account.must_change_password})


@page("/me/second-factor", needs=SIGNED_IN)
def enrol(request: HttpRequest) -> HttpResponse:
    """Enrol a second factor: scan the code, then prove it works; to renew one, prove the present one too."""
    account: Any = request.user
    device, _made = TOTPDevice.objects.get_or_create(user=account, confirmed=False, defaults={"name": "phone"})
    renews = factors.has(account)
    form = dress(EnrolForm(request.POST or None, renews=renews))
    if request.method == "POST" and form.is_valid() and _proven(request, form, "password", factor="present" if renews else ""):
        if device.verify_token(form.cleaned_data["code"]):
            with _as_oneself(request):
                codes = actions.enrol_second_factor(account=account.pk, device=device.pk)
            others = [s.key for s in of_account(account.pk) if s.key != request.session.session_key]
            Session.objects.filter(session_key__in=others).delete()
            live.hang_up(account.username)
            device.refresh_from_db()
            otp_login(request, device)
            return _unkept(render(request, "people/recovery_codes.html", {"codes": codes}))
        form.add_error("code", _("This code is wrong or used up. Wait for the next one."))
    secret = base64.b32encode(device.bin_key).decode()
    facts = {
        "form": form,
        "qr": qr_of(device.config_url),
        "secret": " ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
        "required": queries.owed_by(account) == "enrol",
    }
    return _shown(request, "people/enrol.html", facts)


@page("/me/second-factor/off", needs=SIGNED_IN)
def drop_factor(request: HttpRequest) -> HttpResponse:
    """Switch the second factor off, with the password and the factor itself; a role that needs it will ask for a new one."""
    account: Any = request.user
    if not factors.has(account):
        return redirect("people:me")
    form = dress(DropFactorForm(request.POST or None))
    if request.method == "POST" and form.is_valid() and _proven(request, form, "password", factor="present"):
        with _as_oneself(request):
            actions.drop_second_factor(account=account.pk)
        messages.success(request, _("The second factor is off."))
        return redirect("people:me")
    return _shown(request, "people/drop_factor.html", {"form": form})


@page("/me/tokens/new", needs=SIGNED_IN)
def new_token(request: HttpRequest) -> HttpResponse:
    """Make an API token for chosen permissions; its text is shown this once."""
    account: Any = request.user
    form = dress(TokenForm(tokens.to_choose(current()), request.POST or None))
    if request.method == "POST" and form.is_valid() and _proven(request, form, "password"):
        chosen = {key: form.cleaned_data[key] for key in ("name", "days", "permissions")}
        with _as_oneself(request):
            token, text = actions.create_token(account=account.pk, **chosen)
        return _unkept(render(request, "people/token_made.html", {"token": token, "text": text}))
    return _shown(request, "people/token_new.html", {"form": form})


@page("/me/tokens/<slug:key>/revoke", needs=SIGNED_IN)
@require_POST
def revoke_token(request: HttpRequest, key: str) -> HttpResponse:
    """Take an API token of the own account away."""
    with _as_oneself(request):
        actions.revoke_token(account=_pk(request), token_key=key)
    messages.success(request, _("The token has been revoked."))
    return redirect("people:me")


def _unkept(response: HttpResponse) -> HttpResponse:
    """Tell browser and proxies to keep no copy of a page that shows a secret."""
    response["Cache-Control"] = "no-store"
    return response
