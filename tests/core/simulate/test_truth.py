"""What was planted can be found in the data again, by somebody who sees the data alone."""

from __future__ import annotations

from math import sqrt

import phonenumbers
import pytest

from tests.core.simulate.asking import Base

PERSON_ORDERS = """orders_of AS (
    SELECT person_id, order_id, ordered_at FROM {orders} JOIN {truth/customers} USING (customer_id)
) """


# --- campaigns -------------------------------------------------------------------------------------


def test_each_campaign_lifts_orders_by_what_was_planted(big_shop: Base) -> None:
    """Orders of a person in the fortnight after the send: treated less control is the mean of the planted effects."""
    rows = big_shop.rows(
        "WITH "
        + PERSON_ORDERS
        + """, sends AS (
            SELECT campaign, min(send_at) AS since FROM {messages} GROUP BY 1
        ), counted AS (
            SELECT t.campaign, t.group = 'treated' AS treated, t.effect, (
                SELECT count(*) FROM orders_of o WHERE o.person_id = t.customer_id
                AND o.ordered_at >= s.since AND o.ordered_at < s.since + INTERVAL 14 DAY) AS n
            FROM {truth/campaigns} t JOIN sends s USING (campaign)
        )
        SELECT campaign, avg(n) FILTER (treated) - avg(n) FILTER (NOT treated),
            sqrt(var_samp(n) FILTER (treated) / count(*) FILTER (treated)
                + var_samp(n) FILTER (NOT treated) / count(*) FILTER (NOT treated)), avg(effect) FILTER (treated)
        FROM counted GROUP BY 1 HAVING count(*) FILTER (NOT treated) > 100 ORDER BY 1"""
    )
    assert len(rows) >= 10
    assert {name.partition("-")[0] for name, *_ in rows} == {"offer", "placebo", "reminder"}
    for name, found, error, planted in rows:
        assert abs(found - planted) < 4 * error, name
    # All offers together leave no doubt, and all placebos none either.
    for kind, at_least, at_most in (("offer", 0.03, 0.09), ("placebo", -0.012, 0.012)):
        of_kind = [row for row in rows if row[0].startswith(kind)]
        mean = sum(found for _, found, _, _ in of_kind) / len(of_kind)
        assert at_least < mean < at_most, kind


def test_treated_people_and_no_others_got_the_message(big_shop: Base) -> None:
    assert big_shop.one(
        """SELECT count(*) FROM {truth/campaigns} t FULL JOIN {messages} m USING (campaign, customer_id)
        WHERE (t.group = 'treated') IS DISTINCT FROM (m.message_id IS NOT NULL)"""
    ) == (0,)


def test_groups_are_divided_by_chance_alone(big_shop: Base) -> None:
    """Nothing known before the send tells the groups apart: their planted effects are alike, and their sizes as told."""
    told = {item["campaign"]: item["control_ratio"] for item in big_shop.manifest["campaigns"]}
    for name, control, people, gap, error in big_shop.rows(
        """SELECT campaign, count(*) FILTER ("group" = 'control'), count(*),
            avg(effect) FILTER ("group" = 'control') - avg(effect) FILTER ("group" = 'treated'),
            stddev_samp(effect) * sqrt(1 / count(*) FILTER ("group" = 'control') + 1 / count(*) FILTER ("group" = 'treated'))
        FROM {truth/campaigns} GROUP BY 1"""
    ):
        ratio = told[name]
        assert abs(control - ratio * people) <= 4 * sqrt(people * ratio * (1 - ratio)) + 1e-9
        if control:
            assert abs(gap) <= 4 * error, name


def test_nobody_is_written_to_without_a_consent_that_stands(big_shop: Base) -> None:
    wrong = big_shop.one(
        """SELECT count(*) FROM {messages} m WHERE NOT coalesce((
            SELECT arg_max(op, "at") FROM {consents} c WHERE c.customer_id = m.customer_id AND c.channel = m.channel
            AND c.purpose = 'advertising' AND c."at" < m.send_at), 'none') = 'granted'"""
    )
    assert wrong == (0,)


def test_whoever_unsubscribes_takes_his_consent_back_at_once(big_shop: Base) -> None:
    left, kept = big_shop.one(
        """SELECT count(*), count(*) FILTER (NOT EXISTS (
            SELECT 1 FROM {consents} c WHERE c.customer_id = m.customer_id AND c.channel = 'email'
            AND c.op = 'withdrawn' AND c."at" <= e."at"))
        FROM {message_events} e JOIN {messages} m USING (message_id) WHERE e.kind = 'unsubscribed'"""
    )
    assert left > 50
    assert kept == 0


