"""A simulated shop, judged once more in SQL over its files, past everything of the product. Covers: R65, R49"""

from __future__ import annotations

from pathlib import Path

import kogorta
from kogorta.doctor.giveaways import Giveaways, Period, giveaways
from kogorta.doctor.rules import BY_ID
from kogorta.workspace import Workspace
from tests.core.doctor.clinic import places
from tests.core.simulate.asking import Base
from tests.support import day

AS_OF = "2025-12-01"

_PERIOD = """
WITH told AS (
    SELECT order_id, status, TIMESTAMPTZ '2000-01-01' AS since FROM {{orders}}
    UNION ALL BY NAME SELECT order_id, status, completed_at AS since FROM {{orders-changes}}
),
stands AS (
    SELECT order_id, arg_max(status, since) AS status FROM told
    WHERE since < TIMESTAMPTZ '{as_of}' GROUP BY order_id
),
gross AS (SELECT order_id, sum(round(quantity * unit_price, 2)) AS amount FROM {{order_lines}} GROUP BY 1),
taken AS (
    SELECT order_id, sum(amount) AS amount, sum(amount) FILTER (kind IN ('promotion', 'coupon')) AS given
    FROM {{discounts}} GROUP BY 1
),
back AS (
    SELECT order_id, sum(amount) AS amount FROM {{returns}}
    WHERE returned_at < TIMESTAMPTZ '{as_of}' GROUP BY 1
)
SELECT count(*), count(*) FILTER (t.given > 0),
    CAST(100 * sum(g.amount - coalesce(t.amount, 0) - coalesce(b.amount, 0)) AS BIGINT),
    CAST(100 * sum(coalesce(t.given, 0)) AS BIGINT)
FROM {{orders}} o JOIN stands s ON s.order_id = o.order_id
LEFT JOIN gross g ON g.order_id = o.order_id
LEFT JOIN taken t ON t.order_id = o.order_id
LEFT JOIN back b ON b.order_id = o.order_id
WHERE s.status = 'completed' AND o.ordered_at >= TIMESTAMPTZ '{as_of}' - INTERVAL {first} DAY
    AND o.ordered_at < TIMESTAMPTZ '{as_of}' - INTERVAL {last} DAY
"""


def period(base: Base, first: int, last: int) -> Period:
    """What was sold and given away from so many days before to so many days before, in kopecks."""
    return Period(*base.one(_PERIOD.format(as_of=f"{AS_OF} 00:00:00+00", first=first, last=last)))


def test_a_simulated_shop_is_judged_as_its_files_are(tmp_path: Path) -> None:
    """Money given away, and who is too few, are what SQL over the files and the lists of members say."""
    kogorta.simulate("shop", 400, tmp_path / "files", seed=5, events_per_customer=0)
    base = Base(tmp_path / "files")
    with kogorta.init(tmp_path / "w", timezone="UTC") as workspace:
        workspace.import_folder(base.folder)
        with workspace.view(AS_OF) as view:
            assert giveaways(view) == Giveaways(period(base, 90, 0), period(base, 455, 90))
        assert places(workspace, "segment.small", day(AS_OF)) == small(workspace)
        found = workspace.doctor(AS_OF)
        assert {item.rule for item in found.remarks} <= set(BY_ID)
        assert found.base == sum(workspace.sizes(AS_OF)["lifecycle"].values())


def small(workspace: Workspace) -> dict[str, int]:
    """Segments of fewer than a hundred or of less than 2 % of their scheme, that have anybody."""
    sizes = workspace.sizes(AS_OF)
    return {
        f"{scheme}.{segment}": people
        for scheme, segments in sizes.items()
        for segment, people in segments.items()
        if people > 0 and (people < 100 or 50 * people < sum(segments.values()))
    }
