"""Forms of people: sign-in, second factor, password, accounts, grants, hand-over."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from anlan.apps.people.kinds import sector_choices
from anlan.apps.people.models import Account, Person, Post, Role
from anlan.apps.people.trust import ways_to
from anlan.kit.records import readable

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


class IssueForm(forms.Form):
    """A spreadsheet of accounts."""

    file = forms.FileField(label=_("Spreadsheet (CSV or Excel)"), widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"}))


def _day(label: Any, *, required: bool = True) -> forms.DateField:
    return forms.DateField(label=label, required=required, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class GrantForm(forms.Form):
    """Which role over which area and sector, from when to when, and why."""

    role = forms.ChoiceField(label=_("Role"))
    over = forms.RegexField(r"^\d{2,12}$", label=_("Over (division code)"), help_text=_("4418 is the city, 441802 Qingcheng."))
    sector = forms.ChoiceField(label=_("In one sector only"), required=False)
    post_code = forms.ChoiceField(
        label=_("Comes with the post"), required=False, help_text=_("It moves to the successor when the post is handed over.")
    )
    valid_from = _day(_("From"))
    valid_to = _day(_("Last day"), required=False)
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [("", "—"), *((r.code, str(r)) for r in Role.objects.all())]  # type: ignore[attr-defined]
        self.fields["sector"].choices = [("", _("Every sector")), *sector_choices()]  # type: ignore[attr-defined]
        self.fields["post_code"].choices = [("", _("No post")), *post_choices()]  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """Return the keywords of the verb."""
        return dict(self.cleaned_data)


def post_choices() -> list[tuple[str, str]]:
    """Return the posts that the viewer may see, by code."""
    rows = readable(Post).select_related("organisation").order_by("area", "code")
    return [(p.code, f"{p} · {p.organisation}") for p in rows]


class IssueOneForm(GrantForm):
    """An account with its first role."""

    field_order = ["username", "display_name", "display_name_en", "area", "post_code", "person", "role", "over", "sector"]

    username = forms.RegexField(
        r"^[A-Za-z0-9_.@-]{2,60}$", label=_("User name"), help_text=_("Letters, digits and . _ - @; it cannot be changed later.")
    )
    display_name = forms.CharField(label=_("Displayed name"), max_length=100)
    display_name_en = forms.CharField(label=_("Displayed name in English"), max_length=100, required=False)
    area = forms.RegexField(r"^\d{2,12}$", label=_("Belongs to"))
    person = forms.ChoiceField(label=_("Person"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = [("", _("No person")), *person_choices()]  # type: ignore[attr-defined]

    def row(self) -> dict[str, Any]:
        """Return the row that a spreadsheet would have."""
        found = dict(self.cleaned_data)
        return {**found, "post": found.pop("post_code")}


def person_choices() -> list[tuple[str, str]]:
    """Return the persons that the viewer may see, by code, with the post they hold."""
    found = readable(Person).select_related("post").order_by("area", "name")
    return [(p.code, f"{p} · {p.post}" if p.post else str(p)) for p in found]


class ResetForm(forms.Form):
    """Where the owner's link goes, why, and whether the second factor is lost too."""

    contact = forms.TypedChoiceField(label=_("The link to choose a new password goes"), coerce=int)
    drop_second_factor = forms.BooleanField(label=_("The second factor is lost too: take it off"), required=False)
    reason = forms.CharField(
        label=_("Reason"), max_length=200, help_text=_("How did you make sure that it is really the owner who asks?")
    )

    def __init__(self, account: Account, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contact"].choices = ways_to(account)  # type: ignore[attr-defined]


class HandOverForm(forms.Form):
    """From whom a post goes to whom, and why."""

    from_person = forms.ChoiceField(label=_("From"), required=False)
    to_person = forms.ChoiceField(label=_("To"))
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, post: Post, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        holders = [(p.code, str(p)) for p in post.holders.all()]
        taken = {code for code, _name in holders}
        self.fields["from_person"].initial = holders[0][0] if holders else ""
        self.fields["from_person"].choices = [*holders, ("", _("Nobody: it is vacant"))]  # type: ignore[attr-defined]
        others = [c for c in person_choices() if c[0] not in taken]
        self.fields["to_person"].choices = [("", "—"), *others]  # type: ignore[attr-defined]

    def values(self) -> dict[str, str]:
        """Return the keywords of the verb."""
        return dict(self.cleaned_data)
