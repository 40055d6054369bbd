"""Intake: deliveries decoded, checked on arrays and stored in bulk; the one writer beside actions (telemetry is never journalled)."""
