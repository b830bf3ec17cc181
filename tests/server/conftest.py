"""A living base for tests of the service: built once for each process, copied where a test changes it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.test import Client

import kogorta
from kogorta.workspace import Workspace, create
from kogorta_server import base
from kogorta_server.accounts.models import User
from kogorta_server.accounts.words import Role

END = date(2026, 11, 1)
REFRESHED = ("2026-10-20", "2026-11-01")
MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"
OWN = """
segment: best_and_quiet
name: {ru: Лучшие и тихие, en: Best and quiet}
where:
  all:
    - {trait: orders_count, at_least: 3}
    - {did_not: order, within: 60d}
"""


class QuickArgon2(Argon2PasswordHasher):
    """The hasher of the service, which here takes no time: nobody steals the passwords of tests."""

    time_cost, memory_cost, parallelism = 1, 8, 1


settings.PASSWORD_HASHERS = [f"{__name__}.QuickArgon2"]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a workspace of a small shop, refreshed twice, with a reading; nobody may write to it."""
    folder = tmp_path_factory.mktemp("served") / "shop"
    kogorta.simulate("shop", 240, folder.parent / "files", end=END, seed=7)
    create(folder, "shop", name="Лавка", currency="RUB", timezone="Europe/Moscow", language="ru")
    with Workspace(folder) as workspace:
        workspace.import_folder(folder.parent / "files")
        workspace.define(OWN)
        for as_of in REFRESHED:
            workspace.refresh(as_of)
    base.open_base(folder)
    try:
        base.take_reading()
    finally:
        base.close_base()
    return folder


@pytest.fixture(scope="session", autouse=True)
def closed_in_the_end() -> Iterator[None]:
    """Leave no store open behind the last test."""
    yield
    base.close_base()


@pytest.fixture
def shop(built: Path) -> Workspace:
    """Serve the built workspace to tests that only look; it stays open from one to the next."""
    return served(built)


@pytest.fixture
def own_shop(built: Path, tmp_path: Path) -> Iterator[Workspace]:
    """Serve a copy to a test that changes something."""
    folder = tmp_path / "shop"
    base.close_base()
    shutil.copytree(built, folder)
    yield served(folder)
    base.close_base()


def served(folder: Path) -> Workspace:
    """Have the service open a workspace, and no other."""
    if not base.is_open(folder):
        base.close_base()
    return base.open_base(folder)


@pytest.fixture
def user(db: None) -> Callable[[Role], User]:
    """Return a maker of users of a role."""

    def make(role: Role) -> User:
        found = User.objects.filter(email=f"{role}@shop.example").first()
        return found or User.objects.create_user(f"{role}@shop.example", "correct horse battery", role)

    return make


@pytest.fixture
def as_role(user: Callable[[Role], User]) -> Callable[[Role | None], Client]:
    """Return a maker of clients who are logged in as somebody of a role; None is a stranger."""

    def make(role: Role | None) -> Client:
        client = Client(headers={"accept-language": "en"})
        if role is not None:
            client.force_login(user(role), backend=MODEL_BACKEND)
        return client

    return make


@pytest.fixture
def owner(as_role: Callable[[Role | None], Client]) -> Client:
    """Return the client of an owner."""
    return as_role(Role.OWNER)


STRANGE = {
    # what an id may be, and how its bearer is called
    "a/b": "Анна Ким",
    "o'x\"<&": "<script>alert(1)</script>",
    "Кира ёж?": "=HYPERLINK(1)",
    "100% #1": "Vera O’Hara",
}
"""Customers of `strange`: an address, a page and a spreadsheet must stand their ids and names."""


@pytest.fixture(scope="module")
def strange(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """Serve a few customers with ids and names that are not made for addresses, markup and spreadsheets."""
    folder = tmp_path_factory.mktemp("strange") / "shop"
    create(folder, "shop", name="Strange", currency="RUB", timezone="Europe/Moscow", language="ru")
    ids = list(STRANGE)
    days = ["2026-08-01", "2026-09-15", "2026-10-20", "2026-10-25"]
    with Workspace(folder) as workspace:
        workspace.import_table(
            pa.table(
                {
                    "order_id": [f"{who}{number}" for number, who in enumerate(ids * 2)],
                    "customer_id": ids * 2,
                    "ordered_at": [*days, *reversed(days)],
                    "amount": [100, 200, 300, 400] * 2,
                }
            ),
            table="orders",
        )
        people = {"customer_id": ids, "name": list(STRANGE.values()), "phone": ["+79161234567", *[None] * 3]}
        workspace.import_table(pa.table(people), table="customers")
        workspace.link(ids[0], ids[3])
        workspace.refresh("2026-11-01")
    found = served(folder)
    base.take_reading()
    yield found
    base.close_base()
