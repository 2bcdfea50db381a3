"""on_entities_changed: a file that is purged takes its bytes along, once the purge is committed."""

from __future__ import annotations

from hub import clock
from hub.entities.change_kinds import ChangeKind
from hub.entities.files.claiming import release
from hub.entities.files.storing import SCHEMA
from hub.entities.models import FileVersion
from hub.entities.operations import Changes


def on_entities_changed(changes: Changes) -> None:
    """Hand the bytes of purged files to the sweep. A file in the recycle bin keeps them."""
    if SCHEMA not in changes.schemas:
        return
    purged = [one.entity_id for one in changes.tell() if one.schema == SCHEMA and one.operation == ChangeKind.PURGED]
    if purged:
        gone = FileVersion.objects.filter(organization_id=changes.organization_id, entity_id__in=purged)
        release(list(gone.order_by("entity_id", "version_index")), at=clock.now())
