"""The audit log: read by owners, filtered, taken away as a file."""

from __future__ import annotations

import ast
import csv
import io
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client

import kogorta_server
from kogorta.i18n import translator
from kogorta_server.accounts.models import AuditEntry
from kogorta_server.ui.parts import deeds

pytestmark = pytest.mark.usefixtures("shop")


@pytest.fixture
def written(db: None) -> None:
    """Three people did something on three days, on the clock of Moscow."""
    rows = [
        ("2026-11-20T20:59:59+00:00", "anna@shop.example", "key.made", "kgr_1", {"scopes": ["see"]}),
        (
            "2026-11-20T21:00:00+00:00",
            "boris@shop.example",
            "settings.changed",
            "rfm",
            {"recency": ["a", "b"]},
        ),
        ("2026-11-21T20:59:59+00:00", "anna@shop.example", "user.entered", "", {}),
        ("2026-11-21T21:00:00+00:00", "", "user.password_set", "7", {}),
    ]
    for at, who, action, target, details in rows:
        with time_machine.travel(datetime.fromisoformat(at), tick=False):
            AuditEntry.objects.create(
                who=who, action=action, target=target, details=details, address="192.0.2.1"
            )


def file_of(answer: Any) -> str:
    return b"".join(answer.streaming_content).decode("utf-8-sig")


def lines(text: str) -> list[str]:
    return re.findall(r"<tr><th scope=\"row\">.*?</tr>", text)


def test_the_latest_stands_first(owner: Client, written: None) -> None:
    found = lines(owner.get("/audit/").content.decode())
    assert len(found) == 4
    assert "set a password by a link" in found[0]
    assert "nobody logged in" in found[0]
    assert "made an API key" in found[3]


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("who=anna@shop.example", 2),
        ("action=settings.changed", 1),
        ("who=anna@shop.example&action=settings.changed", 0),
        ("day=2026-11-20", 1),
        ("day=2026-11-21", 2),
        ("day=2026-11-22", 1),
        ("day=2026-11-19", 0),
        ("day=0001-01-01", 4),
        ("day=9999-12-31", 4),
        ("day=yesterday", 4),
        ("who=' OR 1=1 --", 0),
    ],
)
def test_it_is_filtered_by_person_deed_and_local_day(
    owner: Client, written: None, query: str, rows: int
) -> None:
    text = owner.get(f"/audit/?{query}").content.decode()
    assert len(lines(text)) == rows
    if rows == 0:
        assert "Nothing of this kind was done." in text


def test_it_leafs(owner: Client) -> None:
    AuditEntry.objects.bulk_create(AuditEntry(who="a@b.example", action="user.entered") for _ in range(120))
    sizes = [len(lines(owner.get(f"/audit/?page={page}").content.decode())) for page in (1, 2, 3, 4)]
    assert sizes == [50, 50, 20, 0]


def test_the_file_holds_what_was_found(owner: Client, written: None) -> None:
    answer = owner.get("/audit.csv?who=anna@shop.example")
    text = file_of(answer)
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == ["at", "who", "action", "target", "details", "address"]
    assert [row[2] for row in rows[1:]] == ["user.entered", "key.made"]
    assert rows[2][4] == '{"scopes": ["see"]}'
    assert 'filename="audit.csv"' in answer["Content-Disposition"]
    assert AuditEntry.objects.filter(action="audit.exported").count() == 1


@pytest.mark.parametrize("typed", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_spreadsheet_works_nothing_out(owner: Client, typed: str) -> None:
    AuditEntry.objects.create(who="a@b.example", action="key.made", target=typed)
    text = file_of(owner.get("/audit.csv"))
    cells = [row[3] for row in csv.reader(io.StringIO(text, newline="")) if row[2] == "key.made"]
    assert cells == [f"'{typed}"]


def test_what_somebody_typed_is_shown_and_not_run(owner: Client) -> None:
    AuditEntry.objects.create(
        who="<script>alert(1)</script>",
        action="<b>x</b>",
        target="<img src=x>",
        details={"<i>": "<svg onload=x>"},
        at=datetime.now(UTC),
    )
    text = owner.get("/audit/").content.decode()
    for markup in ("<script>alert", "<b>x", "<img src=x", "<svg onload", "<i>"):
        assert markup not in text


def recorded() -> list[ast.Call]:
    """Every place where the service writes something down."""
    root = Path(kogorta_server.__file__).parent
    return [
        call
        for path in root.rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "record" and len(call.args) > 1
    ]


def test_whatever_is_written_down_has_words() -> None:
    written = {call.args[1].value for call in recorded() if isinstance(call.args[1], ast.Constant)}
    assert len(written) > 20
    assert {str(action) for action in written} <= set(deeds._DEEDS)
    more = {word.arg for call in recorded() for word in call.keywords if word.arg}
    assert len(more) > 10
    assert more <= deeds.detail_words(translator("en")).keys()


def test_details_are_told_in_the_language_of_the_page(owner: Client) -> None:
    for details in ({"role": "viewer", "was": "owner"}, {"scopes": ["see", "work"]}, {"people": 1446}):
        AuditEntry.objects.create(who="a@b.example", action="key.made", details=details)
    owner.post("/language/", {"language": "ru", "next": "/"})
    text = owner.get("/audit/").content.decode()
    assert "роль: Наблюдатель, прежняя роль: Владелец" in text
    assert "права: Показатели и определения, Запускать и отменять задания" in text
    assert "людей: 1446" in text
