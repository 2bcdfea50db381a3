"""DatabaseWrapper: Django's connection, whose health is read from its socket where that tells enough."""

from __future__ import annotations

import select
from typing import Final

from django.db.backends.postgresql import base

from hub import clock

ASKED_EVERY_S: Final = 30.0
"""A peer that ends a connection says so, and that stands in the socket. One that vanished from the network says
nothing: for its sake the server is asked as often as this."""


class DatabaseWrapper(base.DatabaseWrapper):
    """Django sends ``SELECT 1`` before the first statement of each request: of a managed call it was a sixth."""

    health_check_enabled: bool
    health_check_done: bool
    _asked_at = float("-inf")

    def close_if_health_check_failed(self) -> None:
        """Once for each request, as Django has it; a connection that is gone is replaced before it is used."""
        if self.connection is None or not self.health_check_enabled or self.health_check_done:
            return
        if clock.monotonic() - self._asked_at < ASKED_EVERY_S and self._is_quiet():
            self.health_check_done = True
            return
        super().close_if_health_check_failed()
        self._asked_at = clock.monotonic()

    def _is_quiet(self) -> bool:
        """Whether nothing came that nobody asked for: no end, no word of a server that goes."""
        if self.connection.closed:
            return False
        poll = select.poll()
        poll.register(self.connection.fileno(), select.POLLIN)
        return not poll.poll(0)
