"""Definitions and what a marketer would say they mean, written by hand in both languages."""

from __future__ import annotations

import pytest

from kogorta.definitions.parsing import parse_text
from kogorta.definitions.sentence import Names, sentence
from kogorta.i18n import NBSP

NAMES = Names(segments={"value.vip": {"ru": "Особо ценные", "en": "VIP"}}, currency="RUB")

TRAITS = [
    (
        "{trait: lifecycle_stage, is: at_risk}",
        "Клиенты, у которых этап жизненного цикла — «На грани».",
        "Customers whose lifecycle stage is “At risk”.",
    ),
    (
        "{trait: age, between: [25, 35]}",
        "Клиенты, у которых возраст от 25 до 35 лет.",
        "Customers whose age is from 25 to 35 years.",
    ),
    (
        "{trait: age, at_least: 21}",
        "Клиенты, у которых возраст не менее 21 года.",
        "Customers whose age is at least 21 years.",
    ),
    (
        "{trait: birth_date, anniversary: {from: 0d, to: 7d}}",
        "Клиенты, у которых день рождения в ближайшие 7 дней.",
        "Customers whose birthday is in the next 7 days.",
    ),
    (
        "{trait: birth_date, anniversary: {from: 0d, to: 1d}}",
        "Клиенты, у которых день рождения сегодня или завтра.",
        "Customers whose birthday is today or tomorrow.",
    ),
    (
        "{trait: birth_date, anniversary: {from: 1w, to: 2w}}",
        "Клиенты, у которых день рождения через 7–14 дней.",
        "Customers whose birthday is in 7–14 days.",
    ),
    (
        "{trait: birth_date, anniversary: {from: -3d, to: -3d}}",
        "Клиенты, у которых день рождения ровно 3 дня назад.",
        "Customers whose birthday is exactly 3 days ago.",
    ),
    (
        "{trait: birth_date, anniversary: today, zone: customer}",
        "Клиенты, у которых день рождения сегодня (по времени клиента).",
        "Customers whose birthday is today (by the customer’s own clock).",
    ),
    (
        "{trait: birth_date, before: 2000-01-01}",
        "Клиенты, у которых дата рождения до 1 января 2000.",
        "Customers whose date of birth is before 1 January 2000.",
    ),
    (
        "{trait: city, in: [Казань, Москва, Самара]}",
        "Клиенты, у которых город — «Казань», «Москва» или «Самара».",
        "Customers whose city is “Казань”, “Москва” or “Самара”.",
    ),
    (
        "{not: {trait: city, is: Казань}}",
        "Клиенты, у которых город — не «Казань».",
        "Customers whose city is not “Казань”.",
    ),
    (
        "{trait: birth_date, missing: true}",
        "Клиенты, у которых дата рождения не указана.",
        "Customers whose date of birth is not known.",
    ),
    (
        "{trait: tariff, is: gold, held_for: 7d}",
        "Клиенты, у которых признак «tariff» — «gold» (не менее 7 дней подряд).",
        "Customers whose trait “tariff” is “gold” (for at least 7 days without a break).",
    ),
    (
        "{trait: lifecycle_stage, is: at_risk, held_for: 7d}",
        "Клиенты, у которых этап жизненного цикла — «На грани» (не менее 7 дней подряд).",
        "Customers whose lifecycle stage is “At risk” (for at least 7 days without a break).",
    ),
    (
        "{in_segment: lifecycle.lost, held_for: 1mo}",
        "Клиенты, которые входят в сегмент «Ушедшие» схемы «Жизненный цикл» (не менее 1 месяца подряд).",
        "Customers who are in the segment “Lost” of the scheme “Lifecycle” (for at least 1 month without a break).",
    ),
    (
        "{not: {in_segment: lifecycle.lost, held_for: 1mo}}",
        "Клиенты, которые не отвечают условию (входят в сегмент «Ушедшие» схемы «Жизненный цикл» (не менее 1 месяца подряд)).",
        "Customers who do not meet the condition (they are in the segment “Lost” of the scheme “Lifecycle” (for at least 1 month without a break)).",
    ),
    (
        "{trait: revenue_total, top: 10%}",
        "Клиенты, у которых выручка за всё время в верхних 10 % среди покупателей.",
        "Customers whose revenue ever is in the top 10% of buyers.",
    ),
    (
        "{trait: average_order, percentile: {less_than: 25}}",
        "Клиенты, у которых средний чек ниже процентиля 25 по базе.",
        "Customers whose average order is below percentile 25 of the base.",
    ),
    (
        "{trait: average_order, between: [1500.5, 3000]}",
        "Клиенты, у которых средний чек от 1 500,5 до 3 000 ₽.",
        "Customers whose average order is from RUB 1,500.50 to RUB 3,000.",
    ),
    (
        "{trait: silence_seconds, more_than: 2592000}",
        "Клиенты, у которых молчание после последнего заказа более 30 дней.",
        "Customers whose silence since the last order is more than 30 days.",
    ),
    (
        "{trait: last_order_at, in_last: 1w}",
        "Клиенты, у которых дата последнего заказа в последнюю неделю.",
        "Customers whose date of the last order is in the last week.",
    ),
    (
        "{trait: has_promise, is: false}",
        "Клиенты, которые не имеют ни предстоящей записи, ни подписки.",
        "Customers who have nothing booked or subscribed.",
    ),
    (
        "{trait: lists, has_all: [vip, press]}",
        "Клиенты, которые входят в список «vip» и «press».",
        "Customers who are on the list “vip” and “press”.",
    ),
    (
        "{not: {trait: age, at_least: 18}}",
        "Клиенты, которые не отвечают условию (возраст не менее 18 лет).",
        "Customers who do not meet the condition (their age is at least 18 years).",
    ),
]

