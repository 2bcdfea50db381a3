"""plan_of_form, picked_of and fields_of: which files a form carries, and what stands beside them; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson

from hub.events.shaping.plan import EXPRESSION_FAILED, Plan
from hub.http.messages import MIB
from outbound.attachments.listing import Attachment, UnknownAttachment, attachment_of
from outbound.attachments.problems import Unsuitable
from outbound.webhooks.files import CONFIG, EXTRA_FIELDS, SOURCE, FilesSent

TOO_MANY: Final = "TOO_MANY_FILES"
MOST_FIELD_BYTES: Final = 4 * MIB
"""Of all fields beside the files: as much as the body of any other delivery may have."""
_SOURCE: Final = f"{CONFIG}.{SOURCE}"
_FIELD: Final = f"{CONFIG}.{EXTRA_FIELDS}."


def plan_of_form(sent: FilesSent, environment: Mapping[str, Any]) -> Plan:  # Any: JSON values
    """The expressions of a form, under the paths by which an author knows them."""
    fields = {_FIELD + name: expression for name, expression in sent.extra_fields}
    return Plan(fields=fields | ({_SOURCE: sent.source} if sent.source else {}), environment=environment)


def picked_of(
    sent: FilesSent, values: Mapping[str, Any], attachments: Sequence[Attachment]
) -> Sequence[Attachment]:  # Any: JSON values
    """Those of the attachments that fileSource picks, in its order, each once; all without it.

    values: of the plan; what yields nothing is absent. Raises Unsuitable for anything that the event does not name, and
    for more than one where the receiver takes one.
    """
    picked = _picked(values.get(_SOURCE), attachments) if sent.source else attachments
    if len(picked) > 1 and not sent.may_be_many:
        raise Unsuitable(TOO_MANY, f"{len(picked)} files were picked, and fileFieldStrategy single sends one.")
    return picked


def _picked(value: Any, attachments: Sequence[Attachment]) -> Sequence[Attachment]:  # Any: a JSON value
    if value is None:
        return ()
    known = {one.place: one for one in attachments}
    try:
        places = dict.fromkeys(attachment_of(one).place for one in (value if isinstance(value, list) else [value]))
    except UnknownAttachment as error:
        raise Unsuitable(EXPRESSION_FAILED, f"{_SOURCE}: picks something that is no file. {error}") from None
    if not known.keys() >= places.keys():
        raise Unsuitable(EXPRESSION_FAILED, f"{_SOURCE}: picks a file that event_attachments does not name.")
    return [known[place] for place in places]


def fields_of(sent: FilesSent, values: Mapping[str, Any]) -> bytes:  # Any: JSON values
    """The fields beside the files as a JSON object of texts, in the order of the configuration.

    What yields nothing or null is left out. Raises Unsuitable for a list or an object, and for too much.
    """
    found = {name: values.get(_FIELD + name) for name, _ in sent.extra_fields}
    nested = next((name for name, value in found.items() if isinstance(value, list | dict)), None)
    if nested is not None:
        raise Unsuitable(
            EXPRESSION_FAILED, f"{_FIELD}{nested}: yields a list or an object; a field of a form is one value."
        )
    body = orjson.dumps({name: _text(value) for name, value in found.items() if value is not None})
    if len(body) > MOST_FIELD_BYTES:
        raise Unsuitable(EXPRESSION_FAILED, f"{_FIELD[:-1]}: yield more than {MOST_FIELD_BYTES} bytes together.")
    return body


def _text(value: object) -> str:
    """As queries write them."""
    return value if isinstance(value, str) else orjson.dumps(value).decode()
