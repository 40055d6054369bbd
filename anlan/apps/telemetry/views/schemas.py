"""The shapes of the bodies and answers of telemetry's own endpoints, for the API document."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from anlan.kit.desk.problems import ProblemSerializer


class ReadingSerializer(serializers.Serializer[Any]):
    """One value of one quantity at one station at one instant."""

    station = serializers.CharField()
    quantity = serializers.CharField(help_text="water_level, flow or rain")
    time = serializers.CharField(help_text="ISO 8601 with its offset")
    value = serializers.FloatField()
    estimated = serializers.BooleanField(required=False)
    unit = serializers.CharField(
        required=False, help_text="The unit of the value, where it is not the quantity's own: cm, mm, l/s …"
    )
    period = serializers.CharField(required=False, help_text="What a sum is over: PT1H, P1D")


class ReadingsSerializer(serializers.Serializer[Any]):
    """Readings delivered together."""

    readings = ReadingSerializer(many=True)


class RejectedSerializer(serializers.Serializer[Any]):
    """A row that was not taken, and why."""

    line = serializers.IntegerField()
    reason = serializers.CharField()


class CountsSerializer(serializers.Serializer[Any]):
    """What became of the rows."""

    accepted = serializers.IntegerField(required=False)
    duplicate = serializers.IntegerField(required=False)
    corrected = serializers.IntegerField(required=False)
    forecasts = serializers.IntegerField(required=False)
    rejected = RejectedSerializer(many=True)


class IntakeSerializer(CountsSerializer):
    """What became of delivered readings."""

    batch = serializers.IntegerField(allow_null=True)


class NotTakenSerializer(ProblemSerializer, CountsSerializer):
    """Why no reading of a delivery was taken; a body that cannot be read at all has no rows to name."""

    batch = serializers.IntegerField(required=False, allow_null=True)
    rejected = RejectedSerializer(many=True, required=False)


class UploadedSerializer(CountsSerializer):
    """What became of an uploaded file, or with ?check=1 would."""

    batch = serializers.IntegerField(required=False, allow_null=True)
    ready = serializers.IntegerField(required=False)


class ClockSerializer(serializers.Serializer[Any]):
    """How far a sender's clock is from ours."""

    behind_seconds = serializers.FloatField(help_text="Running median of received − observed; negative: ahead")
    deliveries = serializers.IntegerField(help_text="How many deliveries it was measured on")
    wrong_since = serializers.DateTimeField(allow_null=True, help_text="Since when it is beyond the city's limit")


class SenderSerializer(serializers.Serializer[Any]):
    """A sender of readings, its counts of thirty days and its clock."""

    connector = serializers.CharField()
    sender = serializers.CharField()
    last = serializers.DateTimeField()
    deliveries = serializers.IntegerField()
    accepted = serializers.IntegerField()
    rejected = serializers.IntegerField()
    clock = ClockSerializer(allow_null=True)
