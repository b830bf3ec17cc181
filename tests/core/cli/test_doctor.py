"""kogorta doctor: what people see, what programs get, and the exit code for cron. Covers: R49, R63, R64, G28"""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import jsonschema
import pyarrow.parquet as pq
import pytest

from kogorta.config import update
from kogorta.doctor.rules import BY_ID
from tests.core.cli.conftest import Typed
from tests.core.cli.test_russian import english_words, russian

_TEXT, _NUMBER = {"type": ["string", "null"]}, {"type": "integer", "minimum": 0}
SCHEMA = {
    "type": "array",
    "minItems": 1,
    "items": {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "rule": {"enum": list(BY_ID)},
            "severity": {"enum": ["good", "info", "warn", "bad"]},
            "segment": _TEXT,
            "name": _TEXT,
            "other": _TEXT,
            "count": _NUMBER,
            "base": _NUMBER,
            "share_ratio": {"type": ["number", "null"], "minimum": 0},
            "message": {"type": "string", "minLength": 1},
            "why": _TEXT,
            "todo": _TEXT,
            "is_complaint": {"type": "boolean"},
            "waived_because": _TEXT,
            "waived_until": {"type": ["string", "null"], "format": "date"},
        },
    },
}
SCHEMA["items"]["required"] = list(SCHEMA["items"]["properties"])  # type: ignore[index]
"""Programs rely on it: what is there stays there, and means the same."""

DEFINITION = """
segment: regulars
name: {ru: Постоянные, en: "Regulars [all]"}
where: {did: order, times: {at_least: 6}}
"""
AT = ("--as-of", "2025-06-30 01:00")


@pytest.fixture
def clinic(shop: Path, typed: Typed) -> Path:
    """The shop of forty, where each order is of a customer of his own, with a segment of the twenty who come often."""
    (shop / "segments" / "regulars.yaml").write_text(DEFINITION, encoding="utf-8")
    assert typed("segments", "apply", "--yes", "-w", shop).code == 0
    return shop


def test_what_is_wrong_comes_first_and_what_is_good_last(typed: Typed, clinic: Path) -> None:
    said = typed("doctor", *AT, "-w", clinic)
    assert said.code == 0
    lines = said.out.splitlines()
    assert lines[0] == "✗ Hardly anybody can be reached reach.base"
    marks = [line[0] for line in lines if line[:1] in set("✗!i✓")]
    assert marks == sorted(marks, key="✗!i✓".index)
    small = lines.index("! Too few people for a campaign of their own segment.small")
    assert lines[small + 1] == "    ! Regulars [all] · regulars: 20 customers, 50% of its base"
    assert lines[small + 2].startswith("    i "), "ready segments are only told"
    assert "    Why: A text, an offer and a measurement cost the same" in said.out
    assert "    What to do: Join it with its neighbour" in said.out
    assert "✓ 1 free segment: few enough to be worked with." in lines
    assert "In all: " in said.out


def test_only_some_places_are_shown_unless_all_are_asked_for(typed: Typed, clinic: Path) -> None:
    """Of forty people each of the ready segments that has any is small."""
    rows = json.loads(typed("doctor", *AT, "--format", "json", "-w", clinic).out)
    small = [row["segment"] for row in rows if row["rule"] == "segment.small"]
    assert len(small) > 6
    few, whole = (typed("doctor", *AT, *more, "-w", clinic).out for more in ((), ("--all",)))
    assert f"and {len(small) - 5} more places: --all shows them" in few
    assert [f" {segment}: " in whole for segment in small] == [True] * len(small)
    assert "--all shows" not in whole


