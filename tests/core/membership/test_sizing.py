"""Sizes before anything is saved: people, shares, and whom a channel reaches."""

from __future__ import annotations

from pathlib import Path

import pytest

from kogorta.errors import InputError, NotFoundError, ProblemsError
from kogorta.membership.sizing import Reach
from tests.core.membership.bazaar import AS_OF, BIG, HABIT, QUIET, RECENT, bazaar, consent, contact
from tests.support import commit, day, order

ORDERED = "segment: buyers\nwhere: {did: order}\n"


def test_people_and_share_of_everyone_known(tmp_path: Path) -> None:
    with bazaar(tmp_path / "w") as ws:
        size = ws.size(RECENT, AS_OF)
        assert (size.people, size.customers) == (3, 7)  # c0, c1, c4 of c0 – c6
        assert size["recent"].share_ratio == pytest.approx(3 / 7)
        assert ws.definitions == {}, "nothing was saved"


def test_a_scheme_is_told_segment_by_segment_as_shares_of_its_base(tmp_path: Path) -> None:
    with bazaar(tmp_path / "w", habit=HABIT) as ws:
        size = ws.size("habit", AS_OF)
        told = {item.id: (item.people, item.base) for item in size.segments}
        assert told == {"habit.often": (2, 5), "habit.once": (3, 5)}
        assert size.people == 5
        assert [item.id for item in ws.size("habit.once", AS_OF).segments] == ["habit.once"]


def test_people_of_several_definitions_are_counted_once_together(tmp_path: Path) -> None:
    with bazaar(tmp_path / "w") as ws:
        size = ws.size(f"{RECENT}\n---\n{BIG}\n---\n{QUIET}", AS_OF)
        assert [(item.id, item.people) for item in size.segments] == [("recent", 3), ("big", 4), ("quiet", 2)]
        assert size.people == 5


def test_a_ready_scheme_can_be_asked_too(tmp_path: Path) -> None:
    with bazaar(tmp_path / "w") as ws:
        size = ws.size("lifecycle", AS_OF)
        assert sum(item.people for item in size.segments) == size.customers == 7
        assert size["lifecycle.prospect"].people == 2


def test_a_file_an_id_and_a_path_mean_the_same(tmp_path: Path) -> None:
    path = tmp_path / "recent.yaml"
    path.write_text(RECENT, encoding="utf-8")
    with bazaar(tmp_path / "w") as ws:
        assert ws.size(path, AS_OF) == ws.size(str(path), AS_OF)
        ws.define(RECENT)
        assert ws.size("recent", AS_OF) == ws.size(path, AS_OF)


def test_a_channel_reaches_whoever_has_a_contact_and_agreed(tmp_path: Path) -> None:
    with bazaar(tmp_path / "w") as ws:
        contacts = [contact(who, "email", f"{who}@ya.ru") for who in ("c0", "c1", "c3", "c5")]
        contacts += [contact("c0", "phone", "+79161234567"), contact("c2", "phone", "+79161234568")]
        commit(ws.warehouse, "contacts", [*contacts, contact("c2", "telegram", "42")])
        commit(
            ws.warehouse,
            "consents",
            [
                consent("c0", "email", "granted", "2025-01-05"),
                consent("c0", "email", "withdrawn", "2025-01-06", "personal_data"),
                consent("c1", "email", "granted", "2025-01-05"),
                consent("c1", "any", "withdrawn", "2025-01-06"),
                consent("c2", "SMS ", "granted", "2025-01-05"),
                consent("c2", "phone", "withdrawn", "2025-01-05"),
                consent("c3", "e-mail", "withdrawn", "2025-01-05"),
                consent("c3", "email", "granted", "2025-01-06"),
                consent("c3", "email", "withdrawn", "2025-07-02"),
            ],
        )
        buyers = ws.size(ORDERED, AS_OF)["buyers"]
        assert buyers.people == 5
        told = {channel: reach for channel, reach in buyers.reach.items() if reach.contacts}
        assert told == {
            "email": Reach(contacts=3, not_withdrawn=2, granted=2),  # c0 and c3; c1 took all back
            "sms": Reach(contacts=2, not_withdrawn=2, granted=1),  # of c0 nothing is known
            "call": Reach(contacts=2, not_withdrawn=1, granted=0),  # c2 took calls back
            "telegram": Reach(contacts=1, not_withdrawn=1, granted=0),
        }
        # a day later c3 is known to have taken it back
        assert ws.size(ORDERED, "2025-07-03")["buyers"].reach["email"] == Reach(3, 1, 1)


