"""Definitions that are saved and taken away on pages; the folder follows, and nobody's change is overruled."""

from __future__ import annotations

import re

from django.test import Client

from kogorta.workspace import Workspace
from kogorta_server import base
from kogorta_server.accounts.models import AuditEntry
from kogorta_server.jobs.models import Job
from tests.server.test_definitions import FRAGMENT, LOYAL, NAMES_IT, SCHEME, remove, save
from tests.server.test_presets import gallery

# --- saving ---------------------------------------------------------------------------------------


def test_what_is_saved_is_registered_written_and_counted(own_shop: Workspace, owner: Client) -> None:
    people = sum(row["orders_count"] >= 2 for row in own_shop.traits(names=["orders_count"]).to_pylist())
    status, _ = save(owner, LOYAL)
    assert status == 302
    assert own_shop.definitions["loyal_ones"].name["en"] == "Loyal ones"
    # as it was typed, comment and all
    assert (own_shop.segments_folder / "loyal_ones.yaml").read_text(encoding="utf-8") == LOYAL
    assert own_shop.plan().is_clean
    (entry,) = AuditEntry.objects.filter(action="segment.saved")
    assert (entry.target, entry.who) == ("loyal_ones", "owner@shop.example")
    assert own_shop.versions("loyal_ones")[-1].author == "owner@shop.example"
    assert Job.objects.filter(kind="refresh").count() == 1
    own_shop.refresh()
    reading = base.take_reading()
    assert reading is not None
    assert reading.segment("loyal_ones").people == people
    assert "Saved. The numbers follow" in owner.get("/segments/").content.decode()


def test_a_saved_segment_has_a_page_before_it_is_counted(own_shop: Workspace, owner: Client) -> None:
    own_shop.define(LOYAL, "Anna")
    text = owner.get("/segments/loyal_ones/").content.decode()
    assert "Saved. Who is in it will be seen after the next refresh." in text
    assert "at least 2" in text
    own_shop.define(SCHEME)
    assert "Saved. Who" in owner.get("/segments/by_count/").content.decode()
    assert (
        'href="/segments/loyal_ones/"' in owner.get("/segments-freshness/", headers=FRAGMENT).content.decode()
    )


def test_a_change_begins_from_what_stands(own_shop: Workspace, owner: Client) -> None:
    save(owner, LOYAL)
    page = owner.get("/definitions/edit/loyal_ones/").content.decode()
    assert "# whom we thank" in page
    (number,) = re.findall(r'name="number" value="(\d+)"', page)
    status, _ = save(owner, LOYAL.replace("at_least: 2", "at_least: 3"), "loyal_ones", int(number))
    assert status == 302
    assert "at_least: 3" in (own_shop.segments_folder / "loyal_ones.yaml").read_text(encoding="utf-8")
    assert own_shop.plan().is_clean


def test_nobodys_change_is_overruled(own_shop: Workspace, owner: Client) -> None:
    number = own_shop.definition_number("best_and_quiet")
    mine = "segment: best_and_quiet\nwhere: {trait: orders_count, at_least: 9}\n"
    theirs = "segment: best_and_quiet\nwhere: {trait: orders_count, at_least: 7}\n"
    own_shop.define(theirs, "Anna")
    status, text = save(owner, mine, "best_and_quiet", number)
    assert status == 409
    assert "“best_and_quiet” was changed meanwhile" in text
    assert "by Anna" in text
    # both texts are there: what stands, and what was typed
    assert "at_least: 7" in text
    assert "at_least: 9" in text
    assert own_shop.definition_number("best_and_quiet") != number
    status, _ = save(owner, mine, "best_and_quiet", own_shop.definition_number("best_and_quiet"))
    assert status == 302


def test_a_new_segment_does_not_take_the_place_of_another(own_shop: Workspace, owner: Client) -> None:
    status, text = save(owner, "segment: best_and_quiet\nwhere: {trait: orders_count, at_least: 9}\n")
    assert (status, "“best_and_quiet” exists already" in text) == (409, True)


def test_what_was_taken_away_meanwhile_is_not_brought_back_unseen(own_shop: Workspace, owner: Client) -> None:
    number = own_shop.definition_number("best_and_quiet")
    own_shop.undefine("best_and_quiet")
    status, text = save(
        owner,
        "segment: best_and_quiet\nwhere: {trait: orders_count, at_least: 9}\n",
        "best_and_quiet",
        number,
    )
    assert (status, "was taken away meanwhile" in text) == (409, True)


