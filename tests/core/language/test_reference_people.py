"""The reference itself: people compared, attributes with their past, lists, consents, the log, shares, schemes.

Every expected answer was worked out by hand. Now is 20 March 2024, a Wednesday, 12:00 UTC.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kogorta.definitions.nodes import Trait
from kogorta.definitions.recorded import log_place
from tests.core.language.asking import (
    NOW,
    PROPERTIES,
    free,
    is_member,
    known,
    members,
    order,
    parsed,
    row,
    world,
)
from tests.core.language.facts import Point, Row, World, utc
from tests.core.language.reference import Reference, member, segment_of

# --- people compared ---------------------------------------------------------------------------------

LEVELS = world(
    *[
        row("customers", customer=f"c{number}", created_at=utc("2020-01-01"), p_level=level)
        for number, level in enumerate((1, 2, 2, 3, None))
    ],
    ids=("c0", "c1", "c2", "c3", "c4"),
    properties=PROPERTIES,
)


@pytest.mark.parametrize(
    ("test", "who"),
    [
        ("top: 25%", "3"),  # three of four are below 3
        ("top: 24%", ""),
        ("top: 75%", "123"),  # one of four is below 2
        ("top: 74%", "3"),
        ("top: 100%", "0123"),
        ("bottom: 25%", "0"),
        ("bottom: 75%", "012"),
        ("percentile: {at_least: 75}", "3"),
        ("percentile: {at_least: 25}", "123"),
        ("percentile: {less_than: 25}", "0"),
        ("percentile: {less_than: 75}", "012"),
    ],
)
def test_shares_of_those_who_have_a_value(test: str, who: str) -> None:
    assert members(f"{{trait: level, {test}}}", LEVELS) == {f"c{number}" for number in who}


@pytest.mark.parametrize(
    ("test", "who"),
    [
        ("top: 25%", "3"),  # three of the four buyers are below 3
        ("top: 24%", ""),
        ("top: 75%", "123"),
        ("top: 74%", "3"),
        ("top: 100%", "0123"),
        ("bottom: 25%", "0"),
        ("bottom: 24%", ""),
        ("percentile: {at_least: 0}", "0123"),
        ("percentile: {less_than: 25}", "0"),
    ],
)
def test_counts_of_orders_compare_buyers(test: str, who: str) -> None:
    """c0 bought too long ago to count in the window; p0 to p9 never did, and their 0 is below nobody's."""
    counts = {f"c{number}": {"orders_count": 9, "frequency_count": number} for number in (0, 1, 2, 3)}
    counts["c1"]["frequency_count"] = 2
    counts |= {f"p{number}": {"orders_count": 0, "frequency_count": 0} for number in range(10)}
    rows = [row("customers", customer=id_, created_at=utc("2020-01-01")) for id_ in counts]
    base = world(*rows, ids=tuple(counts))
    assert members(f"{{trait: frequency_count, {test}}}", base, computed=counts) == {f"c{n}" for n in who}


def test_the_population_is_that_of_the_frame() -> None:
    less = World({"customers": LEVELS.rows["customers"][:2]}, ids=LEVELS.ids, properties=PROPERTIES)
    frame = Reference(less, Point(NOW))
    # Of 1 and 2 one is below 2 and below 3.
    assert members("{trait: level, top: 50%}", LEVELS, frame=frame) == {"c1", "c2", "c3"}


def test_computed_traits_are_given_in_stored_units() -> None:
    given = {"ann": {"monetary_amount": 12345, "average_order": None}}
    assert is_member("{trait: monetary_amount, is: 123.45}", known(), computed=given)
    assert is_member("{trait: average_order, missing: true}", known(), computed=given)


# --- attributes --------------------------------------------------------------------------------------


def change(at: str, value: str | None, key: str = "city", **cells: Any) -> tuple[str, Row]:
    return row("attribute_changes", key=key, at=utc(at), to_value=value, **cells)


