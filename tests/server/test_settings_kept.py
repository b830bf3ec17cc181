"""Settings: what they would do is shown before they are kept, and is what the next refresh does."""

from __future__ import annotations

import html
import re
import threading

from django.test import Client

from kogorta import config as configuration
from kogorta.workspace import Workspace
from kogorta_server import base
from kogorta_server.accounts.models import AuditEntry
from kogorta_server.jobs.queries import open_jobs
from tests.server.test_settings import form_of

AS_OF = "2026-11-01"
BOUNDS = {"recency": "thresholds", "recency_bounds": "10, 20, 40, 80"}


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", text))).strip()


def test_who_would_move_is_who_moves_at_the_next_refresh(own_shop: Workspace, owner: Client) -> None:
    """The numbers shown before are those of the log after; counted there by plain SQL."""
    form = form_of("rfm", **BOUNDS)
    before = (own_shop.folder / "kogorta.toml").read_text()
    seen = plain(owner.post("/settings/rfm/", form).content.decode())
    assert (own_shop.folder / "kogorta.toml").read_text() == before, "a look changes nothing"
    owner.post("/settings/rfm/", form | {"do": "keep"})
    ((last,),) = own_shop.warehouse.rows("SELECT max(run_id) FROM runs")
    own_shop.refresh(AS_OF, full=True)
    moved = own_shop.warehouse.rows(
        "SELECT scheme, count(DISTINCT customer_key) FROM membership_changes WHERE run_id > ? GROUP BY scheme",
        [last],
    )
    assert dict(moved)["rfm_simple"] > 0
    shown = [
        int(n.replace(" ", "")) for n in re.findall(r"([\d ]+) (?:person|people) would change segment", seen)
    ]
    assert sorted(shown) == sorted(n for _, n in moved)


def test_what_is_kept_is_asked_with_at_once_and_comments_stay(own_shop: Workspace, owner: Client) -> None:
    path = own_shop.folder / "kogorta.toml"
    answer = owner.post("/settings/rfm/", form_of("rfm", **BOUNDS) | {"do": "keep"}, follow=True)
    assert "Saved." in answer.content.decode()
    assert base.workspace().config.rfm.recency_bounds == (10, 20, 40, 80)
    assert configuration.load(own_shop.folder) == base.workspace().config
    (job,) = open_jobs()
    assert (job.kind, job.who) == ("refresh", "owner@shop.example")
    text = path.read_text()
    assert 'recency = "thresholds"' in text
    assert "# where your days begin" in text
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.target) == ("settings.changed", "rfm")
    assert entry.details == {
        "recency": ["rhythm", "thresholds"],
        "recency_bounds": ["", "10, 20, 40, 80"],
    }


def test_an_empty_field_goes_back_to_the_usual(own_shop: Workspace, owner: Client) -> None:
    owner.post("/settings/today/", form_of("today", limit="3") | {"do": "keep"})
    assert base.workspace().config.today.limit == 3
    owner.post("/settings/today/", form_of("today", limit=" ") | {"do": "keep"})
    assert base.workspace().config.today.limit == 25
    assert "limit" not in (own_shop.folder / "kogorta.toml").read_text().partition("[identity]")[0]


def test_the_list_of_today_is_counted_both_ways(own_shop: Workspace, owner: Client) -> None:
    calls = len([task for task in own_shop.today(AS_OF).tasks if task.sort == "call"])
    assert calls > 2
    seen = plain(owner.post("/settings/today/", form_of("today", limit="2")).content.decode())
    assert f"To call {calls} 2 -{calls - 2}" in seen.replace("−", "-").replace("\u2212", "-")


def test_complaints_are_counted_both_ways(own_shop: Workspace, owner: Client) -> None:
    now = sum(remark.is_complaint for remark in own_shop.doctor(AS_OF).remarks)
    seen = plain(owner.post("/settings/doctor/", form_of("doctor", min_people="0")).content.decode())
    found = re.search(r"Complaints of segments: (\d+) now, (\d+) then", seen)
    assert found is not None
    assert int(found[1]) == now
    assert int(found[2]) < now


def test_a_new_name_moves_nobody(own_shop: Workspace, owner: Client) -> None:
    form = form_of("workspace", name="Новая <лавка>")
    assert "No customer moves" in owner.post("/settings/workspace/", form).content.decode()
    owner.post("/settings/workspace/", form | {"do": "keep"})
    page = owner.get("/").content.decode()
    assert "Новая &lt;лавка&gt;" in page


def test_two_who_change_different_settings_at_once_both_succeed(own_shop: Workspace) -> None:
    gate = threading.Barrier(8)

    def change(number: int) -> None:
        gate.wait()
        base.configure({"statuses": {f"word{number}": "pending"}})

    threads = [threading.Thread(target=change, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = configuration.load(own_shop.folder)
    assert {f"word{number}" for number in range(8)} <= set(found.statuses)
    assert base.workspace().config == found