@pytest.mark.parametrize("name", ["big_shop", "big_salon"])
def test_everybody_who_got_an_offer_has_one_code_and_few_use_it(
    name: str, request: pytest.FixtureRequest
) -> None:
    base: Base = request.getfixturevalue(name)
    sent, codes, used, taken_off = base.one(
        """SELECT (SELECT count(*) FROM {messages} WHERE starts_with(campaign, 'offer')), count(*), count(order_id),
            (SELECT count(*) FROM {discounts} d JOIN {coupons} c ON c.code = d.reference AND c.order_id = d.order_id
                WHERE d.kind = 'coupon')
        FROM {coupons}"""
    )
    assert sent == codes
    assert 0.02 * codes < used < 0.15 * codes
    assert taken_off == used


def test_openings_by_machines_are_marked_and_come_at_once(big_shop: Base) -> None:
    rows = big_shop.rows(
        """WITH opened AS (
            SELECT e.machine, epoch(e."at" - d."at") AS seconds FROM {message_events} e
            JOIN {message_events} d ON d.message_id = e.message_id AND d.kind = 'delivered' WHERE e.kind = 'opened')
        SELECT machine, count(*), max(seconds), median(seconds) FROM opened GROUP BY 1 ORDER BY 1"""
    )
    (human, people, longest, usual), (machine, machines, at_once, _) = rows
    assert (human, machine) == (False, True)
    assert people > 1_000
    assert machines > 1_000
    assert at_once < 10
    assert usual > 3_600
    assert longest <= 71 * 3_600


# --- lives -----------------------------------------------------------------------------------------


def test_nobody_buys_after_he_left(big_shop: Base) -> None:
    late = big_shop.one(
        "SELECT count(*) FROM {orders} JOIN {truth/customers} USING (customer_id) WHERE ordered_at >= left_at"
    )
    assert late == (0,)


def test_each_reason_to_leave_leaves_its_marks(big_shop: Base) -> None:
    told = big_shop.manifest
    rows = big_shop.rows(
        """SELECT left_reason, count(*), epoch(min(left_at)) FROM {truth/customers} WHERE left_reason IS NOT NULL GROUP BY 1"""
    )
    first = {reason: since for reason, _, since in rows}
    counts = {reason: count for reason, count, _ in rows}
    assert set(counts) == {"natural", "price", "bad_service", "moved", "competitor"}
    assert min(counts.values()) > 100
    assert first["price"] >= told["prices_rise"]["second"]
    assert first["competitor"] >= told["competitor"]["second"]
    cities = big_shop.rows(
        """SELECT DISTINCT city FROM {customers} JOIN {truth/customers} USING (customer_id)
        WHERE left_reason = 'competitor' AND city IS NOT NULL"""
    )
    assert {city for (city,) in cities} == set(told["competitor"]["cities"])
    complained = dict(
        big_shop.rows(
            """SELECT left_reason, avg((customer_id IN (SELECT customer_id FROM {tickets} WHERE satisfaction <= 3
                OR topic IN ('Опоздала доставка', 'Товар с браком', 'Не тот товар')))::INT)
            FROM {truth/customers} WHERE left_reason IN ('bad_service', 'natural') AND customer_id = person_id GROUP BY 1"""
        )
    )
    assert complained["bad_service"] > 3 * complained["natural"]
    moved = big_shop.one(
        """SELECT count(*) FILTER (a.customer_id IS NOT NULL) / count(*), count(*) FILTER (a.from_value = a.to_value)
        FROM {truth/customers} t LEFT JOIN {attribute_changes} a USING (customer_id)
        WHERE left_reason = 'moved' AND customer_id = person_id"""
    )
    assert moved[0] > 0.9
    assert moved[1] == 0


def test_the_pace_of_those_who_buy_often_is_the_planted_one(big_shop: Base) -> None:
    """(n − 1) gaps over the time between first and last order, against the planted rate; promotions aside."""
    found = big_shop.one(
        "WITH "
        + PERSON_ORDERS
        + """, paces AS (
            SELECT person_id, (count(*) - 1) / (epoch(max(ordered_at) - min(ordered_at)) / 86400) AS pace
            FROM orders_of GROUP BY 1 HAVING count(*) >= 15)
        SELECT median(pace / purchases_per_day), count(*) FROM paces JOIN {truth/customers} ON customer_id = paces.person_id
        WHERE segment_type IN ('regular', 'loyal', 'wholesale')"""
    )
    assert found[1] > 300
    assert 0.9 < found[0] < 1.25


