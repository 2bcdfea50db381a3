"""What the pages of the environment call things: types of variables, places that refer to them, whether one is set."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hub.accounts.grants import Capability
from hub.api.throttling import count_environment_write
from hub.environments.models import VariableType
from hub.environments.operations.author import Author
from hub.environments.uses import Place
from hub.web.access import may
from hub.web.requests import HubRequest
from integrations.environment_overview import Holding
from integrations.ui.detail import author_of

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

PLACES: Final[dict[str, _StrPromise]] = {
    "integration": _("integration"),
    "use case": _("use case"),
    "webhook": _("webhook"),
    "automation": _("automation"),
    "core event": _("core event"),
}
HOLDINGS: Final = {
    Holding.SET: ("success", _("Set")),
    Holding.EMPTY: ("draft", _("No value")),
    Holding.UNREADABLE: ("error", _("Cannot be decrypted")),
}
"""The status whose look it has, and its word."""


@dataclass(frozen=True, slots=True)
class KindWords:
    """A type of variable. does: what it is for."""

    key: str
    label: _StrPromise
    does: _StrPromise


KINDS: Final = {
    one.key: one
    for one in (
        KindWords(
            VariableType.STRING, _("String"), _("A text such as a host name or an id, which expressions see too.")
        ),
        KindWords(
            VariableType.SECRET,
            _("Secret"),
            _("A password, key or token. It goes in and never comes out: the hub uses it, nobody gets to see it."),
        ),
        KindWords(VariableType.TEXT, _("Text"), _("A longer text of several lines.")),
        KindWords(VariableType.NUMBER, _("Number"), _("A number, which expressions calculate with.")),
        KindWords(VariableType.BOOLEAN, _("Boolean"), _("True or false.")),
        KindWords(
            VariableType.JSON, _("JSON"), _("An object of any shape, such as a table that mappings look things up in.")
        ),
        KindWords(VariableType.MAP, _("Map"), _("Names with one text, number, true or false each.")),
        KindWords(VariableType.LINK, _("Link"), _("A web address with what it is called.")),
        KindWords(VariableType.LIST, _("List"), _("Up to 100 values of one type.")),
    )
}


def writer_of(request: HubRequest) -> Author:
    """The signed-in person as the operations of the environment know them, now.

    Counts one change, as the API does. Raises RateLimited when the organization wrote too often.
    """
    author = author_of(request)
    count_environment_write(author.organization.pk, author.at)
    is_owner = may(request, Capability.OWNER)
    return Author(organization=author.organization, actor=author.actor, is_owner=is_owner, at=author.at)


def linked(places: Iterable[Place]) -> list[dict[str, str]]:
    """Each place with its kind in words and the address of its page."""
    return [
        {
            "kind": str(PLACES.get(place.kind, place.kind)),
            "name": place.name,
            "url": reverse(place.url_name, args=place.url_args),
        }
        for place in places
    ]


def kind_label(type: str) -> str:
    """What people call a type."""
    words = KINDS.get(type)
    return str(words.label) if words else type
