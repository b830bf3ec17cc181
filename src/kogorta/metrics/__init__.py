"""Key figures of the base and of its segments.

`measure` returns those of the whole base as of one instant; the functions that it calls can be used alone on an open
view. `measured` asks for the base or for segments: by month, campaign, channel, source and cohort; `portrait` compares the
people of a segment with others, `attractive` finds who is worth most, `trend` tells how membership moved. What each number
means is written in `docs/reference/metrics.md`.
"""

from kogorta.metrics.collect import measure
from kogorta.metrics.ledger import Ledger
from kogorta.metrics.missing import Missing, Value, Why
from kogorta.metrics.model import Metrics

__all__ = ["Ledger", "Metrics", "Missing", "Value", "Why", "measure"]
