"""Whatever stands in a text of a definition is a value: it reaches no engine as code, and finds what it says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import kogorta
from kogorta.errors import KogortaError
from kogorta.membership.log import computed_members, find_segment
from kogorta.workspace import Workspace
from tests.support import commit, day, order

AS_OF = "2025-06-01"
NASTY = (
    "'); DROP TABLE orders; --",
    "' OR '1'='1",
    '"; DELETE FROM orders; --',
    "\\'; DROP TABLE orders; --",
    "$as_of",
    "%(as_of)s %s ?",
    "{0} {x}",
    "a\\b",
    "``; $$; /* */",
    "ёлка 🎄 ' \"",
    "x\nDROP TABLE orders;\n--",
)

HOLES: dict[str, dict[str, Any]] = {
    "trait is": {"trait": "city", "is": "HERE"},
    "trait in": {"trait": "city", "in": ["HERE"]},
    "trait contains": {"trait": "city", "contains": "HERE"},
    "trait starts": {"trait": "city", "starts_with": "HERE"},
    "own trait": {"trait": "note", "is": "HERE"},
    "held": {"trait": "city", "is": "HERE", "held_for": "1d"},
    "column of an order": {"did": "order", "where": {"channel": {"is": "HERE"}}},
    "column of an event": {"did": "seen", "where": {"banner": {"is": "HERE"}}},
    "path": {"did": "seen", "where": {"category": {"is": "HERE"}}},
    "name of an event": {"did": {"event": "HERE"}},
    "newest": {"newest": "order", "where": {"channel": {"is": "HERE"}}},
    "list": {"in_list": "HERE"},
    "lists": {"trait": "lists", "has_any": ["HERE"]},
}
"""Every place of a definition that holds a text of the shop; ann alone has it."""


@pytest.fixture(params=NASTY, ids=range(len(NASTY)))
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Workspace, str]]:
    """Two customers; what is nasty stands in every text about ann, something plain about bob."""
    nasty: str = request.param
    with kogorta.init(tmp_path / "shop", timezone="UTC") as workspace:
        lines = []
        for name, text in (("ann", nasty), ("bob", "plain")):
            lines.append(
                {"userId": name, "type": "identify", "traits": {"note": text, "city": text}, **_sent(name, 0)}
            )
            lines.append(
                {
                    "userId": name,
                    "type": "track",
                    "event": "seen",
                    "properties": {"banner": text, "category": text},
                    **_sent(name, 1),
                }
            )
            lines.append({"userId": name, "type": "track", "event": text, "properties": {}, **_sent(name, 2)})
        workspace.import_tracking(lines)
        known = day("2025-01-01")
        told = {"ann": nasty, "bob": "plain"}.items()
        commit(workspace.warehouse, "orders", [{**order(n, n, "2025-05-01"), "channel": x} for n, x in told])
        rows = [{"list": x, "customer_id": n, "at": known, "op": "add"} for n, x in told]
        commit(workspace.warehouse, "list_changes", rows)
        yield workspace, nasty


def _sent(name: str, number: int) -> dict[str, str]:
    return {"messageId": f"{name}{number}", "timestamp": f"2025-05-0{number + 1}T10:00:00Z"}


def _filled(value: Any, text: str) -> Any:
    if isinstance(value, dict):
        return {key: _filled(item, text) for key, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, text) for item in value]
    return text if value == "HERE" else value


def test_a_text_of_a_definition_is_only_a_text(shop: tuple[Workspace, str]) -> None:
    workspace, nasty = shop
    before = workspace.warehouse.rows("SELECT count(*) FROM orders")
    documents = [
        {"segment": f"hole_{number}", "where": _filled(where, nasty)}
        for number, where in enumerate(HOLES.values())
    ]
    workspace.define("\n---\n".join(json.dumps(document) for document in documents))
    with workspace.view(AS_OF) as view:
        view.place_all()
        found = {
            hole: computed_members(view, *find_segment(view.schemes, f"hole_{number}"))[
                "customer_id"
            ].to_pylist()
            for number, hole in enumerate(HOLES)
        }
    if {"/", "\\"} & set(nasty):
        # an import divides a path into its levels and tidies them
        del found["path"]
    assert {hole: who for hole, who in found.items() if who != ["ann"]} == {}
    assert workspace.warehouse.rows("SELECT count(*) FROM orders") == before == [(2,)]


@pytest.mark.parametrize("nasty", NASTY)
def test_a_salt_and_a_pattern_are_texts_too(tmp_path: Path, nasty: str) -> None:
    with kogorta.init(tmp_path / "shop", timezone="UTC") as workspace:
        commit(workspace.warehouse, "orders", [order("o", "ann", "2025-05-01")])
        commit(
            workspace.warehouse,
            "customers",
            [{"customer_id": "ann", "city": nasty, "created_at": day("2025-01-01")}],
        )
        where = {
            "all": [{"share": "100%", "salt": nasty}, {"trait": "city", "matches": nasty.replace("?", "*")}]
        }
        half = {"share": "50%", "salt": nasty}
        workspace.define(
            json.dumps({"segment": "a", "where": where})
            + "\n---\n"
            + json.dumps({"segment": "b", "where": half})
        )
        assert workspace.members("a", AS_OF)["customer_id"].to_pylist() == ["ann"]
        assert workspace.members("b", AS_OF).num_rows in {0, 1}


@pytest.fixture(scope="module")
def stall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """One order, and nothing defined: what is refused leaves it so."""
    with kogorta.init(tmp_path_factory.mktemp("stall") / "shop", timezone="UTC") as workspace:
        commit(workspace.warehouse, "orders", [order("o", "ann", "2025-05-01")])
        yield workspace


@pytest.mark.parametrize("nasty", NASTY)
@pytest.mark.parametrize(
    "document",
    [
        {"segment": "HERE", "where": {"did": "order"}},
        {"segment": "a", "where": {"trait": "HERE", "is": "x"}},
        {"segment": "a", "where": {"did": "HERE"}},
        {"segment": "a", "where": {"did": "order", "where": {"HERE": {"is": "x"}}}},
        {"segment": "a", "where": {"did": "order", "sum": {"of": "HERE", "at_least": 1}}},
        {"segment": "a", "where": {"did": "order", "within": "HERE"}},
        {"segment": "a", "where": {"in_segment": "HERE"}},
        {"segment": "a", "where": {"entered": "HERE"}},
        {
            "segment": "a",
            "where": {"sequence": [{"did": "order"}, {"did": "order", "within": "1d"}], "by": "HERE"},
        },
        {"segment": "a", "where": {"consent": {"channel": "email", "purpose": "HERE"}}},
        {"scheme": "a", "segments": [{"id": "HERE", "where": {"did": "order"}}], "otherwise": "b"},
        {"HERE": "a", "where": {"did": "order"}},
    ],
)
def test_a_name_that_is_none_is_refused_before_any_sql(stall: Workspace, document: Any, nasty: str) -> None:
    text = json.dumps(document).replace('"HERE"', json.dumps(nasty))
    with pytest.raises(KogortaError):
        stall.define(text)
    assert stall.definitions == {}
    assert stall.warehouse.rows("SELECT count(*) FROM orders") == [(1,)]
