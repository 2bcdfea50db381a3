"""The typed configuration of a secure proxy, and what of it may ever change (api.md 9.8)."""

from __future__ import annotations

from dataclasses import dataclass

from hub.errors import ErrorDetail
from hub.json_types import JSONObject, JSONPath
from integrations.findings import Findings, refusal

VPC_MODES = ("static_ip", "secure_link")
ALLOW_LISTS = ("allowed_domains", "allowed_ips")
READ_ONLY = "READ_ONLY_FIELD"


@dataclass(frozen=True, slots=True)
class SecureProxyConfiguration:
    """The mode and what may be reached; both lists are written by an owner or on the server, never through here."""

    vpc_mode: str
    allowed_domains: tuple[str, ...]
    allowed_ips: tuple[str, ...]
    expressions: tuple[tuple[JSONPath, str], ...] = ()
    warnings: tuple[ErrorDetail, ...] = ()

    @classmethod
    def parse(cls, raw: JSONObject, at: JSONPath) -> SecureProxyConfiguration:
        """Raises Invalid with every finding."""
        findings = Findings()
        configuration = cls(
            vpc_mode=findings.word(raw.get("vpc_mode"), at.key("vpc_mode"), VPC_MODES),
            allowed_domains=tuple(findings.texts(raw.get("allowed_domains"), at.key("allowed_domains"))),
            allowed_ips=tuple(findings.texts(raw.get("allowed_ips"), at.key("allowed_ips"))),
        )
        findings.raise_if_any()
        return configuration


def carry_over(raw: JSONObject, stored: JSONObject | None, at: JSONPath) -> JSONObject:
    """raw with the stored allow lists. Raises Invalid READ_ONLY_FIELD for another mode or other lists than stored."""
    before = stored or {}
    check_mode(before, raw.get("vpc_mode"), at)
    for name in ALLOW_LISTS:
        if raw.get(name) is not None and raw[name] != (before.get(name) or []):
            raise refusal(at.key(name), "cannot be changed here", code=READ_ONLY)
    kept = {name: before[name] for name in ALLOW_LISTS if name in before}
    sent = {name: value for name, value in raw.items() if stored is None or name not in ALLOW_LISTS}
    return sent | kept


def check_mode(stored: JSONObject, mode: object, at: JSONPath) -> None:
    """Raise Invalid READ_ONLY_FIELD when a mode is stored and the given one is another, or none."""
    if stored.get("vpc_mode") is not None and mode != stored["vpc_mode"]:
        raise refusal(at.key("vpc_mode"), f"is {stored['vpc_mode']} and stays so", code=READ_ONLY)
