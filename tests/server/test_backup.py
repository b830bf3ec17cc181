"""A backup while others write, and the way back: whole, equal, or refused."""

from __future__ import annotations

import json
import shutil
import tarfile
import threading
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

import kogorta
from kogorta.errors import BackupError, WorkspaceError
from kogorta.message import Message
from kogorta.warehouse.duplicate import row_counts
from kogorta.workspace import Workspace
from kogorta_server.accounts.models import User
from kogorta_server.accounts.words import Role
from kogorta_server.jobs import uploads
from kogorta_server.operation import backup, control, restore, state

Users = Callable[[Role], User]

# a copy waits for ever for a transaction that the same test holds open
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def made(own_shop: Workspace, user: Users, tmp_path: Path) -> Path:
    """Make a backup of a small base with one user."""
    user(Role.OWNER)
    file = tmp_path / "shop.backup"
    backup.write(file)
    return file


def test_what_comes_back_is_equal_table_by_table(own_shop: Workspace, made: Path, tmp_path: Path) -> None:
    folder = tmp_path / "again"
    restore.restore(made, folder)
    tables = [
        name
        for (name,) in own_shop.warehouse.rows(
            "SELECT table_name FROM duckdb_tables() WHERE database_name = current_database()"
        )
    ]
    counted = {
        name: own_shop.warehouse.rows(f"SELECT count(*), bit_xor(hash(t)) FROM {name} t") for name in tables
    }
    sizes = own_shop.sizes("2026-11-01")
    definition = own_shop.versions("best_and_quiet")
    with kogorta.open(folder) as other:
        assert {
            name: other.warehouse.rows(f"SELECT count(*), bit_xor(hash(t)) FROM {name} t") for name in tables
        } == counted
        assert other.sizes("2026-11-01") == sizes
        assert other.versions("best_and_quiet") == definition
        assert other.config == own_shop.config
    kept = state.counts_of_file(folder / "data" / "state.sqlite3")
    assert kept["accounts_user"] == 1
    assert kept == state.counts()
    assert list((folder / "data" / "readings").glob("*.reading"))


def test_nobody_else_reads_a_backup(made: Path) -> None:
    assert made.stat().st_mode & 0o777 == 0o600


def test_only_the_backup_is_left_in_the_folder(made: Path, tmp_path: Path) -> None:
    assert sorted(item.name for item in tmp_path.iterdir()) == ["shop", "shop.backup"]


def test_what_is_written_meanwhile_is_whole_or_not_in_it(
    own_shop: Workspace, user: Users, tmp_path: Path
) -> None:
    """A row in each of two tables by one transaction: a copy has as many of one as of the other."""
    stop = threading.Event()

    def both(open_: object) -> None:
        open_.execute("INSERT INTO meta VALUES (uuid()::VARCHAR, 'x')")  # type: ignore[attr-defined]  # the writer's own
        open_.execute("INSERT INTO list_of_two VALUES (1)")  # type: ignore[attr-defined]  # the writer's own

    own_shop.warehouse.write_books(lambda open_: open_.execute("CREATE TABLE list_of_two (n INTEGER)"))
    usual = own_shop.warehouse.rows("SELECT count(*) FROM meta")[0][0]

    def write() -> None:
        while not stop.is_set():
            own_shop.warehouse.write_books(both)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        found = []
        for number in range(3):
            path = tmp_path / f"{number}.duckdb"
            counts = own_shop.warehouse.duplicate(path)
            assert row_counts(path) == counts
            found.append((counts["meta"] - usual, counts["list_of_two"]))
    finally:
        stop.set()
        writer.join()
    assert all(one == other for one, other in found)
    assert found[-1][0] > found[0][0], "it did write meanwhile"


def test_the_state_is_copied_while_others_write(own_shop: Workspace, made: Path, user: Users) -> None:
    user(Role.VIEWER)
    assert User.objects.count() == 2
    with tarfile.open(made) as archive:
        names = archive.getnames()
    assert names[0] == "manifest.json"
    assert {"kogorta.toml", "data/warehouse.duckdb", "data/state.sqlite3"} <= set(names)


