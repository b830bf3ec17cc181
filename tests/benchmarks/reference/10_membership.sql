-- The log of a first run: everyone enters what he is in. Each segment is asked of the narrow table that knows it.
CREATE TABLE reference_membership AS
WITH free AS (
    SELECT 'bought_this_week' AS scheme, person FROM by_orders WHERE n_7 > 0
    UNION ALL SELECT 'bought_twice_in_a_month', person FROM by_orders WHERE n_30 >= 2
    UNION ALL SELECT 'bought_often', person FROM by_orders WHERE n_90 >= 3
    UNION ALL SELECT 'big_month', person FROM by_orders WHERE revenue_30 >= 1000000
    UNION ALL SELECT 'big_year', person FROM by_orders WHERE monetary_365 >= 5000000
    UNION ALL SELECT 'high_mean', person FROM by_orders WHERE frequency_365 > 0 AND monetary_365 >= 500000 * frequency_365
    UNION ALL SELECT 'one_large_order', person FROM by_orders WHERE most_365 >= 2000000
    UNION ALL SELECT 'online_only', person FROM by_orders WHERE online_365 AND NOT store_365
    UNION ALL SELECT 'store_regulars', person FROM by_orders WHERE store_180 >= 2
    UNION ALL SELECT 'several_channels', person FROM by_orders WHERE one_channel <> other_channel
    UNION ALL SELECT 'cancelled_lately', person FROM by_cancelled WHERE cancelled_30 > 0
    UNION ALL SELECT 'cancels_often', person FROM by_cancelled WHERE cancelled_365 >= 2
    UNION ALL SELECT 'spending_less', person FROM spending_less
    UNION ALL SELECT 'ordering_more', person FROM by_orders WHERE n_120 > n_60 AND n_60 * 2 >= (n_120 - n_60) * 3
    UNION ALL SELECT 'stopped_buying', person FROM by_orders WHERE n_180 > 0 AND n_60 = 0
    UNION ALL SELECT 'came_back_to_buy', person FROM by_orders WHERE resumed
    UNION ALL SELECT 'first_order_lately', person FROM by_orders WHERE first_at >= getvariable('as_of') - INTERVAL 30 DAY
    UNION ALL SELECT 'newest_in_store', person FROM by_orders WHERE newest_channel = 'store' AND n_90 > 0
    UNION ALL SELECT 'every_month', person FROM by_orders
    WHERE (n_30 > 0)::INT + (n_60 > n_30)::INT + (n_90 > n_60)::INT + (n_120 > n_90)::INT
        + (n_150 > n_120)::INT + (n_180 > n_150)::INT >= 4
    UNION ALL SELECT 'bought_this_month', person FROM by_orders WHERE n_this_month > 0
    UNION ALL SELECT 'coffee_buyers', person FROM by_lines WHERE coffee_180 >= 2
    UNION ALL SELECT 'clothes_money', person FROM by_lines WHERE clothes_365 >= 1000000
    UNION ALL SELECT 'wide_taste', person FROM by_lines WHERE categories_365 >= 3
    UNION ALL SELECT 'many_products', person FROM by_products
    UNION ALL SELECT 'pets_lapsed', person FROM by_lines WHERE pets_before > 0 AND pets_60 = 0
    UNION ALL SELECT 'first_beauty', person FROM by_lines WHERE first_beauty_at >= getvariable('as_of') - INTERVAL 60 DAY
    UNION ALL SELECT 'promotion_hunters', person FROM by_discounts WHERE promotions_365 >= 3
    UNION ALL SELECT 'used_a_coupon', person FROM by_discounts WHERE coupon_90
    UNION ALL SELECT 'full_price', person FROM by_orders ANTI JOIN by_discounts USING (person) WHERE frequency_365 > 0
    UNION ALL SELECT 'returned_lately', person FROM by_returns WHERE returned_90
    UNION ALL SELECT 'returns_much', person FROM by_returns WHERE returned_365 >= 300000
    UNION ALL SELECT 'unhappy', person FROM unhappy
    UNION ALL SELECT 'looking_now', person FROM by_events WHERE viewed_1 >= 3
    UNION ALL SELECT 'beauty_browsers', person FROM by_recent WHERE beauty_7 >= 5
    UNION ALL SELECT 'many_products_viewed', person FROM many_viewed
    UNION ALL SELECT 'coffee_interest', person FROM by_recent ANTI JOIN (FROM by_lines WHERE coffee_ever) USING (person)
    WHERE coffee_30 >= 3
    UNION ALL SELECT 'from_vk', person FROM by_events WHERE from_vk
    UNION ALL SELECT 'mobile_visits', person FROM mobile_visits
    UNION ALL SELECT 'left_cart', person FROM left_cart
    UNION ALL SELECT 'left_this_cart', person FROM left_this_cart
    UNION ALL SELECT 'straight_to_checkout', person FROM straight_to_checkout
    UNION ALL SELECT 'left_checkout', person FROM left_checkout
    UNION ALL SELECT 'regular_visitors', person FROM by_events
    WHERE (viewed_7 >= 2)::INT + (viewed_14 - viewed_7 >= 2)::INT + (viewed_21 - viewed_14 >= 2)::INT
        + (viewed_28 - viewed_21 >= 2)::INT >= 3
    UNION ALL SELECT 'stopped_looking', person FROM by_events WHERE viewed_before > 0 AND viewed_14 = 0
    UNION ALL SELECT 'looking_again', person FROM by_events WHERE page_after >= page_before + INTERVAL 90 DAY
    UNION ALL SELECT 'looking_more', person FROM by_events WHERE viewed_28 > viewed_14 AND viewed_14 >= (viewed_28 - viewed_14) * 2
    UNION ALL SELECT 'views_of_a_year', person FROM by_events WHERE viewed_365 >= 50
    UNION ALL SELECT 'lookers', person FROM by_events ANTI JOIN by_orders USING (person) WHERE viewed_365 >= 10
    UNION ALL SELECT 'newest_visit_mobile', person FROM by_recent WHERE newest_device = 'mobile'
    UNION ALL SELECT 'opens', person FROM by_answers WHERE opened_90 >= 2
    UNION ALL SELECT 'clicked', person FROM by_answers WHERE clicked_90 > 0
    UNION ALL SELECT 'ignores', person FROM by_sent ANTI JOIN (FROM by_answers WHERE opened_90 > 0) USING (person)
    WHERE sent_90 >= 2
    UNION ALL SELECT 'clicked_and_bought', person FROM clicked_and_bought
    UNION ALL SELECT 'bounced', person FROM by_answers WHERE bounced_365 > 0
    UNION ALL SELECT 'moscow_by_mail', person FROM cities SEMI JOIN may_be_mailed USING (person)
    ANTI JOIN (FROM by_sent WHERE mailed_7 > 0) USING (person) WHERE city = 'Москва'
    UNION ALL SELECT 'birthday_soon', person FROM birthdays SEMI JOIN by_orders USING (person)
    UNION ALL SELECT 'champions_on_trial', person FROM on_trial
    UNION ALL SELECT 'slipping', customer_key FROM reference_traits WHERE lifecycle_stage = 'at_risk' AND revenue_total > getvariable('rich')
    UNION ALL SELECT 'good_scores', customer_key FROM reference_traits WHERE rfm_r >= 4 AND rfm_f >= 3
    UNION ALL SELECT 'silent_for_a_while', customer_key FROM reference_traits WHERE recency_days BETWEEN 30 AND 60 AND frequency_count >= 2
),
placed AS (
    SELECT scheme, scheme AS segment, person AS customer_key FROM free
    UNION ALL SELECT 'lifecycle', lifecycle_stage, customer_key FROM reference_traits
    UNION ALL SELECT 'lifecycle_quick', lifecycle_quick, customer_key FROM reference_traits WHERE lifecycle_quick IS NOT NULL
    UNION ALL SELECT 'rfm_simple', rfm_simple, customer_key FROM reference_traits WHERE rfm_simple IS NOT NULL
    UNION ALL SELECT 'rfm_quick', rfm_quick, customer_key FROM reference_traits WHERE rfm_quick IS NOT NULL
    -- the finest scheme needs all five scores of frequency
    UNION ALL SELECT 'rfm_classic', rfm_classic, customer_key FROM reference_traits
    WHERE rfm_classic IS NOT NULL AND getvariable('f_levels') = 5
)
SELECT scheme, segment, customer_key, getvariable('as_of') AS "at", 'enter' AS op, 'initial' AS cause,
    1::INTEGER AS version, 1::BIGINT AS run_id
FROM placed;
