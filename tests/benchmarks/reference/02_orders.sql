-- Counted orders with their money. Of the versions of an order: it is completed at most once, and what follows
-- that is a cancellation, which is final. An order gets a number here, so that nothing later joins by text.
CREATE TEMP TABLE cancelled AS
SELECT p.person, o.order_id, o.ordered_at AS "at"
FROM orders o JOIN people p USING (customer_key)
WHERE o.status = 'cancelled'
    AND o.valid_at < getvariable('as_of') AND o.ingest_seq <= getvariable('known_seq')
    AND o.ordered_at < getvariable('as_of');

CREATE TEMP TABLE counted AS
SELECT o.rowid AS no, p.person, o.order_id, o.ordered_at AS "at", o.ordered_date AS day, o.amount, o.discount,
    o.channel
FROM orders o JOIN people p USING (customer_key)
WHERE o.status = 'completed'
    AND o.valid_at < getvariable('as_of') AND o.ingest_seq <= getvariable('known_seq')
    AND o.ordered_at < getvariable('as_of')
    AND NOT EXISTS (FROM cancelled c WHERE c.order_id = o.order_id);

CREATE TEMP TABLE lines AS
SELECT c.no, c.person, c."at", l.line_no, l.amount, l.product_id, p.category, p.category_top
FROM order_lines l
JOIN counted c USING (order_id)
LEFT JOIN products p ON p.product_id = l.product_id
    AND p.valid_at < getvariable('as_of') AND p.ingest_seq <= getvariable('known_seq')
WHERE l.valid_at < getvariable('as_of') AND l.ingest_seq <= getvariable('known_seq');

CREATE TEMP TABLE taken_off AS
SELECT c.no, c.person, c."at", d.line_no, d.kind, d.amount
FROM discounts d JOIN counted c USING (order_id)
WHERE d.valid_at < getvariable('as_of') AND d.ingest_seq <= getvariable('known_seq');

CREATE TEMP TABLE given_back AS
SELECT c.no, r.line_no, r.amount
FROM returns r JOIN counted c USING (order_id)
WHERE r.valid_at < getvariable('as_of') AND r.ingest_seq <= getvariable('known_seq')
    AND r.returned_at < getvariable('as_of');

-- revenue: gross less discounts where there are lines, else the amount; less what was given back
CREATE TEMP TABLE sold AS
WITH gross AS (SELECT no, sum(amount)::BIGINT AS gross FROM lines GROUP BY no),
off AS (SELECT no, sum(amount)::BIGINT AS off FROM taken_off GROUP BY no),
back AS (SELECT no, sum(amount)::BIGINT AS back FROM given_back GROUP BY no)
SELECT c.no, c.person, c.order_id, c."at", c.day, c.channel,
    CASE WHEN gross IS NULL THEN c.amount ELSE gross - coalesce(off, c.discount, 0) END - coalesce(back, 0) AS revenue
FROM counted c LEFT JOIN gross USING (no) LEFT JOIN off USING (no) LEFT JOIN back USING (no);
