-- Everything that is asked of a person's orders, but for the window of RFM: one sort, one pass.
CREATE TEMP TABLE by_orders AS
WITH ordered AS (
    SELECT *,
        day - lag(day) OVER w AS gap,
        lag("at") OVER w AS previous_at,
        lead("at", 3) OVER w IS NULL AS is_of_last_three,
        lead("at") OVER w IS NULL AS is_last
    FROM sold
    WINDOW w AS (PARTITION BY person ORDER BY "at", order_id)
)
SELECT person,
    count(*) AS orders_count,
    min("at") AS first_at,
    max("at") AS last_at,
    sum(revenue)::BIGINT AS revenue_total,
    min(day) = max(day) AS is_single_day,
    count(*) FILTER ("at" >= getvariable('as_of') - INTERVAL 730 DAY) AS frequency_730,
    coalesce(sum(revenue) FILTER ("at" >= getvariable('as_of') - INTERVAL 730 DAY), 0)::BIGINT AS monetary_730,
    count(*) FILTER ("at" >= getvariable('as_of') - INTERVAL 365 DAY) AS frequency_365,
    coalesce(sum(revenue) FILTER ("at" >= getvariable('as_of') - INTERVAL 365 DAY), 0)::BIGINT AS monetary_365,
    -- rhythm: gaps between order days
    list(gap ORDER BY "at") FILTER (gap > 0) AS gaps,
    -- signals
    sum(revenue) FILTER (is_of_last_three)::BIGINT AS newest_revenue,
    -- segments
    count(*) FILTER ("at" >= getvariable('as_of') - INTERVAL 7 DAY) AS n_7,
    count(*) FILTER ("at" >= getvariable('as_of') - INTERVAL 14 DAY) AS n_14,
    count(*) FILTER ("at" >= getvariable('as_of') - INTERVAL 30 DAY) AS n_30,
    count(*) FILTER ("at" >= getvariable('as_of') - INTERVAL 60 DAY) AS n_60,
    count(*) FILTER ("at" >= getvariable('as_of') - INTERVAL 90 DAY) AS n_90,
    count(*) FILTER ("at" >= getvariable('as_of') - INTERVAL 120 DAY) AS n_120,
    count(*) FILTER ("at" >= getvariable('as_of') - INTERVAL 150 DAY) AS n_150,
    count(*) FILTER ("at" >= getvariable('as_of') - INTERVAL 180 DAY) AS n_180,
    coalesce(sum(revenue) FILTER ("at" >= getvariable('as_of') - INTERVAL 30 DAY), 0)::BIGINT AS revenue_30,
    coalesce(sum(revenue) FILTER ("at" >= getvariable('as_of') - INTERVAL 90 DAY), 0)::BIGINT AS revenue_90,
    coalesce(sum(revenue) FILTER ("at" >= getvariable('as_of') - INTERVAL 180 DAY), 0)::BIGINT AS revenue_180,
    max(revenue) FILTER ("at" >= getvariable('as_of') - INTERVAL 365 DAY) AS most_365,
    bool_or(channel = 'online') FILTER ("at" >= getvariable('as_of') - INTERVAL 365 DAY) AS online_365,
    bool_or(channel = 'store') FILTER ("at" >= getvariable('as_of') - INTERVAL 365 DAY) AS store_365,
    count(*) FILTER (channel = 'store' AND "at" >= getvariable('as_of') - INTERVAL 180 DAY) AS store_180,
    -- two channels or more: the least and the greatest differ
    min(channel) FILTER ("at" >= getvariable('as_of') - INTERVAL 365 DAY) AS one_channel,
    max(channel) FILTER ("at" >= getvariable('as_of') - INTERVAL 365 DAY) AS other_channel,
    -- only the first order of the window can follow a silence that is longer than the window
    coalesce(bool_or("at" >= previous_at + INTERVAL 90 DAY)
        FILTER ("at" >= getvariable('as_of') - INTERVAL 30 DAY), false) AS resumed,
    any_value(channel) FILTER (is_last) AS newest_channel,
    count(*) FILTER ("at" >= getvariable('month_start') AND "at" < getvariable('month_end')) AS n_this_month
FROM ordered
GROUP BY person;

CREATE TEMP TABLE by_cancelled AS
SELECT person,
    count(*) FILTER ("at" >= getvariable('as_of') - INTERVAL 30 DAY) AS cancelled_30,
    count(*) AS cancelled_365
FROM cancelled WHERE "at" >= getvariable('as_of') - INTERVAL 365 DAY
GROUP BY person;

-- what is drawn from the gaps: once for each person, in lists
CREATE TEMP TABLE rhythm AS
SELECT person, gaps,
    len(gaps) AS gaps_count,
    gaps[1] AS first_gap,
    gaps[-1] AS last_gap,
    list_aggregate(gaps, 'quantile_disc', 0.5) AS own_gap,
    list_aggregate(gaps[:-2], 'quantile_disc', 0.5) AS before_last,
    list_sum(gaps[-3:])::BIGINT AS newest_gaps,
    list_sum(gaps)::BIGINT AS all_gaps
FROM by_orders WHERE gaps IS NOT NULL;
