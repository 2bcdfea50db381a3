"""recorded: the transaction of a configuration change with its lock, its audit trail and its wake-up call."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction

from hub.accounts.audit import Act, Actor, record
from hub.accounts.models import Organization


@contextmanager
def recorded(*, organization: Organization, actor: Actor, at: datetime) -> Iterator[list[Act]]:
    """One transaction; the acts that are put into the list go to the audit trail before it ends.

    Writes of one organization run one after the other, so whoever is inside sees the last word on everything that is
    written this way. No act, no trace: caches stay valid.
    """
    with transaction.atomic():
        Organization.objects.select_for_update(no_key=True).only("pk").get(pk=organization.pk)
        acts: list[Act] = []
        yield acts
        if acts:
            organization.bump_config_version()
        for act in acts:
            record(organization=organization, actor=actor, act=act, at=at)
