"""keys_of_correlation: the rows of a correlation id over all organizations, by the indexes that begin with them."""

from __future__ import annotations

from typing import Any, Final

from django.db import models

from hub.accounts.models import Organization

MOST: Final = 200
"""Rows that one correlation id finds."""


def keys_of_correlation(model: type[models.Model], text: str) -> list[Any]:  # Any: keys of any model
    """At most MOST. Every organization is named, as no index begins with the correlation id alone: a probe for each."""
    organizations = list(Organization.objects.order_by().values_list("pk", flat=True))
    rows = model._default_manager.filter(organization_id__in=organizations, correlation_id=text)
    return list(rows.order_by().values_list("pk", flat=True)[:MOST])
