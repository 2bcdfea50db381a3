"""Create, change and delete variables: each write is audited without its value, and counts at once."""

from __future__ import annotations

from datetime import date

from hub.accounts.audit import Act
from hub.environments.changes import VariableChanges
from hub.environments.models import Variable, VariableGroup, VariableType
from hub.environments.operations.author import Author, check_room, recorded
from hub.environments.operations.groups import new_group
from hub.environments.queries import find_group, find_variable, get_variable
from hub.environments.references import KEY
from hub.environments.resolve import seal_value
from hub.environments.uses import uses_of
from hub.environments.values import check_value
from hub.errors import Conflict, ErrorDetail, Forbidden, Invalid
from hub.json_types import JSONObject, JSONPath
from hub.preconditions import check_version

MOST_VARIABLES = 1_000
"""The list is answered whole, and every process keeps it in memory."""
PLACES_NAMED = 20
"""In the refusal to delete a variable."""
RESERVED_KEYS = frozenset({"groups"})
"""Hidden behind another path of the API."""


class VariableProtected(Forbidden):
    """Only an owner may do this to the variable."""

    code = "VARIABLE_PROTECTED"


class VariableInUse(Conflict):
    """Configurations refer to the variable."""

    code = "VARIABLE_IN_USE"


def create_variable(*, author: Author, key: str, changes: VariableChanges) -> Variable:
    """A new variable. Raises Invalid, Conflict for a key in use, VariableProtected where only an owner may."""
    with recorded(author) as acts:
        if find_variable(organization=author.organization, key=key) is not None:
            raise Conflict(f"There is a variable called {key} already.", code="KEY_EXISTS")
        return _create(author, key, changes, acts)


def put_variable(
    *, author: Author, key: str, changes: VariableChanges, expected: frozenset[int] | None = None
) -> tuple[Variable, bool]:
    """Create the variable, or change what was sent of it and nothing else; True when it is new.

    expected: the versions the caller knows, None for any and for none. Raises Invalid, Stale, Conflict for another
    type while a value is held, VariableProtected where only an owner may.
    """
    with recorded(author) as acts:
        variable = find_variable(organization=author.organization, key=key)
        check_version(variable.version if variable else 0, expected)
        if variable is None:
            return _create(author, key, changes, acts), True
        _check_may_change(author, variable)
        facts = _assign(author, variable, changes, acts)
        variable.version += 1
        variable.save(force_update=True)
        if facts:
            acts.append(_act("update", variable, facts))
    return variable, False


def delete_variable(
    *, author: Author, key: str, expected: frozenset[int] | None = None, is_forced: bool = False
) -> None:
    """Delete the variable with its value; is_forced: also one that configurations refer to.

    Raises NotFound, Stale, VariableInUse, VariableProtected where only an owner may.
    """
    with recorded(author) as acts:
        variable = get_variable(organization=author.organization, key=key)
        check_version(variable.version, expected)
        _check_may_change(author, variable)
        if not is_forced:
            _refuse_in_use(author, key)
        acts.append(_act("delete", variable, {"type": [variable.type, None]}))
        variable.delete()


def _create(author: Author, key: str, changes: VariableChanges, acts: list[Act]) -> Variable:
    _check_key(key)
    check_room(Variable.objects.of(author.organization).count(), MOST_VARIABLES, "variables")
    kind = changes.type or VariableType.STRING
    variable = Variable(organization_id=author.organization.pk, key=key, type=kind, created_at=author.at)
    facts: JSONObject = {"type": [None, kind], **_assign(author, variable, changes, acts)}
    variable.save(force_insert=True)
    acts.append(_act("create", variable, facts))
    return variable


def _assign(author: Author, variable: Variable, changes: VariableChanges, acts: list[Act]) -> JSONObject:
    """Put what was sent on the row, unsaved; the facts for the audit trail, which never name a value."""
    facts: JSONObject = {}
    before = {"type": variable.type, "item_type": variable.item_type}
    _assign_type(variable, changes)
    if changes.protected is not None and changes.protected != variable.protected:
        _check_is_owner(author, "change the protection of a variable")
        facts["protected"] = [variable.protected, changes.protected]
        variable.protected = changes.protected
    if changes.description is not None and changes.description != variable.description:
        facts["description"] = [variable.description, changes.description]
        variable.description = changes.description
    if changes.has_expiry and changes.expires_on != variable.expires_on:
        facts["expires_on"] = [_written(variable.expires_on), _written(changes.expires_on)]
        variable.expires_on = changes.expires_on
    if changes.group is not None:
        facts |= _assign_group(author, variable, changes.group, acts)
    if changes.has_value:
        check_value(changes.value, kind=variable.type, item_kind=variable.item_type, at=JSONPath("value"))
        seal_value(variable, changes.value, author.at)
        facts["value"] = "changed"
    variable.updated_at = author.at
    return _type_facts(before, variable) | facts


def _assign_type(variable: Variable, changes: VariableChanges) -> None:
    kind = changes.type or variable.type
    item_kind = changes.item_type or variable.item_type or VariableType.STRING.value
    if kind != VariableType.LIST:
        if changes.item_type:
            raise Invalid("Only a List has an item_type.", details=[ErrorDetail("item_type", f"a {kind} has none")])
        item_kind = ""
    if variable.sealed is not None and (kind, item_kind) != (variable.type, variable.item_type):
        raise Conflict(
            f"{variable.key} holds a {variable.type}. Delete it before it becomes a {kind}.", code="TYPE_CONFLICT"
        )
    variable.type, variable.item_type = kind, item_kind


def _assign_group(author: Author, variable: Variable, name: str, acts: list[Act]) -> JSONObject:
    before = variable.group.name if variable.group else ""
    if name == before:
        return {}
    group: VariableGroup | None = None
    if name:
        group = find_group(organization=author.organization, name=name) or new_group(author, name, acts)
    variable.group = group
    return {"group": [before, name]}


def _written(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _type_facts(before: dict[str, str], variable: Variable) -> JSONObject:
    after = {"type": variable.type, "item_type": variable.item_type}
    return {name: [before[name], value] for name, value in after.items() if before[name] != value}


def _check_may_change(author: Author, variable: Variable) -> None:
    if variable.protected:
        _check_is_owner(author, f"change {variable.key}, which is protected")


def _check_is_owner(author: Author, what: str) -> None:
    if not author.is_owner:
        raise VariableProtected(f"Only an owner of the organization may {what}.")


def _refuse_in_use(author: Author, key: str) -> None:
    places = uses_of(author.organization.pk, key)
    if places:
        details = [ErrorDetail("", f"{place} refers to it") for place in places[:PLACES_NAMED]]
        raise VariableInUse(
            f"{key} is in use. Change what refers to it, or delete it with force=true.", details=details
        )


def _check_key(key: str) -> None:
    rule = "must be 1 to 128 lower-case letters, digits, _, . and -, beginning with a letter or a digit"
    if key in RESERVED_KEYS:
        rule = f"must not be {key}, which is a path of the API"
    elif KEY.fullmatch(key):
        return
    raise Invalid("The key is wrong.", details=[ErrorDetail("key", rule)])


def _act(done: str, variable: Variable, facts: JSONObject) -> Act:
    return Act(f"environment.{done}", "environment", str(variable.pk), {"key": variable.key, **facts})
