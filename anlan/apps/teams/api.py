"""What neighbours may ask of teams."""

from __future__ import annotations

from anlan.apps.teams.actions import be_ready, send_out, withdraw
from anlan.apps.teams.choices import SENDABLE, Readiness
from anlan.apps.teams.models import Skill, Team
from anlan.apps.teams.queries import recipients, sendable

__all__ = ["SENDABLE", "Readiness", "Skill", "Team", "be_ready", "recipients", "send_out", "sendable", "withdraw"]