DID = [
    (
        "{did: product_viewed, where: {category: {is: coffee}}, times: {at_least: 3}, within: 7d}",
        "Клиенты, которые за последние 7 дней не менее 3 раз смотрели товар из категории «coffee».",
        "Customers who viewed a product in the category “coffee” at least 3 times in the last 7 days.",
    ),
    (
        "{did: page_viewed, from: 14d, to: 7d}",
        "Клиенты, которые от 14 до 7 дней назад открывали страницу.",
        "Customers who viewed a page 14 to 7 days ago.",
    ),
    (
        "{did: page_viewed, before: 1w}",
        "Клиенты, которые раньше чем 1 неделю назад открывали страницу.",
        "Customers who viewed a page more than 1 week ago.",
    ),
    (
        "{did: page_viewed, where: {page: {is: sale}}, since: 2026-06-12T12:00:00Z}",
        "Клиенты, которые с 12 июня 2026, 12:00 по Гринвичу открывали страницу «sale».",
        "Customers who viewed a page called “sale” since 12 June 2026, 12:00 UTC.",
    ),
    (
        "{did: order, sum: {of: revenue, at_least: 5000}, within: 365d}",
        "Клиенты, у которых выручка от заказов за последние 365 дней не менее 5 000 ₽.",
        "Customers whose revenue from orders in the last 365 days is at least RUB 5,000.",
    ),
    (
        "{did: order_line, distinct: {of: category, at_least: 3}, within: 1y}",
        "Клиенты, у которых число разных категорий среди строк заказов за последний год не менее 3.",
        "Customers whose number of different categories among order lines in the last year is at least 3.",
    ),
    (
        "{did_not: order, within: 30d}",
        "Клиенты, которые за последние 30 дней не делали заказов.",
        "Customers who did not place an order in the last 30 days.",
    ),
    (
        "{did_not: order}",
        "Клиенты, которые никогда не делали заказов.",
        "Customers who never placed an order.",
    ),
    (
        "{did: order, times: {is: 0}, within: 90d}",
        "Клиенты, которые за последние 90 дней не делали заказов.",
        "Customers who did not place an order in the last 90 days.",
    ),
    (
        "{did: order, times: {at_least: 2, less_than: 5}}",
        "Клиенты, которые не менее 2 раз и менее 5 раз делали заказ.",
        "Customers who placed an order at least 2 times and fewer than 5 times.",
    ),
    (
        "{did: order, times: {is: 1}, during: this_month}",
        "Клиенты, которые в этом месяце ровно 1 раз делали заказ.",
        "Customers who placed an order exactly once this month.",
    ),
    (
        "{did_not: order, times: {at_least: 21}, within: 1y}",
        "Клиенты, которые за последний год менее 21 раза делали заказ.",
        "Customers who placed an order fewer than 21 times in the last year.",
    ),
    (
        "{did: order, where: {amount: {at_least: 3000}, channel: {is: online}}, within: 21w}",
        "Клиенты, которые за последние 21 неделю делали заказ в канале «online» (где сумма не менее 3 000 ₽).",
        "Customers who placed an order in the channel “online” (where amount is at least RUB 3,000) "
        "in the last 21 weeks.",
    ),
    (
        "{did: order, where: {status: {in: [cancelled, pending]}}, within: 1mo}",
        "Клиенты, которые за последний месяц делали заказ (где статус — «отменён» или «в работе»).",
        "Customers who placed an order (where status is “cancelled” or “pending”) in the last month.",
    ),
    (
        "{did: quiz_passed, where: {score: {at_least: 4.5}}, within: 21d}",
        "Клиенты, которые за последние 21 день совершали событие «quiz_passed» (где поле «score» не менее 4,5).",
        "Customers who had the event “quiz_passed” (where field “score” is at least 4.5) in the last 21 days.",
    ),
    (
        "{did: order, within: 30d, change: {at_most: -20%}}",
        "Клиенты, у которых число заказов за последние 30 дней снизилось не менее чем на 20 % "
        "по сравнению с таким же предыдущим периодом.",
        "Customers whose number of orders in the last 30 days is at least 20% lower than in the same period before.",
    ),
    (
        "{did_not: message_sent, within: 7d}",
        "Клиенты, которые за последние 7 дней не попадали в рассылки.",
        "Customers who were not sent a message in the last 7 days.",
    ),
    (
        "{first: order, within: 7d}",
        "Клиенты, у которых первый заказ — за последние 7 дней.",
        "Customers whose first order was in the last 7 days.",
    ),
    (
        "{newest: order, of: {channel: {is: online}}, where: {outlet_id: {is: north}}}",
        "Клиенты, у которых последний из заказов в канале «online» — в точке «north».",
        "Customers whose latest order in the channel “online” was in the outlet “north”.",
    ),
    (
        "{regularly: page_viewed, times: {at_least: 2}, in_each: 3d, at_least: 2, of: 3}",
        "Клиенты, которые не менее чем в 2 из последних 3 периодов по 3 дня не менее 2 раз открывали страницу.",
        "Customers who viewed a page at least 2 times in at least 2 of the last 3 periods of 3 days.",
    ),
    (
        "{regularly: visit, in_each: 1w, of: 4}",
        "Клиенты, которые в каждую из последних 4 недель приходили.",
        "Customers who came for a visit in each of the last 4 weeks.",
    ),
    (
        "{stopped: order, active: {from: 180d, to: 60d}, silent: 60d}",
        "Клиенты, которые от 180 до 60 дней назад делали заказ, а за последние 60 дней — ни разу.",
        "Customers who placed an order 180 to 60 days ago, but not in the last 60 days.",
    ),
    (
        "{resumed: order, after_silence: 180d, within: 30d}",
        "Клиенты, которые за последние 30 дней делали заказ после перерыва не менее 180 дней.",
        "Customers who placed an order in the last 30 days after a break of at least 180 days.",
    ),
    (
        "{sequence: [{did: cart_added, within: 2d}, {did_not: order, within: 4h}], by: cart_id}",
        "Клиенты, которые за последние 2 дня добавляли товар в корзину, "
        "а в течение 4 часов после этого не делали заказов (в той же корзине).",
        "Customers who added a product to the cart in the last 2 days, "
        "but did not place an order within 4 hours after that (in the same cart).",
    ),
    (
        "{sequence: [{did: product_viewed, during: today}, {did: checkout_started, within: 1h},"
        " {did: order, within: 1d}]}",
        "Клиенты, которые сегодня смотрели товар, затем в течение 1 часа начинали оформление заказа, "
        "затем в течение 1 дня делали заказ.",
        "Customers who viewed a product today, then started checkout within 1 hour, "
        "then placed an order within 1 day.",
    ),
]

