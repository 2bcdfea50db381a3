"""Wish: what one row of a file asks for, read by the types of the schema; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from hub.entities.documents import SYSTEM_MEMBERS
from hub.entities.identity import identifying_text
from hub.entities.schemas import Schema
from hub.entities.schemas.fitting import shown, types_of
from hub.entities.system_attributes import SYSTEM_ATTRIBUTES
from hub.entities.transfer.cells import NUMBERS
from hub.entities.transfer.further import FURTHER, LONGEST_ATTRIBUTE, further_members
from hub.entities.transfer.read_rows import Row, Rows, wrong_file
from hub.entities.transfer.reading import Parse, Unreadable, refuse_thousands, value_of
from hub.entities.transfer.tables import GERMAN_DELIMITER
from hub.errors import ErrorDetail, HubError, Invalid
from hub.json_types import JSONObject, JSONValue

FAILED_COLUMNS: Final = ("_row", "_reason")
"""What a file of failed rows says beside them; such a file can be corrected and imported as it is."""
IGNORED: Final = ((SYSTEM_MEMBERS | SYSTEM_ATTRIBUTES) - {"_tags", "_id"}) | {*FAILED_COLUMNS}
"""Columns of an export that nobody can write; _id may find an entity, and is never written."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a row: the column, or none for the row as a whole, and what to do about it."""

    column: str
    code: str
    message: str
    advice: str


@dataclass(slots=True)
class Wish:
    """A row as attributes. cells: the text of each attribute, where the file is a table."""

    row: int
    attributes: JSONObject = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)
    identifiers: dict[str, str] = field(default_factory=dict)
    problems: dict[str, Problem] = field(default_factory=dict)
    """By attribute; "" for the row as a whole."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How the columns of a file become attributes of a schema."""

    schema: Schema
    columns: Mapping[str, str]
    """Column → attribute."""
    unique_key: Sequence[str]
    ignored: Sequence[str]
    """Columns that nothing is read from; "" for each that has no name."""
    is_german: bool = False
    """Whether the file is divided by semicolons, as spreadsheets do that write 1.000 for a thousand."""

    @classmethod
    def of(
        cls, schema: Schema, rows: Rows, mapping: Mapping[str, str] | None, unique_key: Sequence[str] | None
    ) -> Plan:
        """Columns by mapping, or by their own names; the key as given, else _id, else the schema's first identifier.

        Raises Invalid for a mapping or a key of columns that the file does not have.
        """
        wanted = {column: column for column in rows.columns} if mapping is None else dict(mapping)
        _check_mapping(wanted, rows.columns)
        columns = {column: attribute for column, attribute in wanted.items() if attribute not in IGNORED}
        key = list(unique_key) if unique_key else _default_key(schema, [*columns.values()])
        absent = [name for name in key if name not in columns.values()]
        if absent:
            raise _wrong("unique_key", f"the file has no column for {', '.join(absent)}")
        ignored = [column for column in rows.columns if column not in columns] + [""] * rows.nameless
        return cls(schema, columns, key, ignored, is_german=rows.is_table and rows.delimiter == GERMAN_DELIMITER)

    @property
    def unknown(self) -> list[str]:
        """Columns whose attribute the schema does not have; they are read as texts, or as they are in JSON."""
        known = types_of(self.schema).keys() | {"_id", FURTHER}
        return [column for column, attribute in self.columns.items() if attribute not in known]

    def wish_of(self, row: Row, parse: Parse, *, is_table: bool) -> Wish:
        """What the row asks for, with every problem that it has; empty cells ask for nothing."""
        wish = Wish(row.number)
        if row.problem:
            advice = "Correct the row and import it again."
            wish.problems[""] = Problem("", "ROW_UNREADABLE", row.problem, advice)
            return wish
        for column, attribute in self.columns.items():
            value = row.values.get(column)
            if is_table:
                self._read(wish, column, attribute, value if isinstance(value, str) else "", parse)
            elif column in row.values:
                self._take(wish, column, attribute, value)
        if wish.attributes.get("_tags") == []:
            # Every entity is shown with tags; sending the empty list back is no change.
            del wish.attributes["_tags"]
        self._identify(wish)
        return wish

    def kind_of(self, attribute: str) -> str:
        """The kind of an attribute's type; of one that the schema does not know: a text."""
        typed = types_of(self.schema).get(attribute)
        return "string" if typed is None else typed.type.kind

    def column_of(self, attribute: str) -> str:
        """The column that an attribute is read from, which may be that of all further ones."""
        by_attribute = {name: column for column, name in self.columns.items()}
        return by_attribute.get(attribute) or by_attribute.get(FURTHER, "")

    def _read(self, wish: Wish, column: str, attribute: str, text: str, parse: Parse) -> None:
        if not text.strip():
            return
        try:
            if attribute == FURTHER:
                self._take(wish, column, attribute, parse(text.encode()))
                return
            wish.cells[attribute] = text
            if self.is_german:
                refuse_thousands(text, self.kind_of(attribute))
            wish.attributes[attribute] = value_of(text, self.kind_of(attribute), parse)
        except Unreadable as error:
            wish.problems[attribute] = misread(column, f"{column} is {shown(text)}, but must be {error}.")
        except HubError as error:
            wish.problems[attribute] = misread(column, f"{column} is no JSON: {error.message}")

    def _take(self, wish: Wish, column: str, attribute: str, value: JSONValue) -> None:
        """A value as it is; in the column of further attributes one of each."""
        if attribute != FURTHER:
            wish.attributes[attribute] = value
            return
        try:
            wish.attributes |= further_members(value, self.columns.values())
        except Unreadable as error:
            wish.problems[attribute] = misread(column, f"{column} is {shown(value)}, but must be {error}.")

    def _identify(self, wish: Wish) -> None:
        """Take the identifiers, as texts, and _id out of the attributes."""
        for name in self.unique_key:
            text = _key_text(self.kind_of(name), wish, name)
            if not text:
                column = self.column_of(name)
                message = f"{column} is empty, so nobody can tell which {self.schema.slug} is meant."
                advice = "Fill it in, or choose another unique_key."
                wish.problems.setdefault(name, Problem(column, "MISSING_UNIQUE_IDENTIFIERS", message, advice))
            wish.identifiers[name] = text
        wish.attributes.pop("_id", None)
        wish.cells.pop("_id", None)


