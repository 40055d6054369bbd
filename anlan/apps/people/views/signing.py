"""Pages at the door: sign-in, second factor, sign-out."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_otp.plugins.otp_totp.models import TOTPDevice

from anlan.apps.people import actions, factors, lockout, queries
from anlan.apps.people.forms import CodeForm, SignInForm, WelcomeForm
from anlan.apps.people.models import Account
from anlan.apps.people.sessions import of_account
from anlan.kit import clock, live
from anlan.kit.desk.fields import dress
from anlan.kit.pages import EVERYBODY, SIGNED_IN, page
from anlan.kit.refusals import Refusal
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
    facts = {"form": form, "demo": demo, "idle": request.GET.get("idle", "") if request.GET.get("idle", "").isdecimal() else ""}
    return render(request, "people/sign_in.html", facts, status=401 if request.method == "POST" else 200)


def _admit(request: HttpRequest, account: Any, wanted: str) -> HttpResponse:
    login(request, account, backend="django.contrib.auth.backends.ModelBackend")
    request.session["agent"] = request.META.get("HTTP_USER_AGENT", "")[:150]
    request.session["address"] = lockout.address_of(request) or ""
    request.session["since"] = clock.real_now().isoformat()
    request.session["seen"] = clock.real_now().timestamp()
    journal(request, account.username, "signed in", actor=account.username)
    if not lockout.is_known(request, account.username):
        with entered(Scope.everything(account.username)):
            actions.note_new_browser(account=account.pk, address=lockout.address_of(request) or "")
    _end_oldest(request, account)
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    owed = queries.owed_by(account)
    response = redirect(f"people:{owed}" if owed else wanted if wanted and safe else settings.LOGIN_REDIRECT_URL)
    lockout.remember(request, response, account.username)
    return response


def _end_oldest(request: HttpRequest, account: Any) -> None:
    """Keep an account to its limit of sessions: the ones unused for longest end."""
    others = [s for s in of_account(account.pk) if s.key != request.session.session_key]
    beyond = others[settings.ANLAN_SESSIONS - 1 :]
    if beyond:
        Session.objects.filter(session_key__in=[s.key for s in beyond]).delete()
        live.hang_up(account.username)
        text = _("You were signed in at more than %(limit)d places: the one unused for longest has been signed out.")
        messages.info(request, text % {"limit": settings.ANLAN_SESSIONS})


@page("/welcome/<slug:code>", needs=EVERYBODY)
def welcome(request: HttpRequest, code: str) -> HttpResponse:
    """Let the owner of a new or reset account choose a password, once, by the link or slip that reached them."""
    invitation = actions.open_invitation(code)
    if invitation is None:
        return _unkept(render(request, "people/welcome_over.html", status=404))
    form = dress(WelcomeForm(request.POST or None))
    if request.method == "POST" and form.is_valid():
        account = invitation.account
        try:
            with entered(Scope.everything(account.username)):
                actions.accept_invitation(invitation=invitation.pk, password=form.cleaned_data["new"])
            messages.success(request, _("Your password is set. Sign in with it."))
            return redirect("people:sign_in")
        except Refusal as refusal:
            form.add_error("new", str(refusal))
    facts = {"form": form, "account": invitation.account}
    return _unkept(render(request, "people/welcome.html", facts, status=422 if form.errors else 200))


def _unkept(response: HttpResponse) -> HttpResponse:
    # Not no-referrer: under it a browser sends the form with "Origin: null", which the check against forgery refuses. The house's own
    # policy, same-origin, tells the link's address to nobody else either.
    response["Cache-Control"] = "no-store"
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
        wanted = request.session.get("wanted", "")
        if factors.holds(account, form.cleaned_data["code"]):
            return _admit(request, account, wanted)
        journal(request, account.username, "second factor refused")
        form.add_error("code", _("This code is wrong or used up. Wait for the next one."))
    return render(request, "people/second_factor.html", {"form": form}, status=422 if form.errors else 200)


@page("/sign-out", needs=SIGNED_IN)
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this session."""
    username = request.user.get_username()
    journal(request, username, "signed out", actor=username)
    logout(request)
    live.hang_up(username)
    return redirect("people:sign_in")