STANDING = [
    (
        "{not: {in_segment: value.vip}}",
        "Клиенты, которые не входят в сегмент «Особо ценные».",
        "Customers who are not in the segment “VIP”.",
    ),
    (
        "{in_segment: lifecycle.lost}",
        "Клиенты, которые входят в сегмент «Ушедшие» схемы «Жизненный цикл».",
        "Customers who are in the segment “Lost” of the scheme “Lifecycle”.",
    ),
    (
        "{in_list: black_friday_2025}",
        "Клиенты, которые входят в список «black_friday_2025».",
        "Customers who are on the list “black_friday_2025”.",
    ),
    (
        "{entered: value.vip, within: 30d}",
        "Клиенты, которые за последние 30 дней вошли в сегмент «Особо ценные».",
        "Customers who entered the segment “VIP” in the last 30 days.",
    ),
    (
        "{not: {left: value.vip, causes: any}}",
        "Клиенты, которые никогда не выходили из сегмента «Особо ценные» (ни по какой причине).",
        "Customers who never left the segment “VIP” (for any reason).",
    ),
    (
        "{share: 10%, salt: summer}",
        "Клиенты, которые входят в случайные 10 % клиентов (ключ «summer»).",
        "Customers who are among a random 10% of customers (key “summer”).",
    ),
    (
        "{consent: {channel: email, purpose: advertising}}",
        "Клиенты, которые дали согласие на рекламу по электронной почте.",
        "Customers who have given their consent to advertising by e-mail.",
    ),
    (
        "{not: {consent: {channel: any, purpose: personal_data}}}",
        "Клиенты, которые не имеют согласия на обработку персональных данных по любому каналу.",
        "Customers who have no consent to the use of personal data through any channel.",
    ),
]

