"""Fills the streams of integrations with events of an hour ago; a process of its own, run by the bench."""

from __future__ import annotations

import os
import sys
from datetime import timedelta
from uuid import UUID

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings.base")

AT_ONCE = 500
PAYLOAD = b'{"_event_name":"contract.created","contract":{"contract_number":"C-%06d","status":"active","note":"%s"}}'
NOTE = b"as much as a small event has to say " * 10


def main() -> None:
    """Arguments: how many messages each, and the ids of the integrations."""
    import django

    django.setup()
    from django.db import transaction

    from hub import clock
    from hub.ids import new_id
    from integrations.models import Integration
    from outbound.queue.enqueueing import NewMessage, enqueue

    number, integration_ids = int(sys.argv[1]), [UUID(text) for text in sys.argv[2:]]
    at = clock.now()
    for integration in Integration.objects.filter(pk__in=integration_ids).order_by("pk"):
        use_case_id = new_id()
        for start in range(0, number, AT_ONCE):
            messages = [
                NewMessage(
                    organization_id=integration.organization_id,
                    integration_id=integration.pk,
                    use_case_id=use_case_id,
                    mapping_id=None,
                    event_id=new_id(),
                    event_name="contract.created",
                    occurred_at=at - timedelta(hours=1) + timedelta(milliseconds=place),
                    raw_payload=PAYLOAD % (place, NOTE),
                    correlation_id=f"bench-{place}",
                )
                for place in range(start, min(number, start + AT_ONCE))
            ]
            with transaction.atomic():
                enqueue(messages, at)


if __name__ == "__main__":
    main()
