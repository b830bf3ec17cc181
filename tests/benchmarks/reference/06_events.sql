-- Events are read twice: a year's counts from three narrow columns, and the last month with its words.
CREATE TEMP TABLE by_events AS
WITH counts AS (
    SELECT customer_key,
        count(*) FILTER (name = 'product_viewed' AND "at" >= getvariable('as_of') - INTERVAL 365 DAY) AS viewed_365,
        count(*) FILTER (name = 'product_viewed' AND "at" >= getvariable('as_of') - INTERVAL 60 DAY
            AND "at" < getvariable('as_of') - INTERVAL 14 DAY) AS viewed_before,
        count(*) FILTER (name = 'product_viewed' AND "at" >= getvariable('as_of') - INTERVAL 28 DAY) AS viewed_28,
        count(*) FILTER (name = 'product_viewed' AND "at" >= getvariable('as_of') - INTERVAL 21 DAY) AS viewed_21,
        count(*) FILTER (name = 'product_viewed' AND "at" >= getvariable('as_of') - INTERVAL 14 DAY) AS viewed_14,
        count(*) FILTER (name = 'product_viewed' AND "at" >= getvariable('as_of') - INTERVAL 7 DAY) AS viewed_7,
        count(*) FILTER (name = 'product_viewed' AND "at" >= getvariable('as_of') - INTERVAL 1 DAY) AS viewed_1,
        bool_or(name = 'page_viewed' AND utm_source = 'vk' AND "at" >= getvariable('as_of') - INTERVAL 90 DAY) AS from_vk,
        -- only the first visit of the window can follow a silence that is longer than the window
        min("at") FILTER (name = 'page_viewed' AND "at" >= getvariable('as_of') - INTERVAL 14 DAY) AS page_after,
        max("at") FILTER (name = 'page_viewed' AND "at" < getvariable('as_of') - INTERVAL 14 DAY) AS page_before
    FROM events
    WHERE valid_at < getvariable('as_of') AND ingest_seq <= getvariable('known_seq') AND "at" < getvariable('as_of')
        AND name IN ('product_viewed', 'page_viewed')
        AND (name = 'page_viewed' OR "at" >= getvariable('as_of') - INTERVAL 365 DAY)
    GROUP BY customer_key
)
SELECT p.person,
    sum(viewed_365)::BIGINT AS viewed_365, sum(viewed_before)::BIGINT AS viewed_before,
    sum(viewed_28)::BIGINT AS viewed_28, sum(viewed_21)::BIGINT AS viewed_21, sum(viewed_14)::BIGINT AS viewed_14,
    sum(viewed_7)::BIGINT AS viewed_7, sum(viewed_1)::BIGINT AS viewed_1,
    bool_or(from_vk) AS from_vk, min(page_after) AS page_after, max(page_before) AS page_before
FROM counts JOIN people p USING (customer_key)
GROUP BY p.person;

CREATE TEMP TABLE recent AS
SELECT p.person, e.name, e."at", e.event_id, e.category, e.category_top, e.product_id, e.session_id, e.device, e.cart_id
FROM events e JOIN people p USING (customer_key)
WHERE e.valid_at < getvariable('as_of') AND e.ingest_seq <= getvariable('known_seq')
    AND e."at" >= getvariable('as_of') - INTERVAL 30 DAY AND e."at" < getvariable('as_of');

CREATE TEMP TABLE by_recent AS
SELECT person,
    count(*) FILTER (category_top = 'Красота' AND name = 'product_viewed'
        AND "at" >= getvariable('as_of') - INTERVAL 7 DAY) AS beauty_7,
    count(*) FILTER (category = 'Продукты/Кофе и чай' AND name = 'product_viewed') AS coffee_30,
    max_by(device, ("at", event_id)) FILTER (name = 'page_viewed') AS newest_device
FROM recent GROUP BY person;

CREATE TEMP TABLE many_viewed AS
WITH many AS (
    SELECT person FROM recent WHERE name = 'product_viewed' GROUP BY person HAVING count(*) >= 5
)
SELECT person FROM recent SEMI JOIN many USING (person)
WHERE name = 'product_viewed' GROUP BY person HAVING count(DISTINCT product_id) >= 5;

CREATE TEMP TABLE mobile_visits AS
WITH pages AS (SELECT person, session_id FROM recent WHERE name = 'page_viewed' AND device = 'mobile'),
many AS (SELECT person FROM pages GROUP BY person HAVING count(*) >= 3)
SELECT person FROM pages SEMI JOIN many USING (person) GROUP BY person HAVING count(DISTINCT session_id) >= 3;

CREATE TEMP TABLE left_cart AS
WITH last AS (
    SELECT person, max("at") AS "at" FROM recent
    WHERE name = 'cart_added' AND "at" >= getvariable('as_of') - INTERVAL 2 DAY GROUP BY person
)
SELECT person FROM last
WHERE "at" + INTERVAL 4 HOUR <= getvariable('as_of') AND NOT EXISTS (
    FROM sold o WHERE o.person = last.person AND o."at" >= last."at" AND o."at" < last."at" + INTERVAL 4 HOUR
        AND o."at" >= getvariable('as_of') - INTERVAL 2 DAY
);

CREATE TEMP TABLE left_this_cart AS
WITH last AS (
    SELECT person, cart_id, max("at") AS "at" FROM recent
    WHERE name = 'cart_added' AND cart_id <> '' AND "at" >= getvariable('as_of') - INTERVAL 7 DAY GROUP BY ALL
)
SELECT DISTINCT person FROM last
WHERE "at" + INTERVAL 24 HOUR <= getvariable('as_of') AND NOT EXISTS (
    FROM recent o WHERE o.name = 'order_completed' AND o.person = last.person AND o.cart_id = last.cart_id
        AND o."at" >= last."at" AND o."at" < last."at" + INTERVAL 24 HOUR
);

CREATE TEMP TABLE left_checkout AS
WITH last AS (
    SELECT person, cart_id, max("at") AS "at" FROM recent
    WHERE name = 'checkout_started' AND cart_id <> '' AND "at" >= getvariable('as_of') - INTERVAL 3 DAY GROUP BY ALL
)
SELECT DISTINCT person FROM last
WHERE "at" + INTERVAL 6 HOUR <= getvariable('as_of') AND NOT EXISTS (
    FROM recent o WHERE o.name = 'order_completed' AND o.person = last.person AND o.cart_id = last.cart_id
        AND o."at" >= last."at" AND o."at" < last."at" + INTERVAL 6 HOUR
);

CREATE TEMP TABLE straight_to_checkout AS
WITH view AS (
    SELECT person, "at" FROM recent WHERE name = 'product_viewed' AND "at" >= getvariable('as_of') - INTERVAL 7 DAY
),
added AS (
    SELECT c.person, c."at"
    FROM (FROM recent WHERE name = 'cart_added' AND "at" >= getvariable('as_of') - INTERVAL 7 DAY) c
    ASOF JOIN view v ON v.person = c.person AND c."at" >= v."at"
    WHERE c."at" < v."at" + INTERVAL 2 HOUR
)
SELECT DISTINCT c.person
FROM (FROM recent WHERE name = 'checkout_started' AND "at" >= getvariable('as_of') - INTERVAL 7 DAY) c
ASOF JOIN added a ON a.person = c.person AND c."at" >= a."at"
WHERE c."at" < a."at" + INTERVAL 1 HOUR;