def test_a_file_that_waits_for_its_import_is_there_after_a_restore(
    own_shop: Workspace, user: Users, tmp_path: Path
) -> None:
    upload = uploads.receive(SimpleUploadedFile("заказы.csv", b"id;day\n1;2026-10-01\n"), user(Role.OWNER))
    made = tmp_path / "made.kogorta"
    backup.write(made)
    restore.restore(made, tmp_path / "again")
    kept = uploads.path_of(upload)
    again = tmp_path / "again" / kept.relative_to(own_shop.folder)
    assert again.read_bytes() == kept.read_bytes() == b"id;day\n1;2026-10-01\n"


def test_a_file_that_is_taken_away_meanwhile_spoils_no_backup(
    own_shop: Workspace, user: Users, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = uploads.receive(SimpleUploadedFile("orders.csv", b"id\n1\n"), user(Role.OWNER))
    sent, copy = uploads.path_of(upload), shutil.copy2

    def late(source: str, target: str) -> None:
        sent.unlink(missing_ok=True)
        copy(source, target)

    monkeypatch.setattr(shutil, "copy2", late)
    made = backup.write(tmp_path / "made.kogorta")
    assert not [name for name in made.files if name.startswith("data/uploads")]


# --- what is refused -----------------------------------------------------------------------------


def test_a_file_that_is_there_is_not_written_over(own_shop: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "precious"
    file.write_text("mine")
    with pytest.raises(BackupError, match="there is such a file already"):
        backup.write(file)
    assert file.read_text() == "mine"


def test_a_folder_that_is_not_there(own_shop: Workspace, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="there is no such folder"):
        backup.write(tmp_path / "nowhere" / "b")


def test_a_folder_with_anything_in_it_is_left_alone(made: Path, own_shop: Workspace) -> None:
    before = sorted(own_shop.folder.rglob("*"))
    with pytest.raises(WorkspaceError, match="not empty"):
        restore.restore(made, own_shop.folder)
    assert sorted(own_shop.folder.rglob("*")) == before


def test_an_empty_folder_will_do(made: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    restore.restore(made, tmp_path / "empty")
    assert (tmp_path / "empty" / "kogorta.toml").exists()


def repack(source: Path, target: Path, change: Callable[[str, bytes], tuple[str, bytes] | None]) -> None:
    with tarfile.open(source) as old, tarfile.open(target, "w") as new:
        for item in old:
            opened = old.extractfile(item)
            changed = change(item.name, opened.read() if opened else b"")
            if changed is not None:
                head = tarfile.TarInfo(changed[0])
                head.size = len(changed[1])
                new.addfile(head, BytesIO(changed[1]))


def manifest(**values: object) -> Callable[[str, bytes], tuple[str, bytes]]:
    def change(name: str, content: bytes) -> tuple[str, bytes]:
        if name != "manifest.json":
            return name, content
        return name, json.dumps(json.loads(content) | values).encode()

    return change


def one_table_more(name: str, content: bytes) -> tuple[str, bytes]:
    if name != "manifest.json":
        return name, content
    told = json.loads(content)
    told["store_rows"]["orders"] += 1
    return name, json.dumps(told).encode()


def outside(name: str, content: bytes) -> tuple[str, bytes]:
    if name == "kogorta.toml":
        return "../stolen.toml", content
    if name != "manifest.json":
        return name, content
    told = json.loads(content)
    told["files"]["../stolen.toml"] = told["files"].pop("kogorta.toml")
    return name, json.dumps(told).encode()


REFUSED: dict[str, tuple[Callable[[str, bytes], tuple[str, bytes] | None], str]] = {
    "a byte more": (lambda n, c: (n, c + b"x" if n == "kogorta.toml" else c), "damaged"),
    "a byte changed": (lambda n, c: (n, c.replace(b"RUB", b"RUR") if n == "kogorta.toml" else c), "damaged"),
    "a file less": (lambda n, c: None if n == "data/warehouse.duckdb" else (n, c), "not whole"),
    "no manifest": (lambda n, c: None if n == "manifest.json" else (n, c), "no backup"),
    "a wrong manifest": (lambda n, c: (n, b"{}" if n == "manifest.json" else c), "no backup"),
    "no JSON": (lambda n, c: (n, b"]" if n == "manifest.json" else c), "no backup"),
    "of a later form": (manifest(format=99), "later version"),
    "of PostgreSQL": (manifest(state="postgresql"), "another kind of database"),
    "rows that are not there": (one_table_more, "as many rows"),
    "a file outside": (outside, "outside of its folder"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_not_as_it_was_made_is_refused_and_leaves_nothing(
    made: Path, tmp_path: Path, case: str
) -> None:
    change, said = REFUSED[case]
    bad = tmp_path / "bad"
    repack(made, bad, change)
    before = sorted(item.name for item in tmp_path.iterdir())
    with pytest.raises(BackupError, match=said):
        restore.restore(bad, tmp_path / "again")
    assert sorted(item.name for item in tmp_path.iterdir()) == before


@pytest.mark.parametrize("content", [b"", b"nonsense", b"\x00" * 2048])
def test_what_is_no_archive_is_refused(own_shop: Workspace, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "bad").write_bytes(content)
    with pytest.raises(BackupError):
        restore.restore(tmp_path / "bad", tmp_path / "again")
    assert not (tmp_path / "again").exists()


def test_a_backup_that_was_cut_off_is_refused(made: Path, tmp_path: Path) -> None:
    whole = made.read_bytes()
    (tmp_path / "cut").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(BackupError):
        restore.restore(tmp_path / "cut", tmp_path / "again")
    assert not (tmp_path / "again").exists()


def test_there_is_no_such_file(own_shop: Workspace, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="no such file"):
        restore.restore(tmp_path / "none", tmp_path / "again")


# --- the door by which commands reach the service ------------------------------------------------


@pytest.fixture
def door(own_shop: Workspace) -> Iterator[control.Control]:
    opened = control.Control(own_shop.folder)
    yield opened
    opened.close()


def test_a_command_has_the_service_make_the_backup(
    own_shop: Workspace, door: control.Control, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # what the door's thread writes is asked for in `test_served.py`: here is only how it is asked
    monkeypatch.setattr(backup, "write", write_a_word)
    told: list[str] = []
    assert control.ask_backup(own_shop.folder, tmp_path / "b", "ru", told.append)
    assert told == ["Копируем факты …"]
    assert (tmp_path / "b").read_text() == "done"


def write_a_word(target: Path, told: Callable[[Message], None]) -> None:
    from kogorta.i18n import lazy

    if target.exists():
        raise BackupError("there is such a file already", got=str(target))
    told(lazy("Copying the facts …"))
    target.write_text("done")


def test_a_refusal_comes_back_in_the_language_of_who_asked(
    own_shop: Workspace, door: control.Control, tmp_path: Path
) -> None:
    (tmp_path / "b").touch()
    with pytest.raises(BackupError, match="такой файл уже есть"):
        control.ask_backup(own_shop.folder, tmp_path / "b", "ru", print)


def test_the_door_is_found_by_its_owner_alone(
    own_shop: Workspace, door: control.Control, tmp_path: Path
) -> None:
    file = own_shop.folder / "data" / "control.json"
    assert file.stat().st_mode & 0o777 == 0o600
    told = json.loads(file.read_text())
    file.write_text(json.dumps(told | {"key": "guessed"}))
    assert not control.ask_backup(own_shop.folder, tmp_path / "b", "en", print)
    assert not (tmp_path / "b").exists()
    file.write_text(json.dumps(told))
    (tmp_path / "b").touch()
    with pytest.raises(BackupError):
        control.ask_backup(own_shop.folder, tmp_path / "b", "en", print)


@pytest.mark.parametrize("left", ["", "nonsense", '{"port": 1, "key": "x", "pid": 1}', '{"port": 1}', "[]"])
def test_what_a_dead_service_left_behind_is_no_door(own_shop: Workspace, tmp_path: Path, left: str) -> None:
    (own_shop.folder / "data" / "control.json").write_text(left)
    assert not control.ask_backup(own_shop.folder, tmp_path / "b", "en", print)


def test_the_door_is_closed_behind_the_service(own_shop: Workspace, tmp_path: Path) -> None:
    opened = control.Control(own_shop.folder)
    opened.close()
    assert not control.ask_backup(own_shop.folder, tmp_path / "b", "en", print)
