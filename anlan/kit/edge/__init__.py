"""The outermost layer of HTTP: what is answered when a body is too large or drips, and when the database is away, hung or full.

`Bodies` and `Away` stand in `site`, in front of Django; `copies` keeps public pages on disk for such an hour.
"""

from typing import Any


def takes(most: int) -> Any:
    """Give a view a limit of its own for the bytes of a body."""

    def mark(view: Any) -> Any:
        view.most_bytes = most
        return view

    return mark
