"""Ids and names that are not made for addresses, markup and spreadsheets."""

from __future__ import annotations

import csv
import io
import re
from html import unescape
from urllib.parse import quote, unquote

import pytest
from django.test import Client

from kogorta.workspace import Workspace
from kogorta_server import base
from tests.server.conftest import STRANGE
from tests.server.customer import PARTS, part


@pytest.mark.parametrize("customer", STRANGE)
def test_any_id_has_an_address_and_no_name_becomes_markup(
    strange: Workspace, owner: Client, customer: str
) -> None:
    main = base.reading().person(customer).values["customer_id"]  # type: ignore[union-attr]
    listed = owner.get("/customers/").content.decode()
    assert "<script>alert" not in listed
    links = {unquote(unescape(found)) for found in re.findall(r'href="(/customers/[^"?]+/)"', listed)}
    assert f"/customers/{main}/" in links
    answer = owner.get(f"/customers/{quote(customer)}/", follow=True)
    assert answer.status_code == 200
    for name in PARTS:
        assert "<script>alert" not in part(owner, main, name)


def test_another_id_of_a_person_leads_to_his_page(strange: Workspace, owner: Client) -> None:
    main = base.reading().person("a/b").values["customer_id"]  # type: ignore[union-attr]
    other = "a/b" if main != "a/b" else "100% #1"
    answer = owner.get(f"/customers/{quote(other)}/")
    assert answer.status_code == 302
    assert answer["Location"] == f"/customers/{quote(main)}/"
    assert "by hand" in part(owner, main, "ids")


def test_no_cell_of_a_file_is_a_formula(strange: Workspace, owner: Client) -> None:
    answer = owner.get("/customers.csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    found = {row["Customer id"]: row["Name"] for row in csv.DictReader(io.StringIO(text))}
    assert found["Кира ёж?"] == "'=HYPERLINK(1)"
