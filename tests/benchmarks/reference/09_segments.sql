-- What segments ask beside facts: attributes, consents, tickets, the cut of the top fifth, a share.
CREATE TEMP TABLE cities AS
WITH told AS (
    SELECT customer_key, valid_at AS "at", 0 AS turn, ingest_seq, city FROM customers
    WHERE valid_at < getvariable('as_of') AND ingest_seq <= getvariable('known_seq') AND city <> ''
    UNION ALL
    SELECT customer_key, "at", 1, ingest_seq, to_value FROM attribute_changes
    WHERE key = 'city' AND valid_at < getvariable('as_of') AND ingest_seq <= getvariable('known_seq')
        AND "at" < getvariable('as_of')
)
SELECT p.person, max_by(t.city, (t."at", t.turn, t.ingest_seq, -t.customer_key)) AS city
FROM told t JOIN people p USING (customer_key) GROUP BY p.person;

CREATE TEMP TABLE born AS
SELECT p.person,
    max_by(c.birth_date, (c.valid_at, c.ingest_seq, -c.customer_key)) FILTER (c.birth_date IS NOT NULL) AS birth_date,
    max_by(c.timezone, (c.valid_at, c.ingest_seq, -c.customer_key)) FILTER (c.timezone <> '') AS timezone
FROM customers c JOIN people p USING (customer_key)
WHERE c.valid_at < getvariable('as_of') AND c.ingest_seq <= getvariable('known_seq')
GROUP BY p.person;

-- `zone_days`: the eight local days of each zone; who was born on 29 February keeps the 28th in other years
CREATE TEMP TABLE birthdays AS
SELECT DISTINCT b.person FROM born b
JOIN zone_days d ON d.zone = coalesce(b.timezone, '') AND d.month = month(b.birth_date)
    AND d.day = CASE WHEN month(b.birth_date) = 2 AND day(b.birth_date) = 29 AND NOT d.is_leap THEN 28 ELSE day(b.birth_date) END
    AND d.year > year(b.birth_date);

CREATE TEMP TABLE may_be_mailed AS
WITH last AS (
    SELECT customer_key, max_by(op, ("at", op)) AS op FROM consents
    WHERE valid_at < getvariable('as_of') AND ingest_seq <= getvariable('known_seq') AND "at" < getvariable('as_of')
        AND purpose = 'advertising' AND lower(trim(channel)) IN ('email', 'any')
    GROUP BY customer_key
)
SELECT p.person FROM last JOIN people p USING (customer_key) GROUP BY p.person HAVING bool_and(op = 'granted');

CREATE TEMP TABLE unhappy AS
SELECT DISTINCT p.person FROM tickets t JOIN people p USING (customer_key)
WHERE t.valid_at < getvariable('as_of') AND t.ingest_seq <= getvariable('known_seq')
    AND t.opened_at < getvariable('as_of') AND t.opened_at >= getvariable('as_of') - INTERVAL 180 DAY
    AND t.satisfaction <= 2;

SET VARIABLE rich = (
    -- the top fifth of the buyers, not of everybody
    SELECT list(revenue_total ORDER BY revenue_total)[(count(*) * 4 + 4) // 5] FROM reference_traits WHERE orders_count > 0
);

CREATE TEMP TABLE spending_less AS
SELECT person FROM by_orders
WHERE revenue_180 > revenue_90 AND revenue_90 * 10 <= (revenue_180 - revenue_90) * 7;

-- a share of the champions: only their names are hashed
CREATE TEMP TABLE on_trial AS
WITH candidates AS (
    SELECT customer_key AS person FROM reference_traits
    WHERE rfm_simple = 'champions' AND customer_key NOT IN (SELECT person FROM spending_less)
),
names AS (
    SELECT p.person, min(i.customer_id) AS name
    FROM customer_ids i JOIN people p USING (customer_key) SEMI JOIN candidates USING (person)
    WHERE i.id_space <> 'anonymous' AND i.ingest_seq <= getvariable('known_seq')
    GROUP BY p.person
)
SELECT person FROM names WHERE md5('autumn:' || name)[:8] < '1999999a';
