"""The SQL of a definition, run statement by statement on the store, gives its members; and the card of a definition."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kogorta.errors import NotFoundError
from kogorta.membership.queries import MOST_ROWS
from kogorta.workspace.workspace import Workspace
from tests.core.membership.bazaar import AS_OF, BIG, HABIT, QUIET, RECENT, bazaar
from tests.support import commit

MANY = """
segment: many
where:
  any:
    - {trait: lifecycle_stage, is: active}
    - {trait: revenue_total, top: 20%}
    - sequence: [{did: order}, {did: order, within: 40d}]
    - {all: [{trait: city, is: Казань}, {trait: birth_date, anniversary: {from: 0d, to: 7d}, zone: customer}]}
"""


def run(ws: Workspace, definition: str) -> dict[str, set[str]]:
    """Run the statements as a person would who pasted them; return customers by segment."""
    names = dict(ws.warehouse.rows("SELECT customer_key, customer_id FROM customer_ids"))
    found: dict[str, set[str]] = {}
    with ws.warehouse.engine.cursor() as cursor:
        for step in ws.sql(definition, AS_OF):
            cursor.execute(step.statement)
        for key, segment in cursor.fetchall():
            found.setdefault(segment, set()).add(names[key])
    return found


@pytest.mark.parametrize("id_", ["recent", "quiet", "habit", "many", "lifecycle", "rfm_simple", "habit.once"])
def test_the_statements_give_the_members(tmp_path: Path, id_: str) -> None:
    with bazaar(tmp_path / "w", recent=RECENT, quiet=QUIET, habit=HABIT) as ws:
        people = [
            {"customer_id": "c6", "city": "Казань", "timezone": "Asia/Tokyo", "birth_date": date(1990, 7, 3)}
        ]
        commit(ws.warehouse, "customers", people)
        ws.define(MANY)
        ws.link("c0", "c2")
        ws.refresh(AS_OF)
        size = ws.size(id_, AS_OF)
        expected = {
            item.id: set(ws.members(item.id, AS_OF)["customer_id"].to_pylist())
            for item in size.segments
            if item.people
        }
        assert run(ws, id_) == expected
        assert expected


def test_each_step_stands_behind_what_it_reads(tmp_path: Path) -> None:
    with bazaar(tmp_path / "w", recent=RECENT, quiet=QUIET) as ws:
        steps = ws.sql("quiet", AS_OF)
        made: set[str] = set()
        for step in steps:
            assert {name for name in step.reads if name.startswith("k_")} <= made
            made.add(step.name)
        assert (steps[0].name, steps[-1].name) == ("params", "members")
        assert [step.sort for step in steps if step.sort != "step"] == ["given", "answer"]
        assert "orders" in {name for step in steps for name in step.reads}
        assert str(steps[-1].says) == "who is in which segment"
        assert ws.sql("quiet", AS_OF) == steps, "the same text every time"


def test_what_is_too_long_is_not_written_out(tmp_path: Path) -> None:
    with bazaar(tmp_path / "w", recent=RECENT) as ws:
        ids = [f"n{number}" for number in range(2 * MOST_ROWS + 2)]
        commit(ws.warehouse, "customers", [{"customer_id": id_} for id_ in ids])
        keys = dict(ws.warehouse.rows("SELECT customer_id, customer_key FROM customer_ids"))
        edges = [(keys[a], keys[b]) for a, b in zip(ids[::2], ids[1::2], strict=True)]
        ws.warehouse.write(
            lambda connection: connection.executemany(
                "INSERT INTO identity_edges VALUES (?, ?, 'manual', '', TIMESTAMP '2025-01-01', NULL, 1)",
                edges,
            )
        )
        given = {step.name: step for step in ws.sql("recent", AS_OF) if step.sort == "given"}
        assert given["k_identity"].sql == given["k_identity"].statement == ""


def test_a_card_tells_version_author_and_neighbours(tmp_path: Path) -> None:
    with bazaar(tmp_path / "w", recent=RECENT, quiet=QUIET) as ws:
        ws.define(RECENT.replace("30d", "31d"), author="Анна")
        recent, quiet = ws.show("recent"), ws.show("quiet")
        assert (recent.number, recent.author, recent.created_at) == (2, "Анна", ws.now())
        assert (recent.names, recent.named_by) == ((), ("quiet",))
        assert (quiet.names, quiet.named_by) == (("recent",), ())
        assert recent.definition == ws.definitions["recent"]
        row = ws.warehouse.rows(
            "SELECT fingerprint FROM definition_versions WHERE definition = 'recent' AND version = 2"
        )
        assert [(recent.fingerprint,)] == row


def test_the_log_names_too(tmp_path: Path) -> None:
    gone = "segment: gone\nwhere: {left: lifecycle.active, within: 60d}\n"
    with bazaar(tmp_path / "w", gone=gone) as ws:
        assert ws.show("gone").names == ("lifecycle.active",)
        card = ws.show("lifecycle.active")
        assert (card.id, card.named_by, card.definition, card.number) == ("lifecycle", ("gone",), None, None)
        ws.refresh(AS_OF)
        assert ws.show("lifecycle").number == 1


def test_a_definition_that_is_not_there(tmp_path: Path) -> None:
    with bazaar(tmp_path / "w", big=BIG) as ws:
        for wrong in ("nobody", "big.x", "lifecycle.nobody"):
            with pytest.raises(NotFoundError):
                ws.show(wrong)
            with pytest.raises(NotFoundError):
                ws.sql(wrong, AS_OF)
