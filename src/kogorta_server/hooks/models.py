"""Where other programs listen, and what they are told."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Webhook(models.Model):
    """An address that is told who came into segments and who left."""

    url = models.URLField(max_length=500)
    sealed_secret = models.TextField(help_text="Sealed; it signs what is told.")
    segments = models.JSONField(default=list, help_text="Full ids; empty for all.")
    told_run = models.BigIntegerField(help_text="The last refresh that it was told of.")
    is_active = models.BooleanField(
        default=True, help_text="Off once the address says 410 Gone, or was taken away."
    )
    created_by = models.CharField(max_length=254, help_text="Name of the key, or address of the person.")
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        return self.url


class Delivery(models.Model):
    """One message to one address; kept until it arrives, or nobody tries any more."""

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    message_id = models.CharField(max_length=64, unique=True, help_text="Who gets it twice knows it by this.")
    body = models.TextField(help_text="JSON, signed as it is.")
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True, help_text="Of the next attempt; empty once there is none.")
    status = models.PositiveSmallIntegerField(
        null=True, help_text="Of the last answer; empty if there was none."
    )
    delivered_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["due_at"], name="hooks_due")]

    def __str__(self) -> str:
        return self.message_id
