"""Forms that count once: what a reload sends again changes nothing."""

from __future__ import annotations

import secrets
from typing import Final

from django.http import HttpRequest

from hub.web.errors import NotAcceptable

FIELD: Final = "form_mark"
"""Name of the hidden field that carries the mark."""
_KEY: Final = "form_marks"
_KEPT: Final = 10
"""Forms of one person that may be open at a time; the oldest one is asked for anew."""


def mark_of(request: HttpRequest) -> str:
    """The mark of the form to be shown: the one that was sent if it still counts, else a new one."""
    sent = request.POST.get(FIELD, "")
    marks = _marks(request)
    if sent in marks:
        return sent
    made = secrets.token_urlsafe(12)
    request.session[_KEY] = [*marks, made][-_KEPT:]
    return made


def take(request: HttpRequest) -> bool:
    """Whether the form is sent for the first time; from now on it does not count any more.

    Raises NotAcceptable for one that carries no mark: no page has made it, so nobody sent it before.
    """
    sent = request.POST.get(FIELD, "")
    if not sent:
        raise NotAcceptable(f"Nothing was done: the form came without {FIELD}. Open its page and send it from there.")
    marks = _marks(request)
    if sent not in marks:
        return False
    request.session[_KEY] = [one for one in marks if one != sent]
    return True


def _marks(request: HttpRequest) -> list[str]:
    marks = request.session.get(_KEY, [])
    return [str(one) for one in marks] if isinstance(marks, list) else []
