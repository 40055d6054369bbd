"""Forms of people that no verb makes: sign-in, second factor, password, tokens."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

#: Six digits, or a recovery code.
CODE = r"^\s*(\d{6}|([a-zA-Z2-7]{4}[- ]?){6})\s*$"


class SignInForm(forms.Form):
    """User name and password."""

    username = forms.CharField(
        label=_("User name"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True})
    )
    password = forms.CharField(
        label=_("Password"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )


class CodeForm(forms.Form):
    """The six digits of the second factor, or a recovery code."""

    code = forms.RegexField(
        CODE,
        label=_("Six-digit code, or a recovery code"),
        widget=forms.TextInput(attrs={"inputmode": "text", "autocomplete": "one-time-code", "autofocus": True}),
        error_messages={"invalid": _("Enter the six digits of the app, or a recovery code of six groups of four.")},
    )

    def clean_code(self) -> str:
        """Return the code without the blanks around it."""
        return str(self.cleaned_data["code"]).strip()


class ProveForm(forms.Form):
    """The password again: a session left open must not change how an account signs in."""

    password = forms.CharField(
        label=_("Present password"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )


def _present() -> forms.RegexField:
    return forms.RegexField(
        CODE,
        label=_("Present six-digit code, or a recovery code"),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code"}),
        error_messages={"invalid": _("Enter the six digits of the app, or a recovery code of six groups of four.")},
    )


class EnrolForm(ProveForm):
    """A code of the new device, and the password again; with the present factor where one is replaced."""

    code = forms.RegexField(
        r"^\d{6}$",
        label=_("Six-digit code"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )

    def __init__(self, *args: Any, renews: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if renews:
            self.fields["code"].label = _("Six-digit code of the new device")
            self.fields["present"] = _present()


class DropFactorForm(ProveForm):
    """The password and the factor that is to go: a password alone must not do it."""

    present = _present()


class TokenForm(ProveForm):
    """What an API token is for, what it may do, and how long it lives."""

    field_order = ["name", "permissions", "days", "password"]

    name = forms.CharField(label=_("What for"), max_length=60, help_text=_("The program that will use it."))
    permissions = forms.MultipleChoiceField(
        label=_("What it may do"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose what the token may do.")},
    )
    days = forms.TypedChoiceField(
        label=_("Valid for"), choices=[(30, _("30 days")), (90, _("90 days")), (180, _("180 days"))], coerce=int
    )

    def __init__(self, choices: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["permissions"].choices = choices  # type: ignore[attr-defined]


class WelcomeForm(forms.Form):
    """A password of one's own, twice: the first one, or the first after a reset."""

    new = forms.CharField(
        label=_("New password"),
        max_length=256,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "autofocus": True}),
        help_text=_("At least twelve characters: a few words are best. Not only digits, no common password, no keyboard rows."),
    )
    again = forms.CharField(
        label=_("New password again"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def clean_again(self) -> str:
        """Check that both new passwords are the same."""
        if self.cleaned_data.get("new") != self.cleaned_data["again"]:
            raise forms.ValidationError(_("The two new passwords differ."))
        return str(self.cleaned_data["again"])


class PasswordForm(WelcomeForm):
    """The old password and a new one, twice."""

    field_order = ["old", "new", "again"]

    old = forms.CharField(
        label=_("Present password"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
