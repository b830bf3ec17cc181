"""Bringing files in by pages: what is shown before anything is written, what is refused, what came of it."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from django.conf import settings
from django.test import Client

from kogorta.workspace import Workspace
from kogorta_server.accounts.models import AuditEntry
from kogorta_server.accounts.words import Role
from kogorta_server.jobs import files, uploads
from kogorta_server.jobs.models import Job, Upload
from tests.server.sending import ORDERS, chosen, look, send, sent

As = Callable[[Role | None], Client]

pytestmark = pytest.mark.django_db


@pytest.fixture
def ours(shop: Workspace) -> Iterator[Workspace]:
    """Serve the shared base to tests that send files and bring none of them in."""
    yield shop
    files.remove_folder(shop.folder / files.UPLOADS)


def test_a_file_is_looked_at_before_anything_is_written(ours: Workspace, owner: Client) -> None:
    """Covers: G26"""
    before = ours.warehouse.rows("SELECT count(*) FROM batches")
    upload = sent(owner, ORDERS)
    page = owner.get(f"/uploads/{upload.pk}/").content.decode()
    assert f'hx-get="/uploads/{upload.pk}/look/"' in page, "the store is asked after the page, not for it"
    text = look(owner, upload)
    assert chosen(text) == {
        "Номер заказа": "order_id",
        "Дата": "ordered_at",
        "Клиент": "customer_id",
        "Сумма": "amount",
    }
    assert '<option value="orders" selected>Orders</option>' in text
    assert "Of the first 2 rows 1 would be taken." in text.replace("\u00a0", " ")
    assert "сто" in text
    assert ours.warehouse.rows("SELECT count(*) FROM batches") == before
    assert not Job.objects.exists()
    assert [entry.action for entry in AuditEntry.objects.all()] == ["upload.received"]


def test_without_scripts_the_look_is_a_page(ours: Workspace, owner: Client) -> None:
    upload = sent(owner, ORDERS)
    text = owner.get(f"/uploads/{upload.pk}/look/").content.decode()
    assert text.startswith("<!doctype html>")
    assert len(chosen(text)) == 4


def test_a_mapping_is_put_right_by_selects(ours: Workspace, owner: Client) -> None:
    upload = sent(owner, "a,b,c,d\nX1,c1,2026-11-03,5\n", "sales.csv")
    text = look(owner, upload)
    assert "the columns of this file are those of no table" in text
    text = look(owner, upload, form="orders")
    assert "no column was found for" in text
    assert 'class="button primary" disabled' in text
    text = look(
        owner,
        upload,
        form="orders",
        form_before="orders",
        header=["a", "b", "c", "d"],
        **{"column-0": "order_id", "column-1": "customer_id", "column-2": "ordered_at", "column-3": ""},
    )
    assert chosen(text) == {"a": "order_id", "b": "customer_id", "c": "ordered_at", "d": ""}
    assert "Of the first 1 row 1 would be taken." in text.replace("\u00a0", " ")
    # another table has its own fields: what was settled for orders says nothing of it
    text = look(
        owner, upload, form="customers", form_before="orders", header=["a"], **{"column-0": "order_id"}
    )
    assert chosen(text)["a"] == ""


def test_a_field_that_two_columns_have_is_refused(ours: Workspace, owner: Client) -> None:
    upload = sent(owner, ORDERS)
    twice = {"form": "orders", "header": ["Дата", "Сумма"], "column-0": "amount", "column-1": "amount"}
    answer = owner.post(f"/uploads/{upload.pk}/", twice)
    assert answer.status_code == 400
    assert "a field takes one column" in answer.content.decode()
    assert not Job.objects.exists()


def test_a_field_or_a_table_that_does_not_exist_is_refused(ours: Workspace, owner: Client) -> None:
    upload = sent(owner, ORDERS)
    assert owner.post(f"/uploads/{upload.pk}/", {"form": "passwords"}).status_code == 400
    text = look(owner, upload, form="orders", form_before="orders", header=["Дата"], **{"column-0": "pwned"})
    assert "has no such field" in text
    assert send(owner, ORDERS, form="nothing").status_code == 400
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../../etc/cron.d/orders.csv", "orders.csv"),
        ("..\\..\\orders.csv", "orders.csv"),
        ("orders;rm -rf $HOME.csv", "orders_rm -rf _HOME.csv"),
        (".bashrc", "bashrc"),
        ("а" * 300 + ".csv", None),
    ],
)
def test_a_name_is_never_a_path(ours: Workspace, owner: Client, name: str, kept: str | None) -> None:
    upload = sent(owner, ORDERS, name)
    path = uploads.path_of(upload)
    assert path.parent == ours.folder / files.UPLOADS / f"{upload.pk:08d}"
    assert path.name == (kept or upload.name)
    assert len(path.name) <= 80


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> int:
    """Allow uploads of a hundred kilobytes."""
    most = 100_000
    monkeypatch.setattr(settings, "ENVIRONMENT", replace(settings.ENVIRONMENT, upload_bytes=most))
    return most


@pytest.mark.parametrize("beyond", [1, 6_000_000], ids=["counted", "announced"])
def test_a_file_that_is_too_big_is_refused_and_not_kept(
    ours: Workspace, owner: Client, small: int, beyond: int
) -> None:
    answer = send(owner, b"x" * (small + beyond))
    assert answer.status_code == 413
    assert "The file is bigger than 0 MB." in answer.content.decode().replace("\u00a0", " ")
    assert not Upload.objects.exists()
    assert not (ours.folder / files.UPLOADS).exists()
    assert send(owner, ORDERS).status_code == 302


def test_a_form_without_a_file_says_so(ours: Workspace, owner: Client) -> None:
    answer = owner.post("/uploads/", {"form": ""})
    assert answer.status_code == 422
    assert "Choose a file first." in answer.content.decode()


def test_whoever_may_not_bring_files_in_leaves_none(ours: Workspace, as_role: As) -> None:
    for role in (Role.VIEWER, Role.ANALYST, None):
        assert send(as_role(role), ORDERS).status_code in {302, 403}
    assert not Upload.objects.exists()
    assert not (ours.folder / files.UPLOADS).exists()


def bomb() -> bytes:
    """Return a workbook of some hundred kilobytes that unpacks to a hundred megabytes of nothing."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (100 << 20))
    return packed.getvalue()