GROUPS = [
    (
        "{all: [{trait: age, at_least: 18}, {did: order, within: 30d}]}",
        "Клиенты, у которых возраст не менее 18 лет и которые за последние 30 дней делали заказ.",
        "Customers whose age is at least 18 years and who placed an order in the last 30 days.",
    ),
    (
        "{any: [{trait: age, less_than: 18}, {did: visit, within: 1mo}, {in_list: a}]}",
        "Клиенты, у которых возраст менее 18 лет, которые за последний месяц приходили "
        "или которые входят в список «a».",
        "Customers whose age is less than 18 years, who came for a visit in the last month "
        "or who are on the list “a”.",
    ),
    (
        "{all: [{trait: age, at_least: 18}, {any: [{did: order, within: 30d}, {in_list: a}]},"
        " {not: {any: [{in_list: b}, {did: return}]}}]}",
        "Клиенты, которые отвечают всем условиям: возраст не менее 18 лет; "
        "либо за последние 30 дней делали заказ, либо входят в список «a»; "
        "не отвечают ни одному из условий (входят в список «b»; хотя бы раз возвращали товар).",
        "Customers who meet all of these conditions: their age is at least 18 years; "
        "either they placed an order in the last 30 days, or they are on the list “a”; "
        "they meet none of the conditions (they are on the list “b”; they returned a product at least once).",
    ),
    (
        "{any: [{all: [{in_list: a}, {did: order}, {any: [{in_list: b}, {in_list: c}]}]}, {in_list: x}]}",
        "Клиенты, которые отвечают всем условиям (входят в список «a»; хотя бы раз делали заказ; "
        "либо входят в список «b», либо входят в список «c») или которые входят в список «x».",
        "Customers who meet all of the conditions (they are on the list “a”; they placed an order at least once; "
        "either they are on the list “b”, or they are on the list “c”) or who are on the list “x”.",
    ),
    (
        "{all: [{in_list: a}, {any: [{all: [{in_list: b}, {did: order, during: today}]}, {in_list: c}]}]}",
        "Клиенты, которые отвечают всем условиям: входят в список «a»; "
        "либо (входят в список «b» и при этом сегодня делали заказ), либо входят в список «c».",
        "Customers who meet all of these conditions: they are on the list “a”; "
        "either (they are on the list “b” and they placed an order today), or they are on the list “c”.",
    ),
    (
        "{any: [{stopped: order, active: {from: 180d, to: 60d}, silent: 60d}, {trait: orders_count, at_least: 3}]}",
        "Клиенты, которые отвечают хотя бы одному из условий: "
        "от 180 до 60 дней назад делали заказ, а за последние 60 дней — ни разу; число заказов не менее 3.",
        "Customers who meet at least one of these conditions: "
        "they placed an order 180 to 60 days ago, but not in the last 60 days; their number of orders is at least 3.",
    ),
    (
        "{not: {not: {all: [{any: [{in_list: a}]}]}}}",
        "Клиенты, которые входят в список «a».",
        "Customers who are on the list “a”.",
    ),
]


@pytest.mark.parametrize(("written", "russian", "english"), [*TRAITS, *DID, *STANDING, *GROUPS])
def test_what_a_definition_means(written: str, russian: str, english: str) -> None:
    (definition,) = parse_text(f"segment: a\nwhere: {written}")
    said = {lang: sentence(definition, lang, names=NAMES).replace(NBSP, " ") for lang in ("ru", "en")}
    assert said == {"ru": russian, "en": english}


def test_a_scheme_names_its_base_and_who_is_in_each_segment() -> None:
    (scheme,) = parse_text(
        """
        scheme: checks
        name: {ru: Чек, en: Basket}
        base: ordered
        segments:
          - {id: big, name: {ru: Крупный, en: Big}, where: {trait: average_order, at_least: 5000}}
          - id: rare
            where: {all: [{in_list: a}, {in_list: b}, {in_list: c}, {did_not: visit}]}
        otherwise: {id: rest, name: {ru: Обычный, en: Usual}}
        """
    )
    assert sentence(scheme, "ru", names=NAMES).replace(NBSP, " ") == (
        "Схема «Чек» делит клиентов, у которых есть учтённый заказ, на сегменты; "
        "каждый попадает в первый подходящий: "
        "«Крупный» — клиенты, у которых средний чек не менее 5 000 ₽; "
        "«rare» — клиенты, которые отвечают всем условиям "
        "(входят в список «a»; входят в список «b»; входят в список «c»; никогда не приходили); "
        "«Обычный» — все остальные."
    )
    assert sentence(scheme, "en", names=NAMES).replace(NBSP, " ") == (
        "The scheme “Basket” divides customers with a counted order into segments; "
        "each is in the first that fits: "
        "“Big”: customers whose average order is at least RUB 5,000; "
        "“rare”: customers who meet all of these conditions "
        "(they are on the list “a”; they are on the list “b”; they are on the list “c”; they never came for a visit); "
        "“Usual”: everyone else."
    )
