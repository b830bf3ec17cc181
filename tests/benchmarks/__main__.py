"""make bench: our work beside a named reference, in turns, in the same run; one table of ratios."""

from __future__ import annotations

import time

import duckdb

from kogorta.bench.machine import machine
from tests.benchmarks import full, language, living, refreshing, serving, work
from tests.benchmarks.options import wishes_of
from tests.benchmarks.race import Race, compete, print_table
from tests.benchmarks.shop import shop, shop_and_tenth

ORDERS = work.orders

RACES = (
    Race("import 10 M orders", ORDERS, work.import_ours, work.import_duckdb, "DuckDB read_csv to disk", 5.0),
    Race(
        "import 10 M orders",
        ORDERS,
        work.import_ours,
        work.import_duckdb_memory,
        "DuckDB read_csv in memory",
        5.0,
    ),
    Race("RFM of 10 M orders", ORDERS, work.rfm_ours, work.rfm_pandas, "pandas groupby", 1 / 1.5),
    Race("RFM, first question", ORDERS, work.rfm_ours_first, work.rfm_pandas, "pandas groupby", 1 / 1.5),
    Race("RFM of 10 M orders", ORDERS, work.rfm_ours, work.rfm_duckdb, "SQL by hand on DuckDB", 5.0),
    Race(
        "RFM of 10 M orders", ORDERS, work.rfm_ours, work.rfm_lifetimes, "lifetimes summary", 1 / 10, rounds=1
    ),
    Race(
        "compile a definition", ORDERS, language.compile_ours, language.compile_budget, "50 ms", 1.0, rounds=1
    ),
    Race(
        "60 segments, 1 M people",
        ORDERS,
        language.place_ours,
        language.place_each,
        "one query each",
        0.5,
        rounds=1,
    ),
    Race(
        "refresh, 0.1 % moved",
        ORDERS,
        refreshing.refresh_parts,
        refreshing.refresh_whole,
        "everyone",
        0.05,
        1,
    ),
    Race(
        "refresh, first question",
        ORDERS,
        refreshing.refresh_parts_first,
        refreshing.refresh_whole_first,
        "everyone",
        0.05,
        rounds=1,
    ),
    Race(
        "full refresh of a shop",
        shop,
        full.refresh_ours,
        full.refresh_by_hand,
        "SQL by hand on DuckDB",
        1.2,
        peak_at_most=8,
    ),
    Race(
        "refresh of a living shop, 0.1 % moved",
        living.living_shop,
        living.refresh_parts,
        living.refresh_whole,
        "everyone",
        0.05,
        rounds=1,
    ),
    Race(
        "100 customers of a living shop",
        living.living_shop,
        living.place_few,
        living.few_budget,
        "200 ms",
        1.0,
        rounds=1,
    ),
    Race(
        "estimate in a living shop, p95",
        living.living_shop,
        living.estimate_typed,
        living.estimate_budget,
        "300 ms",
        1.0,
        rounds=1,
    ),
    Race(
        "pages of a served shop, p95",
        serving.served_shop,
        serving.pages,
        serving.page_budget,
        "150 ms",
        1.0,
        rounds=1,
    ),
    Race(
        "pages while it refreshes, p95",
        serving.served_shop,
        serving.pages_while_refreshing,
        serving.busy_budget,
        "400 ms",
        1.0,
        rounds=1,
    ),
    Race(
        "heaviest page of a served shop",
        serving.served_shop,
        serving.weight,
        serving.weight_budget,
        "100 kB, packed",
        1.0,
        rounds=1,
        unit="kB",
    ),
    Race("growth of a shop", shop_and_tenth, full.grow, full.grow_from, "a tenth of it", 11.0, rounds=1),
)


def main() -> None:
    """Print the table."""
    wishes, name = wishes_of(__doc__ or "")
    wishes.folder.mkdir(exist_ok=True)
    begun = time.perf_counter()
    print(machine_line())
    rows = [compete(race, wishes) for race in RACES if name.lower() in race.name.lower()]
    print_table(rows)
    print(
        f"{wishes.rows:,} orders alone, a shop of {wishes.workspace or f'{wishes.customers:,} customers'}; "
        f"medians of turns; {time.perf_counter() - begun:.0f} s in all"
    )


def machine_line() -> str:
    """Say what all of it ran on."""
    it = machine(f"duckdb v{duckdb.__version__}")
    memory = "?" if it.memory_gib is None else f"{it.memory_gib:.0f}"
    return f"machine: {it.cores} cores, {memory} GiB, {it.processor}, {it.engine}, Python {it.python}"


if __name__ == "__main__":
    main()
