"""believe: an organization gets authorities of a test, as an owner would add them."""

from __future__ import annotations

from datetime import UTC, datetime

from hub.accounts.audit import OPERATOR
from hub.accounts.models import Organization
from hub.environments.trust.changes import add_authorities
from tests.hub.http.certificates import Authority


def believe(organization: Organization, *authorities: Authority) -> None:
    """From the next connection on. At the real moment: the certificates of a test are of today."""
    text = "".join(one.pem for one in authorities)
    add_authorities(organization=organization, text=text, actor=OPERATOR, at=datetime.now(tz=UTC))
