"""Pages at the door: sign-in, second factor, sign-out."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_otp import login as otp_login
from django_otp.plugins.otp_totp.models import TOTPDevice

from anlan.apps.people import actions, lockout, queries
from anlan.apps.people.forms import CodeForm, SignInForm
from anlan.apps.people.models import Account
from anlan.kit import clock
from anlan.kit.desk.forms import dress
from anlan.kit.pages import EVERYBODY, SIGNED_IN, page
from anlan.kit.refusals import NotFound
from anlan.kit.scope import Scope, entered

HALF_SIGNED_IN = 300


def journal(request: HttpRequest, username: str, outcome: str, actor: str = "") -> None:
    """Journal what happened at the door; who is not known yet is nobody, whatever name was typed."""
    with entered(Scope.everything(actor or "anonymous")):
        actions.note_sign_in(username=username, address=lockout.address_of(request) or "", outcome=outcome)


@page("/sign-in", needs=EVERYBODY)
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for user name and password; with a second factor enrolled, for its code next."""
    form = dress(SignInForm(request.POST or None))
    demo = queries.demo_accounts() if settings.ANLAN_DEMO else []
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["username"]
        was_locked = lockout.locked_until(request, name) is not None
        account = authenticate(request, **form.cleaned_data)
        if account is None:
            if not was_locked:
                journal(request, name, "locked" if getattr(request, "axes_locked_out", False) else "refused")
            form.add_error(
                None, _("User name or password is wrong. After five wrong tries you must wait a little, each time longer.")
            )
        elif TOTPDevice.objects.filter(user=account, confirmed=True).exists():
            lockout.take_back(request)
            request.session.cycle_key()
            request.session["half_signed_in"] = [account.pk, clock.real_now().timestamp()]
            request.session["wanted"] = request.GET.get("next", "")
            return redirect("people:second_factor")
        else:
            return _admit(request, account, request.GET.get("next", ""))
    return render(request, "people/sign_in.html", {"form": form, "demo": demo}, status=200 if request.method == "GET" else 401)


def _admit(request: HttpRequest, account: Any, wanted: str) -> HttpResponse:
    login(request, account, backend="django.contrib.auth.backends.ModelBackend")
    request.session["agent"] = request.META.get("HTTP_USER_AGENT", "")[:150]
    request.session["address"] = lockout.address_of(request) or ""
    request.session["since"] = clock.real_now().isoformat()
    journal(request, account.username, "signed in", actor=account.username)
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    owed = queries.owed_by(account)
    response = redirect(f"people:{owed}" if owed else wanted if wanted and safe else settings.LOGIN_REDIRECT_URL)
    lockout.remember(request, response, account.username)
    return response


@page("/sign-in/code", needs=EVERYBODY)
def second_factor(request: HttpRequest) -> HttpResponse:
    """Ask for the code of the second factor, or a recovery code."""
    pk, since = request.session.get("half_signed_in", [None, 0.0])
    account = Account.objects.filter(pk=pk, is_active=True).first()
    if account is None or clock.real_now().timestamp() - since > HALF_SIGNED_IN:
        request.session.pop("half_signed_in", None)
        return redirect("people:sign_in")
    form = dress(CodeForm(request.POST or None))
    if request.method == "POST" and form.is_valid():
        code, device = form.cleaned_data["code"], TOTPDevice.objects.filter(user=account, confirmed=True).first()
        wanted = request.session.get("wanted", "")
        if len(code) == 6 and device is not None and device.verify_token(code):
            response = _admit(request, account, wanted)
            otp_login(request, device)
            return response
        if len(code) > 6 and _recovered(account, code):
            return _admit(request, account, wanted)
        journal(request, account.username, "second factor refused")
        form.add_error("code", _("This code is wrong or used up. Wait for the next one."))
    return render(request, "people/second_factor.html", {"form": form}, status=422 if form.errors else 200)


def _recovered(account: Account, code: str) -> bool:
    try:
        with entered(Scope.everything(account.username)):
            actions.use_recovery_code(account=account.pk, code=code)
    except NotFound:
        return False
    return True


@page("/sign-out", needs=SIGNED_IN)
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this session."""
    username = request.user.get_username()
    journal(request, username, "signed out", actor=username)
    logout(request)
    return redirect("people:sign_in")
