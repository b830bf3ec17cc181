"""What is done to customers: erased for ever, called."""

from __future__ import annotations

from django.http import HttpRequest

from kogorta.identity.erase import Erasure
from kogorta.today import OutcomeOfCall
from kogorta_server import base
from kogorta_server.accounts.audit import record


def preview_erasure(customer_id: str) -> Erasure:
    """Say whom an erasure would take, and how much with him.

    Raises:
        NotFoundError: No source ever named him, or he was erased before.
        InputError: In several spaces this id is that of different persons.
    """
    return base.workspace().preview_erasure(customer_id)


def erase(request: HttpRequest, customer_id: str) -> Erasure:
    """Erase a person from the store, and from what pages show; it is written down without a word of him.

    Raises:
        NotFoundError: No source ever named him, or he was erased before.
        InputError: In several spaces this id is that of different persons.
    """
    erasure = base.workspace().erase(customer_id)
    record(request, "customer.erased", ids=len(erasure.customer_ids), orders=erasure.orders)
    # pages read a copy, and he must not stand there a moment longer
    base.take_reading()
    return erasure


def record_call(request: HttpRequest, customer_id: str, outcome: str, note: str = "") -> OutcomeOfCall:
    """Write down what came of a call.

    Raises:
        NotFoundError: No source ever named him.
        InputError: There is no such outcome.
    """
    base.workspace().record_call(customer_id, outcome, note)
    record(request, "customer.called", customer_id, outcome=outcome)
    return OutcomeOfCall(outcome)
