"""Organization, User, Membership, ApiToken and AuditEntry; the .of(organization) queryset every tenant table uses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models

if TYPE_CHECKING:
    from datetime import datetime

Row = TypeVar("Row", bound=models.Model)


class TenantQuerySet(models.QuerySet[Row]):
    """Rows of one organization; every query starts here (invariant 8)."""

    def of(self, organization: Organization) -> Self:
        """Only what belongs to organization."""
        return self.filter(organization_id=organization.pk)


class Organization(models.Model):
    """One tenant. config_version grows with every token, role and configuration write (engine rule 3.1)."""

    slug = models.SlugField(max_length=63, unique=True)
    name = models.CharField(max_length=255)
    settings = models.JSONField(default=dict, blank=True)
    config_version = models.BigIntegerField(default=1)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name

    @property
    def public_id(self) -> str:
        """The opaque text by which the API names the organization."""
        return str(self.pk)

    def bump_config_version(self) -> None:
        """Tell every cache that tokens, roles or configuration change; call it in the transaction of the change."""
        Organization.objects.filter(pk=self.pk).update(config_version=models.F("config_version") + 1)
        self.config_version = Organization.objects.values_list("config_version", flat=True).get(pk=self.pk)


class UserManager(BaseUserManager["User"]):
    """Makes people who sign in with their e-mail address."""

    def create_user(
        self, email: str, password: str | None = None, **fields: Any
    ) -> User:  # Any: Django's own signature
        """A person without any membership; password None makes sign-in impossible."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:  # Any: as above
        """The person who runs the server."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=255, blank=True)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.name or self.email


class Role(models.TextChoices):
    """What a member may do; the grants of each stand in grants.py."""

    OWNER = "owner"
    ADMIN = "admin"
    OPERATOR = "operator"
    VIEWER = "viewer"


class Membership(models.Model):
    """One person's role in one organization."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=16, choices=Role.choices)
    created_at = models.DateTimeField()

    objects = TenantQuerySet["Membership"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "user"], name="one_role_per_member")]

    def __str__(self) -> str:
        return f"{self.user} is {self.role} of {self.organization}"


class ApiToken(models.Model):
    """A machine's way in. Only a keyed digest of the token is kept; the text is shown once, when it is issued."""

    id = models.CharField(primary_key=True, max_length=32)
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=255)
    digest = models.BinaryField(max_length=32)
    grants = models.JSONField(default=list)
    read_only = models.BooleanField(default=False)
    integration_ids = models.JSONField(default=list)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = TenantQuerySet["ApiToken"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["organization", "created_at"], name="api_tokens_of_organization")]

    def __str__(self) -> str:
        return f"{self.name} ({self.id})"

    def is_valid(self, at: datetime) -> bool:
        """Neither revoked nor expired at that moment."""
        return self.revoked_at is None and (self.expires_at is None or at < self.expires_at)


class AuditEntry(models.Model):
    """One configuration change, sign-in, secret use or replay: append-only, chained by hash per organization."""

    organization = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="+")
    sequence = models.BigIntegerField()
    at = models.DateTimeField()
    actor_type = models.CharField(max_length=16)
    actor_id = models.CharField(max_length=64, blank=True)
    impersonator_id = models.CharField(max_length=64, blank=True)
    action = models.CharField(max_length=64)
    object_type = models.CharField(max_length=64, blank=True)
    object_id = models.CharField(max_length=64, blank=True)
    changes = models.JSONField(default=dict)
    source_address = models.CharField(max_length=45, blank=True)
    user_agent = models.CharField(max_length=200, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    result = models.CharField(max_length=16, default="success")
    previous_hash = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)

    objects = TenantQuerySet["AuditEntry"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "sequence"], name="audit_chain_has_no_fork"),
            models.UniqueConstraint(
                fields=["sequence"],
                name="server_audit_chain_has_no_fork",
                condition=models.Q(organization__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.object_type} {self.object_id}"
