import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Schedule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("refresh", "refresh"),
                            ("reading", "reading"),
                            ("import", "import"),
                            ("export", "export"),
                            ("hooks", "hooks"),
                            ("cleaning", "cleaning"),
                        ],
                        max_length=20,
                    ),
                ),
                ("payload", models.JSONField(default=dict)),
                ("every_seconds", models.PositiveIntegerField()),
                ("next_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Job",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("refresh", "refresh"),
                            ("reading", "reading"),
                            ("import", "import"),
                            ("export", "export"),
                            ("hooks", "hooks"),
                            ("cleaning", "cleaning"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "key",
                    models.CharField(
                        help_text="Of those with one key only one waits; asking again gives that one.",
                        max_length=100,
                        null=True,
                    ),
                ),
                (
                    "lane",
                    models.CharField(
                        help_text="Of one lane only one runs at a time.", max_length=40, null=True
                    ),
                ),
                ("payload", models.JSONField(default=dict, help_text="What is to be done.")),
                ("priority", models.SmallIntegerField(default=0, help_text="The smallest first.")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("running", "running"),
                            ("done", "done"),
                            ("failed", "failed"),
                            ("cancelled", "cancelled"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("due_at", models.DateTimeField()),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                (
                    "lease_until",
                    models.DateTimeField(
                        help_text="Until then the thread that does it is believed alive.", null=True
                    ),
                ),
                (
                    "fence",
                    models.PositiveIntegerField(
                        default=0,
                        help_text="Grows with each claim: who holds an older number has lost the job.",
                    ),
                ),
                (
                    "checkpoint",
                    models.JSONField(default=dict, help_text="What need not be done again after a restart."),
                ),
                ("share", models.FloatField(default=0.0, help_text="How much of it is done, 0 to 1.")),
                (
                    "said",
                    models.JSONField(
                        help_text="What is being done: a sentence for both languages.", null=True
                    ),
                ),
                ("result", models.JSONField(null=True)),
                (
                    "error",
                    models.JSONField(
                        help_text="Code, and the text by language, of the last attempt that failed.",
                        null=True,
                    ),
                ),
                ("is_cancel_asked", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField()),
                ("started_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Upload",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(help_text="As people know it; it is no path.", max_length=100)),
                ("size_bytes", models.PositiveBigIntegerField()),
                (
                    "form",
                    models.CharField(
                        blank=True, help_text="A table, `tracking`, or `preset:` and its id.", max_length=60
                    ),
                ),
                (
                    "is_kept",
                    models.BooleanField(default=True, help_text="Whether the file still lies there."),
                ),
                ("outcome", models.JSONField(help_text="What became of its rows.", null=True)),
                ("created_at", models.DateTimeField()),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "job",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, to="jobs.job"),
                ),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.AddIndex(
            model_name="job",
            index=models.Index(fields=["state", "priority", "due_at"], name="jobs_due"),
        ),
        migrations.AddIndex(
            model_name="job",
            index=models.Index(fields=["kind", "finished_at"], name="jobs_finished"),
        ),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "waiting")), fields=("key",), name="jobs_one_waits_by_key"
            ),
        ),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "running")), fields=("lane",), name="jobs_one_runs_by_lane"
            ),
        ),
    ]