def misread(column: str, message: str) -> Problem:
    """A value that does not fit its attribute."""
    return Problem(
        column, "ATTRIBUTE_TYPE_MISMATCH", message, "Correct the cell, or map the column to another attribute."
    )


def _key_text(kind: str, wish: Wish, name: str) -> str:
    """A number is looked for as it is written: 042 and 42 are two."""
    if name in wish.cells and kind in NUMBERS and wish.cells[name].strip().isdigit():
        return wish.cells[name].strip()
    value: JSONValue = wish.attributes.get(name, wish.cells.get(name))
    return identifying_text(value) or ""


def _default_key(schema: Schema, attributes: Sequence[str]) -> list[str]:
    candidates = [name for name in ("_id", *schema.identifiers) if name in attributes]
    if not candidates:
        known = ", ".join(schema.identifiers) or "_id"
        raise _wrong("unique_key", f"name the attributes that tell entities apart, such as {known}")
    return candidates[:1]


def _check_mapping(mapping: Mapping[str, str], columns: Sequence[str]) -> None:
    absent = [column for column in mapping if column not in columns]
    if absent:
        raise _wrong("mapping", f"the file has no column {', '.join(absent[:5])}")
    targets = list(mapping.values())
    repeated = sorted({name for name in targets if targets.count(name) > 1})
    if repeated:
        raise _wrong("mapping", f"several columns lead to {', '.join(repeated[:5])}")
    nameless = [name for name in targets if not 0 < len(name) <= LONGEST_ATTRIBUTE]
    if nameless:
        text = f"the name of an attribute has 1 to {LONGEST_ATTRIBUTE} characters, which {shown(nameless[0])} has not"
        raise wrong_file(f"{text}; leave it out by the mapping")


def _wrong(path: str, message: str) -> Invalid:
    return Invalid(f"{path}: {message}.", details=[ErrorDetail(path, message)])
