"""The file that says where a service is asked."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from kogorta.remote import door, wire


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    return tmp_path


def test_its_owner_alone_can_read_it_and_each_start_has_a_secret_of_its_own(folder: Path) -> None:
    (folder / door.FILE).write_text("{}")
    (folder / door.FILE).chmod(0o644)
    first, second = door.make(folder, 1), door.make(folder, 1)
    assert (folder / door.FILE).stat().st_mode & 0o777 == 0o600
    assert first.key != second.key
    assert len(second.key) == 64
    assert door.read(folder) == second
    assert [path.name for path in (folder / "data").iterdir()] == [door.FILE.name]


def test_it_goes_with_its_service_and_not_with_an_older_one(folder: Path) -> None:
    first, second = door.make(folder, 1), door.make(folder, 2)
    door.close(folder, first)
    assert door.read(folder) == second
    door.close(folder, second)
    door.close(folder, second)
    assert door.read(folder) is None


@pytest.mark.parametrize(
    "left",
    [
        "",
        "nonsense",
        "[]",
        "null",
        '{"port": 1}',
        '{"port": "1", "key": "x", "pid": 1}',
        '{"port": 1, "key": "x", "pid": 1, "more": 1}',
        '{"port": true, "key": "x", "pid": 1}',
    ],
)
def test_what_is_no_door(folder: Path, left: str) -> None:
    (folder / door.FILE).write_text(left)
    assert door.read(folder) is None
    assert door.enter(folder) is None


def test_what_a_dead_service_left_behind_is_not_asked(folder: Path) -> None:
    with wire.listen() as listener:
        made = door.make(folder, listener.getsockname()[1])
        gone = os.fork()
        if not gone:
            os._exit(0)
        os.waitpid(gone, 0)
        (folder / door.FILE).write_text(json.dumps({"port": made.port, "key": made.key, "pid": gone}))
        assert door.enter(folder) is None, "the process is gone, whoever listens there now"
    (folder / door.FILE).write_text(json.dumps({"port": made.port, "key": made.key, "pid": os.getpid()}))
    assert door.enter(folder) is None, "nobody listens there"


@pytest.mark.parametrize("wrong", [{"port": 0}, {"port": 70_000}, {"port": -1}, {"pid": 2**70}, {"pid": -5}])
def test_numbers_that_cannot_be(folder: Path, wrong: dict[str, int]) -> None:
    (folder / door.FILE).write_text(json.dumps({"port": 1, "key": "x", "pid": os.getpid()} | wrong))
    assert door.enter(folder) is None
    assert not door.is_open(folder)
