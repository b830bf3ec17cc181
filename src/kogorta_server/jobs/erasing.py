"""The erasure of a person, and of what the service itself has copied of him."""

from __future__ import annotations

from django.http import HttpRequest

from kogorta.identity.erase import Erasure
from kogorta_server import base
from kogorta_server.accounts.audit import record
from kogorta_server.accounts.models import User
from kogorta_server.jobs import asking, files


def erase(request: HttpRequest, customer_id: str, user: User | None = None) -> Erasure:
    """Erase a person from the store; once this returns, nothing shows him. It is written down without a word of him.

    Pages show a copy of the store: there he is hidden at once, and a job takes a new one without him. Lists that were written
    into files are removed, whoever asked for them.

    Args:
        request: Who does it.
        customer_id: Any id of the person.
        user: The person who does it; None for a program.

    Raises:
        NotFoundError: No source ever named him, or he was erased before.
        InputError: In several spaces this id is that of different persons.
    """
    erasure = base.workspace().erase(customer_id)
    hide(user)
    record(request, "customer.erased", ids=len(erasure.customer_ids), orders=erasure.orders)
    return erasure


def hide(user: User | None = None) -> None:
    """Have nothing of the service show who was erased: neither pages, from this moment on, nor files that were made before.

    Args:
        user: The person who erased somebody; None for a program.
    """
    base.hide_erased()
    files.remove_exports()
    asking.take_reading(user)
