-- What people are compared with: values of the whole base. Gaps are counted first, then summed up in order.
CREATE TEMP TABLE all_gaps AS
WITH counted AS (SELECT gap, count(*) AS n FROM (SELECT unnest(gaps) AS gap FROM rhythm) GROUP BY gap)
SELECT gap, sum(n) OVER (ORDER BY gap) AS upto, sum(n) OVER () AS total FROM counted;

SET VARIABLE p50 = (SELECT coalesce(min(gap) FILTER (upto >= (total * 50 + 99) // 100), 0) FROM all_gaps);
SET VARIABLE p75 = (SELECT coalesce(min(gap) FILTER (upto >= (total * 75 + 99) // 100), 0) FROM all_gaps);
SET VARIABLE p90 = (SELECT coalesce(min(gap) FILTER (upto >= (total * 90 + 99) // 100), 0) FROM all_gaps);
SET VARIABLE gap_p95 = (SELECT coalesce(min(gap) FILTER (upto >= (total * 95 + 99) // 100), 0) FROM all_gaps);
-- the first window that holds four of the longer gaps; this shop's gaps need no longer one
SET VARIABLE is_year = getvariable('p90') * 4 <= 365;
SET VARIABLE base_gap = (SELECT coalesce(quantile_disc(own_gap, 0.5), 30) FROM rhythm);
SET VARIABLE new_days = (SELECT least(greatest(coalesce(quantile_disc(first_gap, 0.75), 30), 14), 90) FROM rhythm);
SET VARIABLE began_at = (SELECT min(first_at) FROM by_orders);

CREATE TEMP TABLE category_gaps AS
SELECT main_category, quantile_disc(own_gap, 0.5) AS category_gap
FROM rhythm JOIN category USING (person) GROUP BY main_category HAVING count(*) >= 30;

CREATE TEMP TABLE windowed AS
SELECT person,
    (epoch(date_trunc('second', getvariable('as_of'))) - epoch(date_trunc('second', last_at)))::BIGINT AS silence_seconds,
    CASE WHEN getvariable('is_year') THEN frequency_365 ELSE frequency_730 END AS frequency,
    CASE WHEN getvariable('is_year') THEN monetary_365 ELSE monetary_730 END AS monetary
FROM by_orders;

-- score s needs to lie beyond the value with rank ceil(n (s - 1) / 5), counted from the worst
CREATE TEMP TABLE cuts AS
WITH f AS (
    SELECT list(frequency ORDER BY frequency) FILTER (frequency >= 2) AS f, list(monetary ORDER BY monetary) AS m
    FROM windowed WHERE frequency > 0
)
SELECT list_transform([1, 2, 3, 4], s -> f[greatest((len(f) * s + 4) // 5, 1)]) AS f,
    list_transform([1, 2, 3, 4], s -> m[greatest((len(m) * s + 4) // 5, 1)]) AS m
FROM f;
SET VARIABLE f1 = (SELECT f[1] FROM cuts);
SET VARIABLE f2 = (SELECT f[2] FROM cuts);
SET VARIABLE f3 = (SELECT f[3] FROM cuts);
SET VARIABLE f4 = (SELECT f[4] FROM cuts);
SET VARIABLE m1 = (SELECT m[1] FROM cuts);
SET VARIABLE m2 = (SELECT m[2] FROM cuts);
SET VARIABLE m3 = (SELECT m[3] FROM cuts);
SET VARIABLE m4 = (SELECT m[4] FROM cuts);
