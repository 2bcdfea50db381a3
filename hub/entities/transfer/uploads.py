"""EntityImport on its way: kept and rehearsed, rehearsed again with other columns, written, forgotten."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from hub import ids
from hub.entities.editor import Editor
from hub.entities.models import EntityImport
from hub.entities.schemas.book import book_of
from hub.entities.transfer.columns import proposed_mapping
from hub.entities.transfer.files import rows_of_file
from hub.entities.transfer.importing import ImportRequest, import_rows
from hub.entities.transfer.read_rows import Rows
from hub.entities.transfer.reading import Parse
from hub.entities.transfer.results import ImportResult, RowResult
from hub.entities.transfer.tables import BYTE_ORDER_MARK, Table
from hub.entities.transfer.wishes import FAILED_COLUMNS
from hub.errors import Conflict, HubError, Invalid, NotFound
from hub.json_types import JSONObject

KEPT_UNWRITTEN: Final = timedelta(hours=1)
"""How long somebody may look at a rehearsal; the file holds personal data that nobody else takes care of."""
KEPT_WRITTEN: Final = timedelta(hours=24)
"""How long the report and the failed rows can be fetched."""
CUT_OFF_AFTER: Final = timedelta(minutes=10)
"""An import without a report by then was cut off, and may be repeated."""
MOST_KEPT: Final = 3
"""Imports of one person in one organization; the oldest goes first."""
LONGEST_FILE_NAME: Final = 200


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as somebody sent it; file_name is empty for pasted text."""

    schema: str
    content: bytes
    file_name: str = ""
    charset: str = "utf-8"
    unique_key: Sequence[str] = ()


def keep(*, editor: Editor, upload: Upload, parse: Parse) -> EntityImport:
    """Keep the file and what its rows would do; columns are mapped by their names.

    Raises NotFound for an unknown schema and Invalid for a file of which nothing can be read.
    """
    definition = book_of(editor.organization).find(upload.schema)
    if definition is None:
        raise NotFound(f"There is no schema {upload.schema}.")
    rows = rows_of_file(upload.content, charset=upload.charset, parse=parse)
    kept = EntityImport(
        id=ids.new_id(),
        organization=editor.organization,
        actor_id=editor.actor.id,
        schema=upload.schema,
        file_name=_plain(upload.file_name),
        content=upload.content,
        charset=upload.charset,
        mapping=proposed_mapping(definition, rows.columns),
        unique_key=list(upload.unique_key),
        created_at=editor.at,
        expires_at=editor.at + KEPT_UNWRITTEN,
    )
    kept.result = _rehearsed(editor, kept, rows, parse).as_json()
    with transaction.atomic():
        _make_room(kept)
        kept.save(force_insert=True)
    return kept


def find_import(*, editor: Editor, schema: str, import_id: UUID) -> EntityImport | None:
    """The import of this very person, or None when there is none any more; its bytes are not read."""
    mine = EntityImport.objects.of(editor.organization).filter(actor_id=editor.actor.id, schema=schema)
    return mine.filter(pk=import_id, expires_at__gt=editor.at).defer("content").first()


def rehearse_again(
    *, editor: Editor, kept: EntityImport, mapping: Mapping[str, str], unique_key: Sequence[str], parse: Parse
) -> None:
    """Look again at what the rows would do with other columns or another key. Raises Conflict once it is under way."""
    kept.mapping, kept.unique_key = dict(mapping), list(unique_key)
    kept.result = _rehearsed(editor, kept, _rows(kept, parse), parse).as_json()
    unstarted = EntityImport.objects.of(editor.organization).filter(pk=kept.pk, started_at=None)
    chosen = {"mapping": kept.mapping, "unique_key": kept.unique_key, "result": kept.result}
    if not unstarted.update(revision=F("revision") + 1, **chosen):
        raise Conflict("The import is under way already; nothing can be changed any more.")