def test_one_withdrawal_among_the_ids_of_a_person_wins(tmp_path: Path) -> None:
    with bazaar(tmp_path / "w") as ws:
        commit(ws.warehouse, "contacts", [contact("c0", "email", "c0@ya.ru")])
        told = [
            consent("c0", "email", "granted", "2025-02-01"),
            consent("c5", "email", "withdrawn", "2025-01-01"),
        ]
        commit(ws.warehouse, "consents", told)
        assert ws.size(ORDERED, AS_OF).total.reach["email"] == Reach(1, 1, 1)
        ws.link("c0", "c5")
        assert ws.size(ORDERED, AS_OF).total.reach["email"] == Reach(1, 0, 0)


def test_a_base_without_contacts_says_so(tmp_path: Path) -> None:
    with bazaar(tmp_path / "w") as ws:
        size = ws.size(RECENT, AS_OF)
        assert not size.has_contacts
        assert set(size.total.reach.values()) == {Reach(0, 0, 0)}


def test_a_share_of_the_base_is_cut_by_the_stored_frame(tmp_path: Path) -> None:
    top = "segment: top\nwhere: {trait: revenue_total, top: 20%}\n"
    with bazaar(tmp_path / "w", top=top) as ws:
        ws.refresh(AS_OF)
        later = [order("n1", "c1", "2025-07-02", 100_000), order("n2", "c2", "2025-07-02", 100_000)]
        commit(ws.warehouse, "orders", later, day("2025-07-03"))
        (cut,) = ws.warehouse.rows("SELECT value FROM frame_values WHERE name = 'cut'")[0]
        rich = ws.warehouse.rows(
            "SELECT customer_key FROM orders GROUP BY customer_key HAVING sum(amount) > ?", [cut]
        )
        assert len(rich) == 3  # c1 and c2 joined c4 beyond the same bound; of a new one fewer would pass
        assert ws.size("top", "2025-07-03").people == 3
        assert ws.size(top, "2025-07-03").people == 3, "the text meets the bound of the saved one"


@pytest.mark.parametrize("wrong", ["nobody", "habit.never", "no such words"])
def test_what_is_not_there_is_not_found(tmp_path: Path, wrong: str) -> None:
    with bazaar(tmp_path / "w", habit=HABIT) as ws, pytest.raises(NotFoundError) as told:
        ws.size(wrong, AS_OF)
    assert wrong in str(told.value)
    assert "habit" in str(told.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with bazaar(tmp_path / "w") as ws:
        with pytest.raises(InputError, match="no such file"):
            ws.size("missing.yaml", AS_OF)
        with pytest.raises(InputError, match="no such file"):
            ws.size(tmp_path / "missing", AS_OF)


def test_all_problems_of_a_definition_are_told_at_once(tmp_path: Path) -> None:
    with bazaar(tmp_path / "w") as ws, pytest.raises(ProblemsError) as told:
        ws.size("segment: x\nwhere: {all: [{trait: colour, is: red}, {in_segment: nowhere}]}\n", AS_OF)
    assert len(told.value.problems) == 2


def test_a_size_that_was_not_asked_for(tmp_path: Path) -> None:
    with bazaar(tmp_path / "w") as ws, pytest.raises(NotFoundError):
        ws.size(RECENT, AS_OF)["big"]
