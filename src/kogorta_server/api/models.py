"""Answers that were given to requests with an idempotency key."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from kogorta_server.accounts.models import ApiKey


class KeptAnswer(models.Model):
    """What a request was answered, so that the same request sent again does nothing twice."""

    api_key = models.ForeignKey(ApiKey, on_delete=models.CASCADE)
    idempotency_key = models.CharField(max_length=255)
    digest = models.CharField(max_length=64, help_text="Of method, path and body.")
    status = models.PositiveSmallIntegerField(
        null=True, help_text="Empty while the first request is being answered."
    )
    body = models.TextField(blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["api_key", "idempotency_key"], name="api_one_answer_by_key")
        ]

    def __str__(self) -> str:
        return f"{self.idempotency_key} {self.status}"