def carry_out(*, editor: Editor, kept: EntityImport, revision: int, parse: Parse) -> None:
    """Write the rows of the kept file as that rehearsal of it showed them, once, and keep the report.

    Raises Conflict when it was started before or rehearsed again since, and what import_rows raises.
    """
    _claim(editor, kept, revision)
    mine = EntityImport.objects.of(editor.organization).filter(pk=kept.pk)
    try:
        rows = _rows(kept, parse)
        report = import_rows(editor=editor, request=_request(kept, rows, is_dry_run=False), parse=parse)
    except HubError:
        mine.update(started_at=None)
        raise
    result = ImportResult.of(rows, report)
    # Only the rows that failed are asked for any more.
    content = kept.content if result.failed() else b""
    mine.update(result=result.as_json(), written_at=editor.at, content=content)


def is_cut_off(kept: EntityImport, at: datetime) -> bool:
    """Whether the writing began and will not end any more."""
    return kept.started_at is not None and kept.written_at is None and kept.started_at <= at - CUT_OFF_AFTER


def discard(*, editor: Editor, kept: EntityImport) -> None:
    """Forget the file and its result at once; one that is being written ends first."""
    EntityImport.objects.of(editor.organization).filter(pk=kept.pk).exclude(_under_way(editor.at)).delete()


def failed_rows(*, editor: Editor, kept: EntityImport, parse: Parse) -> Iterator[bytes]:
    """A CSV file of the rows that failed, with their number and the reason; it can be corrected and imported.

    Raises NotFound where none did.
    """
    failed = ImportResult.read(kept.result).failed()
    if not failed:
        raise NotFound("No row of this import failed.")
    rows = _rows(kept, parse)
    own = [column for column in rows.columns if column not in FAILED_COLUMNS]
    schema = book_of(editor.organization).schema_of(kept.schema)
    table = Table.of(schema, [*own, *FAILED_COLUMNS], rows.delimiter).verbatim
    by_number = {row.number: row.values for row in rows.rows}
    lines = ({**by_number[one.row], **_told(one)} for one in failed)
    return chain([BYTE_ORDER_MARK.encode() + table.head()], (table.lines([line]) for line in lines))


def _told(failed: RowResult) -> JSONObject:
    return dict(zip(FAILED_COLUMNS, (failed.row, failed.reason), strict=True))


def _rows(kept: EntityImport, parse: Parse) -> Rows:
    return rows_of_file(bytes(kept.content), charset=kept.charset, parse=parse)


def _request(kept: EntityImport, rows: Rows, *, is_dry_run: bool) -> ImportRequest:
    # In the order of the file, which a database does not keep.
    mapping = {column: kept.mapping[column] for column in rows.columns if column in kept.mapping}
    return ImportRequest(kept.schema, rows, mapping, kept.unique_key or None, is_dry_run)


def _rehearsed(editor: Editor, kept: EntityImport, rows: Rows, parse: Parse) -> ImportResult:
    try:
        report = import_rows(editor=editor, request=_request(kept, rows, is_dry_run=True), parse=parse)
    except Invalid as error:
        return ImportResult.refused(rows, error)
    return ImportResult.of(rows, report)


def _claim(editor: Editor, kept: EntityImport, revision: int) -> None:
    if kept.revision != revision:
        raise Conflict("Other columns were chosen in another window. Nothing was written; look at the rows again.")
    unwritten = EntityImport.objects.of(editor.organization).filter(pk=kept.pk, revision=revision, written_at=None)
    unclaimed = unwritten.exclude(_under_way(editor.at))
    if not unclaimed.update(started_at=editor.at, expires_at=editor.at + KEPT_WRITTEN):
        raise Conflict("The import was started before; its rows are not written twice.")


def _under_way(at: datetime) -> Q:
    return Q(started_at__gt=at - CUT_OFF_AFTER, written_at=None)


def _make_room(kept: EntityImport) -> None:
    mine = EntityImport.objects.of(kept.organization).filter(actor_id=kept.actor_id)
    idle = mine.exclude(_under_way(kept.created_at)).order_by("-created_at", "-id")
    EntityImport.objects.filter(pk__in=list(idle.values_list("pk", flat=True)[MOST_KEPT - 1 :])).delete()


def _plain(name: str) -> str:
    return "".join(letter for letter in name if letter.isprintable())[:LONGEST_FILE_NAME]
