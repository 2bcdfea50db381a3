"""ManagedCallKind, SecureProxyKind and FileProxyKind: how each configuration is checked, completed and shown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from hub.accounts.models import Organization
from hub.errors import ErrorDetail
from hub.json_types import JSONObject, JSONPath
from integrations.kinds import PlainKind
from proxies.file_proxy.authentication import masked, unmasked
from proxies.file_proxy.configuration import FileProxyConfiguration
from proxies.managed_call.advice import secrets_in_url
from proxies.managed_call.configuration import ManagedCallConfiguration
from proxies.managed_call.shapes import CONFIGURATION, EXAMPLE
from proxies.secure_proxy.configuration import SecureProxyConfiguration, carry_over, check_mode


class ManagedCallKind(PlainKind):
    """Calls a partner's API when somebody asks."""

    label = "Managed call"
    shape = CONFIGURATION
    example = EXAMPLE

    def parse(self, raw: JSONObject, at: JSONPath) -> ManagedCallConfiguration:
        """As the protocol says."""
        return ManagedCallConfiguration.parse(raw, at)

    def advice(self, stored: JSONObject, organization: Organization) -> Sequence[ErrorDetail]:
        """Secrets in what becomes part of a URL, where no secret is filled in."""
        return secrets_in_url(stored, organization)


class SecureProxyKind(PlainKind):
    """Forwards requests to hosts that were allowed beforehand."""

    label = "Secure proxy"

    def parse(self, raw: JSONObject, at: JSONPath) -> SecureProxyConfiguration:
        """As the protocol says."""
        return SecureProxyConfiguration.parse(raw, at)

    def complete(self, raw: JSONObject, *, stored: JSONObject | None, moment: datetime, at: JSONPath) -> JSONObject:
        """With the stored allow lists; the mode stays what it is."""
        return carry_over(raw, stored, at)

    def check_removal(self, stored: JSONObject, at: JSONPath) -> None:
        """A mode, once set, cannot be taken away."""
        check_mode(stored, None, at)


class FileProxyKind(PlainKind):
    """Fetches a file from other systems, or brings one there."""

    label = "File proxy"

    def parse(self, raw: JSONObject, at: JSONPath) -> FileProxyConfiguration:
        """As the protocol says."""
        return FileProxyConfiguration.parse(raw, at)

    def complete(self, raw: JSONObject, *, stored: JSONObject | None, moment: datetime, at: JSONPath) -> JSONObject:
        """With the stored secrets where only their mask was sent."""
        return unmasked(raw, stored, at)

    def shown(self, stored: JSONObject) -> JSONObject:
        """With a mask in place of every secret that is written down."""
        return masked(stored)
