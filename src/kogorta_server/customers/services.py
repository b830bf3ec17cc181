"""What is done to customers: called; and what an erasure would take (`jobs.erasing` does it)."""

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


def record_call(request: HttpRequest, customer_id: str, outcome: str, note: str = "") -> OutcomeOfCall:
    """Write down what came of a call.

    Raises:
        NotFoundError: No source ever named him.
        InputError: There is no such outcome.
    """
    base.workspace().record_call(customer_id, outcome, note)
    record(request, "customer.called", customer_id, outcome=outcome)
    return OutcomeOfCall(outcome)
