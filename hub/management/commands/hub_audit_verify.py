"""manage.py hub_audit_verify: recompute the hash chains of the audit trail and name every row that does not fit."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from hub.accounts.audit import newest, verify
from hub.accounts.models import Organization
from hub.management.acts import find_organization


class Command(BaseCommand):
    """Exit code 1 when a chain is broken. Keep the printed heads elsewhere: they prove that no end was cut off."""

    help = "Verify the audit trail of one organization or of all."

    def add_arguments(self, parser: CommandParser) -> None:
        """--organization looks at one chain only."""
        parser.add_argument("--organization", help="slug; without it every chain is verified")

    def handle(self, *, organization: str | None, **options: Any) -> None:  # Any: the framework's own signature
        """Print one line per chain and one per broken row."""
        chains: list[Organization | None] = [None, *Organization.objects.order_by("slug")]
        if organization is not None:
            chains = [find_organization(organization)]
        broken = sum(self._verify(chain) for chain in chains)
        if broken:
            raise CommandError(f"{broken} rows of the audit trail do not fit.")

    def _verify(self, chain: Organization | None) -> int:
        name = chain.slug if chain else "(no organization)"
        findings = list(verify(chain))
        for finding in findings:
            self.stdout.write(f"{name}: row {finding.sequence} {finding.reason}")
        head = newest(chain)
        if not findings and head is not None:
            self.stdout.write(f"{name}: {head.sequence} rows fit, head {bytes(head.hash).hex()}")
        return len(findings)
