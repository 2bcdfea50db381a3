"""Variable, its group, the data key its value is sealed with, Portal, and CertificateAuthority."""

from __future__ import annotations

from datetime import date

from django.db import models

from hub.accounts.models import Organization, TenantQuerySet


class DataKey(models.Model):
    """What the values of one organization are sealed with, itself sealed with a master key. The highest number seals.

    Without these rows nothing of the organization can be read again: they are the first to go when it is deleted.
    """

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    number = models.IntegerField()
    master_key_id = models.CharField(max_length=32)
    wrapped = models.TextField()
    created_at = models.DateTimeField()

    objects = TenantQuerySet["DataKey"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "number"], name="one_data_key_per_number")]

    def __str__(self) -> str:
        return f"data key {self.number}"


class VariableGroup(models.Model):
    """A heading under which variables are shown."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    name = models.CharField(max_length=255)
    description = models.CharField(max_length=1000, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = TenantQuerySet["VariableGroup"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "name"], name="one_group_per_name")]

    def __str__(self) -> str:
        return self.name


class VariableType(models.TextChoices):
    """What a value is; the bounds of each stand in values.py."""

    STRING = "String"
    SECRET = "SecretString"
    JSON = "JSON"
    TEXT = "Text"
    NUMBER = "Number"
    BOOLEAN = "Boolean"
    MAP = "Map"
    LINK = "Link"
    LIST = "List"


class Variable(models.Model):
    """A named value of an organization. sealed is never plain text; None is a variable without a value."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    key = models.CharField(max_length=128)
    type = models.CharField(max_length=16, choices=VariableType.choices)
    item_type = models.CharField(max_length=16, blank=True)
    sealed = models.TextField(null=True)
    description = models.CharField(max_length=1000, blank=True)
    group = models.ForeignKey(VariableGroup, models.SET_NULL, null=True, related_name="variables")
    protected = models.BooleanField(default=False)
    expires_on = models.DateField(null=True)
    """The last day on which the value is good, where people read times; None: nobody said one."""
    version = models.IntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = TenantQuerySet["Variable"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "key"], name="one_variable_per_key")]

    def __str__(self) -> str:
        return self.key

    @property
    def is_secret(self) -> bool:
        """True when the value goes in and never comes out."""
        return VariableType.SECRET in {self.type, self.item_type}

    def days_left(self, today: date) -> int | None:
        """Days of the calendar until it expires: 0 on its last day, negative after it, None where nobody said one."""
        return (self.expires_on - today).days if self.expires_on else None


class PortalOrigin(models.TextChoices):
    """Whom a portal is for."""

    END_CUSTOMER = "END_CUSTOMER_PORTAL"
    INSTALLER = "INSTALLER_PORTAL"
    B2B = "B2B_PORTAL"
    ADDITIONAL = "ADDITIONAL_PORTAL"


class Portal(models.Model):
    """A portal of the organization, as mappings refer to it. created_at None: older than all that is known."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    portal_id = models.CharField(max_length=128)
    origin = models.CharField(max_length=32, choices=PortalOrigin.choices)
    domain = models.CharField(max_length=255, blank=True)
    name = models.CharField(max_length=255, blank=True)
    enabled = models.BooleanField(default=True)
    is_dummy = models.BooleanField(default=False)
    is_epilot_domain = models.BooleanField(default=False)
    created_at = models.DateTimeField(null=True)

    objects = TenantQuerySet["Portal"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "portal_id"], name="one_portal_per_id")]

    def __str__(self) -> str:
        return self.portal_id


class CertificateAuthority(models.Model):
    """An authority whose certificates the organization believes. Everything in it is public, so nothing is sealed.

    fingerprint: SHA-256 of the certificate, 64 hexadecimal digits.
    """

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    fingerprint = models.CharField(max_length=64)
    pem = models.TextField()
    added_at = models.DateTimeField()

    objects = TenantQuerySet["CertificateAuthority"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "fingerprint"], name="one_authority_per_print")]

    def __str__(self) -> str:
        return self.fingerprint
