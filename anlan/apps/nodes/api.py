"""The door to nodes."""

from anlan.apps.nodes.queries import claim, unknown

__all__ = ["claim", "unknown"]
