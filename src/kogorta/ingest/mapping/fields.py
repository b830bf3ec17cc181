"""The fields that a file of each form may carry: those of its table, and those of its companions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from kogorta.errors import MappingError
from kogorta.i18n import lazy
from kogorta.schema import Column, ColumnType, table
from kogorta.vocab import ContactKind

CONTACTS = "contacts"
_CONTACT_ALIASES: dict[ContactKind, str] = {
    ContactKind.EMAIL: "e_mail mail email_address customer_email почта эл_почта электронная_почта имейл емейл эмейл",
    ContactKind.PHONE: (
        "tel telephone mobile phone_number mobile_phone cell customer_phone телефон тел мобильный номер_телефона "
        "мобильный_телефон моб сотовый телефон_клиента"
    ),
    ContactKind.TELEGRAM: "tg telegram_id tg_id телеграм телеграмм",
    ContactKind.WHATSAPP: "whats_app ватсап вотсап",
    ContactKind.VK: "vk_id vkontakte вк вконтакте",
    ContactKind.CARD: (
        "loyalty_card card_no card_number discount_card bonus_card карта номер_карты карта_лояльности "
        "дисконтная_карта бонусная_карта"
    ),
}
_CUSTOMER_COLUMNS = (
    "name sex birth_date city region country timezone language income_band profession employment education "
    "marital_status acquisition_source acquisition_medium acquisition_campaign acquisition_cost account_id manager_id"
)
_PERSON = {"customers": _CUSTOMER_COLUMNS, CONTACTS: "*"}
COMPANIONS: dict[str, dict[str, str]] = {
    "orders": {
        "order_lines": "line_no product_id quantity unit_price amount unit_cost staff_id",
        "products": "name category brand kind",
        **_PERSON,
    },
    "order_lines": {"products": "name category brand kind"},
    "returns": {"products": "name category brand"},
    "customers": {CONTACTS: "*"},
    "customer_summaries": dict(_PERSON),
    "bookings": dict(_PERSON),
    "subscriptions": dict(_PERSON),
    "events": {CONTACTS: "*"},
}
"""By form: companion tables and which of their columns a file may carry."""


@dataclass(frozen=True)
class Field:
    """One field that a column of a file can be mapped to.

    Attributes:
        table: The canonical table it goes to.
        column: Its column; for contacts one for each kind.
    """

    table: str
    column: Column

    @property
    def name(self) -> str:
        """The full name, as in `products.name`."""
        return f"{self.table}.{self.column.name}"

    @property
    def type(self) -> ColumnType:
        """What its cells hold."""
        return self.column.type


@lru_cache(maxsize=64)
def form_fields(form: str) -> tuple[Field, ...]:
    """Return every field of a form, those of its own table first."""
    fields = [Field(form, column) for column in table(form)]
    for name, wanted in COMPANIONS.get(form, {}).items():
        if name == CONTACTS:
            fields += [Field(CONTACTS, column) for column in _contact_columns()]
            continue
        columns = table(name).by_name
        fields += [Field(name, columns[column]) for column in wanted.split()]
    return tuple(fields)


def _contact_columns() -> list[Column]:
    return [
        Column(kind.value, ColumnType.TEXT, f"{kind.value} of the customer.", aliases=tuple(aliases.split()))
        for kind, aliases in _CONTACT_ALIASES.items()
    ]


def find_field(form: str, name: str) -> Field:
    """Return the field that a person means by `name`: its own, or with its table (`products.name`).

    Raises:
        MappingError: There is none of this name, or several tables have it.
    """
    fields = form_fields(form)
    wanted = name.strip().casefold()
    for field in fields:
        if field.name == wanted or (field.table == form and field.column.name == wanted):
            return field
    found = [field for field in fields if field.column.name == wanted]
    if len(found) == 1:
        return found[0]
    if found:
        raise MappingError(
            "this field stands in several tables",
            got=name,
            expected=", ".join(field.name for field in found),
            hint="write it with its table",
            path="--map",
        )
    raise MappingError(
        lazy("a file of {form} has no such field", form=form),
        got=name,
        expected=", ".join(short_names(form, fields)),
        hint="--map field=column, for example --map ordered_at=Date",
        path="--map",
    )


def short_names(form: str, fields: Sequence[Field]) -> list[str]:
    """Return the names of fields as they may be written in a mapping."""
    counts: dict[str, int] = {}
    for field in fields:
        counts[field.column.name] = counts.get(field.column.name, 0) + 1
    return [
        field.column.name if field.table == form or counts[field.column.name] == 1 else field.name
        for field in fields
    ]


def short_name(form: str, field: Field) -> str:
    """Return the shortest name of a field in a mapping of this form."""
    fields = form_fields(form)
    return short_names(form, fields)[fields.index(field)]
