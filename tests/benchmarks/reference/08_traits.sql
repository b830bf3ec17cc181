-- One row for everyone with every trait, in the columns of a run's snapshot.
CREATE TEMP TABLE scored AS
SELECT person, silence_seconds, silence_seconds // 86400 AS recency_days, frequency, monetary,
    CASE WHEN silence_seconds // 86400 <= greatest(getvariable('p50'), 7) THEN 5
        WHEN silence_seconds // 86400 <= greatest(getvariable('p75'), 14) THEN 4
        WHEN silence_seconds // 86400 <= greatest(getvariable('p90'), 30) THEN 3
        WHEN silence_seconds // 86400 <= greatest(2 * getvariable('p90'), 90) THEN 2 ELSE 1 END AS r,
    CASE WHEN frequency < 2 THEN 1 ELSE greatest(2, 1 + (frequency > getvariable('f1'))::INT
        + (frequency > getvariable('f2'))::INT + (frequency > getvariable('f3'))::INT
        + (frequency > getvariable('f4'))::INT) END AS f,
    CASE WHEN frequency = 0 THEN 1 ELSE 1 + (monetary > getvariable('m1'))::INT + (monetary > getvariable('m2'))::INT
        + (monetary > getvariable('m3'))::INT + (monetary > getvariable('m4'))::INT END AS m
FROM windowed;
SET VARIABLE f_levels = (SELECT count(DISTINCT f) FROM scored);

CREATE TABLE reference_traits AS
WITH told AS (
    SELECT e.person, o.* EXCLUDE (person, gaps), s.* EXCLUDE (person), c.main_category,
        r.gaps_count, r.own_gap, r.last_gap, r.before_last, r.newest_gaps, r.all_gaps,
        coalesce(g.category_gap, getvariable('base_gap')) AS base_days,
        coalesce(r.gaps_count, 0) AS k,
        CASE WHEN r.before_last IS NULL THEN 0 ELSE r.gaps_count - 1 END AS k_before,
        l.person IS NOT NULL AS opens_less
    FROM everyone e
    LEFT JOIN by_orders o USING (person)
    LEFT JOIN scored s USING (person)
    LEFT JOIN rhythm r USING (person)
    LEFT JOIN category c USING (person)
    LEFT JOIN category_gaps g USING (main_category)
    LEFT JOIN opens_less l USING (person)
),
pointed AS (
    SELECT *,
        least(greatest(3 * base_days + k * coalesce(own_gap, 0), 3 + k), (3 + k) * 365) AS top,
        least(greatest(3 * base_days + k_before * coalesce(before_last, 0), 3 + k_before), (3 + k_before) * 365) AS top_before,
        is_single_day AND silence_seconds <= getvariable('new_days') * 86400 AS is_new,
        orders_count >= 6 AND newest_revenue * (orders_count - 3) * 5 < (revenue_total - newest_revenue) * 12 AS pays_less,
        gaps_count >= 6 AND newest_gaps * (gaps_count - 3) * 2 > (all_gaps - newest_gaps) * 9 AS comes_less
    FROM told
),
limits AS (
    SELECT *,
        greatest(top * 4 * 86400 // ((3 + k) * 2), 14 * 86400) AS at_risk_seconds,
        greatest(top * 8 * 86400 // ((3 + k) * 2), 90 * 86400, getvariable('gap_p95') * 86400) AS lost_seconds,
        greatest(top_before * 8 * 86400 // ((3 + k_before) * 2), 90 * 86400, getvariable('gap_p95') * 86400) AS lost_before,
        coalesce(comes_less, false)::TINYINT + coalesce(pays_less, false)::TINYINT + opens_less::TINYINT AS signals
    FROM pointed
),
staged AS (
    SELECT *,
        CASE WHEN orders_count IS NULL THEN 'prospect'
            WHEN is_new THEN 'new'
            WHEN silence_seconds > lost_seconds THEN 'lost'
            WHEN last_gap * 86400 > lost_before AND silence_seconds <= at_risk_seconds THEN 'returned'
            WHEN silence_seconds > at_risk_seconds OR signals >= 2 OR is_single_day THEN 'at_risk'
            ELSE 'active' END AS stage
    FROM limits
)
SELECT person AS customer_key,
    coalesce(orders_count, 0) AS orders_count,
    coalesce(gaps_count + 1, (orders_count > 0)::BIGINT, 0)::BIGINT AS order_days,
    first_at AS first_order_at,
    last_at AS last_order_at,
    silence_seconds,
    recency_days,
    coalesce(frequency, 0) AS frequency_count,
    coalesce(monetary, 0) AS monetary_amount,
    coalesce(revenue_total, 0) AS revenue_total,
    revenue_total::DOUBLE / orders_count AS average_order,
    r::BIGINT AS rfm_r,
    f::BIGINT AS rfm_f,
    m::BIGINT AS rfm_m,
    (r * 100 + f * 10 + m)::VARCHAR AS rfm_code,
    CASE WHEN is_new THEN 'newcomers' ELSE simple END AS rfm_simple,
    CASE WHEN is_new THEN 'new' ELSE classic END AS rfm_classic,
    CASE WHEN is_new THEN 'potential' ELSE quick END AS rfm_quick,
    main_category,
    coalesce(gaps_count, 0)::BIGINT AS gaps_count,
    own_gap AS own_gap_days,
    CASE WHEN orders_count > 0 THEN top::DOUBLE / (3 + k)::DOUBLE END AS rhythm_days,
    CASE WHEN orders_count > 0 THEN at_risk_seconds END AS at_risk_seconds,
    CASE WHEN orders_count > 0 THEN lost_seconds END AS lost_seconds,
    last_gap AS last_gap_days,
    CASE WHEN orders_count > 0 THEN lost_before END AS lost_seconds_before,
    coalesce(comes_less, false)::TINYINT AS is_interval_growing,
    coalesce(pays_less, false)::TINYINT AS is_average_falling,
    opens_less::TINYINT AS is_opening_falling,
    signals::BIGINT AS risk_signals,
    0::TINYINT AS has_promise,
    coalesce(is_new, false)::TINYINT AS is_newcomer,
    stage AS lifecycle_stage,
    CASE WHEN stage NOT IN ('at_risk', 'lost') THEN NULL
        WHEN silence_seconds > at_risk_seconds THEN 'silence'
        WHEN signals >= 2 THEN 'signals' ELSE 'single_order' END AS lifecycle_reason,
    CASE stage WHEN 'prospect' THEN NULL WHEN 'lost' THEN 'gone' WHEN 'returned' THEN 'active' ELSE stage END
        AS lifecycle_quick,
    (stage IN ('new', 'lost') AND getvariable('as_of') - getvariable('began_at') < INTERVAL 180 DAY)::TINYINT AS is_provisional
FROM staged LEFT JOIN rfm_maps ON rfm_maps.code = r * 100 + f * 10 + m;
