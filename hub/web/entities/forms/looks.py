"""Look: how a value of some kind stands in a form, how it is read back, and what it becomes; pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, NoReturn, Protocol

from django.http import QueryDict
from django.utils.translation import gettext as _

from hub.entities.keys import string_form
from hub.entities.transfer.reading import Unreadable, amount_of, exact_number, pointed
from hub.json_types import JSONValue

Row = Mapping[str, str]
Raw = str | tuple[Row, ...]
"""What stands in a form: a text, or rows of texts by part. Two that are equal mean that nobody changed anything."""

MOST_ROWS: Final = 50
"""A longer list is edited as JSON: no form of that length is read by anybody."""


class Look(Protocol):
    """name chooses the template."""

    @property
    def name(self) -> str:
        """What the template goes by."""

    def raw_of(self, value: JSONValue) -> Raw | None:
        """The form of a stored value; None where this look cannot show it without losing something."""

    def read(self, sent: QueryDict, key: str) -> Raw | None:
        """What was sent under the key; None when the form had no such input."""

    def value_of(self, raw: Raw, stored: JSONValue) -> JSONValue:
        """The value that raw means; stored is what stood there. Raises ValueError with a sentence."""


def plain(text: str) -> str:
    """Line ends as they are stored, without the character that no database keeps."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")


@dataclass(frozen=True, slots=True)
class Text:
    """One text. name: text, date, choice or truth."""

    name: str = "text"

    def raw_of(self, value: JSONValue) -> Raw | None:
        """Texts, and numbers that are texts without quotes."""
        if value is None:
            return ""
        if isinstance(value, str):
            return value if plain(value) == value else None
        return None if isinstance(value, bool) else string_form(value)

    def read(self, sent: QueryDict, key: str) -> Raw | None:
        """As it was typed."""
        return plain(str(sent[key])) if key in sent else None

    def value_of(self, raw: Raw, stored: JSONValue) -> JSONValue:
        """The text; nothing where it is empty."""
        return str(raw) or None


@dataclass(frozen=True, slots=True)
class Number(Text):
    """A number, with a decimal point or, as in an imported file, with a comma."""

    name: str = "number"

    def raw_of(self, value: JSONValue) -> Raw | None:
        """Every digit; a text of digits counts as a number."""
        if isinstance(value, int | float) and not isinstance(value, bool):
            return repr(value)
        return value if isinstance(value, str) and plain(value) == value else "" if value is None else None

    def value_of(self, raw: Raw, stored: JSONValue) -> JSONValue:
        """A JSON number where reading it as one gives the same digits back, else its digits as a text.

        Raises ValueError for anything else: whoever types can be asked, other than whoever sends an event.
        """
        if not str(raw).strip():
            return None
        text = pointed(str(raw).strip())
        if text is None:
            raise ValueError(_("This is no number. Write it as 1234.5 or as 1.234,50."))
        return text if abs(Decimal(text).adjusted()) > 300 else exact_number(text)


@dataclass(frozen=True, slots=True)
class Amount(Number):
    """Money, in minor units."""

    def value_of(self, raw: Raw, stored: JSONValue) -> JSONValue:
        """A whole number. Raises ValueError for a fraction, which somebody means who thinks of the major unit."""
        text = str(raw).strip()
        try:
            return amount_of(text) if text else None
        except Unreadable as error:
            raise ValueError(_("This must be %(expected)s.") % {"expected": error}) from error


@dataclass(frozen=True, slots=True)
class Decimals(Text):
    """A number that is kept as its digits."""

    name: str = "number"

    def value_of(self, raw: Raw, stored: JSONValue) -> JSONValue:
        """The digits as they were typed, with a decimal point. Raises ValueError for anything else, as Number does."""
        if not str(raw).strip():
            return None
        text = pointed(str(raw).strip())
        if text is None or "e" in text.lower():
            raise ValueError(_("This is no amount. Write it as 1234.50 or as 1.234,50."))
        return text.lstrip("+")


@dataclass(frozen=True, slots=True)
class Truth(Text):
    """Yes, no, or no value."""

    name: str = "truth"

    def raw_of(self, value: JSONValue) -> Raw | None:
        """The words of JSON."""
        return "" if value is None else str(value).lower() if isinstance(value, bool) else None

    def value_of(self, raw: Raw, stored: JSONValue) -> JSONValue:
        """Anything but the two words is no value."""
        return {"true": True, "false": False}.get(str(raw))


@dataclass(frozen=True, slots=True)
class Lines(Text):
    """A list of texts, one per line."""

    name: str = "lines"

    def raw_of(self, value: JSONValue) -> Raw | None:
        """The texts, unless one of them has lines itself."""
        if value is None:
            return ""
        if not isinstance(value, list) or not all(isinstance(one, str) and one.strip() for one in value):
            return None
        texts = [str(one) for one in value]
        return None if any(plain(one) != one or "\n" in one for one in texts) else "\n".join(texts)

    def value_of(self, raw: Raw, stored: JSONValue) -> JSONValue:
        """A text per line that says something."""
        return [line for line in str(raw).split("\n") if line.strip()]


@dataclass(frozen=True, slots=True)
class Json(Text):
    """Whatever JSON can say."""

    name: str = "json"

    def raw_of(self, value: JSONValue) -> Raw | None:
        """Indented."""
        return "" if value is None else json.dumps(value, ensure_ascii=False, indent=2)

    def value_of(self, raw: Raw, stored: JSONValue) -> JSONValue:
        """The value; raises ValueError with the place where the text stops being JSON."""
        if not str(raw).strip():
            return None
        try:
            value: JSONValue = json.loads(str(raw), parse_constant=_no_number)
        except json.JSONDecodeError as error:
            place = {"line": error.lineno, "column": error.colno}
            raise ValueError(
                _("This is no JSON: it goes wrong at line %(line)d, column %(column)d.") % place
            ) from error
        except RecursionError as error:
            raise ValueError(_("This has too many levels.")) from error
        return value


def _no_number(name: str) -> NoReturn:
    raise ValueError(_("%(name)s is no number that JSON knows.") % {"name": name})
