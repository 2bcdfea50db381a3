"""Variables and groups of one organization: one by its name, or all of them in the order of their names."""

from __future__ import annotations

from hub.accounts.models import Organization
from hub.environments.models import Variable, VariableGroup
from hub.errors import NotFound


def variables_of(organization: Organization) -> list[Variable]:
    """All variables with their groups, by key. Sorted here: databases differ about dots and hyphens. One query."""
    rows = Variable.objects.of(organization).select_related("group")
    return sorted(rows, key=lambda row: row.key)


def find_variable(*, organization: Organization, key: str) -> Variable | None:
    """The variable of exactly that key with its group, or None."""
    return Variable.objects.of(organization).filter(key=key).select_related("group").first()


def get_variable(*, organization: Organization, key: str) -> Variable:
    """As find_variable; raises NotFound."""
    variable = find_variable(organization=organization, key=key)
    if variable is None:
        raise NotFound("There is no such variable.")
    return variable


def secret_keys(organization: Organization) -> frozenset[str]:
    """The keys of all variables that hold secrets. One query."""
    return frozenset(row.key for row in Variable.objects.of(organization).defer("sealed") if row.is_secret)


def groups_of(organization: Organization) -> list[VariableGroup]:
    """All groups by name. One query."""
    return sorted(VariableGroup.objects.of(organization), key=lambda row: row.name)


def find_group(*, organization: Organization, name: str) -> VariableGroup | None:
    """The group of exactly that name, or None."""
    return VariableGroup.objects.of(organization).filter(name=name).first()


def get_group(*, organization: Organization, name: str) -> VariableGroup:
    """As find_group; raises NotFound."""
    group = find_group(organization=organization, name=name)
    if group is None:
        raise NotFound("There is no such group.")
    return group
