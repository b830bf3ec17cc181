"""Canonical tables of who the customers are: attributes, contacts, consents, lists, answers."""

from __future__ import annotations

from kogorta.schema._build import at, col, customer, enum
from kogorta.schema.types import ChangeRule, ColumnType, Table
from kogorta.vocab import ConsentOp, ConsentPurpose, ContactKind, ListOp, PointsKind

C = ColumnType

CUSTOMERS = Table(
    "customers",
    "One person as a source knows him now.",
    key=("customer_id",),
    at="created_at",
    rule=ChangeRule.STATE,
    columns=(
        customer(),
        col(
            "name",
            C.TEXT,
            "Full name.",
            "full_name fio customer_name first_name имя фио клиент_имя имя_клиента фамилия_имя",
        ),
        enum(
            "sex",
            ("female", "male"),
            "Female or male.",
            "gender пол",
            {"female": "f|w|woman|ж|жен|женский|женщина", "male": "m|man|м|муж|мужской|мужчина"},
        ),
        col(
            "birth_date",
            C.DATE,
            "Date of birth.",
            "birthday dob date_of_birth дата_рождения др день_рождения",
        ),
        col("city", C.TEXT, "City.", "town город"),
        col("region", C.TEXT, "Region or state.", "state province область регион"),
        col("country", C.TEXT, "Country.", "страна"),
        col("timezone", C.TEXT, "IANA time zone.", "time_zone tz часовой_пояс"),
        col("language", C.TEXT, "Language code.", "lang locale язык"),
        col("income_band", C.TEXT, "Income band.", "income доход"),
        col("profession", C.TEXT, "Profession.", "occupation job профессия"),
        col("employment", C.TEXT, "Employment.", "занятость"),
        col("education", C.TEXT, "Education.", "образование"),
        col("marital_status", C.TEXT, "Marital status.", "семейное_положение"),
        col(
            "acquisition_source",
            C.TEXT,
            "Where he came from.",
            "source utm_source acquisition_channel источник канал_привлечения источник_привлечения",
        ),
        col("acquisition_medium", C.TEXT, "By which medium.", "medium utm_medium"),
        col("acquisition_campaign", C.TEXT, "By which campaign.", "campaign utm_campaign кампания"),
        col(
            "acquisition_cost",
            C.MONEY,
            "What it cost to win him, minor units.",
            "cac стоимость_привлечения",
            non_negative=True,
        ),
        col(
            "account_id",
            C.ID,
            "The B2B account he belongs to.",
            "account company company_id компания организация",
        ),
        col("manager_id", C.ID, "His personal manager.", "manager менеджер ответственный"),
        at(
            "created_at",
            "When he became known.",
            "created registered registered_at signup_date registration_date дата_регистрации создан дата_создания",
            required=False,
        ),
    ),
)

ATTRIBUTE_CHANGES = Table(
    "attribute_changes",
    "A later change of one attribute of a customer.",
    key=("customer_id", "key", "at"),
    at="at",
    columns=(
        customer(),
        col("key", C.TEXT, "Which attribute.", "attribute field поле атрибут", required=True),
        at("at", "When it changed.", "changed_at date дата дата_изменения"),
        col("from_value", C.TEXT, "What it was.", "from old old_value было"),
        col(
            "to_value",
            C.TEXT,
            "What it became; empty means removed.",
            "to new new_value value стало значение",
        ),
    ),
)

CUSTOMER_SUMMARIES = Table(
    "customer_summaries",
    "What a base knows that brings only sums: one row a customer.",
    key=("customer_id", "at"),
    at="at",
    row_key="at",
    columns=(
        customer(),
        at(
            "at",
            "When the sums were taken; by default the import.",
            "as_of snapshot_at на_дату дата_выгрузки",
        ),
        at(
            "first_order_at",
            "First order.",
            "first_order first_purchase first_purchase_date первая_покупка первый_заказ дата_первой_покупки",
            required=False,
        ),
        at(
            "last_order_at",
            "Last order.",
            "last_order last_purchase last_purchase_date last_order_date recency_date последняя_покупка последний_заказ дата_последней_покупки",
            required=True,
        ),
        col(
            "orders",
            C.INTEGER,
            "Number of orders.",
            "orders_count purchases frequency order_count number_of_orders purchases_count заказов покупок количество_заказов "
            "количество_покупок число_покупок число_заказов",
            required=True,
            non_negative=True,
        ),
        col(
            "revenue",
            C.MONEY,
            "Sum spent, minor units.",
            "sum total monetary total_spent spent amount сумма сумма_трат выручка потрачено сумма_покупок итого",
        ),
        col(
            "last_category",
            C.PATH,
            "Category of the last order.",
            "last_purchase_category категория последняя_категория категория_последней_покупки",
        ),
    ),
)