def moved(*changes: tuple[str, Row], **cells: Any) -> World:
    """Ann, known from 2020, and changes of what is known."""
    own = {"valid_at": utc("2020-01-01"), "created_at": utc("2020-01-01"), "city": "Omsk"} | cells
    return world(row("customers", **own), *changes)


def test_the_newest_of_row_and_change_is_the_value() -> None:
    assert is_member("{trait: city, is: Omsk}", moved())
    assert is_member("{trait: city, is: Perm}", moved(change("2024-03-01", "Perm")))
    assert is_member("{trait: city, is: Omsk}", moved(change("2024-03-01", "Perm")), at="2024-03-01")
    assert is_member("{trait: city, is: Omsk}", moved(change("2019-01-01", "Perm")))
    assert is_member("{trait: city, is: Perm}", moved(change("2019-01-01", "Perm"), city=""))
    assert is_member("{trait: city, is: Omsk}", moved(change("2024-03-01", "Perm", key="region")))


def test_a_change_to_nothing_removes_the_value() -> None:
    for nothing in (None, ""):
        assert is_member("{trait: city, missing: true}", moved(change("2024-03-01", nothing)))


def test_a_corrected_change_is_its_last_version() -> None:
    base = moved(change("2024-03-01", "Perm"), change("2024-03-01", "Ufa", version_no=2, ingest_seq=2))
    assert is_member("{trait: city, is: Ufa}", base)
    assert is_member("{trait: city, is: Perm}", base, known=1)


def test_of_several_ids_the_newest_value_counts_and_then_the_smaller_key() -> None:
    ids = {"ids": ("ann2", "ann"), "same": {"ann2": "ann"}}
    own = row("customers", city="Omsk", valid_at=utc("2020-01-01"), created_at=utc("2020-01-01"))
    for since, expected in (("2019-01-01", "Omsk"), ("2020-01-01", "Perm"), ("2021-01-01", "Perm")):
        other = row("customers", customer="ann2", city="Perm", valid_at=utc(since), created_at=utc(since))
        assert is_member(f"{{trait: city, is: {expected}}}", world(own, other, **ids)), since  # type: ignore[arg-type]


def test_changes_are_read_by_the_kind_of_the_attribute() -> None:
    assert is_member("{trait: age, is: 24}", moved(change("2024-03-01", "2000-03-20", key="birth_date")))
    assert is_member(
        "{trait: acquisition_cost, is: 5.5}", moved(change("2024-03-01", "5.5", key="acquisition_cost"))
    )


def test_held_for_asks_of_every_value_of_that_time() -> None:
    where = "{trait: city, is: Perm, held_for: 7d}"
    assert is_member(where, moved(change("2024-03-13T12:00", "Perm")))
    assert not is_member(where, moved(change("2024-03-13T12:00:00.000001", "Perm")))
    assert not is_member(
        where, moved(change("2024-03-01", "Perm"), change("2024-03-15", "Ufa"), change("2024-03-16", "Perm"))
    )
    assert is_member(
        "{trait: city, in: [Perm, Ufa], held_for: 7d}",
        moved(change("2024-03-01", "Perm"), change("2024-03-15", "Ufa")),
    )
    assert not is_member(
        "{trait: city, exists: true, held_for: 7d}",
        moved(change("2024-03-15", None), change("2024-03-16", "Ufa")),
    )
    assert is_member("{trait: city, is_not: Ufa, held_for: 7d}", moved(change("2024-03-01", None)))


def test_held_for_sees_versions_of_the_customers_row() -> None:
    newer = row("customers", city="Perm", valid_at=utc("2024-03-18"), ingest_seq=2, version_no=2)
    assert not is_member("{trait: city, is: Perm, held_for: 7d}", moved(newer))
    assert is_member("{trait: city, is: Perm, held_for: 2d}", moved(newer))


