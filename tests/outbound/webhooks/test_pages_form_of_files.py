"""The form of a webhook that sends files."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from hub.accounts.models import Organization
from outbound.models import Webhook
from tests.builders import make_webhook
from tests.outbound.webhooks.webhook_pages import admin, created, edited

__all__ = ["admin"]
pytestmark = pytest.mark.django_db


FORM = {
    "delivery_mode": "binary_multipart",
    "file_field_name": "document",
    "file_field_strategy": "multi",
    "file_source": "event_attachments",
    "extra_name": ["event", ""],
    "extra_expression": ["_event_name", ""],
}


def test_the_form_asks_how_files_go_along(admin: Client) -> None:
    assert created(admin, event_name="event_FileCreated", **FORM).status_code == 201
    configuration = Webhook.objects.get().configuration
    assert configuration["deliveryMode"] == "binary_multipart"
    assert configuration["multipartConfig"] == {
        "fileFieldName": "document",
        "fileFieldStrategy": "multi",
        "fileSource": "event_attachments",
        "extraFields": {"event": "_event_name"},
    }


@pytest.mark.parametrize(
    "config",
    [
        {},
        {"fileFieldStrategy": "single"},
        {
            "fileFieldName": "document",
            "fileSource": "event_attachments[0]",
            "extraFields": {"a": '"b"', "c": "_event_id"},
        },
    ],
)
def test_saving_the_form_of_a_webhook_with_files_changes_nothing(
    organization: Organization, admin: Client, config: dict[str, Any]
) -> None:
    files = {"deliveryMode": "binary_multipart"} | ({"multipartConfig": config} if config else {})
    webhook = make_webhook(organization=organization, configuration=files)
    rows = config.get("extraFields", {})
    answer = edited(admin, webhook, extra_name=[*rows], extra_expression=[*rows.values()])
    assert answer.status_code == 302
    webhook.refresh_from_db()
    assert {name: webhook.configuration[name] for name in files} == files
    assert ("multipartConfig" in webhook.configuration) == bool(config)


def test_what_is_wrong_with_a_form_of_files_stands_where_it_was_typed(admin: Client) -> None:
    answer = created(admin, **FORM | {"file_source": "1 +", "extra_expression": ["$nobody"]})
    assert answer.status_code == 422
    assert [*answer.context["form"].errors] == ["file_source"]
    answer = created(admin, **FORM | {"extra_name": ["document"]})
    assert answer.context["form"].row_errors["extra_fields"]


def test_a_row_more_is_asked_for_without_a_script(admin: Client) -> None:
    answer = created(admin, **FORM, more="extra_fields")
    assert [row["name"] for row in answer.context["rows"]["extra_fields"]] == ["event", ""]
    assert Webhook.objects.count() == 0
