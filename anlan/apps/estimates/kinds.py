"""The models of this app, as plug-ins tell which alarms each may follow and of what is warned on its ground."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from anlan.lib.registry import Registry


@dataclass(frozen=True)
class Model:
    """A model that estimates: the verb that asks for it, the hazards whose alarms it may follow, the hazard of a warning for its ground."""

    code: str
    name: Any
    verb: str
    alarms: tuple[str, ...]
    warns: str
    source: str

    def faults(self) -> list[str]:
        """Return what is wrong with the declaration."""
        return [] if self.source else ["names no source"]


MODELS: Registry[Model] = Registry("estimates")


def of_alarm(hazard: str) -> Model | None:
    """Return the model that estimates what an alarm of a hazard may become, None where there is none."""
    return next((model for model in MODELS if hazard in model.alarms), None)
