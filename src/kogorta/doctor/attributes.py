"""What is known of customers beside their orders: name, birth date, sex, city, where they came from."""

from __future__ import annotations

from collections.abc import Iterator

from kogorta.doctor.base import Base
from kogorta.doctor.model import Finding, Severity
from kogorta.i18n import Message, lazy, nlazy

_GOOD, _WARN = 0.9, 0.5

_KNOWN = """
SELECT count(c.name) AS name, count(c.birth_date) AS birth_date, count(c.city) AS city, count(c.sex) AS sex,
    count(c.acquisition_source) AS acquisition_source
FROM k_audit_people p
LEFT JOIN (
    SELECT customer_key, max(name) AS name, max(birth_date) AS birth_date, max(city) AS city, max(sex) AS sex,
        max(acquisition_source) AS acquisition_source
    FROM k_audit_customers GROUP BY customer_key
) c ON c.customer_key = p.customer_key
"""


def check(base: Base) -> Iterator[Finding]:
    """Count for how many customers each attribute is known."""
    if not base.size:
        return
    known = base.row(_KNOWN)
    for name, (title, hint) in _ATTRIBUTES.items():
        yield _finding(name, title, hint, int(known[name]), base.size)


_ATTRIBUTES: dict[str, tuple[Message, Message]] = {
    "name": (
        lazy("Name"),
        lazy(
            "Names address people in messages and guard against joining strangers. Column name of customers."
        ),
    ),
    "birth_date": (
        lazy("Birth date"),
        lazy("Birth dates switch on birthday offers and age. Column `birth_date` of customers."),
    ),
    "city": (
        lazy("City"),
        lazy("Cities switch on offers by place and time of day. Column city of customers."),
    ),
    "sex": (lazy("Sex"), lazy("Sex switches on offers by it. Column sex of customers.")),
    "acquisition_source": (
        lazy("Acquisition source"),
        lazy("Sources show which channel brings buyers who stay. Column `acquisition_source` of customers."),
    ),
}


def _finding(name: str, title: Message, hint: Message, known: int, size: int) -> Finding:
    message = nlazy(
        "{attribute}: known for {known} of {n} customer.",
        "{attribute}: known for {known} of {n} customers.",
        size,
        attribute=title,
        known=known,
    )
    share = known / size
    severity = Severity.GOOD if share >= _GOOD else Severity.INFO if share >= _WARN else Severity.WARN
    return Finding(
        f"attributes.{name}",
        severity,
        message,
        None if severity is Severity.GOOD else hint,
        size - known,
        size,
    )
