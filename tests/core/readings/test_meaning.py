"""A reading tells what segments mean, who wrote them, whom channels reach, how they moved; worked out by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pyarrow as pa
import pytest

from kogorta.definitions.playbooks import Goal
from kogorta.membership.sizing import Reach
from kogorta.readings import Reading, take
from kogorta.vocab import Business, VersionChange
from kogorta.workspace import Workspace, create

NOW = datetime(2025, 6, 20, 12)  # noqa: DTZ001  UTC without a zone, as instants are inside
ORDERS = {
    "anna": ["2025-01-05", "2025-05-30"],
    "boris": ["2025-05-28"],
    "vera": ["2024-06-01"],
    "gleb": ["2025-05-20"],
}
RECENT = "segment: recent\nname: {en: Recent}\ncadence: 1d\npriority: 2\nwhere: {did: order, within: 20d}\n"
WIDER = RECENT.replace("20d", "30d")
OTHERS = "segment: others\nname: {en: Others}\nwhere: {not: {in_segment: recent}}\n"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """Gleb ordered on 20 May: within thirty days of the first refresh, not of the second."""
    folder = tmp_path_factory.mktemp("meaning") / "base"
    create(folder, "shop", name="Meaning", currency="RUB", timezone="UTC", language="en")
    with Workspace(folder, now=lambda: NOW) as found:
        orders = [(who, day) for who, days in ORDERS.items() for day in days]
        found.import_table(
            pa.table(
                {
                    "order_id": [str(number) for number, _ in enumerate(orders)],
                    "customer_id": [who for who, _ in orders],
                    "ordered_at": [day for _, day in orders],
                    "amount": [100 for _ in orders],
                }
            ),
            table="orders",
        )
        found.import_table(
            pa.table(
                {
                    "customer_id": ["anna", "boris"],
                    "email": ["anna@mail.example", None],
                    "phone": ["+79161234567", "+79160000001"],
                }
            ),
            table="customers",
        )
        found.import_table(
            pa.table(
                {
                    "customer_id": ["anna", "boris", "boris"],
                    "channel": ["email", "sms", "sms"],
                    "purpose": ["advertising"] * 3,
                    "op": ["granted", "granted", "withdrawn"],
                    "at": ["2025-01-01", "2025-01-01", "2025-02-01"],
                }
            ),
            table="consents",
        )
        found.define(RECENT, "Anna")
        found.define(WIDER, "Boris")
        found.define(OTHERS)
        found.refresh("2025-06-01")
        found.refresh("2025-06-20")
        yield found


@pytest.fixture(scope="module")
def reading(workspace: Workspace) -> Iterator[Reading]:
    path = take(workspace.warehouse, workspace.config, workspace.folder / "data" / "readings", NOW)
    assert path is not None
    found = Reading(path)
    yield found
    found.close()


def test_a_definition_comes_back_with_its_sentence(reading: Reading, workspace: Workspace) -> None:
    found = reading.meanings["recent"]
    assert found.definition == workspace.definitions["recent"]
    assert found.sentence is not None
    assert found.sentence.en.replace("\u00a0", " ") == "Customers who placed an order in the last 30 days."
    assert found.sentence.ru.replace("\u00a0", " ") == "Клиенты, которые за последние 30 дней делали заказ."
    assert (found.author, found.cadence_seconds, found.named_by) == ("Boris", 24 * 3600, ("others",))
    assert found.as_of == datetime(2025, 6, 20)  # noqa: DTZ001


def test_a_ready_scheme_has_cards_instead_of_a_text(reading: Reading) -> None:
    found = reading.meanings["lifecycle"]
    assert (found.definition, found.sentence, found.author) == (None, None, None)
    plan = found.playbook("at_risk", Business.SHOP)
    assert plan is not None
    assert plan.goal is Goal.RETAIN
    assert found.playbook("nobody", Business.SHOP) is None
    assert reading.meanings["recent"].playbook("recent", Business.SHOP) is None


def test_versions_tell_what_changed_and_who_did_it(reading: Reading) -> None:
    first, second = reading.versions("recent")[:2]
    assert (first.number, first.author, first.changes) == (1, "Anna", (VersionChange.FIRST,))
    assert (second.number, second.author, second.changes) == (2, "Boris", (VersionChange.TEXT,))
    assert reading.versions("nobody") == []


def test_whom_channels_reach(reading: Reading) -> None:
    """Anna and Boris are recent; only Anna has an address, and only she agreed; Boris took it back for messages."""
    assert reading.reach["recent"] == {
        "email": Reach(contacts=1, not_withdrawn=1, granted=1),
        "sms": Reach(contacts=2, not_withdrawn=1, granted=0),
        "call": Reach(contacts=2, not_withdrawn=2, granted=0),
    }
    assert "others" not in reading.reach


def test_how_it_moved(reading: Reading) -> None:
    """Three were recent on the first of June; on the twentieth Gleb is not: time passed."""
    assert reading.trends["recent"] == (3, 2)
    assert reading.trends["others"] == (1, 2)
    assert reading.causes("recent") == {"leave": {"time": 1}}
    assert reading.causes("others") == {"enter": {"time": 1}}
    assert reading.causes("nobody") == {}


def test_a_definition_that_was_saved_since_is_not_in_it(reading: Reading, workspace: Workspace) -> None:
    workspace.define("segment: later\nwhere: {did: order}\n")
    try:
        assert "later" not in reading.meanings
    finally:
        workspace.undefine("later")
