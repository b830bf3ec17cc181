"""Presets put into a workspace, through the library."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import kogorta
from kogorta.definitions.dump import to_yaml
from kogorta.definitions.parsing import parse_text
from kogorta.definitions.presets import preset
from kogorta.errors import DriftError, InputError, NotFoundError, PresetsError
from kogorta.membership.reasons import Reasons
from kogorta.report import render
from kogorta.vocab import Business, VersionChange
from kogorta.workspace import Workspace
from tests.core.presets.planted import BEFORE_ALL, answer, event, messages, orders, visit
from tests.support import commit, day

QUICK = ("category_interest", "second_visit", "abandoned_cart", "price_or_checkout", "promo_clickers")
NOW = day("2025-06-10 12:00")


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """A shop with an order, a page, a cart and a message that was clicked."""
    kogorta.init(tmp_path / "shop", timezone="UTC").close()
    with Workspace(tmp_path / "shop", now=lambda: NOW) as opened:
        store = opened.warehouse
        commit(store, "orders", orders(ann="2025-06-01"), imported_at=BEFORE_ALL)
        events = [
            event("page_viewed", "ann", "2025-06-09", url="/pricing", session_id="s"),
            event("product_viewed", "ann", "2025-06-09", category="tea"),
            event("cart_added", "bob", "2025-06-10 06:00"),
        ]
        commit(store, "events", events, imported_at=BEFORE_ALL)
        commit(store, "messages", messages("cid", "2025-06-01"), imported_at=BEFORE_ALL)
        click = answer("cid", "2025-06-01", "clicked", "2025-06-02", url="/promo/1")
        commit(store, "message_events", [click], imported_at=BEFORE_ALL)
        yield opened


def test_one_call_leads_from_imported_data_to_segments(workspace: Workspace) -> None:
    """Covers: G28, G29, P15, R45."""
    done = workspace.add_presets(["quick_start"])
    assert {item.id for item in done.written} == set(QUICK)
    assert not done.skipped
    workspace.refresh()
    sizes = workspace.sizes()
    assert {"rfm_quick", "lifecycle_quick", *QUICK} <= set(sizes)
    assert {id_: sizes[id_][id_] for id_ in QUICK} == {
        "category_interest": 0,
        "second_visit": 0,
        "abandoned_cart": 1,
        "price_or_checkout": 1,
        "promo_clickers": 1,
    }
    assert workspace.members("abandoned_cart")["customer_id"].to_pylist() == ["bob"]


def test_files_say_what_was_added_and_from_which_preset(workspace: Workspace) -> None:
    workspace.add_presets(["abandoned_cart"], {"wait": "6h"})
    text = (workspace.segments_folder / "abandoned_cart.yaml").read_text()
    assert text.startswith("# preset: abandoned_cart event=cart_added wait=6h within=2d\n")
    (written,) = parse_text(text)
    assert written == preset("abandoned_cart", Business.SHOP).definition({"wait": "6h"})
    assert workspace.definitions["abandoned_cart"] == written
    assert workspace.plan().is_clean


def test_a_second_time_nothing_is_done(workspace: Workspace) -> None:
    workspace.add_presets(["abandoned_cart"])
    again = workspace.add_presets(["abandoned_cart"])
    assert not again.written
    assert [item.id for item in again.kept] == ["abandoned_cart"]
    assert again.applied is not None
    assert not again.applied.versions


def test_a_definition_that_differs_is_never_overwritten(workspace: Workspace) -> None:
    path = workspace.segments_folder / "abandoned_cart.yaml"
    mine = "segment: abandoned_cart\nwhere: {did: order}\n"
    path.write_text(mine)
    with pytest.raises(InputError, match="in another way") as caught:
        workspace.add_presets(["abandoned_cart"], apply=False)
    assert "--as OTHER" in str(caught.value)
    assert path.read_text() == mine


def test_a_file_of_that_name_is_never_overwritten(workspace: Workspace) -> None:
    path = workspace.segments_folder / "abandoned_cart.yaml"
    path.write_text("# nothing yet\n")
    with pytest.raises(InputError, match="a file of this name"):
        workspace.add_presets(["abandoned_cart"])
    assert path.read_text() == "# nothing yet\n"


def test_another_id_makes_room_for_several_of_one_preset(workspace: Workspace) -> None:
    workspace.add_presets(["abandoned_cart"])
    workspace.add_presets(["abandoned_cart"], {"wait": "24h"}, name="cart_next_day")
    assert {"abandoned_cart", "cart_next_day"} <= set(workspace.definitions)


def test_edits_of_others_are_not_applied_by_the_way(workspace: Workspace) -> None:
    (workspace.segments_folder / "mine.yaml").write_text("segment: mine\nwhere: {did: order}\n")
    with pytest.raises(InputError, match="not applied yet") as caught:
        workspace.add_presets(["abandoned_cart"])
    assert "got: mine" in str(caught.value)
    assert not (workspace.segments_folder / "abandoned_cart.yaml").exists()
    workspace.add_presets(["abandoned_cart"], apply=False)
    assert {row.id for row in workspace.plan().changes} == {"mine", "abandoned_cart"}


def test_what_cannot_be_applied_leaves_no_file(workspace: Workspace) -> None:
    workspace.define("segment: abandoned_cart\nwhere: {did: order}\n")
    with pytest.raises(DriftError):
        workspace.add_presets(["abandoned_cart"])
    assert not (workspace.segments_folder / "abandoned_cart.yaml").exists()


def test_a_preset_without_data_is_refused_with_what_switches_it_on(workspace: Workspace) -> None:
    with pytest.raises(PresetsError) as caught:
        workspace.add_presets(["subscribers", "wishlist_waiting", "frequency"])
    told = str(caught.value)
    assert "2 presets are not possible here yet" in told
    assert "rows in subscriptions" in told
    assert "kogorta import FILE --table subscriptions" in told
    assert "events named product_added_to_wishlist" in told
    assert not (workspace.segments_folder / "frequency.yaml").exists()


def test_it_can_be_written_anyway_and_is_not_applied(workspace: Workspace) -> None:
    done = workspace.add_presets(["subscribers"], anyway=True)
    assert [item.id for item in done.written] == ["subscribers"]
    assert done.applied is None
    assert "subscribers" not in workspace.definitions


def test_of_a_group_what_has_no_data_is_skipped(workspace: Workspace) -> None:
    done = workspace.add_presets(["all"])
    assert {"subscribers", "wishlist_waiting"} <= {item.id for item in done.skipped}
    assert {"abandoned_cart", "frequency", "value"} <= {item.id for item in done.written}
    assert not any(
        "salon" in item.preset.businesses and len(item.preset.businesses) == 1 for item in done.written
    )


def test_events_may_be_called_otherwise(workspace: Workspace) -> None:
    store = workspace.warehouse
    commit(store, "events", [event("basket", "dan", "2025-06-10 06:00")], imported_at=BEFORE_ALL)
    workspace.add_presets(["abandoned_cart"], {"event": "basket"})
    assert workspace.members("abandoned_cart")["customer_id"].to_pylist() == ["dan"]


@pytest.mark.parametrize(
    ("ids", "values", "name"),
    [(["abandoned_cart", "frequency"], {"wait": "6h"}, None), (["quick_start"], None, "mine")],
)
def test_parameters_and_another_id_are_for_one_preset(
    workspace: Workspace, ids: list[str], values: dict[str, str] | None, name: str | None
) -> None:
    with pytest.raises(InputError, match="one preset at a time"):
        workspace.add_presets(ids, values, name=name)


def test_what_does_not_exist_is_an_error(workspace: Workspace) -> None:
    with pytest.raises(NotFoundError, match="no such preset"):
        workspace.add_presets(["abandoned_card"])
    with pytest.raises(NotFoundError, match="no such preset"):
        workspace.preset("nothing")
    with pytest.raises(InputError, match="kind of business"):
        workspace.presets(business="circus")


def test_presets_are_found_by_need_and_business(workspace: Workspace) -> None:
    assert {item.id for item in workspace.presets("r26")} == {"category_interest"}
    assert {item.id for item in workspace.presets("S05", "salon")} >= {"service_with_staff", "visit_rhythm"}
    assert not workspace.presets("S05")
    assert not workspace.presets("X99")


def test_the_base_tells_better_defaults(tmp_path: Path) -> None:
    """Covers: P12, S21, S22. The ten filters in one call, for the busiest stylist and the most usual service."""
    kogorta.init(tmp_path / "salon", template="salon", timezone="UTC").close()
    with Workspace(tmp_path / "salon", now=lambda: NOW) as workspace:
        rows = [
            visit("ann", "2025-05-01", staff_id="Olga", service="Brows", booked_via="phone"),
            visit("bob", "2025-05-02", staff_id="Olga", service="Nails", booked_via="phone"),
            visit("cid", "2025-05-03", staff_id="Anna", service="Nails", booked_via="phone"),
        ]
        commit(workspace.warehouse, "bookings", rows, imported_at=BEFORE_ALL)
        commit(
            workspace.warehouse, "customers", [{"customer_id": "ann", "birth_date": day("1990-06-12").date()}]
        )
        commit(workspace.warehouse, "orders", orders(cid="2025-05-03"), imported_at=BEFORE_ALL)
        done = workspace.add_presets(["salon_filters"])
        assert len(done.written) == 10
        values = {item.id: item.values for item in done.written}
        assert values["visited_staff"]["staff"] == "Olga"
        assert values["had_service"]["service"] == "Nails"
        assert workspace.members("visited_staff")["customer_id"].to_pylist() == ["ann", "bob"]
        assert workspace.members("birthday_soon")["customer_id"].to_pylist() == ["ann"]


def test_a_preset_is_asked_like_any_definition(workspace: Workspace) -> None:
    """Covers: R28. Its SQL, why somebody is in it, and from when on he was."""
    workspace.add_presets(["abandoned_cart"])
    assert "cart_added" in "".join(step.sql for step in workspace.sql("abandoned_cart"))
    told = workspace.explain("abandoned_cart", "bob")
    assert isinstance(told, Reasons)
    assert told.is_member
    assert workspace.members("abandoned_cart", as_of="2025-06-10 09:59:59").num_rows == 0
    assert workspace.members("abandoned_cart", as_of="2025-06-10 10:00:00").num_rows == 1


def test_the_report_shows_the_cards_of_own_segments(workspace: Workspace) -> None:
    """Covers: G30, G31, G32, G33."""
    workspace.add_presets(["abandoned_cart"])
    card = to_yaml(workspace.definitions["abandoned_cart"]).partition("playbook:")[2]
    message = "{ru: 'Дёшево <b>и</b> сердито', en: 'Cheap <b>and</b> cheerful'}"
    own = f"segment: mine\nwhere: {{did: order}}\nplaybook:{card}"
    (before,) = [line for line in own.splitlines() if line.startswith("  message:")]
    workspace.define(own.replace(before, f"  message: {message}"))
    page = render(workspace.report_data(), "ru")
    assert "Корзина сохранена" in page
    assert "&lt;b&gt;и&lt;/b&gt;" in page
    assert "<b>и</b>" not in page


def test_what_only_people_know_must_be_set(workspace: Workspace) -> None:
    store = workspace.warehouse
    commit(store, "customers", [{"customer_id": "ann", "city": "Тула"}], imported_at=BEFORE_ALL)
    lines = [{"order_id": "ann0", "line_no": 1, "product_id": "p", "quantity_micro": 1_000_000}]
    commit(store, "order_lines", lines, imported_at=BEFORE_ALL)
    commit(store, "products", [{"product_id": "p", "name": "P"}], imported_at=BEFORE_ALL)
    with pytest.raises(PresetsError) as caught:
        workspace.add_presets(["by_profession", "bought_without", "in_city"])
    told = str(caught.value)
    assert "by_profession leaves open what only you know\n  expected: profession" in told
    assert "what to do: write --set profession=doctor" in told
    assert "expected: bought, missing" in told
    assert "in_city" not in told
    workspace.add_presets(["by_profession"], {"profession": "driver"})
    skipped = {item.id for item in workspace.add_presets(["all"], apply=False).skipped}
    assert {"bought_without", "by_education", "by_lifestyle"} <= skipped
    assert "in_city" not in skipped


def test_a_changed_card_is_a_version_and_moves_nobody(workspace: Workspace) -> None:
    workspace.add_presets(["abandoned_cart"])
    workspace.refresh()
    path = workspace.segments_folder / "abandoned_cart.yaml"
    path.write_text(path.read_text().replace("goal: sell", "goal: retain"))
    workspace.apply()
    workspace.refresh()
    assert [item.changes for item in workspace.versions("abandoned_cart")] == [
        (VersionChange.FIRST,),
        (VersionChange.TEXT,),
    ]
    rows = "SELECT customer_key, op FROM membership_changes WHERE segment = 'abandoned_cart'"
    assert [op for _, op in workspace.warehouse.rows(rows)] == ["enter"]
