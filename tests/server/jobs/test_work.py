"""A job in the hands of a thread: what it says, how it learns that it must stop, what is kept of an error."""

from __future__ import annotations

import json
import threading
from datetime import date
from typing import get_args

import pytest

from kogorta.errors import InputError, ProblemsError
from kogorta.i18n import Lang, Sentence, lazy, nlazy, translator
from kogorta.message import Money
from kogorta_server import clock
from kogorta_server.jobs import queue
from kogorta_server.jobs.models import Job
from kogorta_server.jobs.sentences import pack, told, unpack
from kogorta_server.jobs.words import JobKind
from kogorta_server.jobs.work import CancelledError, LostError, Work


def work() -> Work:
    queue.enqueue(JobKind.EXPORT)
    held = queue.claim(clock.now())
    assert held is not None
    return Work(held)


@pytest.mark.django_db
def test_what_is_said_is_written_by_the_beat_and_never_goes_back() -> None:
    job = work()
    job.tell(lazy("reading the file"), 0.5)
    assert Job.objects.get().said is None, "saying costs nothing"
    job.tell(nlazy("saving {n} row", "saving {n} rows", 3), 0.2)
    job.beat()
    found = Job.objects.get()
    assert found.share == 0.5
    assert found.said is not None
    assert str(unpack(found.said)) == "saving 3 rows"


@pytest.mark.django_db
def test_a_job_that_was_called_off_stops_where_it_next_says_how_far_it_is() -> None:
    job = work()
    queue.cancel(job.claim.id, clock.now())
    job.tell(lazy("reading the file"), 0.1)
    job.beat()
    with pytest.raises(CancelledError):
        job.tell(lazy("reading the file"), 0.2)


@pytest.mark.django_db
def test_a_job_whose_lease_is_gone_stops_and_writes_nothing() -> None:
    job = work()
    queue.reclaim(clock.now(), everything=True)
    with pytest.raises(LostError):
        job.keep(step=1)
    assert Job.objects.get().checkpoint == {}
    with pytest.raises(LostError):
        job.check()


@pytest.mark.django_db
def test_a_thread_that_only_watches_is_never_stopped() -> None:
    job = work()
    job.lose()
    met: list[BaseException] = []

    def watch() -> None:
        try:
            job.tell(lazy("reading the file"), 0.1)
        except BaseException as error:  # noqa: BLE001  whatever it is, it is what the test is about
            met.append(error)

    thread = threading.Thread(target=watch)
    thread.start()
    thread.join()
    assert met == []
    with pytest.raises(LostError):
        job.check()


@pytest.mark.parametrize(
    "sentence",
    [
        "reading the file",
        lazy("{done} of {all} people", done=1200, all=3.5),
        nlazy("saving {n} row", "saving {n} rows", 21),
        lazy("kept until {instant}", instant=lazy("{age} old", age="3 h")),
        lazy("kept until {instant}", instant=date(2026, 11, 2)),
        lazy("kept until {instant}", instant=Money("-11062.06 RUB", -1106206, "RUB")),
    ],
    ids=str,
)
def test_a_kept_sentence_is_said_as_it_would_have_been(sentence: Sentence) -> None:
    for lang in get_args(Lang):
        t = translator(lang)
        assert t.say(unpack(json.loads(json.dumps(pack(sentence))))) == t.say(sentence)


def test_an_error_is_kept_in_both_languages_without_the_place_of_the_file() -> None:
    error = InputError(
        "the file is empty", got="/srv/shop/data/uploads/00000007/a.csv", path="/srv/shop/a.csv"
    )
    kept = told(error, "/srv/shop/data/uploads/00000007")
    assert kept["code"] == "input"
    assert kept["text"]["en"] == "the file is empty\n  got: a.csv"
    assert "/srv" not in kept["text"]["ru"]
    assert kept["text"]["ru"] != kept["text"]["en"]


def test_of_an_error_that_nobody_expected_its_words_are_not_kept() -> None:
    kept = told(ValueError("+79161234567 is no number"))
    assert kept["code"] == "internal"
    assert "7916" not in str(kept)
    assert "ValueError" in kept["text"]["en"]


def test_several_problems_are_all_kept() -> None:
    error = ProblemsError("two things are wrong", [InputError("one"), InputError("two")])
    assert told(error)["text"]["en"].splitlines()[1:] == ["- one", "- two"]
