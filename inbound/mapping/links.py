"""Link: a field whose value is the address under which a file proxy gives out a file (mapping.md section 10)."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from hub.entities.keys import string_form
from hub.json_types import JSONValue
from hub.jsonata.engine import Context
from hub.jsonata.undefined import UNDEFINED
from inbound.configuration.links import FileProxyUrl, Param
from inbound.configuration.sources import FromExpression
from inbound.mapping.compiler import Compiler
from inbound.mapping.notes import Notes, Place
from inbound.mapping.result import encode_value
from inbound.mapping.values import reader_of

DOWNLOAD = "/download"


class Link:
    """A field with file_proxy_url."""

    def __init__(self, link: FileProxyUrl, place: Place, compiler: Compiler) -> None:
        lookups = compiler.lookups
        named = ("useCaseSlug", link.use_case_slug) if link.use_case_slug else ("useCaseId", link.use_case_id)
        self._place = place
        self._base = lookups.file_proxy_base
        self._standard = [("orgId", lookups.organization_id), ("integrationId", lookups.integration_id), named]
        self._params = [(param, reader_of(param.source, param.at, compiler.compile)) for param in link.params]

    def find(self, context: Context, payload: JSONValue, notes: Notes) -> Any:
        """The address, its parameters in their order; UNDEFINED where nobody knows the hub's own, as in simulation.

        Any: a text or UNDEFINED.
        """
        if self._base is None:
            if not notes.advises:
                message = "the public address of the hub is not known; the attribute was left out"
                notes.warn(self._place.schema, message, field=self._place.attribute)
            return UNDEFINED
        found = [(param, read(context, payload)) for param, read in self._params]
        for param, value in found:
            self._tell(param, value, notes)
        told = [(param.name, _text(value)) for param, value in found if value is not UNDEFINED and value is not None]
        return f"{self._base.rstrip('/')}{DOWNLOAD}?{urlencode([*self._standard, *told], quote_via=quote, safe='')}"

    def _tell(self, param: Param, value: Any, notes: Notes) -> None:
        """A parameter without a value is left out; one that is computed should have had one. Any: as above."""
        if value is UNDEFINED and isinstance(param.source, FromExpression):
            notes.found_nothing(self._place, param.source.text)


def _text(value: JSONValue) -> str:
    """A text as it is, a whole number without fraction, everything else as JSON."""
    if isinstance(value, str):
        return value
    plain = string_form(value)
    return encode_value(value).decode() if plain is None else plain
