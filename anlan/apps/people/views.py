"""Pages of people: sign-in with second factor, the own account, sessions, access, accounts by spreadsheet."""

from __future__ import annotations

import base64
import io
from typing import Any

import qrcode
import qrcode.image.svg
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_otp import login as otp_login
from django_otp.plugins.otp_totp.models import TOTPDevice

from anlan.apps.people import actions, issue, queries
from anlan.apps.people.forms import CodeForm, EnrolForm, IssueForm, PasswordForm, SignInForm
from anlan.apps.people.models import Account, Role
from anlan.kit import clock
from anlan.kit.desk.forms import dress
from anlan.kit.refusals import NotAuthorised, Refusal
from anlan.kit.scope import Scope, current, entered


def _journal(request: HttpRequest, username: str, outcome: str) -> None:
    with entered(Scope.everything(username or "anonymous")):
        actions.note_sign_in(username=username, address=request.META.get("REMOTE_ADDR", ""), outcome=outcome)


@login_not_required
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for user name and password; with a second factor enrolled, for its code next."""
    form = dress(SignInForm(request.POST or None))
    demo = queries.demo_accounts() if settings.ANLAN_DEMO else []
    if request.method == "POST" and form.is_valid():
        account = authenticate(request, **form.cleaned_data)
        if account is None:
            _journal(request, form.cleaned_data["username"], "refused")
            form.add_error(
                None, _("User name or password is wrong. After five wrong tries the account is locked for a quarter of an hour.")
            )
        elif TOTPDevice.objects.filter(user=account, confirmed=True).exists():
            request.session["half_signed_in"] = account.pk
            return redirect("people:second_factor")
        else:
            return _admit(request, account)
    return render(request, "people/sign_in.html", {"form": form, "demo": demo}, status=200 if request.method == "GET" else 401)


def _admit(request: HttpRequest, account: Any) -> HttpResponse:
    wanted = request.GET.get("next", "")
    login(request, account, backend="django.contrib.auth.backends.ModelBackend")
    request.session["agent"] = request.META.get("HTTP_USER_AGENT", "")[:150]
    request.session["address"] = request.META.get("REMOTE_ADDR", "")
    request.session["since"] = clock.real_now().isoformat()
    _journal(request, account.username, "signed in")
    if account.must_change_password:
        return redirect("people:password")
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
    return redirect(wanted if wanted and safe else settings.LOGIN_REDIRECT_URL)


@login_not_required
def second_factor(request: HttpRequest) -> HttpResponse:
    """Ask for the code of the second factor."""
    account = Account.objects.filter(pk=request.session.get("half_signed_in")).first()
    if account is None:
        return redirect("people:sign_in")
    form = dress(CodeForm(request.POST or None))
    if request.method == "POST" and form.is_valid():
        device = TOTPDevice.objects.filter(user=account, confirmed=True).first()
        if device is not None and device.verify_token(form.cleaned_data["code"]):
            response = _admit(request, account)
            otp_login(request, device)
            return response
        form.add_error("code", _("This code is wrong or used up. Wait for the next one."))
    return render(request, "people/second_factor.html", {"form": form})


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this session."""
    _journal(request, request.user.get_username(), "signed out")
    logout(request)
    return redirect("people:sign_in")


def me(request: HttpRequest) -> HttpResponse:
    """Show the own account: authority with its reasons, sessions, second factor."""
    sessions = [s for s in _sessions() if s["user"] == str(request.user.pk)]
    facts = {
        "why": queries.why(username=request.user.get_username()),
        "sessions": sessions,
        "totp": TOTPDevice.objects.filter(user=request.user, confirmed=True).exists(),
        "post": queries.post(current().post),
    }
    return render(request, "people/me.html", facts)


