"""What pages call the types of components, and what they read of a call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from outbound.registered_apps.components import ACTION

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

TYPES: Final[dict[str, _StrPromise]] = {
    ACTION: _("Automation action"),
    "portal_extension": _("Portal extension"),
    "api_proxy": _("API proxy"),
}
"""As they are stored → in words."""


def type_words(kind: str) -> str:
    """One of another time as it is stored."""
    return str(TYPES.get(kind, kind))
