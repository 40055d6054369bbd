"""One reading by hand, for whoever tries the chain out: a form with a value that is already over the warning level."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anlan.apps.telemetry.intake.storing import ingest
from anlan.apps.telemetry.queries.heartbeat import with_warning_level
from anlan.apps.telemetry.rules import RawReading
from anlan.kit import clock
from anlan.kit.desk.fields import dress
from anlan.kit.pages import page
from anlan.kit.refusals import NotFound, Refusal
from anlan.kit.scope import current

UPLOAD = "telemetry.upload_readings"
#: The value that the form begins with lies so much above the warning level.
ABOVE = 0.3


class TryForm(forms.Form):
    """Which datastream, which value."""

    stream = forms.ModelChoiceField(label=gettext_lazy("Station"), queryset=None, empty_label=None)
    value = forms.FloatField(label=gettext_lazy("Value"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["stream"]
        field.queryset = with_warning_level(UPLOAD)  # type: ignore[attr-defined]
        field.label_from_instance = lambda row: f"{row.station} · {row} ({row.unit}, {row.warns_at:g})"  # type: ignore[attr-defined]


@page("test-reading", needs=UPLOAD, name="test_reading", label=gettext_lazy("Send a test reading"))
def test_reading(request: HttpRequest) -> HttpResponse:
    """Take one value of one station by hand, as of now; in a demonstration only."""
    if not settings.ANLAN_DEMO:
        raise NotFound()
    first = with_warning_level(UPLOAD).first()
    start = {"stream": first.pk, "value": round(first.warns_at + ABOVE, 2)} if first else {}
    form = dress(TryForm(request.POST or None, initial=start))
    if request.method == "POST" and form.is_valid():
        stream = form.cleaned_data["stream"]
        row = RawReading(1, stream.station.code, stream.quantity, clock.now(), form.cleaned_data["value"])
        try:
            found = ingest([row], "upload", areas=current().areas_for(UPLOAD))
            if found.rejected:
                raise Refusal(found.rejected[0].reason)
            text = _("%(station)s: %(value)g %(unit)s is taken in. What follows appears below within a few seconds.")
            messages.success(request, text % {"station": stream.station, "value": row.value, "unit": stream.unit})
            return redirect(settings.LOGIN_REDIRECT_URL)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    return render(request, "telemetry/try.html", {"form": form}, status=422 if form.errors else 200)
