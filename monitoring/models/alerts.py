"""Alerts: rules, channels, where each rule stands, and what was told."""

from __future__ import annotations

from datetime import datetime

from django.db import models

from hub.accounts.models import Organization, TenantQuerySet


class AlertChannel(models.Model):
    """Where notices of an organization go. The address is sealed: that of a chat is a secret in itself."""

    class Kind(models.TextChoices):
        MAIL = "mail"
        WEBHOOK = "webhook"
        SLACK = "slack"
        TEAMS = "teams"

    id = models.UUIDField(primary_key=True)
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    name = models.CharField(max_length=255)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    sealed_address = models.TextField()
    """Addresses of a mail, one a line, or a URL; may refer to variables."""
    shown_address = models.CharField(max_length=500)
    """What pages may show of it."""
    sealed_signing_secret = models.TextField(blank=True)
    """Of webhooks only."""
    enabled = models.BooleanField(default=True)
    quiet_since = models.TimeField(null=True)
    """When its quiet hours begin, in the zone in which people read times; both are None where it has none."""
    quiet_until = models.TimeField(null=True)
    quiet_spares_errors = models.BooleanField(default=False)
    """Whether errors are told within quiet hours."""
    failing_since = models.DateTimeField(null=True)
    last_failure = models.CharField(max_length=500, blank=True)
    last_sent_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    objects = TenantQuerySet["AlertChannel"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["organization", "created_at"], name="channels_of_organization")]

    def __str__(self) -> str:
        return self.name


class AlertRule(models.Model):
    """What is looked at once a minute. integration_id None: each integration by itself; ids of deleted ones match
    nothing."""

    id = models.UUIDField(primary_key=True)
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    integration_id = models.UUIDField(null=True)
    use_case_id = models.UUIDField(null=True)
    name = models.CharField(max_length=255)
    kind = models.CharField(max_length=16)
    parameters = models.JSONField(default=dict)
    """What monitoring/alerts/kinds.py parses."""
    severity = models.CharField(max_length=8, default="error")
    enabled = models.BooleanField(default=True)
    throttle_minutes = models.IntegerField(default=60)
    muted_until = models.DateTimeField(null=True)
    quiet_since = models.TimeField(null=True)
    """When its quiet hours begin, as of a channel."""
    quiet_until = models.TimeField(null=True)
    channels = models.ManyToManyField(AlertChannel, related_name="rules")
    created_at = models.DateTimeField()
    watching_since = models.DateTimeField()
    """When it began to look for what it looks for now: silence is counted from here where nothing ever came."""

    objects = TenantQuerySet["AlertRule"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["organization", "created_at"], name="rules_of_organization")]

    def __str__(self) -> str:
        return self.name

    def is_muted(self, at: datetime) -> bool:
        """Whether somebody wants to hear nothing of it at the moment."""
        return self.muted_until is not None and at < self.muted_until


class AlertState(models.Model):
    """Where a rule stands with one of its subjects: an integration, a use case, a receiver, a token."""

    class Standing(models.TextChoices):
        OK = "ok"
        PENDING = "pending"
        FIRING = "firing"

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    rule = models.ForeignKey(AlertRule, models.CASCADE, related_name="states")
    subject = models.CharField(max_length=120)
    label = models.CharField(max_length=255)
    integration_id = models.UUIDField(null=True)
    standing = models.CharField(max_length=8, choices=Standing.choices, default=Standing.OK)
    since = models.DateTimeField()
    value = models.FloatField(null=True)
    """None where there is too little to say one."""
    found = models.CharField(max_length=255, blank=True, default="", db_default="")
    """The same in words, beside its limit."""
    place = models.CharField(max_length=500, blank=True, default="", db_default="")
    """The path of the page that shows what it is about, as of the last look."""
    told_at = models.DateTimeField(null=True)
    """When it was last told that it fires; throttling counts from here."""
    is_told = models.BooleanField(default=False)
    """Whether the present firing was told."""
    is_held_back = models.BooleanField(default=False)
    """Whether it is on record that the present firing was not told."""
    undelivered_at = models.DateTimeField(null=True)
    """When the present firing turned out to have reached no channel; None where it is told, or was not tried."""
    recovered_at = models.DateTimeField(null=True)

    objects = TenantQuerySet["AlertState"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rule", "subject"], name="one_state_per_subject")]

    def __str__(self) -> str:
        return f"{self.subject} {self.standing}"


class AlertNotice(models.Model):
    """One decision to tell or not to tell something on one channel. Refers to rules and channels that may be gone."""

    class State(models.TextChoices):
        DUE = "due"
        SENDING = "sending"
        SENT = "sent"
        SUPPRESSED = "suppressed"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True)
    organization_id = models.BigIntegerField()
    rule_id = models.UUIDField()
    integration_id = models.UUIDField(null=True)
    use_case_id = models.UUIDField(null=True)
    channel_id = models.UUIDField(null=True)
    rule_name = models.CharField(max_length=255)
    channel_name = models.CharField(max_length=255, blank=True)
    change = models.CharField(max_length=10)
    """fired or recovered."""
    severity = models.CharField(max_length=8)
    subject = models.CharField(max_length=120)
    text = models.CharField(max_length=1000)
    value = models.FloatField(null=True)
    place = models.CharField(max_length=500, blank=True, default="", db_default="")
    """The path of the page that shows what it is about, for its window; empty in notices of older releases."""
    created_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices)
    reason = models.CharField(max_length=500, blank=True)
    """Why it was not sent."""
    attempts = models.IntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    leased_until = models.DateTimeField(null=True)
    message_id = models.UUIDField(null=True)
    """The message it went with, alone or with others of the same channel; the same in every attempt."""
    sent_at = models.DateTimeField(null=True)

    objects = TenantQuerySet["AlertNotice"].as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["organization_id", "id"], name="notices_by_time"),
            models.Index(fields=["integration_id", "id"], name="notices_of_an_integration"),
            models.Index(
                fields=["state", "next_attempt_at"],
                name="notices_to_send",
                condition=models.Q(state__in=["due", "sending"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.change} {self.state}"


class AlertTurn(models.Model):
    """When the rules of an organization were looked at; whoever moves it on has the turn."""

    organization = models.OneToOneField(Organization, models.CASCADE, primary_key=True, related_name="+")
    evaluated_at = models.DateTimeField()
    gauged_at = models.DateTimeField(null=True)
    """When every source of gauges was last read without a failure."""

    def __str__(self) -> str:
        return f"alerts of {self.organization_id} at {self.evaluated_at}"

    @classmethod
    def lock(cls, organization: Organization) -> None:
        """Nobody looks until the transaction ends: a look stores whole states, and would bring back what was changed
        or deleted meanwhile."""
        cls.objects.select_for_update(no_key=True).filter(pk=organization.pk).first()
