"""Who is who, as a person decides it at the command line."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.core.cli.conftest import Typed

PHONE = "+7 916 200-30-40"


@pytest.fixture
def family(tmp_path: Path, typed: Typed) -> Path:
    """Give a workspace in which two ids share a telephone and a third stands alone."""
    folder = tmp_path / "shop"
    people = tmp_path / "people.csv"
    people.write_text(
        f"customer_id,name,phone\na,Anna,{PHONE}\nb,Anna B.,{PHONE}\nc,Olga,\n", encoding="utf-8"
    )
    orders = tmp_path / "orders.csv"
    orders.write_text(
        "order_id,customer_id,date,amount\n1,a,2025-01-05,10.50\n2,b,2025-02-05,20\n3,c,2025-03-05,30\n4,c,2025-03-09,5\n",
        encoding="utf-8",
    )
    typed("init", folder, "--timezone", "UTC")
    assert typed("import", people, "--table", "customers", "-w", folder).code == 0
    assert typed("import", orders, "--table", "orders", "-w", folder).code == 0
    return folder


def persons(typed: Typed, folder: Path, customer: str) -> str:
    """Return the first line of the list: every id of one person."""
    return typed("identity", "links", customer, "-w", folder).out.splitlines()[0]


def test_a_preview_shows_both_persons_and_joins_nobody(typed: Typed, family: Path) -> None:
    said = typed("identity", "preview", "a", "c", "-w", family)
    lines = {line.split("  ")[0].strip(): line for line in said.out.splitlines() if line.strip()}
    assert said.code == 0
    assert lines["Ids"].split()[1:] == ["a,", "b", "c"]
    assert re.split(r"\s{2,}", lines["Names"].strip()) == ["Names", "Anna, Anna B.", "Olga"]
    assert lines["Orders"].split()[1:] == ["2", "2"]
    assert "5 January 2025" in lines["First order"]
    assert "9 March 2025" in lines["Last order"]
    assert "Together: 3 ids, 4 orders." in said.out
    told = json.loads(typed("identity", "preview", "a", "c", "--format", "json", "-w", family).out)
    assert [(side["customer_ids"], side["orders"], side["is_one"]) for side in told] == [
        ("a, b", 2, False),
        ("c", 2, False),
    ]
    assert persons(typed, family, "c") == "1 id is this person: c"


def test_a_link_joins_once_says_why_and_is_taken_back(typed: Typed, family: Path) -> None:
    said = typed("identity", "link", "c", "a", "--because", "said so [at the till]", "-w", family)
    assert (said.code, said.out.splitlines()[0]) == (0, "c and a are one person.")
    assert "kogorta refresh" in said.out
    assert persons(typed, family, "b") == "3 ids are this person: a, b, c"
    again = typed("identity", "link", "a", "c", "-w", family)
    assert (again.code, again.out.strip()) == (0, "It was so already; nothing was written.")
    rows = json.loads(typed("identity", "links", "a", "--format", "json", "-w", family).out)
    assert {(row["a"], row["b"], row["rule"], row["evidence"], row["revoked_at"]) for row in rows} == {
        ("a", "b", "phone", "+7…3040", None),
        ("a", "c", "manual", "said so [at the till]", None),
    }
    preview = typed("identity", "preview", "b", "c", "-w", family)
    assert "b and c are one person already" in preview.out
    undone = typed("identity", "unlink", "a", "c", "--because", "a mistake", "-w", family)
    assert (undone.code, "still one person" in undone.out) == (0, False)
    assert persons(typed, family, "c") == "1 id is this person: c"
    shown = typed("identity", "links", "c", "-w", family).out
    assert all(words in shown for words in ("a mistake", "taken back", "by hand"))


def test_a_link_that_a_rule_makes_too_outlives_its_taking_back(typed: Typed, family: Path) -> None:
    typed("identity", "link", "a", "b", "-w", family)
    said = typed("identity", "unlink", "a", "b", "-w", family)
    assert "kogorta identity links a" in said.out
    assert persons(typed, family, "a") == "2 ids are this person: a, b"


def test_a_split_is_made_and_taken_back(typed: Typed, family: Path) -> None:
    typed("identity", "link", "b", "c", "-w", family)
    said = typed("identity", "split", "b", "--because", "mother and daughter", "-w", family)
    assert said.code == 0
    assert "By hand it is still joined with c;" in said.out
    assert persons(typed, family, "a") == "1 id is this person: a"
    shown = typed("identity", "links", "b", "-w", family).out
    assert all(words in shown for words in ("split off by hand", "mother and daughter"))
    assert typed("identity", "unsplit", "b", "-w", family).code == 0
    assert persons(typed, family, "a") == "3 ids are this person: a, b, c"


def test_an_id_that_nothing_joins_says_so(typed: Typed, family: Path) -> None:
    said = typed("identity", "links", "c", "-w", family)
    assert said.out.splitlines() == ["1 id is this person: c", "Nothing ever joined this id to another."]


@pytest.mark.parametrize(
    ("command", "wrong"),
    [
        (("link", "a", "nobody"), "there is no such customer"),
        (("link", "a", "a"), "both are one id"),
        (("unlink", "a", "b"), "nobody linked these two by hand"),
        (("unsplit", "a"), "this customer is not split"),
        (("links", "nobody"), "there is no such customer"),
        (("preview", "a", "nobody"), "there is no such customer"),
    ],
)
def test_what_cannot_be_done_is_refused(
    typed: Typed, family: Path, command: tuple[str, ...], wrong: str
) -> None:
    said = typed("identity", *command, "-w", family)
    assert said.code == 2
    assert wrong in said.err
