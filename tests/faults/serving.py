"""What killed processes do that do jobs, as the process of the server does them."""

from __future__ import annotations

import os
import time
from multiprocessing.connection import Connection
from pathlib import Path

# what each process would import by itself is there before it begins
import django
import django.db.backends.sqlite3.base
import django.db.models

import kogorta.readings  # noqa: F401
from kogorta_server.serve import prepare

ROWS = 600


def begin(folder: str, pipe: Connection) -> None:
    """Make the state database of a workspace, somebody who asks, and a first reading, so that there is a list."""
    prepare(Path(folder))
    from kogorta_server import base
    from kogorta_server.accounts.models import User
    from kogorta_server.accounts.words import Role

    User.objects.create_user("owner@shop.example", None, Role.OWNER)
    workspace = base.open_base(Path(folder))
    file = Path(folder) / "first.csv"
    file.write_text(orders_of("first"), encoding="utf-8")
    workspace.import_file(file, "orders")
    workspace.refresh()
    base.take_reading()
    base.close_base()
    pipe.send("begun")


def do_jobs(folder: str, number: int, pipe: Connection) -> None:
    """Ask for an import, a refresh and a list of people, then do jobs until the process is killed."""
    _open(folder)
    from kogorta_server.jobs.worker import Worker

    _ask(number)
    pipe.send("ready")
    Worker(owns_all=True).start()
    time.sleep(3600)


def finish_jobs(folder: str, pipe: Connection) -> None:
    """Do all that is left, what waits for a next attempt and what failed too; say what stands then."""
    _open(folder)
    from kogorta_server import base, clock
    from kogorta_server.jobs import queue
    from kogorta_server.jobs.models import Job, Upload
    from kogorta_server.jobs.worker import Worker

    queue.reclaim(clock.now(), everything=True)
    cut_off = Job.objects.filter(state="failed")
    pipe.send([(job.error or {}).get("code") for job in cut_off])
    for job in Job.objects.exclude(state="done"):
        queue.retry(job.pk, clock.now())
    Worker(owns_all=True).run_due()
    pipe.send(list(Job.objects.values_list("kind", "state")))
    pipe.send([upload.outcome["parts"][0] for upload in Upload.objects.all() if upload.outcome])
    reading = base.reading()
    assert reading is not None
    pipe.send(reading.stamp.run_id)
    base.close_base()


def orders_of(number: int | str) -> str:
    """Return the file that is brought in with a number."""
    lines = ["order_id,customer_id,ordered_at,amount,status"]
    lines += [
        f"O{number}-{n},C{n % 100},2025-0{1 + n % 9}-1{n % 9} 10:00,{n % 900}.50,completed"
        for n in range(ROWS)
    ]
    return "\n".join(lines) + "\n"


def _open(folder: str) -> None:
    os.environ |= {"KOGORTA_WORKSPACE": folder, "DJANGO_SETTINGS_MODULE": "kogorta_server.settings"}
    django.setup()
    from kogorta_server import base

    base.open_base(Path(folder))


def _ask(number: int) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from kogorta.readings import PeopleQuery
    from kogorta_server.accounts.models import User
    from kogorta_server.jobs import asking, uploads

    user = User.objects.get()
    upload = uploads.receive(SimpleUploadedFile(f"{number}.csv", orders_of(number).encode()), user)
    asking.bring_in(upload, "orders", None, user)
    asking.refresh(user)
    asking.export_people(PeopleQuery(), user, "en")
