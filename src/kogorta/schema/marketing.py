"""Canonical tables of the business itself: promotions, spend, staff, outlets, calendars."""

from __future__ import annotations

from kogorta.schema._build import at, col, customer, enum
from kogorta.schema.types import ChangeRule, ColumnType, Table
from kogorta.vocab import DiscountKind

C = ColumnType

PROMOTIONS = Table(
    "promotions",
    "A promotion with its terms and its calendar.",
    key=("promotion_id",),
    columns=(
        col("promotion_id", C.ID, "The promotion.", "promotion promo_id id акция id_акции", required=True),
        col("name", C.TEXT, "Its name.", "title название"),
        enum("kind", DiscountKind, "What it gives.", "type вид тип"),
        col("terms", C.TEXT, "Its terms.", "description условия описание"),
        at("announced_at", "When it is announced.", "announce_date анонс дата_анонса", required=False),
        at("starts_at", "When it starts.", "start start_date начало дата_начала"),
        at("ends_at", "When it ends.", "end end_date конец окончание дата_окончания"),
    ),
)

COUPONS = Table(
    "coupons",
    "One code of a pool, and who redeemed it.",
    key=("code", "customer_id", "redeemed_at"),
    columns=(
        col("code", C.ID, "The code.", "coupon promo_code coupon_upc промокод купон код", required=True),
        col("promotion_id", C.ID, "The promotion it belongs to.", "promotion campaign_id акция"),
        customer(required=False),
        at(
            "redeemed_at",
            "When it was redeemed.",
            "redemption_date used_at дата_использования погашен",
            required=False,
        ),
        col("order_id", C.ID, "The order it was used in.", "order заказ"),
    ),
)

AD_SPEND = Table(
    "ad_spend",
    "Cost of one campaign on one day.",
    key=("date", "source", "medium", "campaign"),
    columns=(
        col("date", C.DATE, "The day.", "day дата день", required=True),
        col("source", C.TEXT, "Where the money went.", "utm_source источник площадка", required=True),
        col("medium", C.TEXT, "By which medium.", "utm_medium"),
        col("campaign", C.TEXT, "For which campaign.", "utm_campaign кампания"),
        col(
            "cost",
            C.MONEY,
            "How much, minor units.",
            "spend amount расход расходы затраты сумма",
            required=True,
            non_negative=True,
        ),
        col("clicks", C.INTEGER, "Clicks.", "клики", non_negative=True),
        col("impressions", C.INTEGER, "Impressions.", "views показы", non_negative=True),
    ),
)

CHANNEL_COSTS = Table(
    "channel_costs",
    "What one contact by a channel costs.",
    key=("channel",),
    rule=ChangeRule.STATE,
    columns=(
        col("channel", C.TEXT, "The channel.", "канал", required=True),
        col(
            "cost_per_contact",
            C.PRICE,
            "Cost of one contact.",
            "cost price стоимость цена стоимость_контакта",
            required=True,
            non_negative=True,
        ),
    ),
)

STAFF = Table(
    "staff",
    "A person who sells or serves.",
    key=("staff_id",),
    columns=(
        col(
            "staff_id", C.ID, "The person.", "id employee_id код id_сотрудника код_сотрудника", required=True
        ),
        col("name", C.TEXT, "The name.", "full_name имя фио сотрудник мастер"),
        col("position", C.TEXT, "What he does.", "role должность специализация"),
        col("outlet_id", C.ID, "Where.", "outlet branch филиал салон"),
    ),
)

OUTLETS = Table(
    "outlets",
    "A shop, a salon, a pick-up point.",
    key=("outlet_id",),
    columns=(
        col(
            "outlet_id",
            C.ID,
            "The outlet.",
            "id store_id shop_id код id_магазина код_магазина",
            required=True,
        ),
        col("name", C.TEXT, "Its name.", "title название магазин филиал"),
        col("city", C.TEXT, "City.", "город"),
        col("latitude", C.NUMBER, "Degrees north.", "lat широта"),
        col("longitude", C.NUMBER, "Degrees east.", "lon lng долгота"),
        col("timezone", C.TEXT, "IANA time zone.", "tz часовой_пояс"),
    ),
)

HOLIDAYS = Table(
    "holidays",
    "A local holiday.",
    key=("region", "date", "name"),
    columns=(
        col("region", C.TEXT, "Where: a country or a region.", "country страна регион", required=True),
        col("date", C.DATE, "When.", "day дата", required=True),
        col("name", C.TEXT, "What.", "holiday title праздник название", required=True),
    ),
)

CLIMATE = Table(
    "climate",
    "Climate zone of a region.",
    key=("region",),
    columns=(
        col("region", C.TEXT, "Where.", "country город регион", required=True),
        col("zone", C.TEXT, "Its climate zone.", "climate climate_zone зона климат", required=True),
    ),
)

ZONE_OFFSETS = Table(
    "zone_offsets",
    "UTC offset of a time zone during an interval.",
    key=("timezone", "starts_at"),
    columns=(
        col("timezone", C.TEXT, "IANA time zone.", "tz zone часовой_пояс", required=True),
        at("starts_at", "From this instant, UTC.", "from start начало"),
        at("ends_at", "Until this instant, UTC.", "to until end конец", required=False),
        col("offset_minutes", C.INTEGER, "Minutes east of UTC.", "offset смещение", required=True),
    ),
)

MARKETING_TABLES = (
    PROMOTIONS,
    COUPONS,
    AD_SPEND,
    CHANNEL_COSTS,
    STAFF,
    OUTLETS,
    HOLIDAYS,
    CLIMATE,
    ZONE_OFFSETS,
)
