"""Today's list, and what came of it."""

from __future__ import annotations

from kogorta.errors import InputError
from kogorta.ingest.report import ImportReport
from kogorta.today import CALL_MADE, OutcomeOfCall, Today, today_list
from kogorta.workspace.base import InstantLike, KnownLike
from kogorta.workspace.ingesting import Ingesting
from kogorta.workspace.instants import parse_known


class Listing(Ingesting):
    """Who comes today, whom to invite, whom to call."""

    def today(self, as_of: InstantLike | None = None, known_at: KnownLike | None = None) -> Today:
        """Return the list of the local day in which an instant lies, by default of now; nothing is written.

        Raises:
            NotFoundError: A segment of `[today]` does not exist.
        """
        known = parse_known(known_at, self.config.zone)
        return today_list(self.warehouse, self.config, self.instant(as_of), known)

    def record_call(
        self, customer: str, outcome: OutcomeOfCall | str, note: str = "", at: InstantLike | None = None
    ) -> ImportReport:
        """Write down that somebody was called: an event `call_made` like any other, which segments can ask for.

        Args:
            customer: An id, as a source gave it.
            outcome: booked, talked, later, no_answer or declined.
            note: What was said, for whoever calls next.
            at: When; now by default.

        Raises:
            NotFoundError: No source ever named this customer.
            InputError: There is no such outcome.
        """
        words = [word.value for word in OutcomeOfCall]
        if outcome not in words:
            raise InputError(
                "there is no such outcome of a call", got=str(outcome), expected=", ".join(words)
            )
        self.warehouse.customer_key(customer)
        instant = self.instant(at).isoformat(timespec="microseconds") + "Z"
        message = {
            "type": "track",
            "event": CALL_MADE,
            "messageId": f"{CALL_MADE}:{customer}:{instant}",
            "userId": customer,
            "timestamp": instant,
            "properties": {"outcome": str(outcome), **({"note": note} if note else {})},
        }
        return self.import_tracking([message])
