"""SavedView: a name for a list as it was narrowed, of one person or shared with the organization."""

from __future__ import annotations

from django.db import models

from hub.accounts.models import Organization, TenantQuerySet, User
from hub.ids import new_id

NAME_CHARACTERS = 80
QUERY_CHARACTERS = 2000


class SavedView(models.Model):
    """owner None: its maker is gone, it stays because it is shared. query: an address without "?" and cursors."""

    id = models.UUIDField(primary_key=True, default=new_id)
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    list_name = models.CharField(max_length=32)
    name = models.CharField(max_length=NAME_CHARACTERS)
    query = models.CharField(max_length=QUERY_CHARACTERS, blank=True)
    owner = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    is_shared = models.BooleanField()
    created_at = models.DateTimeField()

    objects = TenantQuerySet["SavedView"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "list_name", "name"],
                name="shared_view_has_a_name_of_its_own",
                condition=models.Q(is_shared=True),
            ),
            models.UniqueConstraint(
                fields=["organization", "list_name", "owner", "name"],
                name="personal_view_has_a_name_of_its_own",
                condition=models.Q(is_shared=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name