def test_edits_of_a_file_that_were_not_applied_are_kept_beside_it(own_shop: Workspace, owner: Client) -> None:
    save(owner, LOYAL)
    file = own_shop.segments_folder / "loyal_ones.yaml"
    file.write_text(LOYAL.replace("at_least: 2", "at_least: 8"), encoding="utf-8")
    number = own_shop.definition_number("loyal_ones")
    save(owner, LOYAL.replace("at_least: 2", "at_least: 3"), "loyal_ones", number)
    assert "at_least: 3" in file.read_text(encoding="utf-8")
    (kept,) = own_shop.segments_folder.glob("*.mine")
    assert "at_least: 8" in kept.read_text(encoding="utf-8")


def test_a_broken_file_of_the_folder_does_not_keep_anybody_from_saving(
    own_shop: Workspace, owner: Client
) -> None:
    own_shop.segments_folder.mkdir(exist_ok=True)
    (own_shop.segments_folder / "broken.yaml").write_text("[", encoding="utf-8")
    status, _ = save(owner, LOYAL)
    assert status == 302
    assert "loyal_ones" in own_shop.definitions
    text = owner.get("/segments/").content.decode()
    assert "The files in segments/ could not follow:" in text
    assert "broken.yaml" in text


def test_the_same_again_is_no_version(own_shop: Workspace, owner: Client) -> None:
    save(owner, LOYAL)
    before = len(own_shop.versions("loyal_ones"))
    status, _ = save(owner, f"# said twice\n{LOYAL}", "loyal_ones", own_shop.definition_number("loyal_ones"))
    assert status == 302
    assert len(own_shop.versions("loyal_ones")) == before


def test_who_needs_a_definition_is_named_before_it_is_taken_away(own_shop: Workspace, owner: Client) -> None:
    own_shop.define(NAMES_IT)
    text = owner.get("/definitions/delete/best_and_quiet/").content.decode()
    assert 'href="/definitions/edit/loyal_in_moscow/"' in text
    assert "disabled" in text
    status, text = remove(owner, "best_and_quiet", own_shop.definition_number("best_and_quiet"))
    assert status == 409
    assert "best_and_quiet" in own_shop.definitions


def test_what_is_taken_away_is_gone_from_registry_and_folder(own_shop: Workspace, owner: Client) -> None:
    save(owner, LOYAL)
    text = owner.get("/definitions/delete/loyal_ones/").content.decode()
    assert "Nothing else names it." in text
    status, _ = remove(owner, "loyal_ones", own_shop.definition_number("loyal_ones"))
    assert status == 302
    assert "loyal_ones" not in own_shop.definitions
    assert not (own_shop.segments_folder / "loyal_ones.yaml").exists()
    assert own_shop.plan().is_clean
    assert AuditEntry.objects.filter(action="segment.removed", target="loyal_ones").exists()


def test_what_changed_since_somebody_looked_is_not_taken_away(own_shop: Workspace, owner: Client) -> None:
    number = own_shop.definition_number("best_and_quiet")
    own_shop.define("segment: best_and_quiet\nwhere: {trait: orders_count, at_least: 7}\n", "Anna")
    status, text = remove(owner, "best_and_quiet", number)
    assert (status, "was changed meanwhile" in text) == (409, True)


# --- ready ones -----------------------------------------------------------------------------------


def test_a_preset_is_added_and_stands_under_what_one_has(own_shop: Workspace, owner: Client) -> None:
    answer = owner.post("/presets/add/", {"preset": "top_share"})
    assert answer["Location"] == "/segments/"
    assert "top_share" in own_shop.definitions
    assert (own_shop.segments_folder / "top_share.yaml").exists()
    assert 'href="/segments/top_share.top_1/"' in gallery(owner)["You have these"]
    assert AuditEntry.objects.filter(action="segment.added", target="top_share").exists()


def test_a_parameter_is_set_as_it_was_typed(own_shop: Workspace, owner: Client) -> None:
    offer = next(item for item in own_shop.presets() if item.preset.parameters and not item.lacks)
    parameter = next(item for item in offer.preset.parameters if isinstance(item.default, int))
    owner.post("/presets/add/", {"preset": offer.preset.id, f"value-{parameter.id}": "77"})
    assert own_shop.definitions[offer.id] == own_shop.preset(offer.preset.id, {parameter.id: "77"}).definition
