"""Whoever is told to end twice ends: the second word comes while the first is acted on."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest
from granian import _signals

from kogorta_server.serve import heard_once


@pytest.fixture
def _handlers() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("_handlers")
def test_the_first_word_alone_is_heard() -> None:
    heard = []

    def end(number: int, _: object) -> None:
        heard.append(number)
        assert len(heard) == 1, "it would wait for itself for ever"
        os.kill(os.getpid(), signal.SIGTERM)

    heard_once(_signals.set_main_signals)(end)
    os.kill(os.getpid(), signal.SIGINT)
    os.kill(os.getpid(), signal.SIGTERM)
    assert heard == [signal.SIGINT]