def test_kinds_of_contacts() -> None:
    base = world(
        row("contacts", kind="email", value="a@example.com", at=utc("2024-01-01")),
        row("contacts", kind="phone", value="+70000000000", at=utc("2024-03-25")),
    )
    assert is_member("{trait: contact_kinds, has_any: [email, phone]}", base)
    assert not is_member("{trait: contact_kinds, has_all: [email, phone]}", base)
    assert is_member("{trait: contact_kinds, has_all: [email, phone]}", base, at="2024-04-01")
    assert is_member("{trait: contact_kinds, missing: true}", base, person="bob")
    assert is_member("{trait: contact_kinds, exists: true}", base)


# --- lists ---------------------------------------------------------------------------------------------


def entry(at: str, op: str, customer: str | None = "ann", list_: str = "l") -> tuple[str, Row]:
    return row("list_changes", list=list_, at=utc(at), op=op, customer=customer)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], False),
        ([entry("2024-01-01", "add")], True),
        ([entry("2024-01-01", "add"), entry("2024-01-02", "remove")], False),
        ([entry("2024-01-01", "remove"), entry("2024-01-02", "add")], True),
        ([entry("2024-01-01", "add"), entry("2024-01-02", "clear", None)], False),
        ([entry("2024-01-01", "add"), entry("2024-01-01", "clear", None)], True),
        ([entry("2024-01-01", "add"), entry("2024-01-02", "replace_all", "bob")], False),
        ([entry("2024-01-01", "add"), entry("2024-01-01", "replace_all", "bob")], True),
        ([entry("2024-01-02", "replace_all"), entry("2024-01-02", "clear", None)], True),
        ([entry("2024-01-02", "replace_all"), entry("2024-01-03", "replace_all", "bob")], False),
        ([entry("2024-01-01", "replace_all"), entry("2024-01-02", "remove", "bob")], True),
        ([entry("2024-03-20T12:00", "add")], False),
        ([entry("2024-01-01", "add", list_="other")], False),
    ],
)
def test_a_list_is_what_was_done_to_it_last(rows: list[tuple[str, Row]], expected: bool) -> None:
    assert is_member("{in_list: l}", world(*rows)) is expected
    assert is_member("{trait: lists, has_any: [l]}", world(*rows)) is expected


def test_at_one_instant_add_comes_before_remove_also_of_two_ids() -> None:
    rows = [entry("2024-01-01", "remove"), entry("2024-01-01", "add", "ann2")]
    assert not is_member("{in_list: l}", world(*rows, ids=("ann", "ann2"), same={"ann2": "ann"}))


# --- consents --------------------------------------------------------------------------------------------


def consent(
    at: str, op: str, channel: str = "email", customer: str = "ann", purpose: str = "advertising"
) -> tuple[str, Row]:
    return row("consents", at=utc(at), op=op, channel=channel, purpose=purpose, customer=customer)


@pytest.mark.parametrize(
    ("rows", "state"),
    [
        ([], None),
        ([consent("2024-01-01", "granted")], "granted"),
        ([consent("2024-01-01", "granted"), consent("2024-01-02", "withdrawn")], "withdrawn"),
        ([consent("2024-01-01", "withdrawn"), consent("2024-01-02", "granted")], "granted"),
        ([consent("2024-01-01", "granted"), consent("2024-01-02", "withdrawn", "any")], "withdrawn"),
        ([consent("2024-01-01", "granted"), consent("2024-01-01", "withdrawn", "any")], "withdrawn"),
        ([consent("2024-01-01", "granted", "any")], "granted"),
        ([consent("2024-01-01", "granted", "sms")], None),
        ([consent("2024-01-01", "granted", purpose="service")], None),
        (
            [consent("2024-01-02", "granted"), consent("2024-01-01", "withdrawn", customer="ann2")],
            "withdrawn",
        ),
        ([consent("2024-01-01", "granted", customer="ann2")], "granted"),
        ([consent("2024-03-20T12:00", "granted")], None),
    ],
)
def test_the_last_word_of_each_id_and_the_strictest_of_them(
    rows: list[tuple[str, Row]], state: str | None
) -> None:
    base = world(*rows, ids=("ann", "ann2"), same={"ann2": "ann"})
    asked = "{consent: {channel: email, purpose: advertising}, is: %s}"
    found = {name: is_member(asked % name, base) for name in ("granted", "withdrawn", "not_withdrawn")}
    assert found == {
        "granted": state == "granted",
        "withdrawn": state == "withdrawn",
        "not_withdrawn": state != "withdrawn",
    }
    assert is_member("{consent: {channel: email, purpose: advertising}}", base) is (state == "granted")