def test_programs_get_rows_that_do_not_change(typed: Typed, clinic: Path, tmp_path: Path) -> None:
    waiver = {"rule": "purpose.goal", "segment": "regulars", "reason": "=a test"}
    update(clinic, {"doctor": {"waive": [waiver]}})
    said = typed("doctor", *AT, "--format", "json", "-w", clinic)
    rows = json.loads(said.out)
    jsonschema.validate(rows, SCHEMA)
    (small,) = [row for row in rows if row["rule"] == "segment.small" and row["segment"] == "regulars"]
    assert {
        key: small[key] for key in ("severity", "name", "count", "base", "share_ratio", "is_complaint")
    } == {
        "severity": "warn",
        "name": "Regulars [all]",
        "count": 20,
        "base": 40,
        "share_ratio": 0.5,
        "is_complaint": True,
    }
    (goal,) = [row for row in rows if row["rule"] == "purpose.goal"]
    assert (goal["is_complaint"], goal["waived_because"], goal["waived_until"]) == (False, "=a test", None)
    good = [row for row in rows if row["severity"] == "good"]
    assert good
    assert not any(row["why"] or row["todo"] or row["is_complaint"] for row in good)

    table = list(csv.DictReader(io.StringIO(typed("doctor", *AT, "--format", "csv", "-w", clinic).out)))
    assert [row["rule"] for row in table] == [row["rule"] for row in rows]
    assert [row["waived_because"] for row in table if row["rule"] == "purpose.goal"] == ["'=a test"]
    file = tmp_path / "doctor.parquet"
    assert typed("doctor", *AT, "--format", "parquet", "--out", file, "-w", clinic).code == 0
    assert pq.read_table(file).num_rows == len(rows)


def test_a_check_fails_until_all_is_mended_or_waived(typed: Typed, clinic: Path) -> None:
    """For cron: 1 while something stands, 0 once every complaint has its reason; the text is the same."""
    said = typed("doctor", *AT, "--check", "-w", clinic)
    assert said.code == 1
    assert said.out == typed("doctor", *AT, "-w", clinic).out
    rows = json.loads(typed("doctor", *AT, "--check", "--format", "json", "-w", clinic).out)
    rules = {row["rule"] for row in rows if row["is_complaint"]}
    update(clinic, {"doctor": {"waive": [{"rule": rule, "reason": "a tiny shop"} for rule in sorted(rules)]}})
    said = typed("doctor", *AT, "--check", "-w", clinic)
    assert said.code == 0
    assert "Waived" in said.out
    assert "    a tiny shop (for good)" in said.out
    assert "In all: 0 rules are broken, " in said.out


def test_a_waiver_without_a_reason_is_refused(typed: Typed, clinic: Path) -> None:
    path = clinic / "kogorta.toml"
    path.write_text(
        path.read_text(encoding="utf-8") + '\n[[doctor.waive]]\nrule = "segment.small"\n', "utf-8"
    )
    said = typed("doctor", "-w", clinic)
    assert (said.code, said.out) == (2, "")
    assert "doctor.waive.0.reason: a waiver needs its reason" in said.err


def test_a_new_workspace_is_told_how_to_begin(typed: Typed, tmp_path: Path) -> None:
    typed("init", tmp_path / "new")
    said = typed("doctor", "-w", tmp_path / "new", "--check")
    assert said.code == 1
    assert said.out.startswith("✗ Nothing was imported lately")


def test_the_doctor_speaks_russian(clinic: Path) -> None:
    waiver = {"rule": "purpose.goal", "reason": "так надо"}
    update(clinic, {"doctor": {"waive": [waiver, {"rule": "segment.empty", "reason": "было пусто"}]}})
    (said,) = russian([("doctor", *AT, "--all", "-w", str(clinic))])
    assert said.code == 0
    text = said.out.replace("\xa0", " ")
    assert "Постоянные · regulars: 20 клиентов, 50 % базы" in text
    assert "так надо (навсегда)" in text
    assert "Итого: нарушено" in text
    plain = said.out
    for rule in BY_ID:
        plain = plain.replace(rule, " ")
    allowed = {
        "regulars",
        "playbook",
        "goal",
        "need",
        "purpose",
        "win",
        "back",
        "in",
        "not",
        "segment",
        "all",
    }
    allowed |= {
        "priority",
        "did",
        "order",
        "within",
        "csv",
        "explain",
        "orders",
        "contacts",
        "consents",
        "products",
    }
    assert english_words(plain) <= allowed, english_words(plain) - allowed