@pytest.mark.parametrize("name", ["big_shop", "big_salon"])
def test_categories_keep_their_rhythms(name: str, request: pytest.FixtureRequest) -> None:
    """The gaps of their people, in the median, stand in the order of the planted rhythms."""
    base: Base = request.getfixturevalue(name)
    days = "bookings" if base.has("bookings") else "orders"
    at = "starts_at" if base.has("bookings") else "ordered_at"
    found = dict(
        base.rows(
            f"""WITH gaps AS (
                SELECT category, epoch({at} - lag({at}) OVER (PARTITION BY person_id ORDER BY {at})) / 86400 AS gap
                FROM {{{days}}} JOIN {{truth/customers}} USING (customer_id) WHERE segment_type = 'regular')
            SELECT category, median(gap) FROM gaps WHERE gap > 0.5 GROUP BY 1"""
        )
    )
    told = {item["path"]: item["rhythm_days"] for item in base.manifest["categories"]}
    assert set(found) == set(told)
    pairs = [(a, b) for a in told for b in told if told[a] >= 1.35 * told[b]]
    assert len(pairs) >= 10
    assert all(found[a] > found[b] for a, b in pairs)


# --- traits ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["big_shop", "big_salon"])
def test_promotions_lift_their_days(name: str, request: pytest.FixtureRequest) -> None:
    """Orders or visits of a promotion's days by those of the days around it, ten before and ten after."""
    base: Base = request.getfixturevalue(name)
    table, at = ("bookings", "starts_at") if base.has("bookings") else ("orders", "ordered_at")
    start = "2023-12-31 21:00"
    counts = dict(
        base.rows(
            f"SELECT (epoch({at} - TIMESTAMP '{start}') // 86400)::INT, count(*) FROM {{{table}}} GROUP BY 1"
        )
    )
    told = base.manifest["promotions"]
    days = {item["promotion_id"]: range(item["first_day"], item["first_day"] + item["days"]) for item in told}
    promoted = {day for own in days.values() for day in own}
    ratios = {}
    for promotion, own in days.items():
        around = [day for day in range(own[0] - 10, own[-1] + 11) if day in counts and day not in promoted]
        plain = sum(counts[day] for day in around) / len(around)
        ratios[promotion] = sum(counts[day] for day in own) / len(own) / plain
    strongest = max(item["lift_ratio"] for item in told)
    black = [item["promotion_id"] for item in told if item["lift_ratio"] == strongest]
    assert min(ratios[promotion] for promotion in black) > 0.8 * strongest
    assert sum(ratios.values()) / len(ratios) > 1 + (strongest - 1) / 5


@pytest.mark.parametrize("name", ["big_shop", "big_salon"])
def test_hunters_of_discounts_can_be_told_by_when_they_buy(name: str, request: pytest.FixtureRequest) -> None:
    base: Base = request.getfixturevalue(name)
    promoted = dict(
        base.rows(
            """SELECT segment_type, avg((order_id IN (SELECT order_id FROM {discounts} WHERE kind = 'promotion'))::INT)
            FROM {orders} JOIN {truth/customers} USING (customer_id) GROUP BY 1"""
        )
    )
    others = max(share for kind, share in promoted.items() if kind in ("regular", "loyal"))
    assert promoted["discount_hunter"] > 2 * others


def test_wholesalers_can_be_told_by_how_much_they_buy(big_shop: Base) -> None:
    units = dict(
        big_shop.rows(
            """SELECT segment_type, avg(units) FROM (SELECT order_id, sum(quantity) AS units FROM {order_lines} GROUP BY 1)
            JOIN {orders} USING (order_id) JOIN {truth/customers} USING (customer_id) GROUP BY 1"""
        )
    )
    assert units["wholesale"] > 3 * units["regular"]


def test_presents_are_bought_before_the_feasts(big_shop: Base) -> None:
    """Who buys presents only does so before the New Year, and in February and March."""
    rows = dict(
        big_shop.rows(
            """WITH numbered AS (SELECT person_id, segment_type, ordered_at,
                row_number() OVER (PARTITION BY person_id ORDER BY ordered_at) AS n
                FROM {orders} JOIN {truth/customers} USING (customer_id))
            SELECT segment_type, avg((month(ordered_at + INTERVAL 3 HOUR) IN (2, 3, 11, 12))::INT)
            FROM numbered WHERE n > 1 GROUP BY 1"""
        )
    )
    assert rows["gift"] > 0.85
    assert rows["regular"] < 0.5


# --- people ----------------------------------------------------------------------------------------


def test_a_second_id_shares_what_the_truth_says(shop: Base) -> None:
    """Telephones and addresses compared as a person would: digits alone, letters in one size."""
    values: dict[str, dict[str, str]] = {"phone": {}, "email": {}}
    proved = set()
    for customer, kind, value, verified in shop.rows(
        "SELECT customer_id, kind, value, verified_at FROM {contacts}"
    ):
        if kind == "phone":
            values[kind][customer] = "".join(filter(str.isdigit, value))[-10:]
        elif kind == "email":
            values[kind][customer] = value.lower()
            if verified:
                proved.add(customer)
    seen = {"phone": 0, "email": 0, "email_unverified": 0, "nothing": 0}
    spelt = dict(shop.rows("SELECT customer_id, value FROM {contacts} WHERE kind = 'phone'"))
    other_spelling = 0
    for customer, person, way in shop.rows("SELECT * FROM {truth/duplicates}"):
        seen[way] += 1
        shares = {
            kind: customer in known and known[customer] == known.get(person) for kind, known in values.items()
        }
        assert shares == {"phone": way == "phone", "email": way in ("email", "email_unverified")}
        if way.startswith("email"):
            assert ({customer, person} <= proved) == (way == "email")
        other_spelling += way == "phone" and spelt[customer] != spelt[person]
    assert min(seen.values()) > 3
    assert other_spelling > 0.5 * seen["phone"]