# --- the log, shares, segments -----------------------------------------------------------------------------


def logged(at: str, op: str = "enter", cause: str = "facts", customer: str = "ann2") -> Row:
    return {"segment": "value.vip", "customer": customer, "at": utc(at), "op": op, "cause": cause}


@pytest.mark.parametrize(
    ("log", "where", "expected"),
    [
        (logged("2024-03-01"), "{entered: value.vip, within: 30d}", True),
        (logged("2024-03-01", cause="time"), "{entered: value.vip}", True),
        (logged("2024-03-01", cause="frame"), "{entered: value.vip}", False),
        (logged("2024-03-01", cause="initial"), "{entered: value.vip, causes: any}", True),
        (logged("2024-03-01", op="leave"), "{entered: value.vip}", False),
        (logged("2024-03-01", op="leave"), "{left: value.vip}", True),
        (logged("2024-03-01"), "{entered: value.regular}", False),
        (logged("2024-03-01"), "{entered: value.vip, within: 7d}", False),
        (logged("2024-03-20T12:00"), "{entered: value.vip}", False),
        (logged("2024-03-01", customer="bob"), "{entered: value.vip}", False),
    ],
)
def test_the_log_tells_who_entered_and_left(log: Row, where: str, expected: bool) -> None:
    base = world(ids=("ann", "ann2", "bob"), same={"ann2": "ann"}, log=(log,))
    assert is_member(where, base) is expected


RECORDED = "{trait: orders_count, at_least: 2, held_for: 7d}"
HELD_SINCE = "2024-03-13T12:00"


def held_log(*changes: str, name: str | None = None) -> tuple[Row, ...]:
    """Changes of a recorded condition, or of a segment: `+` enters, `-` leaves, `~` is of the second id."""
    (definition,) = parsed(free(RECORDED))
    assert isinstance(definition.where, Trait)
    found = []
    place = name or log_place(definition.where)[0]
    for change in changes:
        customer = "ann2" if change.startswith("~") else "ann"
        op, at = change.lstrip("~")[0], change.lstrip("~")[1:]
        found.append(logged(at, {"+": "enter", "-": "leave"}[op], "initial", customer) | {"segment": place})
    return tuple(found)


HISTORIES: list[tuple[tuple[str, ...], bool]] = [
    ((), False),
    ((f"+{HELD_SINCE}",), True),
    ((f"+{HELD_SINCE}:00.000001",), False),
    (("+2024-01-01",), True),
    (("+2024-01-01", "-2024-03-13T11:00"), False),
    (("+2024-01-01", "-2024-03-15", "+2024-03-16"), False),
    (("+2024-01-01", f"-{HELD_SINCE}"), False),
    (("+2024-01-01", "-2024-02-01", "+2024-03-01"), True),
    # what happens at the instant that is asked about is not seen yet
    (("+2024-01-01", "-2024-03-20T12:00"), True),
    # of two ids one takes over from the other at one instant, or a little late
    (("+2024-01-01", "-2024-03-15", "~+2024-03-15"), True),
    (("+2024-01-01", "-2024-03-15", "~+2024-03-15T00:00:00.000001"), False),
    (("+2024-01-01", "~+2024-03-14", "-2024-03-15"), True),
]


