"""What pages and the API ask to be done."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from kogorta.errors import InputError
from kogorta.i18n import Lang
from kogorta.readings import PeopleQuery
from kogorta_server.accounts.keys import Key
from kogorta_server.accounts.models import User
from kogorta_server.jobs import uploads
from kogorta_server.jobs.handlers.exporting import QUERY, Exporting
from kogorta_server.jobs.handlers.importing import Importing
from kogorta_server.jobs.handlers.reading import TakeReading
from kogorta_server.jobs.handlers.refresh import Refresh
from kogorta_server.jobs.models import Job, Upload
from kogorta_server.jobs.words import OPEN


def refresh(user: User | None, *, full: bool = False) -> Job:
    """Have everything brought up to date, and shown by pages.

    Args:
        user: Who asks; None for a program.
        full: Take new frames whatever their age.
    """
    return Refresh().ask({"full": True} if full else {}, asked_by=user)


def take_reading(user: User | None = None) -> Job:
    """Have pages show what stands in the store by now, such as definitions that were just applied."""
    return TakeReading().ask(asked_by=user)


def export_people(query: PeopleQuery, who: User | Key, lang: Lang) -> Job:
    """Have a list of people written into a file, which can be fetched for a day.

    Args:
        query: Whom; its page does not count, everybody is written.
        who: The person or the program that asks; what it may not see is masked.
        lang: Of its headings and numbers.
    """
    payload = {"query": QUERY.dump_python(query, mode="json"), "lang": lang}
    if isinstance(who, Key):
        return Exporting().ask({**payload, "key": who.id})
    return Exporting().ask(payload, asked_by=who)


def bring_in(upload: Upload, form: str, mapping: Mapping[str, str] | None, user: User | None) -> Job:
    """Have a file that was sent brought in.

    Args:
        upload: The file.
        form: A table, `tracking`, or `preset:` and its id.
        mapping: Header → field as a person settled it; None has it guessed.
        user: Who asks; None for a program.

    Raises:
        InputError: There is no such form, or the file is being brought in already.
        NotFoundError: The file is no longer kept.
    """
    uploads.path_of(upload)
    payload = {"upload": upload.pk, "form": uploads.check_form(form), "mapping": mapping}
    with transaction.atomic():
        ours = Upload.objects.filter(pk=upload.pk).exclude(job__state__in=OPEN)
        job = Importing().ask(payload, asked_by=user)
        if not ours.update(job=job, form=form, outcome=None):
            raise InputError("this file is being brought in already", got=upload.name)
    return job
