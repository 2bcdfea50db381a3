"""values_of, lookup and resolve: the values of an organization's variables, secrets at the last moment and never kept.

Everything here looks at the organization that owns the configuration, never at one that a request names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

from hub.environments.log_masking import keep_out_of_logs
from hub.environments.models import Variable
from hub.environments.references import filled, has_remnant, names_in, spellings
from hub.environments.remembered import Remembered
from hub.environments.sealing import open_values, opened, reseal, seal, seal_value, unreadable_in, unseal, unsealed
from hub.environments.values import NotText, text_of
from hub.environments.vault import KeyRing, SecretUnavailable, key_ring
from hub.errors import ErrorDetail, HubError
from hub.json_types import JSONValue

__all__ = [
    "ConfigurationError",
    "Found",
    "Resolved",
    "SecretUnavailable",
    "lookup",
    "open_values",
    "reseal",
    "resolve",
    "resolve_all",
    "seal",
    "seal_value",
    "secret_keys_of",
    "unreadable_in",
    "unseal",
    "unsealed",
    "values_of",
]

REMEMBERED_S = 60.0
"""Longest time that a change outside the hub's own operations stays unseen (section 1.2)."""
_LINE_BREAKS = frozenset("\r\n\0")


class ConfigurationError(HubError):
    """A configuration refers to something that is not there; details name each key, never a value."""

    code = "CONFIGURATION_ERROR"


class _Unusable(Exception):
    """Why a reference has no text."""


ABSENT = "there is no such variable, or it has no value"
NOT_HERE = "it is a secret, and no secret may stand here"


@dataclass(frozen=True, slots=True)
class Found:
    """Values of references. texts: name as it was written → its text; secrets: what redact has to mask."""

    texts: Mapping[str, str] = field(repr=False)
    secrets: frozenset[str] = field(repr=False)


NOTHING = Found({}, frozenset())


@dataclass(frozen=True, slots=True)
class Resolved:
    """Texts with values in the place of references, in the order they came. secrets as in Found."""

    texts: tuple[str, ...] = field(repr=False)
    secrets: frozenset[str] = field(repr=False)


@dataclass(frozen=True)
class _Store:
    """What the database holds of one organization: sealed values, and the keys that open them."""

    variables: dict[str, Variable]
    ring: KeyRing = field(repr=False)

    @cached_property
    def values(self) -> Mapping[str, JSONValue]:
        """The values that are no secrets."""
        found = {key: self.open(row) for key, row in self.variables.items() if not row.is_secret}
        return MappingProxyType(found)

    def find(self, name: str, *, with_secrets: bool) -> Variable | None:
        """The variable that a reference means, None also for a secret where none is wanted."""
        rows = (self.variables.get(key) for key in spellings(name))
        return next((row for row in rows if row is not None and (with_secrets or not row.is_secret)), None)

    def open(self, row: Variable) -> JSONValue:
        """The value of the variable. Raises SecretUnavailable."""
        return opened(self.ring, row)


def values_of(organization_id: int, config_version: int | None = None) -> Mapping[str, JSONValue]:
    """Key → value of every variable that has one and is no secret: what ``$env`` and ``env_var_ref`` see.

    Read-only, its members included. A change counts at once; one query, none when the caller names the
    config_version that it has just read. Raises SecretUnavailable when a value cannot be decrypted.
    """
    return _stores.of(organization_id, config_version).values


def secret_keys_of(organization_id: int, config_version: int | None = None) -> frozenset[str]:
    """The keys of the secrets that have a value; config_version as in values_of."""
    return frozenset(key for key, row in _stores.of(organization_id, config_version).variables.items() if row.is_secret)


def lookup(
    names: Iterable[str],
    *,
    organization_id: int,
    with_secrets: bool = True,
    single_line: bool = False,
    config_version: int | None = None,
) -> Found:
    """The texts of these references, for templates whose other placeholders somebody else fills.

    A name is looked up as it is written, then in lower case. with_secrets False refuses secrets. single_line refuses
    values with a line break or NUL, for URLs and headers. Raises ConfigurationError that names every key
    that is missing, has no value or no form inside a text; an empty text is a value. Raises SecretUnavailable.
    Without names nothing is asked of the database.
    """
    wanted = dict.fromkeys(names)
    if not wanted:
        return NOTHING
    store = _stores.of(organization_id, config_version)
    texts: dict[str, str] = {}
    secrets: set[str] = set()
    problems: list[ErrorDetail] = []
    for name in wanted:
        row = store.find(name, with_secrets=with_secrets)
        try:
            if row is None:
                raise _Unusable(ABSENT if store.find(name, with_secrets=True) is None else NOT_HERE)
            texts[name] = _text(store, row, single_line=single_line)
        except _Unusable as problem:
            problems.append(ErrorDetail(f"env.{name}", str(problem)))
        if row is not None and row.is_secret and name in texts:
            secrets.add(texts[name])
    keep_out_of_logs(secrets)
    if problems:
        raise _refusal(problems)
    return Found(texts, frozenset(secrets))


def resolve_all(
    texts: Sequence[str],
    *,
    organization_id: int,
    with_secrets: bool = True,
    single_line: bool = False,
    config_version: int | None = None,
) -> Resolved:
    """The texts with values in the place of ``{{env.KEY}}``; arguments and failures as in lookup.

    Only for what an author wrote, and the last step before it is used: every missing key is named before anything is
    filled in, and what comes from a value is never looked at again. ``\\{{env.KEY}}`` means the same reference.
    """
    broken = [text for text in texts if has_remnant(text)]
    if broken:
        raise _refusal([ErrorDetail("", "a text has {{env. without a key after it; write {{env.KEY}}")])
    found = lookup(
        names_in(texts),
        organization_id=organization_id,
        with_secrets=with_secrets,
        single_line=single_line,
        config_version=config_version,
    )
    return Resolved(tuple(filled(text, found.texts) for text in texts), found.secrets)


def resolve(text: str, *, organization_id: int, with_secrets: bool = True, single_line: bool = False) -> Resolved:
    """As resolve_all, for one text."""
    return resolve_all([text], organization_id=organization_id, with_secrets=with_secrets, single_line=single_line)


def forget_all() -> None:
    """Everything is read again."""
    _stores.forget_all()


def _read(organization_id: int) -> _Store:
    rows = Variable.objects.filter(organization_id=organization_id, sealed__isnull=False)
    # The rows before the keys: a value that was sealed meanwhile with a new key is not among them.
    variables = {row.key: row for row in rows}
    return _Store(variables, key_ring(organization_id))


_stores = Remembered(_read, REMEMBERED_S)


def _text(store: _Store, row: Variable, *, single_line: bool) -> str:
    try:
        text = text_of(store.open(row), row.type)
    except NotText as error:
        raise _Unusable(f"a {row.type} cannot stand inside a text") from error
    if single_line and _LINE_BREAKS & set(text):
        raise _Unusable("a line break or NUL character cannot stand in a URL or header")
    return text


def _refusal(problems: Sequence[ErrorDetail]) -> ConfigurationError:
    sentence = "; ".join(
        f"{problem.path}: {problem.message}" if problem.path else problem.message for problem in problems
    )
    return ConfigurationError(f"The configuration cannot be resolved: {sentence}.", details=problems)
