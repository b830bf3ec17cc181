-- What is asked of lines, discounts and returns.
CREATE TEMP TABLE by_lines AS
SELECT person,
    count(*) FILTER (category = 'Продукты/Кофе и чай' AND "at" >= getvariable('as_of') - INTERVAL 180 DAY) AS coffee_180,
    bool_or(category = 'Продукты/Кофе и чай') AS coffee_ever,
    sum(amount) FILTER (category_top = 'Одежда' AND "at" >= getvariable('as_of') - INTERVAL 365 DAY)::BIGINT AS clothes_365,
    count(DISTINCT category) FILTER ("at" >= getvariable('as_of') - INTERVAL 365 DAY) AS categories_365,
    count(*) FILTER (category_top = 'Животные' AND "at" >= getvariable('as_of') - INTERVAL 180 DAY
        AND "at" < getvariable('as_of') - INTERVAL 60 DAY) AS pets_before,
    count(*) FILTER (category_top = 'Животные' AND "at" >= getvariable('as_of') - INTERVAL 60 DAY) AS pets_60,
    min("at") FILTER (category_top = 'Красота') AS first_beauty_at
FROM lines GROUP BY person;

-- distinct products only of those who have so many lines
CREATE TEMP TABLE by_products AS
WITH recent AS (
    SELECT person, product_id FROM lines WHERE "at" >= getvariable('as_of') - INTERVAL 365 DAY
),
many AS (SELECT person FROM recent GROUP BY person HAVING count(*) >= 10)
SELECT person FROM recent SEMI JOIN many USING (person) GROUP BY person HAVING count(DISTINCT product_id) >= 10;

CREATE TEMP TABLE by_discounts AS
SELECT person,
    count(*) FILTER (kind = 'promotion') AS promotions_365,
    bool_or(kind = 'coupon' AND "at" >= getvariable('as_of') - INTERVAL 90 DAY) AS coupon_90
FROM taken_off WHERE "at" >= getvariable('as_of') - INTERVAL 365 DAY
GROUP BY person;

CREATE TEMP TABLE by_returns AS
SELECT p.person,
    bool_or(r.returned_at >= getvariable('as_of') - INTERVAL 90 DAY) AS returned_90,
    sum(r.amount)::BIGINT AS returned_365
FROM returns r JOIN people p USING (customer_key)
WHERE r.valid_at < getvariable('as_of') AND r.ingest_seq <= getvariable('known_seq')
    AND r.returned_at < getvariable('as_of') AND r.returned_at >= getvariable('as_of') - INTERVAL 365 DAY
GROUP BY p.person;

-- The category that brought most. What was taken off a line is off that line; what was taken off a whole order is
-- spread by largest remainder, which only the few orders that have any of it need.
CREATE TEMP TABLE category AS
WITH offs AS (
    SELECT no, line_no, amount AS off FROM taken_off
    UNION ALL SELECT no, line_no, amount FROM given_back
    UNION ALL SELECT no, NULL, discount FROM counted
    WHERE discount > 0 AND no NOT IN (SELECT no FROM taken_off)
),
on_line AS (
    SELECT no, line_no, sum(off)::BIGINT AS off FROM offs
    SEMI JOIN lines USING (no, line_no) GROUP BY no, line_no
),
on_order AS (
    SELECT no, sum(off)::BIGINT AS off FROM offs ANTI JOIN lines USING (no, line_no) GROUP BY no
),
weighed AS (
    SELECT l.no, l.line_no, w.off, greatest(l.amount, 0) AS weight, sum(greatest(l.amount, 0)) OVER (PARTITION BY l.no) AS total
    FROM lines l JOIN on_order w USING (no)
),
shared AS (
    SELECT no, line_no, off,
        off * CASE WHEN total > 0 THEN weight ELSE 1 END AS share,
        CASE WHEN total > 0 THEN total ELSE count(*) OVER (PARTITION BY no) END::BIGINT AS total
    FROM weighed
),
spread AS (
    SELECT no, line_no, share // total
        + CASE WHEN row_number() OVER (PARTITION BY no ORDER BY share % total DESC, line_no)
            <= off - sum(share // total) OVER (PARTITION BY no) THEN 1 ELSE 0 END AS part
    FROM shared
),
sums AS (
    SELECT l.person, l.category_top, sum(l.amount - coalesce(o.off, 0) - coalesce(s.part, 0)) AS revenue
    FROM lines l LEFT JOIN on_line o USING (no, line_no) LEFT JOIN spread s USING (no, line_no)
    WHERE l.category_top IS NOT NULL
    GROUP BY ALL
)
SELECT person, first(category_top ORDER BY revenue DESC, category_top) AS main_category FROM sums GROUP BY person;
