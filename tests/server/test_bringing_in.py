"""Bringing a file in by pages, to its end."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from kogorta.workspace import Workspace
from kogorta_server import clock
from kogorta_server.accounts.models import AuditEntry
from kogorta_server.accounts.words import Role
from kogorta_server.jobs import queue
from kogorta_server.jobs.worker import Worker
from tests.server.sending import ORDERS, chosen, look, sent

As = Callable[[Role | None], Client]

pytestmark = pytest.mark.django_db


def test_the_import_is_a_job_whose_outcome_is_shown(own_shop: Workspace, as_role: As) -> None:
    client = as_role(Role.OPERATOR)
    upload = sent(client, ORDERS)
    mapping = chosen(look(client, upload))
    form = {"form": "orders", "header": list(mapping)}
    form |= {f"column-{number}": name for number, name in enumerate(mapping.values())}
    client.post(f"/uploads/{upload.pk}/", form)
    page = client.get(f"/uploads/{upload.pk}/").content.decode()
    assert "Being brought in" in page
    assert f'hx-get="/uploads/{upload.pk}/state/"' in page
    assert client.post(f"/uploads/{upload.pk}/", form).status_code == 400, "it is being brought in already"
    held = queue.claim(clock.now())
    assert held is not None
    Worker(owns_all=True).do(held)
    part = client.get(f"/uploads/{upload.pk}/state/", headers={"HX-Request": "true"})
    assert part["HX-Refresh"] == "true"
    page = client.get(f"/uploads/{upload.pk}/").content.decode()
    cells = re.findall(r'<td class="num" data-label="([^"]*)">(\d+)</td>', page)
    assert cells[:5] == [
        ("Rows read", "2"),
        ("Loaded", "1"),
        ("Updated", "0"),
        ("Known already", "0"),
        ("Refused", "1"),
    ]
    refused = client.get(f"/uploads/{upload.pk}/refused/1/")
    written = b"".join(refused.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert "сто" in written
    assert not re.search(r"(?m)(^|,)[=+@-]", written)
    history = client.get("/uploads/").content.decode().replace("\u00a0", " ")
    assert "2 rows: 1 loaded, 1 refused" in history
    actions = list(AuditEntry.objects.order_by("id").values_list("action", flat=True))
    assert actions == ["upload.received", "upload.brought_in", "upload.refused_fetched"]
