"""claims_of: the identifiers among some attributes that no two live entities of a schema may share; pure."""

from __future__ import annotations

from collections.abc import Collection

from hub.entities.keys import ITEM_TEXTS, string_form
from hub.entities.schemas import Schema
from hub.entities.schemas.fitting import types_of
from hub.json_types import JSONObject


def claims_of(schema: Schema, attributes: JSONObject, *, but: Collection[str] = ()) -> dict[str, str]:
    """Declared identifier → string form of its value, in the order of the schema; without those named by but.

    E-mail addresses and phone numbers are nobody's alone: people share them.
    """
    types = types_of(schema)
    values = {name: string_form(attributes.get(name)) for name in schema.identifiers if name not in but}
    return {name: text for name, text in values.items() if text is not None and types[name].type.kind not in ITEM_TEXTS}