def _sessions() -> list[dict[str, Any]]:
    found = []
    for session in Session.objects.filter(expire_date__gt=clock.real_now()):
        data = session.get_decoded()
        found.append(
            {
                "key": session.session_key,
                "user": data.get("_auth_user_id", ""),
                "agent": data.get("agent", ""),
                "address": data.get("address", ""),
                "since": data.get("since", ""),
            }
        )
    return found


@require_POST
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """End every other session of the own account."""
    keys = [s["key"] for s in _sessions() if s["user"] == str(request.user.pk) and s["key"] != request.session.session_key]
    Session.objects.filter(session_key__in=keys).delete()
    _journal(request, request.user.get_username(), f"ended {len(keys)} other sessions")
    messages.success(request, _("Every other session has been ended."))
    return redirect("people:me")


def password(request: HttpRequest) -> HttpResponse:
    """Change the own password."""
    form = dress(PasswordForm(request.POST or None))
    if request.method == "POST" and form.is_valid():
        account: Any = request.user
        if not account.check_password(form.cleaned_data["old"]):
            form.add_error("old", _("This is not your present password."))
        else:
            try:
                with entered(Scope.everything(account.username)):
                    changed = actions.set_password(account=account.pk, password=form.cleaned_data["new"])
                update_session_auth_hash(request, changed)
                messages.success(request, _("Your password has been changed."))
                return redirect("people:me")
            except Refusal as refusal:
                form.add_error("new", str(refusal))
    return render(request, "people/password.html", {"form": form}, status=422 if form.errors else 200)


def enrol(request: HttpRequest) -> HttpResponse:
    """Enrol a second factor: scan the code, then prove it works."""
    device, _made = TOTPDevice.objects.get_or_create(user=request.user, confirmed=False, defaults={"name": "phone"})
    form = dress(EnrolForm(request.POST or None))
    if request.method == "POST" and form.is_valid():
        account: Any = request.user
        if not account.check_password(form.cleaned_data["password"]):
            form.add_error("password", _("This is not your present password."))
        elif device.verify_token(form.cleaned_data["code"]):
            TOTPDevice.objects.filter(user=request.user, confirmed=True).delete()
            device.confirmed = True
            device.save()
            _journal(request, request.user.get_username(), "second factor enrolled")
            messages.success(request, _("The second factor is on. You will be asked for a code at every sign-in."))
            return redirect("people:me")
        else:
            form.add_error("code", _("This code is wrong or used up. Wait for the next one."))
    picture = io.BytesIO()
    qrcode.make(device.config_url, image_factory=qrcode.image.svg.SvgPathImage).save(picture)
    return render(
        request,
        "people/enrol.html",
        {"form": form, "qr": base64.b64encode(picture.getvalue()).decode(), "secret": base64.b32encode(device.bin_key).decode()},
    )


def access(request: HttpRequest) -> HttpResponse:
    """Answer "who may do what here, and why"."""
    if not current().areas_for("people.view_grant"):
        raise NotAuthorised(_("Your role does not include reading this."))
    area, permission, username = (request.GET.get(name, "").strip() for name in ("area", "permission", "username"))
    known = sorted({p for r in Role.objects.all() for p in r.permissions})
    found = (
        queries.why(area, permission, username, current().areas_for("people.view_grant"))
        if any((area, permission, username))
        else []
    )
    return render(
        request,
        "people/access.html",
        {"found": found, "area": area, "permission": permission, "username": username, "known": known},
    )


def issue_accounts(request: HttpRequest) -> HttpResponse:
    """Issue accounts from a spreadsheet: all or none, every fault named, first passwords shown once."""
    form = dress(IssueForm(request.POST or None, request.FILES or None))
    found = None
    if not current().areas_for("people.add_account"):
        raise NotAuthorised(_("Your role does not include this."))
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            found = issue.from_spreadsheet(file.name, file.read())
        except Refusal as refusal:
            form.add_error("file", str(refusal))
    return render(
        request, "people/issue.html", {"form": form, "found": found, "columns": issue.COLUMNS}, status=422 if form.errors else 200
    )
