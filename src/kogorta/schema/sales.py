"""Canonical tables of what was bought: products, orders, lines, discounts, returns."""

from __future__ import annotations

from kogorta.schema._build import at, col, customer, enum
from kogorta.schema.types import ChangeRule, ColumnType, Table
from kogorta.vocab import DiscountKind, OrderStatus, ProductKind

C = ColumnType

ORDER_WORDS = {
    OrderStatus.COMPLETED: (
        "complete|done|paid|delivered|shipped|closed|fulfilled|success|finished|выполнен|выполнено|выполненный|"
        "завершен|завершён|завершено|оплачен|оплачено|доставлен|доставлено|получен|закрыт|исполнен|продажа|реализован|"
        "отгружен|выдан"
    ),
    OrderStatus.CANCELLED: (
        "canceled|cancel|refunded|returned|refund|failed|void|voided|rejected|declined|отмена|отменен|отменён|"
        "отменено|отказ|возврат|возвращен|возвращён|аннулирован|не выкуплен|удален|удалён|отклонен|отклонён"
    ),
    OrderStatus.PENDING: (
        "new|processing|in progress|on hold|awaiting|open|created|confirmed|новый|новая|в обработке|обрабатывается|"
        "в работе|ожидает|ожидает оплаты|принят|подтвержден|подтверждён|собирается|в пути|создан|на сборке|передан в доставку"
    ),
}

PRODUCTS = Table(
    "products",
    "A good, a service or a fee that can stand on an order line.",
    key=("product_id",),
    columns=(
        col(
            "product_id",
            C.ID,
            "The product, as the source names it.",
            "product sku article stock_code stockcode item item_id productid код_товара артикул товар_id id_товара "
            "номенклатура_код код offer_id upc штрихкод",
            required=True,
        ),
        col(
            "name",
            C.TEXT,
            "What it is called.",
            "product_name title description item_name название наименование товар номенклатура услуга",
        ),
        col(
            "category",
            C.PATH,
            "Category path from the top, levels divided by `/`.",
            "category_path product_category categories department категория раздел группа товарная_группа рубрика",
        ),
        col("brand", C.TEXT, "The brand.", "vendor manufacturer бренд марка производитель торговая_марка"),
        enum(
            "kind",
            ProductKind,
            "Good, service or fee.",
            "product_kind тип_товара вид",
            {
                ProductKind.GOOD: "goods|product|товар",
                ProductKind.SERVICE: "услуга",
                ProductKind.FEE: "postage|shipping|доставка|комиссия|сбор",
            },
        ),
        col(
            "price",
            C.MONEY,
            "List price now, minor units.",
            "list_price retail_price цена розничная_цена",
            non_negative=True,
        ),
        col(
            "unit_cost",
            C.PRICE,
            "What one unit costs the business.",
            "cost cost_price purchase_price cogs себестоимость закупочная_цена закупка",
            non_negative=True,
        ),
        col("stock", C.QUANTITY, "Units in stock.", "quantity_in_stock остаток остатки наличие"),
        col(
            "lead_time_days",
            C.INTEGER,
            "Days to deliver.",
            "lead_time delivery_days срок_поставки",
            non_negative=True,
        ),
        col(
            "refill_days",
            C.INTEGER,
            "Days that one unit usually lasts.",
            "refill срок_расхода",
            non_negative=True,
        ),
        col(
            "complements",
            C.ID_LIST,
            "Ids of products bought with it, divided by `|`.",
            "related сопутствующие",
        ),
    ),
)

ORDERS = Table(
    "orders",
    "One purchase: a basket, a receipt, an invoice.",
    key=("order_id",),
    at="ordered_at",
    rule=ChangeRule.STATUS,
    status=("status", "completed_at"),
    default=("status", OrderStatus.COMPLETED.value),
    row_key="order_id",
    columns=(
        col(
            "order_id",
            C.ID,
            "The order, as the source names it.",
            "order order_no order_number orderid invoice invoice_no invoiceno invoice_id receipt receipt_id basket_id "
            "transaction_id check_id заказ номер_заказа id_заказа ид_заказа номер_чека чек номер_документа документ "
            "номер код_заказа",
            required=True,
        ),
        customer(required=False),
        at(
            "ordered_at",
            "When it was made.",
            "order_date date datetime created created_at invoice_date invoicedate purchase_date purchased_at timestamp "
            "transaction_timestamp transaction_date order_time дата дата_заказа дата_покупки дата_создания дата_чека "
            "дата_и_время время когда дата_документа дата_продажи создан",
        ),
        at(
            "completed_at",
            "When its status became what it is.",
            "completed closed_at status_date дата_выполнения дата_статуса дата_оплаты paid_at",
            required=False,
        ),
        enum(
            "status",
            OrderStatus,
            "Whether it counts.",
            "order_status state статус статус_заказа состояние",
            ORDER_WORDS,
        ),
        col(
            "channel",
            C.TEXT,
            "Where it was made: online, store, phone, …",
            "sales_channel order_channel канал канал_продаж",
        ),
        col(
            "outlet_id",
            C.ID,
            "The outlet.",
            "store store_id shop_id outlet branch магазин филиал точка салон код_магазина",
        ),
        col("cart_id", C.ID, "The cart it came from.", "cart корзина"),
        col("session_id", C.ID, "The web session it was made in.", "session"),
        col(
            "amount",
            C.MONEY,
            "What was paid, net of discounts, minor units.",
            "total sum order_total total_amount revenue value price order_amount order_value grand_total sales dollars "
            "monetary_value сумма итого сумма_заказа стоимость сумма_чека выручка оплачено_сумма к_оплате сумма_руб",
        ),
        col(
            "discount",
            C.MONEY,
            "Discount on the whole order, minor units.",
            "discount_amount order_discount скидка сумма_скидки",
            non_negative=True,
        ),
        col(
            "cost_to_serve",
            C.MONEY,
            "Delivery, packing, commission, minor units.",
            "service_cost стоимость_обслуживания",
            non_negative=True,
        ),
        col("currency", C.TEXT, "ISO 4217 code if not the workspace's.", "currency_code валюта"),
    ),
)