def test_a_household_shares_its_telephone_and_nothing_else(shop: Base) -> None:
    rows = shop.rows(
        """SELECT a.name <> b.name, a.sex IS NULL OR b.sex IS NULL OR a.sex <> b.sex, h.customer_id, h.lives_with
        FROM {truth/households} h JOIN {customers} a USING (customer_id) JOIN {customers} b ON b.customer_id = h.lives_with
        WHERE a.name IS NOT NULL AND b.name IS NOT NULL"""
    )
    assert len(rows) > 40
    assert all(other_name and other_sex for other_name, other_sex, _, _ in rows)
    duplicates = {name for (name,) in shop.rows("SELECT customer_id FROM {truth/duplicates}")}
    assert not duplicates & {name for *_, name, _ in rows}


def test_no_two_people_have_one_telephone_unless_it_was_planted(shop: Base) -> None:
    groups: dict[str, set[str]] = {}
    for person, value in shop.rows(
        "SELECT person_id, value FROM {contacts} JOIN {truth/customers} USING (customer_id) WHERE kind = 'phone'"
    ):
        number = phonenumbers.parse(value, "RU")
        assert phonenumbers.is_valid_number(number), value
        groups.setdefault(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), set()).add(
            person
        )
    shared = sum(len(people) > 1 for people in groups.values())
    (families,) = shop.one("SELECT count(*) FROM {truth/households}")
    assert shared == families


def test_addresses_lead_to_hosts_that_exist_for_examples_only(shop: Base) -> None:
    assert shop.one(
        "SELECT count(*) FROM {contacts} WHERE kind = 'email' AND lower(value) NOT LIKE '%.example'"
    ) == (0,)


# --- the site --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["shop", "salon"])
def test_there_are_as_many_events_as_were_wished_for(name: str, request: pytest.FixtureRequest) -> None:
    base: Base = request.getfixturevalue(name)
    assert base.one("SELECT count(*) FROM {events}")[0] / 3_000 == pytest.approx(12, rel=0.05)


def test_who_is_at_a_browser_is_known_from_his_login_on(shop: Base) -> None:
    """A session is nobody's until somebody logs in, and one person's after; a browser is never two people's."""
    assert shop.one("SELECT count(*) FROM {events} WHERE anonymous_id IS NULL") == (0,)
    assert not shop.rows(
        """SELECT anonymous_id FROM {events} JOIN {truth/customers} USING (customer_id)
        GROUP BY 1 HAVING count(DISTINCT person_id) > 1"""
    )
    assert not shop.rows(
        """SELECT session_id FROM {events} GROUP BY 1
        HAVING min("at") FILTER (customer_id IS NOT NULL) <= max("at") FILTER (customer_id IS NULL)"""
    )
    (mixed,) = shop.one(
        """SELECT count(*) FROM (SELECT session_id FROM {events} GROUP BY 1
        HAVING count(customer_id) BETWEEN 1 AND count(*) - 1)"""
    )
    assert mixed > 100


def test_a_session_that_ends_in_an_order_is_that_of_the_order(shop: Base) -> None:
    (done, matched) = shop.one(
        """SELECT count(*), count(*) FILTER (o.ordered_at = e."at" AND o.customer_id = e.customer_id AND o.cart_id = e.cart_id)
        FROM {events} e LEFT JOIN {orders} o USING (session_id) WHERE e.name = 'order_completed'"""
    )
    assert done == matched > 500
    funnel = dict(shop.rows("SELECT name, count(DISTINCT session_id) FROM {events} GROUP BY 1"))
    steps = ("page_viewed", "cart_added", "checkout_started", "order_completed")
    counts = [funnel[step] for step in steps]
    assert counts == sorted(counts, reverse=True)
    assert len(set(counts)) == len(steps)


def test_a_booking_on_the_site_is_made_where_its_session_ends(salon: Base) -> None:
    done, matched = salon.one(
        """SELECT count(*), count(b.booking_id) FROM {events} e LEFT JOIN {bookings} b
        ON b.customer_id = e.customer_id AND b.created_at = e."at" AND b.booked_via = 'online'
        WHERE e.name = 'booking_completed'"""
    )
    assert done > 500
    assert matched >= done