CONTACTS = Table(
    "contacts",
    "One way to reach or recognise a customer.",
    key=("customer_id", "kind", "value"),
    at="at",
    columns=(
        customer(),
        enum(
            "kind",
            ContactKind,
            "What kind of contact.",
            "contact_kind contact_type тип вид тип_контакта",
            {
                ContactKind.EMAIL: "e-mail|mail|почта|эл. почта",
                ContactKind.PHONE: "tel|mobile|телефон|тел",
                ContactKind.CARD: "карта|loyalty card",
                ContactKind.TELEGRAM: "tg|телеграм",
                ContactKind.VK: "вк|вконтакте",
            },
            required=True,
        ),
        col(
            "value",
            C.TEXT,
            "The contact itself, normalised on import.",
            "contact контакт значение",
            required=True,
        ),
        at("at", "Since when it is known.", "added_at created_at дата", required=False),
        at(
            "verified_at",
            "When the customer proved that it is his.",
            "verified confirmed_at подтвержден подтверждён",
            required=False,
        ),
        col("primary", C.BOOLEAN, "Whether it is the main one of its kind.", "is_primary main основной"),
    ),
)

CONSENTS = Table(
    "consents",
    "A consent given or taken back.",
    key=("customer_id", "channel", "purpose", "at"),
    at="at",
    columns=(
        customer(),
        col("channel", C.TEXT, "Which channel: email, sms, push, call, any, …", "канал", required=True),
        enum(
            "purpose",
            ConsentPurpose,
            "What for.",
            "цель назначение",
            {
                ConsentPurpose.ADVERTISING: "ads|marketing|promo|реклама|рекламная рассылка|рассылка",
                ConsentPurpose.PERSONAL_DATA: "personal data|pdn|персональные данные|обработка данных|пдн",
                ConsentPurpose.SERVICE: "transactional|сервис",
            },
            required=True,
        ),
        at("at", "When.", "date consent_date дата дата_согласия"),
        enum(
            "op",
            ConsentOp,
            "Granted or withdrawn.",
            "status state consent статус согласие",
            {
                ConsentOp.GRANTED: "yes|true|1|subscribed|opt-in|да|дано|согласен|подписан",
                ConsentOp.WITHDRAWN: "no|false|0|unsubscribed|opt-out|нет|отозвано|отписан|отказ",
            },
            required=True,
        ),
        col("consent_source", C.TEXT, "Where it was given.", "source origin источник"),
        col("evidence", C.TEXT, "What proves it.", "proof ip доказательство"),
        col("text_version", C.TEXT, "Which wording he agreed to.", "version версия"),
    ),
)

POINTS = Table(
    "points",
    "A line of the loyalty ledger.",
    key=("entry_id",),
    at="at",
    row_key="entry_id",
    columns=(
        col("entry_id", C.ID, "The entry.", "id operation_id номер_операции", required=True),
        customer(),
        at("at", "When.", "date created_at дата"),
        col(
            "amount",
            C.MONEY,
            "Points × 100 (two decimals).",
            "points bonus sum баллы бонусы сумма",
            required=True,
        ),
        enum(
            "kind",
            PointsKind,
            "What it is.",
            "type operation вид тип операция",
            {
                PointsKind.EARN: "accrual|credit|начисление",
                PointsKind.SPEND: "debit|redeem|списание",
                PointsKind.EXPIRE: "expired|сгорание",
                PointsKind.PENDING: "hold|ожидание",
                PointsKind.ADJUST: "correction|корректировка",
            },
            required=True,
        ),
        col("reason", C.TEXT, "Why.", "comment причина комментарий"),
        col("order_id", C.ID, "The order it goes with.", "order заказ"),
    ),
)

LIST_CHANGES = Table(
    "list_changes",
    "A change of a hand-made or uploaded list.",
    key=("list", "customer_id", "at"),
    at="at",
    columns=(
        col("list", C.TEXT, "The list.", "list_name список", required=True),
        customer(required=False),
        at("at", "When.", "date дата"),
        enum(
            "op",
            ListOp,
            "What happened.",
            "operation action операция",
            {ListOp.ADD: "добавлен", ListOp.REMOVE: "удален|удалён"},
            required=True,
        ),
    ),
)

SURVEY_ANSWERS = Table(
    "survey_answers",
    "One answer to one question.",
    key=("answer_id",),
    at="at",
    row_key="answer_id",
    columns=(
        col("answer_id", C.ID, "The answer.", "id", required=True),
        customer(),
        col("survey", C.TEXT, "The survey.", "survey_name form опрос анкета", required=True),
        col("question", C.TEXT, "The question.", "вопрос", required=True),
        col("value", C.TEXT, "The answer itself.", "answer response ответ"),
        at("at", "When.", "answered_at date дата"),
    ),
)

ACCOUNTS = Table(
    "accounts",
    "A B2B account: a company with several people.",
    key=("account_id",),
    rule=ChangeRule.STATE,
    columns=(
        col("account_id", C.ID, "The account.", "account company_id id компания_id", required=True),
        col("name", C.TEXT, "Its name.", "company company_name название компания"),
        col("price_type", C.TEXT, "Its price list: retail, wholesale, …", "price_list тип_цен вид_цены"),
        col("tax_id", C.TEXT, "Tax id.", "inn vat инн"),
        col("industry", C.TEXT, "What it does.", "отрасль"),
    ),
)

PEOPLE_TABLES = (
    CUSTOMERS,
    ATTRIBUTE_CHANGES,
    CUSTOMER_SUMMARIES,
    CONTACTS,
    CONSENTS,
    POINTS,
    LIST_CHANGES,
    SURVEY_ANSWERS,
    ACCOUNTS,
)
