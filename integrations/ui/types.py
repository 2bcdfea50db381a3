"""TypeWords: what people read about each type of use case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from integrations.models import UseCaseType

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class TypeWords:
    """key is a value of UseCaseType; example says what the ready example does. others: name of a further example → what
    it is for.
    """

    key: str
    label: _StrPromise
    does: _StrPromise
    example: _StrPromise
    others: Mapping[str, _StrPromise] = field(default_factory=dict)


DISABLED = {
    UseCaseType.INBOUND.value: _("While it is disabled, events for it are stored and ignored."),
    UseCaseType.OUTBOUND.value: _("While it is disabled, nothing is delivered through it."),
    UseCaseType.MANAGED_CALL.value: _("While it is disabled, calls are refused and its schedule rests."),
    UseCaseType.FILE_PROXY.value: _("While it is disabled, no file is opened or uploaded through it."),
    UseCaseType.SECURE_PROXY.value: _("While it is disabled, requests through it are refused."),
}
"""Type of a use case → what its form says beside the box that enables it."""
WITH_EVENTS = frozenset({UseCaseType.INBOUND.value, UseCaseType.OUTBOUND.value})
"""Types whose events or deliveries are counted; the others act when somebody asks."""
TYPES = {
    words.key: words
    for words in (
        TypeWords(
            UseCaseType.INBOUND.value,
            _("Inbound"),
            _("Takes events of the ERP and turns them into entities."),
            _("The example makes a contact of each event, found again by its customer number."),
        ),
        TypeWords(
            UseCaseType.OUTBOUND.value,
            _("Outbound"),
            _("Sends a business event of the hub to the ERP."),
            _("The example hands every new contract to a webhook."),
            {"files": _("Take the files of an event to a document system")},
        ),
        TypeWords(
            UseCaseType.MANAGED_CALL.value,
            _("Managed call"),
            _("Calls the API of a partner when somebody asks, and shapes the answer."),
            _("The example looks a customer up by number."),
        ),
        TypeWords(
            UseCaseType.FILE_PROXY.value,
            _("File proxy"),
            _("Fetches a file from another system when somebody opens it, or takes the files of an event there."),
            _("The example downloads an invoice from an archive."),
            {"upload": _("Upload the files of an event instead")},
        ),
        TypeWords(
            UseCaseType.SECURE_PROXY.value,
            _("Secure proxy"),
            _("Sends requests of other use cases through a fixed address."),
            _("The example uses the static address. Which hosts it may reach, an owner says elsewhere."),
        ),
    )
}
