"""Key figures of the base and of its segments.

`measure` returns all of them as of one instant; the functions that it calls can be used alone on an open
view. What each means is written in `docs/reference/metrics.md`.
"""

from kogorta.metrics.collect import measure
from kogorta.metrics.ledger import Ledger
from kogorta.metrics.missing import Missing, Why
from kogorta.metrics.model import Metrics

__all__ = ["Ledger", "Metrics", "Missing", "Why", "measure"]