ENTITIES = """<?xml version="1.0"?><!DOCTYPE yml_catalog [<!ENTITY secret SYSTEM "file:///etc/passwd">]>
<yml_catalog date="2026-11-01"><shop><offers><offer id="1"><name>&secret;</name></offer></offers></shop></yml_catalog>
"""
LAUGHS = """<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;">]>
<yml_catalog date="2026-11-01"><shop><name>&c;</name></shop></yml_catalog>
"""


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("bomb.xlsx", bomb, "this workbook is too big when unpacked"),
        ("feed.xml", ENTITIES.encode, "this XML declares entities"),
        ("laughs.xml", LAUGHS.encode, "this XML declares entities"),
        ("sales.csv", lambda: bytes(range(256)) * 40, "this is no table"),
        ("sales.csv", lambda: b"", "the file is empty"),
        ("sales.xlsx", lambda: b"PK\x03\x04 and nothing more", "this workbook is damaged"),
        ("sales.csv", lambda: b"%PDF-1.7 ...", "this form of file is not read"),
    ],
    ids=["zip bomb", "outside entity", "laughs", "binary", "empty", "cut off", "another form"],
)
def test_a_hostile_or_broken_file_is_told_in_a_sentence(
    ours: Workspace, owner: Client, name: str, content: Callable[[], bytes], sentence: str
) -> None:
    upload = sent(owner, content() or b" ", name)
    text = look(owner, upload)
    assert sentence in text
    assert "What to do" in text or "Expected" in text
    assert str(ours.folder) not in text
    assert "root:" not in text
    assert 'class="button primary" disabled' in text


def test_a_file_of_another_number_is_not_found(ours: Workspace, owner: Client) -> None:
    for address in ("/uploads/987/", "/uploads/987/look/", "/uploads/987/state/", "/uploads/987/refused/1/"):
        assert owner.get(address).status_code == 404
    upload = sent(owner, ORDERS)
    assert owner.get(f"/uploads/{upload.pk}/refused/1/").status_code == 404
    files.remove_folder(files.upload_folder(upload.pk))
    assert "this file is no longer kept" in owner.get(f"/uploads/{upload.pk}/").content.decode()


def test_an_export_of_another_system_is_read_by_its_preset(ours: Workspace, owner: Client) -> None:
    upload = sent(owner, ORDERS)
    text = look(owner, upload, form="preset:shopify")
    assert 'value="preset:shopify" selected' in text
    assert 'role="alert"' in text, "this is no export of that system, and is said so"
    assert str(ours.folder) not in text


def test_a_marketer_reads_it_in_russian(ours: Workspace, owner: Client) -> None:
    upload = sent(owner, ORDERS)
    owner.post("/language/", {"language": "ru"})
    text = look(owner, upload)
    plain = re.sub(r'<[^>]*>|name="[^"]*"', " ", text)
    assert "ordered_at" not in plain
    assert "Из 2 первых строк подойдут 1." in plain.replace("\u00a0", " ")
    words = set(re.findall(r"\b[a-z]{3,}\b", plain))
    assert words <= {"utf", "cmd"}, "the encoding, and what stands in the file"
