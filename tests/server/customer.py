"""What tests of one customer share."""

from __future__ import annotations

from urllib.parse import quote

from django.test import Client

from kogorta.workspace import Workspace
from kogorta_server import base

PARTS = ("history", "segments", "traits", "contacts", "ids")
HTMX = {"HX-Request": "true"}


def part(client: Client, customer: str, name: str, **more: str) -> str:
    """Return a part of a page, as htmx gets it."""
    answer = client.get(f"/customers/{quote(customer, safe='')}/", {"part": name, **more}, headers=HTMX)
    assert answer.status_code == 200
    return answer.content.decode()


def busiest(shop: Workspace) -> str:
    """Return the id of whoever has most orders."""
    ((customer,),) = shop.warehouse.rows(
        "SELECT min(customer_id) FROM customer_ids WHERE customer_key = (SELECT customer_key FROM orders"
        " WHERE customer_key IS NOT NULL GROUP BY customer_key ORDER BY count(*) DESC, customer_key LIMIT 1)"
        " AND id_space <> 'anonymous'"
    )
    return str(base.reading().person(customer).values["customer_id"])  # type: ignore[union-attr]