ORDER_LINES = Table(
    "order_lines",
    "One line of an order.",
    key=("order_id", "line_no"),
    at="ordered_at",
    row_key="line_no",
    columns=(
        col(
            "order_id",
            C.ID,
            "The order it belongs to.",
            " ".join(ORDERS.by_name["order_id"].aliases),
            required=True,
        ),
        col(
            "line_no",
            C.INTEGER,
            "Its number in the order.",
            "line line_number position номер_строки строка позиция",
            required=True,
        ),
        at(
            "ordered_at",
            "When the order was made.",
            " ".join(ORDERS.by_name["ordered_at"].aliases),
            required=False,
        ),
        col(
            "product_id",
            C.ID,
            "The product.",
            " ".join(PRODUCTS.by_name["product_id"].aliases) + " товар услуга service",
        ),
        col(
            "quantity",
            C.QUANTITY,
            "Units.",
            "qty units count amount_of_items количество кол_во колво шт штук",
        ),
        col(
            "unit_price",
            C.PRICE,
            "Gross price of one unit.",
            "price item_price unitprice цена цена_за_единицу цена_шт",
        ),
        col(
            "amount",
            C.MONEY,
            "Gross sum of the line, minor units; by default quantity × unit price.",
            "line_total line_amount sales_value subtotal row_total сумма_строки сумма_позиции стоимость_строки сумма",
        ),
        col(
            "unit_cost",
            C.PRICE,
            "What one unit cost.",
            "cost cost_price себестоимость закупочная_цена",
            non_negative=True,
        ),
        col(
            "staff_id",
            C.ID,
            "Who sold or did it.",
            "staff seller employee master мастер сотрудник продавец менеджер",
        ),
    ),
)

DISCOUNTS = Table(
    "discounts",
    "A discount on an order or on one of its lines.",
    key=("order_id", "line_no", "kind", "reference"),
    at="ordered_at",
    columns=(
        col("order_id", C.ID, "The order.", " ".join(ORDERS.by_name["order_id"].aliases), required=True),
        col("line_no", C.INTEGER, "The line, if it is on one.", "line номер_строки"),
        enum(
            "kind",
            DiscountKind,
            "Why the price was lowered.",
            "discount_kind discount_type вид_скидки тип_скидки",
            {
                DiscountKind.COUPON: "купон|промокод|promo code|promocode",
                DiscountKind.PROMOTION: "акция|promo|sale",
                DiscountKind.CARD_PRICE: "карта|цена по карте|loyalty price",
                DiscountKind.MARKDOWN: "уценка",
                DiscountKind.POINTS: "баллы|бонусы|bonus",
                DiscountKind.MANUAL: "ручная",
            },
            required=True,
        ),
        at(
            "ordered_at",
            "When the order was made.",
            " ".join(ORDERS.by_name["ordered_at"].aliases),
            required=False,
        ),
        col(
            "amount",
            C.MONEY,
            "How much, minor units.",
            "discount discount_amount скидка сумма_скидки сумма",
            required=True,
            non_negative=True,
        ),
        col(
            "reference",
            C.ID,
            "The promotion, coupon or campaign.",
            "coupon code promotion promo_code промокод акция купон",
        ),
    ),
)

RETURNS = Table(
    "returns",
    "Goods or money given back.",
    key=("return_id",),
    at="returned_at",
    row_key="return_id",
    columns=(
        col(
            "return_id",
            C.ID,
            "The return, as the source names it.",
            "return return_no refund_id возврат номер_возврата id_возврата",
            required=True,
        ),
        customer(required=False),
        col("order_id", C.ID, "The order it undoes, if known.", " ".join(ORDERS.by_name["order_id"].aliases)),
        col("line_no", C.INTEGER, "The line it undoes.", "line номер_строки"),
        col(
            "product_id",
            C.ID,
            "The product given back.",
            " ".join(PRODUCTS.by_name["product_id"].aliases) + " товар",
        ),
        at("returned_at", "When.", "return_date refund_date date дата дата_возврата"),
        col("quantity", C.QUANTITY, "Units given back.", "qty количество кол_во", non_negative=True),
        col(
            "amount",
            C.MONEY,
            "Money given back, minor units.",
            "refund return_amount sum total сумма сумма_возврата",
            required=True,
            non_negative=True,
        ),
        col("resaleable", C.BOOLEAN, "Whether it can be sold again.", "resellable годен годен_к_продаже"),
    ),
)

SALES_TABLES = (PRODUCTS, ORDERS, ORDER_LINES, DISCOUNTS, RETURNS)
