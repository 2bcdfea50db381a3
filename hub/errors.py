"""HubError: code, message, details; the base of every anticipated failure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class ErrorDetail:
    """One finding: the JSON path where it was met and a sentence about it."""

    path: str
    message: str


class HubError(Exception):
    """A failure that was expected. status is the HTTP status the API answers with."""

    code = "INTERNAL_ERROR"
    status = 500

    def __init__(self, message: str, *, code: str | None = None, details: Sequence[ErrorDetail] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.details = tuple(details)
        if code is not None:
            self.code = code


class Invalid(HubError):
    """A request or a configuration that breaks a rule; details name each place."""

    code = "VALIDATION_ERROR"
    status = 400


class Forbidden(HubError):
    """The caller is known but may not do this."""

    code = "FORBIDDEN"
    status = 403


class NotFound(HubError):
    """No such thing in this organization; a foreign id gets the same answer."""

    code = "NOT_FOUND"
    status = 404


class Conflict(HubError):
    """The state of the thing does not allow this."""

    code = "CONFLICT"
    status = 409


class Unavailable(HubError):
    """Something the hub needs is away for the moment: the same request can succeed soon."""

    code = "DATABASE_UNAVAILABLE"
    status = 503
    headers: ClassVar[Mapping[str, str]] = {"Retry-After": "5"}
