"""Sending files as a browser does, and reading what the pages answer."""

from __future__ import annotations

import re
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kogorta_server.jobs.models import Upload

ORDERS = "Номер заказа;Дата;Клиент;Сумма\nU1;03.11.2026;c1;100,50\nU2;04.11.2026;=cmd;сто\n"


def send(client: Client, content: bytes | str, name: str = "orders.csv", form: str = "") -> Any:
    data = content.encode() if isinstance(content, str) else content
    return client.post("/uploads/", {"form": form, "file": SimpleUploadedFile(name, data)})


def sent(client: Client, content: bytes | str, name: str = "orders.csv") -> Upload:
    answer = send(client, content, name)
    assert answer.status_code == 302, answer.content.decode()
    return Upload.objects.latest("id")


def look(client: Client, upload: Upload, **values: object) -> str:
    address = f"/uploads/{upload.pk}/look/"
    fragment = {"HX-Request": "true"}
    if values:
        return client.post(address, values, headers=fragment).content.decode()
    return client.get(address, headers=fragment).content.decode()


def chosen(text: str) -> dict[str, str]:
    """Return header → field as the selects of a page stand."""
    rows = re.findall(
        r'name="header" value="([^"]*)">.*?<select name="column-\d+"[^>]*>(.*?)</select>', text, re.DOTALL
    )
    return {
        header: found.group(1) if (found := re.search(r'value="([^"]*)" selected', options)) else ""
        for header, options in rows
    }
