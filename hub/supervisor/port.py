"""The hub's own port: whether it is free to listen on, and whether the web server answers there."""

from __future__ import annotations

import http.client
import socket

from hub.errors import HubError

HOST = "127.0.0.1"
ANSWER_WITHIN_S = 0.5
"""A server that is still loading keeps the first request waiting; then we look after the other processes again."""


class PortTaken(HubError):
    """Another program listens on the port."""

    code = "PORT_TAKEN"


def require_free(port: int) -> None:
    """Raises PortTaken, also when the port may not be used at all."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError) as error:
            reason = error.strerror if isinstance(error, OSError) else "no such port"
            raise PortTaken(f"Port {port} cannot be used ({reason}). Set HUB_PORT to another one.") from error


def answers(port: int, name: str) -> bool:
    """Whether the web server is up: it answers /livez, with anything but a failure of its own.

    name is one of those that it answers to; a leading dot, which stands for any name below it, is left out.
    """
    connection = http.client.HTTPConnection(HOST, port, timeout=ANSWER_WITHIN_S)
    try:
        connection.request("GET", "/livez", headers={"Host": name.removeprefix(".")})
        return connection.getresponse().status < http.HTTPStatus.INTERNAL_SERVER_ERROR
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
