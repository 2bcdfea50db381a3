"""What every write of a webhook leaves in the audit trail, and when it counts as one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hub.accounts.audit import SYSTEM, verify
from hub.accounts.models import AuditEntry, Organization
from outbound.models import Webhook
from outbound.webhooks.changes import SentWebhook
from outbound.webhooks.operations import (
    WebhookProtected,
    create_webhook,
    delete_webhook,
    pause_webhook,
    replace_webhook,
    resume_webhook,
    rotate_secret,
    set_enabled,
)
from outbound.webhooks.queries import WebhookNotFound
from tests.builders import make_webhook
from tests.outbound.webhooks.conftest import NEW

SENT = SentWebhook.parse_new(NEW)


def entries(organization):
    """Action and changes, oldest first."""
    trail = AuditEntry.objects.of(organization).order_by("sequence")
    return [(entry.action, entry.changes) for entry in trail]


def version_of(organization):
    """The present config_version."""
    return Organization.objects.get(pk=organization.pk).config_version


def test_a_creation_is_told_without_values_that_may_be_secret(author, organization):
    webhook = create_webhook(author=author, sent=SENT).webhook
    [(action, changes)] = entries(organization)
    assert (action, "url" in changes.pop("configuration")) == ("webhook.create", True)
    assert changes == {
        "name": [None, "To the ERP"],
        "eventName": [None, "event_CustomerDetailsUpdated"],
        "enabled": [None, True],
        "protected": [None, False],
        "secrets": ["keyValue"],
    }
    assert AuditEntry.objects.get().object_id == webhook.pk


def test_a_replacement_tells_what_is_different(author, organization, webhook):
    sent = SentWebhook.parse(
        webhook.configuration | {"name": "Other", "enabled": False, "url": "https://other.example.com/s3cr3t"}
    )
    replace_webhook(author=author, webhook_id=webhook.pk, sent=sent)
    assert entries(organization) == [
        (
            "webhook.update",
            {"name": [webhook.name, "Other"], "enabled": [True, False], "configuration": ["url"]},
        )
    ]


def test_every_write_is_an_act_and_a_version_of_the_configuration(author, organization, webhook):
    key = {"author": author, "webhook_id": webhook.pk}
    acts = [
        lambda: set_enabled(**key, enabled=False, reason="410"),
        lambda: set_enabled(**key, enabled=True),
        lambda: pause_webhook(**key),
        lambda: resume_webhook(**key),
        lambda: rotate_secret(**key),
        lambda: delete_webhook(**key),
    ]
    versions = [version_of(organization)]
    for act in acts:
        act()
        versions.append(version_of(organization))
    assert versions == [*range(versions[0], versions[0] + 7)]
    assert [action for action, _ in entries(organization)] == [
        f"webhook.{done}" for done in ("disable", "enable", "pause", "resume", "rotate_secret", "delete")
    ]
    assert entries(organization)[0][1] == {"enabled": [True, False], "reason": "410"}
    assert not list(verify(organization))


def test_what_changes_nothing_leaves_no_trace(author, organization, webhook):
    key = {"author": author, "webhook_id": webhook.pk}
    before = version_of(organization)
    replace_webhook(**key, sent=SentWebhook.parse(webhook.configuration))
    set_enabled(**key, enabled=True)
    resume_webhook(**key)
    webhook.refresh_from_db()
    assert (version_of(organization), entries(organization), webhook.version) == (before, [], 1)


def test_switching_keeps_row_and_configuration_together(author, webhook):
    set_enabled(author=author, webhook_id=webhook.pk, enabled=False)
    webhook.refresh_from_db()
    assert (webhook.enabled, webhook.configuration["enabled"], webhook.version) == (False, False, 2)


def test_the_hub_itself_may_switch_off_what_is_protected(author, protected):
    with pytest.raises(WebhookProtected):
        set_enabled(author=author, webhook_id=protected.pk, enabled=False)
    hub = replace(author, actor=SYSTEM, is_admin=True)
    assert set_enabled(author=hub, webhook_id=protected.pk, enabled=False).enabled is False


def test_nothing_of_another_organization_is_found(author, stage):
    foreign = make_webhook(organization=stage.next_door)
    for operation in (pause_webhook, resume_webhook, rotate_secret, delete_webhook):
        with pytest.raises(WebhookNotFound):
            operation(author=author, webhook_id=foreign.pk)
    with pytest.raises(WebhookNotFound):
        replace_webhook(author=author, webhook_id=foreign.pk, sent=SENT)
    assert Webhook.objects.get().version == 1
