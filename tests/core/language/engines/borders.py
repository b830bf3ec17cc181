"""Facts on which engines part ways: old days, texts in any script, values that cannot be read; answers by hand."""

from __future__ import annotations

from datetime import date
from hashlib import md5

from kogorta.schema import ColumnType
from tests.core.language.asking import order, row, world
from tests.core.language.engines.people import person
from tests.core.language.facts import Property, Row, World, utc

SHARE, SALT = 0.4, "лето"
IDS = ("ann", "Zoe", "old", "ancient", "told", "wrong", "Ёж", "quoted", "late")
SAME = {"Zoe": "ann"}


def changed(id_: str, key: str, value: str) -> tuple[str, Row]:
    """A change of an attribute, as a text."""
    return row("attribute_changes", customer=id_, key=key, to_value=value, at=utc("2024-01-01"))


def base() -> World:
    """Everything, of which each condition below asks a part."""
    at = "2026-06-01T12:00"
    rows = [
        person("ann", birth_date=date(2000, 2, 29), city="Omsk "),
        person("old", birth_date=date(1899, 12, 31), city="Omsk"),
        person("ancient", birth_date=date(1, 1, 1)),
        person("Ёж", city="Ёж 🦔\nиз Омска"),
        person("quoted", city="O'Neil\\%_"),
        person("late", birth_date=date(9999, 12, 31), p_renews_at=utc("2226-06-30")),
        person("wrong"),
        *[changed("told", key, value) for key, value in (("birth_date", "1899-12-31"), ("level", "-3"))],
        changed("told", "acquisition_cost", "12.345"),
        *[
            changed("wrong", key, value)
            for key, value in (("birth_date", "1900-02-29"), ("level", "1e5"), ("acquisition_cost", "12,3"))
        ],
        *[
            order(at, f"{letter}1", customer="ann", channel=channel)
            for letter, channel in (("Z", "first"), ("a", "middle"), ("ё", "last"))
        ],
        order("1875-06-01", "old", customer="old", amount=100),
        *[
            row("consents", customer=id_, channel=channel, purpose="advertising", op=op, at=utc("2024-01-01"))
            for id_, channel, op in (("Ёж", "\tПОЧТА ", "withdrawn"), ("old", "E-Mail", "granted"))
        ],
    ]
    properties = (
        Property("customers", "", "level", ColumnType.INTEGER),
        Property("customers", "", "renews_at", ColumnType.INSTANT),
    )
    return world(*rows, ids=IDS, same=SAME, properties=properties)


def shared() -> set[str]:
    """Who is in the share: of Ann's two ids the one with the smaller first byte counts."""
    names = {one: one for one in IDS if one not in SAME} | {"ann": "Zoe"}
    digests = {one: md5(f"{SALT}:{name}".encode()).hexdigest() for one, name in names.items()}
    return {one for one, digest in digests.items() if int(digest[:8], 16) < SHARE * 2**32}


CONSENT = "{channel: email, purpose: advertising}"
CONDITIONS: dict[str, tuple[str, set[str]]] = {
    "a_day_before_1900": ("{trait: birth_date, before: 1900-01-01}", {"old", "ancient", "told"}),
    "that_very_day": ("{trait: birth_date, is: 1899-12-31}", {"old", "told"}),
    "a_day_of_long_ago": ("{trait: birth_date, between: [0001-01-01, 0999-12-31]}", {"ancient"}),
    "a_day_far_ahead": ("{trait: birth_date, after: 9000-01-01}", {"late"}),
    "an_age": ("{trait: age, at_least: 126}", {"old", "ancient", "told"}),
    "an_anniversary": (
        "{trait: birth_date, anniversary: {from: -125d, to: -120d}}",
        # 26 February to 3 March 2026: the 29th is the 28th there
        {"ann"},
    ),
    "a_day_that_there_is_not": (
        "{trait: birth_date, exists: true}",
        {*IDS} - {"Zoe", "wrong", "Ёж", "quoted"},
    ),
    "a_number_as_text": ("{trait: level, exists: true}", {"told"}),
    "a_number_below_zero": ("{trait: level, less_than: -2}", {"told"}),
    "money_as_text": ("{trait: acquisition_cost, is: 12.35}", {"told"}),
    "a_space_at_the_end": ("{trait: city, is: Omsk}", {"old"}),
    "letters_and_lines": ('{trait: city, matches: "?ж ?*О?ска"}', {"Ёж"}),
    "quotes": ('{trait: city, matches: "O\'*\\\\?_"}', {"quoted"}),
    "signs_of_patterns": ('{trait: city, contains: "\\\\%_"}', {"quoted"}),
    "a_channel_in_capitals": (f"{{consent: {CONSENT}, is: withdrawn}}", {"Ёж"}),
    "a_channel_by_another_name": (f"{{consent: {CONSENT}, is: granted}}", {"old"}),
    "the_last_of_ties": ("{newest: order, where: {channel: {is: last}}}", {"ann"}),
    "the_first_of_ties": (
        "{first: order, of: {channel: {exists: true}}, where: {channel: {is: first}}}",
        {"ann"},
    ),
    "an_order_of_the_century_before_last": (
        "{did: order, since: 1850-01-01T00:00:00Z, until: 1900-01-01T00:00:00Z}",
        {"old"},
    ),
    "silence_for_that_long": ("{trait: recency_days, at_least: 50000}", {"old"}),
    "as_far_back_as_can_be_said": ("{did: order, within: 200y}", {"ann", "old"}),
    "as_far_ahead": ("{trait: renews_at, in_next: 200y}", {"late"}),
    "an_instant_beyond": ("{trait: renews_at, after: 2225-12-31}", {"late"}),
    # ann has three orders and old has one; the others never bought, and count for nothing
    "a_top_half_of_buyers": ("{trait: orders_count, top: 50%}", {"ann"}),
    "a_top_share_too_small": ("{trait: orders_count, top: 49%}", set()),
    "all_buyers": ("{trait: frequency_count, top: 100%}", {"ann", "old"}),
    "a_bottom_half_of_buyers": ("{trait: frequency_count, bottom: 50%}", {"old"}),
    "buyers_below_the_middle": ("{trait: revenue_total, percentile: {less_than: 50}}", {"old"}),
    "a_share": (f"{{share: {SHARE:.0%}, salt: {SALT}}}", shared()),
}
