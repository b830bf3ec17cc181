"""Rows of what is due: jobs, what makes them again and again, files that were uploaded."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from kogorta_server.jobs.words import JobKind, JobState


class Job(models.Model):
    """Something that is to be done, is being done, or was."""

    kind = models.CharField(max_length=20, choices=[(kind.value, kind.value) for kind in JobKind])
    key = models.CharField(
        max_length=100,
        null=True,
        help_text="Of those with one key only one waits; asking again gives that one.",
    )
    lane = models.CharField(max_length=40, null=True, help_text="Of one lane only one runs at a time.")
    payload = models.JSONField(default=dict, help_text="What is to be done.")
    priority = models.SmallIntegerField(default=0, help_text="The smallest first.")
    state = models.CharField(
        max_length=10,
        choices=[(state.value, state.value) for state in JobState],
        default=JobState.WAITING.value,
    )
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(
        null=True, help_text="Until then the thread that does it is believed alive."
    )
    fence = models.PositiveIntegerField(
        default=0, help_text="Grows with each claim: who holds an older number has lost the job."
    )
    checkpoint = models.JSONField(default=dict, help_text="What need not be done again after a restart.")
    share = models.FloatField(default=0.0, help_text="How much of it is done, 0 to 1.")
    said = models.JSONField(null=True, help_text="What is being done: a sentence for both languages.")
    result = models.JSONField(null=True)
    error = models.JSONField(
        null=True, help_text="Code, and the text by language, of the last attempt that failed."
    )
    is_cancel_asked = models.BooleanField(default=False)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["state", "priority", "due_at"], name="jobs_due"),
            models.Index(fields=["kind", "finished_at"], name="jobs_finished"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["key"], condition=Q(state=JobState.WAITING.value), name="jobs_one_waits_by_key"
            ),
            models.UniqueConstraint(
                fields=["lane"], condition=Q(state=JobState.RUNNING.value), name="jobs_one_runs_by_lane"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk} {self.state}"


class Schedule(models.Model):
    """A job that is made again and again."""

    name = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=20, choices=[(kind.value, kind.value) for kind in JobKind])
    payload = models.JSONField(default=dict)
    every_seconds = models.PositiveIntegerField()
    next_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} every {self.every_seconds} s"


class Upload(models.Model):
    """A file that somebody sent, and what became of it."""

    name = models.CharField(max_length=100, help_text="As people know it; it is no path.")
    size_bytes = models.PositiveBigIntegerField()
    form = models.CharField(
        max_length=60, blank=True, help_text="A table, `tracking`, or `preset:` and its id."
    )
    is_kept = models.BooleanField(default=True, help_text="Whether the file still lies there.")
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL)
    outcome = models.JSONField(null=True, help_text="What became of its rows.")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]

    def __str__(self) -> str:
        return f"{self.name} {self.form}"
