"""People's own tests of their definitions: a few facts, an instant, and who should be where."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kogorta.errors import InputError, ProblemsError
from kogorta.workspace.trials import Mismatch, Trial
from tests.core.membership.folders import MOST, REGULARS, SINGLES, Base, made, opened
from tests.support import day

GOOD = """
test: two orders make a regular
as_of: 2026-06-01
facts:
  orders:
    - {customer_id: anna, ordered_at: 2026-01-10, amount: 1500}
    - {customer_id: anna, ordered_at: 2026-02-10, amount: 900.50}
    - {customer_id: boris, ordered_at: 2026-02-10, amount: 10}
expect:
  regulars: [anna]
  singles: [boris]
  lifecycle.prospect: []
"""


@pytest.fixture
def base(tmp_path: Path) -> Iterator[Base]:
    """A workspace with two definitions in its folder, not applied."""
    with opened(made(tmp_path / "base")) as found:
        found.write(regulars=REGULARS, singles=SINGLES)
        yield found


def run(base: Base, *texts: str) -> list[Trial]:
    """Write tests, each into a file of its own, and run them."""
    for number, text in enumerate(texts):
        (base.folder / "tests" / f"t{number}.yaml").write_text(text, encoding="utf-8")
    return base.workspace.try_segments()


def places(base: Base, *texts: str) -> list[str | None]:
    """Return the places of the problems of tests that cannot be run."""
    with pytest.raises(ProblemsError) as refused:
        run(base, *texts)
    return [problem.path for problem in refused.value.problems]


def case(facts: str, expect: str, as_of: str = "2026-06-01", more: str = "") -> str:
    """Write a test in braces."""
    return f"test: a test\nas_of: {as_of}\nfacts: {{{facts}}}\nexpect: {{{expect}}}\n{more}"


TWO = "orders: [{customer_id: a, ordered_at: 2026-01-10, amount: 5}, {customer_id: a, ordered_at: 2026-02-10, amount: 5}]"


# --- what passes and what fails -----------------------------------------------------------------------


def test_a_test_passes_where_everybody_is_as_expected(base: Base) -> None:
    assert run(base, GOOD) == [Trial("t0.yaml", "two orders make a regular", ())]


def test_missing_and_unexpected_people_are_told(base: Base) -> None:
    (trial,) = run(base, GOOD.replace("regulars: [anna]", "regulars: [boris]"))
    assert not trial.is_passed
    assert trial.mismatches == (Mismatch("regulars", ("boris",), ("anna",)),)


def test_several_tests_in_a_file_have_each_a_base_of_their_own(base: Base) -> None:
    trials = run(base, f"{GOOD}---\n{case(TWO, 'regulars: [a], singles: []')}", GOOD)
    assert [(trial.file, trial.is_passed) for trial in trials] == [
        ("t0.yaml", True),
        ("t0.yaml", True),
        ("t1.yaml", True),
    ]


def test_the_real_base_is_neither_asked_nor_touched(base: Base) -> None:
    before = base.workspace.warehouse.rows("SELECT count(*) FROM batches")
    (trial,) = run(base, GOOD)
    assert trial.is_passed, "c2 and c3 of the real base are regulars too"
    assert base.workspace.warehouse.rows("SELECT count(*) FROM batches") == before
    assert base.numbers() == {}


def test_the_folder_comes_first_and_then_the_registry(base: Base) -> None:
    base.workspace.define(MOST)
    assert run(base, GOOD)[0].is_passed
    base.remove("regulars")
    (trial,) = run(base, GOOD)
    assert [found.segment for found in trial.mismatches] == ["regulars", "singles"]


def test_tests_are_not_read_as_definitions(base: Base) -> None:
    run(base, GOOD)
    assert set(base.actions()) == {"regulars", "singles"}


def test_only_facts_before_the_instant_are_seen(base: Base) -> None:
    for as_of, regulars in (("2026-02-10", "[]"), ("2026-02-10T00:00:01", "[a]"), ("2026-02-11", "[a]")):
        assert run(base, case(TWO, f"regulars: {regulars}", as_of))[0].is_passed


def test_instants_are_local_and_money_is_of_the_workspace(tmp_path: Path) -> None:
    path = made(tmp_path / "base")
    toml = path / "kogorta.toml"
    toml.write_text(toml.read_text().replace('"UTC"', '"Asia/Vladivostok"').replace('"RUB"', '"JPY"'))
    facts = "orders: [{customer_id: a, ordered_at: 2026-06-01T05:00, amount: 500}]"
    with opened(path) as base:
        base.write(spent="segment: spent\nwhere: {did: order, sum: {of: revenue, at_least: 500}}\n")
        assert run(base, case(facts, "spent: [a]", "2026-06-01T05:00:01"))[0].is_passed
        assert run(base, case(facts, "spent: []", "2026-06-01T05:00"))[0].is_passed
        assert run(base, case(facts, "spent: [a]", "'2026-05-31T19:00:01Z'"))[0].is_passed
        assert places(base, case(facts.replace("500", "500.5"), "spent: [a]")) == [
            "t0.yaml.facts.orders[0].amount"
        ]


def test_settings_of_the_workspace_count(base: Base) -> None:
    toml = base.folder.parent / "kogorta.toml"
    text = toml.read_text().replace('# "Собран" = "pending"', '"Собран" = "pending"')
    toml.write_text(text)
    facts = TWO.replace("amount: 5}]", "amount: 5, status: Собран}]")
    with pytest.raises(ProblemsError):
        run(base, case(facts, "regulars: []"))
    base.workspace.close()
    with opened(base.folder.parent) as again:
        assert run(again, case(facts, "regulars: [], singles: [a]"))[0].is_passed


def test_people_are_joined_by_their_contacts(base: Base) -> None:
    facts = (
        "customers: [{customer_id: b, phone: +7 916 200-30-40}, {customer_id: a, phone: 89162003040}],"
        " orders: [{customer_id: a, ordered_at: 2026-01-10, amount: 5}, {customer_id: b, ordered_at: 2026-02-10, amount: 5}]"
    )
    for name in ("a", "b"):
        assert run(base, case(facts, f"regulars: [{name}], singles: []"))[0].is_passed


def test_numbers_as_ids_dates_flags_lists_and_empty_cells_are_read(base: Base) -> None:
    base.write(
        many="segment: many\nwhere: {all: [{trait: birth_date, before: 2000-01-01}, {did: visited, where: {category: {is: tea}}}]}\n"
    )
    facts = (
        "customers: [{customer_id: 42, birth_date: 1990-05-05, city:, created_at: 2026-05-01T10:00:00Z}],"
        " events: [{customer_id: 42, name: visited, at: 2026-05-02, category: tea/green}]"
    )
    assert run(base, case(facts, "many: [42]"))[0].is_passed


def test_properties_of_customers_and_messages_are_what_they_are_in_the_workspace(base: Base) -> None:
    message = {
        "type": "track",
        "event": "tasted",
        "userId": "x",
        "timestamp": "2026-01-01T00:00:00Z",
        "properties": {"roast": "dark", "cups": 2},
    }
    base.workspace.import_tracking([message])
    base.write(dark="segment: dark\nwhere: {did: tasted, where: {roast: {is: dark}, cups: {at_least: 2}}}\n")
    events = "events: [{customer_id: a, name: tasted, at: 2026-05-01, roast: dark, cups: 3}, {customer_id: b, name: tasted, at: 2026-05-01, roast: dark, cups: 1}]"
    assert run(base, case(events, "dark: [a]"))[0].is_passed
    assert places(base, case(events.replace("roast", "rost", 1), "dark: []")) == [
        "t0.yaml.facts.events[0].rost"
    ]
    messages = "tracking: [{type: track, event: tasted, userId: a, timestamp: 2026-05-01T10:00:00Z, properties: {roast: dark, cups: 3}}]"
    assert run(base, case(messages, "dark: [a]"))[0].is_passed


def test_definitions_can_be_tested_before_there_are_data(tmp_path: Path) -> None:
    """A check of the folder in a fresh workspace: events and tables that only the tests have are enough."""
    path = tmp_path / "empty"
    import kogorta

    kogorta.init(path, timezone="UTC").close()
    with opened(path) as base:
        base.write(
            cart="segment: cart\nwhere: {all: [{did: cart_added}, {did_not: order}, {trait: city, is: Omsk}]}\n"
        )
        facts = "customers: [{customer_id: a, city: Omsk}], events: [{customer_id: a, name: cart_added, at: 2026-05-01}]"
        assert run(base, case(facts, "cart: [a]"))[0].is_passed


def test_conditions_on_the_log_see_the_refreshes_of_the_test(base: Base) -> None:
    base.write(fresh="segment: fresh\nwhere: {entered: regulars, within: 30d}\n")
    facts = TWO.replace("2026-02-10", "2026-05-20")
    more = "refreshed: [2026-05-25, 2026-05-10]\n"
    assert run(base, case(facts, "fresh: [a]", more=more))[0].is_passed
    assert run(base, case(facts, "fresh: []"))[0].is_passed, "without a log nobody has entered"


def test_what_has_held_is_seen_by_the_refreshes_of_the_test(base: Base) -> None:
    """Regulars are what `in_segment` names; two orders by number are a condition that is recorded for the test alone."""
    base.write(
        staying="segment: staying\nwhere: {in_segment: regulars, held_for: 7d}\n",
        twice="segment: twice\nwhere: {trait: orders_count, at_least: 2, held_for: 7d}\n",
    )
    for name in ("staying", "twice"):
        (late,) = run(base, case(TWO, f"{name}: []", more="refreshed: [2026-05-25, 2026-05-26]\n"))
        assert (late.mismatches[0].unexpected, late.unrecorded) == (("a",), 0), "held since 25 May"
        (young,) = run(base, case(TWO, f"{name}: []", more="refreshed: [2026-05-26]\n"))
        assert (young.is_passed, young.unrecorded) == (True, 0)
        (never,) = run(base, case(TWO, f"{name}: []"))
        assert (never.is_passed, never.unrecorded) == (True, 1)


def test_whom_nothing_is_known_of_is_told(base: Base) -> None:
    facts = f"{TWO}, customers: [{{customer_id: late, created_at: 2026-07-01, city: Omsk}}]"
    (trial,) = run(base, case(facts, "singles: [late]"))
    assert trial.mismatches == (Mismatch("singles", ("late",), (), ("late",)),)


def test_files_and_folders_can_be_named(base: Base, tmp_path: Path) -> None:
    one = tmp_path / "one.yaml"
    one.write_text(GOOD)
    run(base, GOOD)
    assert [trial.file for trial in base.workspace.try_segments([one])] == ["one.yaml"]
    assert len(base.workspace.try_segments([one, base.folder / "tests"])) == 2


# --- what cannot be run -------------------------------------------------------------------------------


def test_no_tests_and_files_that_are_not_there_are_refused(base: Base) -> None:
    with pytest.raises(InputError, match="there are no tests"):
        base.workspace.try_segments()
    with pytest.raises(InputError, match="no such file"):
        base.workspace.try_segments(["nowhere.yaml"])


def test_all_problems_of_all_tests_are_told_at_once(base: Base) -> None:
    (base.folder / "tests" / "a.yaml").write_text("test: [broken\n")
    found = places(
        base,
        "# nothing\n",
        "just a text\n",
        f"{GOOD}---\n{case('order: [], customers: 5, orders: [5, {customer_id: [{}]}]', 'nobody: [a], regulars: a, singles: [true]', 'yesterday', 'reason: x')}",
        "test: ''\nexpect: {}\n",
    )
    assert [(path or "").partition(":")[0] for path in found] == [
        "a.yaml",
        "t0.yaml",
        "t1.yaml",
        "t2.yaml[1].reason",
        "t2.yaml[1].as_of",
        "t2.yaml[1].facts.order",
        "t2.yaml[1].facts.customers",
        "t2.yaml[1].facts.orders[0]",
        "t2.yaml[1].facts.orders[1].customer_id",
        "t2.yaml[1].expect.nobody",
        "t2.yaml[1].expect.regulars",
        "t2.yaml[1].expect.singles[0]",
        "t3.yaml",
        "t3.yaml",
        "t3.yaml.test",
        "t3.yaml.expect",
    ]


@pytest.mark.parametrize("as_of", ["2026-13-01", "soon", "[2026-01-01]", "5", "''"])
def test_a_wrong_instant_is_refused(base: Base, as_of: str) -> None:
    (place,) = places(base, case(TWO, "regulars: [a]", as_of))
    assert place is not None
    assert place.startswith("t0.yaml")


def test_refreshes_must_come_before_the_instant(base: Base) -> None:
    more = "refreshed: [2026-06-01, never]\n"
    assert places(base, case(TWO, "regulars: [a]", more=more)) == [
        "t0.yaml.refreshed[1]",
        "t0.yaml.refreshed[0]",
    ]
    assert places(base, case(TWO, "regulars: [a]", more="refreshed: 2026-05-01\n")) == ["t0.yaml.refreshed"]


def test_facts_that_an_import_would_refuse_are_told_with_their_places(base: Base) -> None:
    facts = (
        "orders: [{customer_id: a, ordered_at: 2026-01-10, amount: 5}, {customer_id: a, ordered_at: someday, amount: many}],"
        " customers: [{customer_id: a, sex: unknown}], bookings: [{customer_id: a}], consents: [{custmer_id: a}]"
    )
    found = places(base, case(facts, "regulars: [a, stranger]"), case(TWO, "regulars: [a, stranger]"))
    assert set(found) == {
        "t0.yaml.facts.customers[0].sex",
        "t0.yaml.facts.orders[1].ordered_at",
        "t0.yaml.facts.bookings",
        "t0.yaml.facts.consents[0].custmer_id",
        "t0.yaml.facts.consents",
        "t1.yaml.expect.regulars[1]",
    }


def test_unknown_customers_are_told_all_of_them(base: Base) -> None:
    found = places(base, case(TWO, "regulars: [a, b], singles: [c]"))
    assert found == ["t0.yaml.expect.regulars[1]", "t0.yaml.expect.singles[0]"]


def test_a_definition_that_cannot_stand_is_told_with_its_file(base: Base) -> None:
    base.write(regulars="segment: regulars\nwhere: {did: ordr}\n")
    assert places(base, GOOD, GOOD) == ["regulars.yaml.where.did"], "once, however many tests ask for it"


def test_a_scheme_that_is_hidden_on_so_small_a_base_is_told(base: Base) -> None:
    assert places(base, case(TWO, "rfm_classic.champions: [a]")) == ["t0.yaml.expect.rfm_classic.champions"]


def test_time_does_not_matter(base: Base, tmp_path: Path) -> None:
    """A test says the same whenever it is run."""
    run(base, GOOD)
    base.workspace.close()
    with opened(base.folder.parent, day("2031-01-01")) as later:
        assert later.workspace.try_segments()[0].is_passed
