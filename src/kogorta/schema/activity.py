"""Canonical tables of what people do and what is said to them: visits, events, messages, requests."""

from __future__ import annotations

from kogorta.schema._build import at, col, customer, enum
from kogorta.schema.types import ChangeRule, ColumnType, Table
from kogorta.vocab import BookingStatus, MessageEventKind, SubscriptionStatus

C = ColumnType

BOOKINGS = Table(
    "bookings",
    "An appointment.",
    key=("booking_id",),
    at="created_at",
    rule=ChangeRule.STATUS,
    status=("status", None),
    row_key="booking_id",
    columns=(
        col(
            "booking_id",
            C.ID,
            "The booking.",
            "booking record_id appointment_id visit_id запись номер_записи id_записи",
            required=True,
        ),
        customer(required=False),
        at(
            "created_at",
            "When it was made; by default when it starts.",
            "created booked_at дата_создания создана",
            required=False,
        ),
        at(
            "starts_at",
            "When it starts.",
            "date start visit_date datetime starts дата дата_визита время_визита начало дата_записи",
        ),
        enum(
            "status",
            BookingStatus,
            "What became of it.",
            "state visit_status статус",
            {
                BookingStatus.VISITED: "came|attended|completed|done|пришел|пришёл|визит состоялся|выполнен|завершен|завершён",
                BookingStatus.BOOKED: "pending|confirmed|new|ожидает|подтвержден|подтверждён|записан",
                BookingStatus.NO_SHOW: "noshow|missed|не пришел|не пришёл|неявка",
                BookingStatus.CANCELLED: "canceled|deleted|отменен|отменён|отмена|удалена",
            },
        ),
        enum(
            "booked_via",
            ("online", "phone", "walk_in"),
            "How it was made.",
            "via source channel источник способ_записи",
            {
                "online": "web|widget|app|онлайн|сайт|виджет|приложение",
                "phone": "call|телефон|звонок",
                "walk_in": "walk-in|offline|лично|администратор",
            },
        ),
        col("staff_id", C.ID, "Who does it.", "staff master employee мастер сотрудник специалист"),
        col("service", C.TEXT, "What is done.", "service_name services услуга услуги процедура"),
        col("outlet_id", C.ID, "Where.", "outlet branch salon филиал салон"),
        col("order_id", C.ID, "The order that paid for it.", "order чек заказ"),
        col(
            "amount",
            C.MONEY,
            "Its price, minor units.",
            "price cost sum сумма стоимость цена",
            non_negative=True,
        ),
    ),
)

SUBSCRIPTIONS = Table(
    "subscriptions",
    "An auto-order or a pass.",
    key=("subscription_id",),
    at="created_at",
    rule=ChangeRule.STATUS,
    status=("status", None),
    row_key="subscription_id",
    columns=(
        col(
            "subscription_id",
            C.ID,
            "The subscription.",
            "subscription абонемент номер_абонемента подписка",
            required=True,
        ),
        customer(),
        col("product_id", C.ID, "What is delivered.", "product sku товар услуга"),
        at("created_at", "When it was made.", "created start_date дата_создания дата", required=False),
        col(
            "every_days",
            C.INTEGER,
            "Days between deliveries.",
            "interval_days period_days период_дней",
            non_negative=True,
        ),
        at("next_at", "When the next one is due.", "next_date следующая_дата", required=False),
        enum(
            "status",
            SubscriptionStatus,
            "Whether it runs.",
            "state статус",
            {
                SubscriptionStatus.LIVE: "active|активна|активен|действует",
                SubscriptionStatus.PAUSED: "paused|приостановлена|заморожен",
                SubscriptionStatus.ENDED: "cancelled|canceled|expired|завершена|завершен|отменена|истек|истёк",
            },
        ),
        at(
            "prepaid_until",
            "Until when it is paid.",
            "paid_until valid_until оплачен_до действует_до",
            required=False,
        ),
    ),
)