@pytest.mark.parametrize(("changes", "expected"), HISTORIES)
def test_what_is_worked_out_has_held_as_long_as_the_log_says(
    changes: tuple[str, ...], expected: bool
) -> None:
    base = world(ids=("ann", "ann2"), same={"ann2": "ann"}, log=held_log(*changes))
    twice = {"ann": {"orders_count": 2}}
    assert is_member(RECORDED, base, computed=twice) is expected
    assert not is_member(RECORDED, base, computed={"ann": {"orders_count": 1}}), "it must hold now too"


def test_conditions_that_differ_in_their_length_only_are_one_record() -> None:
    texts = (RECORDED, RECORDED.replace("7d", "1mo"), "{trait: orders_count, is: 2, held_for: 7d}")
    places = []
    for text in texts:
        (definition,) = parsed(free(text))
        assert isinstance(definition.where, Trait)
        places.append(log_place(definition.where))
    assert places[0] == places[1] != places[2]


@pytest.mark.parametrize(("changes", "expected"), HISTORIES)
def test_a_member_has_been_one_as_long_as_the_log_says(changes: tuple[str, ...], expected: bool) -> None:
    (vip,) = parsed(free("{did: order}", "vip"))
    log = held_log(*changes, name="vip")
    asked = "{in_segment: vip, held_for: 7d}"
    base = world(order("2024-03-01"), ids=("ann", "ann2"), same={"ann2": "ann"}, log=log)
    assert is_member(asked, base, definitions={"vip": vip}) is expected
    gone = world(ids=("ann", "ann2"), same={"ann2": "ann"}, log=log)
    assert not is_member(asked, gone, definitions={"vip": vip})


def test_a_run_that_knew_more_is_not_seen() -> None:
    log = tuple(row | {"known_seq": 2} for row in held_log("+2024-01-01"))
    twice = {"ann": {"orders_count": 2}}
    assert not is_member(RECORDED, world(ids=("ann",), log=log), computed=twice, known=1)
    assert is_member(RECORDED, world(ids=("ann",), log=log), computed=twice, known=2)


def test_a_share_is_the_first_eight_digits_of_md5_of_the_first_id() -> None:
    # md5sum says that summer:ann is 89001880…, which is 53.5158 % of 2³².
    base = world(order("2024-03-01"), ids=("z", "ann", "b"), same={"z": "ann", "b": "ann"})
    assert is_member("{share: 53.516%, salt: summer}", base)
    assert not is_member("{share: 53.515%, salt: summer}", base)
    assert is_member("{share: 100%, salt: x}", base)
    assert not is_member("{share: 0%, salt: x}", base)


SCHEME = {
    "scheme": "age_groups",
    "base": "ordered",
    "segments": [
        {"id": "young", "where": {"trait": "age", "less_than": 30}},
        {"id": "known", "where": {"trait": "age", "exists": True}},
    ],
    "otherwise": "rest",
}


def test_a_scheme_gives_each_of_its_base_the_first_segment_that_fits() -> None:
    (scheme,) = parsed(SCHEME)
    people = {"young": date(2000, 1, 1), "known": date(1980, 1, 1), "rest": None}
    for expected, born in people.items():
        base = world(row("customers", birth_date=born, created_at=utc("2020-01-01")), order("2024-03-01"))
        assert segment_of(base, scheme, "ann", Point(NOW)) == expected
        asked = parsed({"segment": "x", "where": {"in_segment": f"age_groups.{expected}"}})[0]
        assert member(base, asked, "ann", Point(NOW), definitions={"age_groups": scheme})
    nobody = world(row("customers", created_at=utc("2020-01-01")), order("2024-03-01", status="pending"))
    assert segment_of(nobody, scheme, "ann", Point(NOW)) is None


def test_groups() -> None:
    base = world(order("2024-03-01"))
    yes, no = "{did: order}", "{did: visit}"
    assert is_member(f"{{all: [{yes}, {{not: {no}}}]}}", base)
    assert not is_member(f"{{all: [{yes}, {no}]}}", base)
    assert is_member(f"{{any: [{no}, {yes}]}}", base)
    assert not is_member(f"{{any: [{no}, {no}]}}", base)
