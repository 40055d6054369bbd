"""The door to enterprises."""

from anlan.apps.enterprises.queries import EnterpriseFact, enterprise_at

__all__ = ["EnterpriseFact", "enterprise_at"]