EVENTS = Table(
    "events",
    "Something a customer did, with its instant.",
    key=("event_id",),
    at="at",
    immutable=True,
    row_key="event_id",
    columns=(
        col(
            "event_id",
            C.ID,
            "The event; one id is one event.",
            "message_id messageid id hit_id",
            required=True,
        ),
        customer(required=False),
        col(
            "anonymous_id",
            C.ID,
            "The browser or device before it is known whose.",
            "anonymousid client_id clientid visitor_id cookie_id",
        ),
        col(
            "name",
            C.TEXT,
            "What was done: product_viewed, cart_added, …",
            "event event_name action событие действие",
            required=True,
        ),
        at("at", "When.", "timestamp time datetime date event_time originaltimestamp дата время дата_время"),
        at("received_at", "When it reached us.", "receivedat received", required=False),
        col("session_id", C.ID, "The session.", "session сессия"),
        col("device", C.TEXT, "mobile, desktop, tablet, …", "device_type platform устройство"),
        col("url", C.TEXT, "The page.", "page page_url адрес страница"),
        col("utm_source", C.TEXT, "Source of the visit.", "source источник"),
        col("utm_medium", C.TEXT, "Medium of the visit.", "medium"),
        col("utm_campaign", C.TEXT, "Campaign of the visit.", "campaign кампания"),
        col("product_id", C.ID, "The product concerned.", "product sku item_id товар артикул"),
        col("category", C.PATH, "The category concerned.", "product_category категория"),
        col("cart_id", C.ID, "The cart concerned.", "cart корзина"),
    ),
)

MESSAGES = Table(
    "messages",
    "One message to one customer.",
    key=("message_id",),
    at="send_at",
    row_key="message_id",
    columns=(
        col("message_id", C.ID, "The message.", "id mail_id сообщение", required=True),
        customer(),
        col("campaign", C.TEXT, "The campaign.", "campaign_id campaign_name mailing рассылка кампания"),
        col("step", C.TEXT, "Its step.", "шаг"),
        col("variant", C.TEXT, "Its variant.", "вариант"),
        col("channel", C.TEXT, "email, sms, push, …", "канал"),
        at("send_at", "When it was sent.", "sent_at date sent отправлено дата_отправки дата"),
    ),
)

MESSAGE_EVENTS = Table(
    "message_events",
    "What became of a message.",
    key=("message_id", "kind", "at"),
    at="at",
    immutable=True,
    columns=(
        col("message_id", C.ID, "The message.", "id сообщение", required=True),
        enum(
            "kind",
            MessageEventKind,
            "What happened.",
            "event type status событие",
            {
                MessageEventKind.OPENED: "open|read|открыто|прочитано",
                MessageEventKind.CLICKED: "click|переход|клик",
                MessageEventKind.DELIVERED: "delivery|доставлено",
                MessageEventKind.BOUNCED: "bounce|hard_bounce|soft_bounce|недоставлено",
                MessageEventKind.UNSUBSCRIBED: "unsubscribe|отписка",
                MessageEventKind.COMPLAINED: "spam|complaint|жалоба",
            },
            required=True,
        ),
        at("at", "When.", "timestamp date дата время"),
        col(
            "machine",
            C.BOOLEAN,
            "Opened by a machine (a privacy proxy), not by a person.",
            "is_machine bot робот",
        ),
        col("url", C.TEXT, "The link clicked.", "link ссылка"),
    ),
)

TICKETS = Table(
    "tickets",
    "A request to support.",
    key=("ticket_id",),
    at="opened_at",
    rule=ChangeRule.STATUS,
    status=("closed_at", "closed_at"),
    row_key="ticket_id",
    columns=(
        col("ticket_id", C.ID, "The ticket.", "ticket case_id обращение номер_обращения", required=True),
        customer(),
        at("opened_at", "When it was opened.", "created_at opened date дата дата_обращения открыто"),
        col("topic", C.TEXT, "What about.", "subject category тема"),
        at("closed_at", "When it was closed.", "closed resolved_at закрыто дата_закрытия", required=False),
        col("satisfaction", C.INTEGER, "Score the customer gave.", "csat score rating оценка"),
    ),
)

ACTIVITY_TABLES = (BOOKINGS, SUBSCRIPTIONS, EVENTS, MESSAGES, MESSAGE_EVENTS, TICKETS)
