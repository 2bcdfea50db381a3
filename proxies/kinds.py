"""ManagedCallKind, SecureProxyKind and FileProxyKind: how each configuration is checked, completed and shown."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from hub.accounts.models import Organization
from hub.errors import ErrorDetail
from hub.json_types import ROOT, JSONObject, JSONPath
from integrations.findings import Findings
from integrations.kinds import PlainKind, Target
from proxies.file_proxy.configuration import FileProxyConfiguration
from proxies.file_proxy.upload_rules import check_names
from proxies.file_proxy.written_secrets import advice_on_secrets, masked, sealed
from proxies.managed_call.configuration import ManagedCallConfiguration
from proxies.managed_call.secrets_in_url import refuse_secrets_in_url, secrets_in_url
from proxies.managed_call.shapes import CONFIGURATION, EXAMPLE
from proxies.secure_proxy.configuration import SecureProxyConfiguration, carry_over, check_mode
from proxies.written_headers import advice_on_headers, headers_shown, refuse_written_headers


class ManagedCallKind(PlainKind):
    """Calls a partner's API when somebody asks."""

    label = "Managed call"
    shape = CONFIGURATION
    example = EXAMPLE

    def parse(self, raw: JSONObject, at: JSONPath) -> ManagedCallConfiguration:
        """As the protocol says."""
        return ManagedCallConfiguration.parse(raw, at)

    def complete(self, raw: JSONObject, *, stored: JSONObject | None, target: Target, at: JSONPath) -> JSONObject:
        """raw itself. Raises Invalid for a secret in what becomes part of a URL, or one that is written down."""
        refuse_secrets_in_url(raw, target.organization, at)
        refuse_written_headers(raw, at)
        return raw

    def advice(self, stored: JSONObject, organization: Organization, integration_id: UUID) -> Sequence[ErrorDetail]:
        """Variables in what becomes part of a URL that have become secrets since it was saved; written secrets."""
        at = ROOT.key("configuration")
        return [*secrets_in_url(stored, organization, at), *advice_on_headers(stored, at)]

    def shown(self, stored: JSONObject) -> JSONObject:
        """With a mask in place of every secret that is written down."""
        return headers_shown(stored)


class SecureProxyKind(PlainKind):
    """Forwards requests to hosts that were allowed beforehand."""

    label = "Secure proxy"

    def parse(self, raw: JSONObject, at: JSONPath) -> SecureProxyConfiguration:
        """As the protocol says."""
        return SecureProxyConfiguration.parse(raw, at)

    def complete(self, raw: JSONObject, *, stored: JSONObject | None, target: Target, at: JSONPath) -> JSONObject:
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

    def complete(self, raw: JSONObject, *, stored: JSONObject | None, target: Target, at: JSONPath) -> JSONObject:
        """With its written secrets sealed, and the stored ones where only their mask was sent.

        Raises Invalid for a variable that nothing binds, and for a secret that is written down in a header of a step;
        not parse does, since what was stored before there were such rules goes on as it did.
        """
        configuration = FileProxyConfiguration.parse(raw, at)
        if configuration.upload is not None:
            findings = Findings()
            check_names(configuration.expressions, findings)
            findings.raise_if_any()
        refuse_written_headers(raw, at)
        return sealed(raw, stored, target, at)

    def advice(self, stored: JSONObject, organization: Organization, integration_id: UUID) -> Sequence[ErrorDetail]:
        """Secrets that are written down."""
        return [*advice_on_secrets(stored), *advice_on_headers(stored, ROOT.key("configuration"))]

    def shown(self, stored: JSONObject) -> JSONObject:
        """With a mask in place of every secret that is written down."""
        return headers_shown(masked(stored))
