"""The door to duty."""

from anlan.apps.duty.queries import Room, own_next, room_over

__all__ = ["Room", "own_next", "room_over"]
