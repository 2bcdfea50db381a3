"""What tells an entity from others where somebody asks for it by values: the keys of an upsert."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from hub.accounts.models import Organization
from hub.entities.keys import ITEM_TEXTS, string_form
from hub.entities.models import EntityKeyIndex
from hub.entities.schemas.book import book_of
from hub.entities.schemas.fitting import shown
from hub.errors import ErrorDetail, Invalid
from hub.json_types import JSONValue

MOST_UNIQUE_KEYS: Final = 10


def identifying_text(value: JSONValue) -> str | None:
    """The string form of a value; of a list of e-mail addresses or phone numbers the first one."""
    if isinstance(value, list):
        texts = (item[name] for item in value if isinstance(item, dict) for name in ITEM_TEXTS if name in item)
        return next((text for member in texts if (text := string_form(member))), None)
    return string_form(value)


def unique_text(name: str, value: JSONValue) -> str:
    """The text by which an upsert looks for a value, empty for none. Raises Invalid for what can be none."""
    text = identifying_text(value)
    if text is None and value and isinstance(value, list | dict):
        message = f"identifies, but is {shown(value)}: a single value is looked for"
        raise Invalid(f"{name} {message}.", details=[ErrorDetail(f"entity.{name}", message)])
    return text or ""


def check_unique_key(organization: Organization, schema: str, unique_key: Sequence[str]) -> None:
    """Raise Invalid for attributes that neither the schema nor a mapping knows: every key costs an index."""
    definition = book_of(organization).schema_of(schema)
    unknown = [name for name in unique_key if name != "_id" and name not in definition.attributes]
    if unknown:
        indexed = EntityKeyIndex.objects.of(organization).filter(schema=schema, attribute__in=unknown)
        unknown = sorted({*unknown} - set(indexed.values_list("attribute", flat=True)))
    if unknown:
        message = f"{schema} has no attribute {', '.join(unknown)}; add it to the schema first"
        raise Invalid(f"The unique key is wrong: {message}.", details=[ErrorDetail("unique_key", message)])
