"""parking_for: which values of a person or a client wait as changesets, and what is kept beside each of them."""

from __future__ import annotations

from hub.entities.changesets import ChangesetOrder, EditMode, EditRule, Match, moment_text
from hub.entities.editor import Editor
from hub.entities.schemas import Schema
from hub.json_types import JSONObject


def parking_for(schema: Schema, editor: Editor) -> ChangesetOrder | None:
    """The order that parks the editor's values of attributes that are not direct; None where nothing is parked."""
    if editor.is_direct or not schema.edit_rules:
        return None
    beside: JSONObject = {
        "created_at": moment_text(editor.at),
        "actor": {"type": editor.actor.type, "id": editor.actor.id},
    }
    frames: dict[str, JSONObject] = {}
    for name, rule in schema.edit_rules.items():
        frames[name] = _told(rule) | beside
        for part in schema.parts_of(name):
            frames[part] = frames[name] | {"part_of": name}
    return ChangesetOrder(parking=frames)


def _told(rule: EditRule) -> JSONObject:
    told: JSONObject = {"edit_mode": rule.edit_mode.value}
    has_match = rule.edit_mode is EditMode.EXTERNAL and rule.match is not Match.EXACT
    return told | {"match": rule.match.value} if has_match else told
