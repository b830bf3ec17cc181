"""A seed means one base, for ever and everywhere."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

import kogorta
from kogorta.errors import InputError
from kogorta.simulate import chance, people, plan, run, web, writing
from kogorta.simulate.plan import Plan

# What a seed gives is a promise: these change only when the simulator is meant to give other bases. Then
# `python -m tests.core.simulate.test_same` prints them anew.
DIGESTS = {
    "shop": {
        "ad_spend": "1959b56b5e97e41e",
        "channel_costs": "3840ee476a415466",
        "consents": "f59aea54aadf0665",
        "contacts": "b2107d6a412553ab",
        "coupons": "b5b25093940c71fd",
        "customers": "3fbeb7296890964a",
        "discounts": "a60d551c2132f5e4",
        "events": "41dfcdd35492a1a6",
        "message_events": "4ca9c85036bc2f80",
        "messages": "a43077d60d5450ca",
        "order_lines": "8c2953638516ffb6",
        "orders-changes": "c97b3d5501b38b6d",
        "orders": "99cca06faaca2ff4",
        "outlets": "172672e7cbfba911",
        "products": "f04e1f18ddf9153d",
        "promotions": "802ac118d905ea13",
        "returns": "53092ec59e4f880d",
        "survey_answers": "eb7ba30e2021da2a",
        "tickets": "021ede3083090358",
        "truth/campaigns": "246c832aeb66951a",
        "truth/customers": "f4c07cf60a5cf2b0",
        "truth/duplicates": "d25e8be18e6494e3",
        "truth/households": "ee86725e4d2288df",
    },
    "salon": {
        "ad_spend": "1959b56b5e97e41e",
        "bookings": "44895947b0cc331f",
        "channel_costs": "3840ee476a415466",
        "consents": "558f0ce853a844d9",
        "contacts": "e836edd2ce661bc4",
        "coupons": "f491509446f8d28a",
        "customers": "50072e76381263eb",
        "discounts": "83af0b925a018e4b",
        "events": "661893de4a23d5d7",
        "message_events": "44f7da9c99c5b541",
        "messages": "759cfc9969ced395",
        "order_lines": "55374cdbf4fcb5d2",
        "orders": "0d99d48adca99a07",
        "outlets": "172672e7cbfba911",
        "products": "d793cc9011498195",
        "promotions": "802ac118d905ea13",
        "staff": "7a28b1b4aa7e921e",
        "survey_answers": "fbe88f2dab4886ec",
        "tickets": "34fc656e96d3f287",
        "truth/campaigns": "9b912942d75eb6bf",
        "truth/customers": "ed288294e31ab5e1",
        "truth/duplicates": "d25e8be18e6494e3",
        "truth/households": "ee86725e4d2288df",
    },
}
SMALL = {"seed": 7, "start": date(2024, 3, 1), "end": date(2024, 12, 1), "events_per_customer": 5}


def content(folder: Path) -> dict[str, str]:
    """Return by file a digest of its cells: what they hold, not how Parquet packs them."""
    found = {}
    for path in sorted(folder.rglob("*.parquet")):
        digest = hashlib.sha256()
        table = pq.read_table(path)
        for name in table.column_names:
            digest.update(repr((name, str(table.schema.field(name).type), table[name].to_pylist())).encode())
        found[path.relative_to(folder).with_suffix("").as_posix()] = digest.hexdigest()[:16]
    return found


@pytest.mark.parametrize("business", ["shop", "salon"])
def test_a_small_base_is_what_it_always_was(business: str, tmp_path: Path) -> None:
    kogorta.simulate(business, 60, tmp_path / "base", **SMALL)
    assert content(tmp_path / "base") == DIGESTS[business]


def test_neither_hashes_nor_the_zone_of_the_machine_nor_its_threads_matter(tmp_path: Path) -> None:
    code = "import kogorta, sys; kogorta.simulate('shop', 80, sys.argv[1], seed=3, events_per_customer=4)"
    found = []
    for number, (hashes, zone) in enumerate((("1", "UTC"), ("2", "Asia/Kamchatka"))):
        told = {**os.environ, "PYTHONHASHSEED": hashes, "TZ": zone, "OMP_NUM_THREADS": str(number + 1)}
        folder = tmp_path / str(number)
        subprocess.run([sys.executable, "-c", code, str(folder)], env=told, check=True, timeout=60)
        found.append(content(folder))
    assert found[0] == found[1]


def test_another_seed_is_another_base(tmp_path: Path) -> None:
    for seed in (1, 2):
        kogorta.simulate("shop", 80, tmp_path / str(seed), seed=seed, events_per_customer=4)
    one, two = content(tmp_path / "1"), content(tmp_path / "2")
    same = {name for name in one if one[name] == two.get(name)}
    assert same == {"outlets", "channel_costs", "promotions"}, "these depend on no draw, all others do"


def test_a_bigger_base_begins_with_the_smaller_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks know nothing of each other, so they may be made in any order."""
    for module in (plan, people, run):
        monkeypatch.setattr(module, "CHUNK", 50)
    for size in (50, 120):
        kogorta.simulate("shop", size, tmp_path / str(size), seed=3, events_per_customer=4)
    for name in ("customers", "contacts", "consents", "orders", "order_lines", "messages", "events"):
        small, big = (pq.read_table(tmp_path / size / f"{name}.parquet") for size in ("50", "120"))
        assert big.slice(0, small.num_rows).equals(small), name


def test_a_table_goes_on_in_another_file_and_no_row_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kogorta.simulate("shop", 150, tmp_path / "whole", events_per_customer=30)
    monkeypatch.setattr(writing, "PART_ROWS", 1_000)
    monkeypatch.setattr(web, "SLICE_EVENTS", 700)
    made = kogorta.simulate("shop", 150, tmp_path / "parts", events_per_customer=30)
    parts = sorted(tmp_path.glob("parts/events*.parquet"))
    assert [path.name for path in parts][:2] == ["events-2.parquet", "events-3.parquet"]
    assert sum(pq.read_metadata(path).num_rows for path in parts) == made.rows["events"]
    whole = pq.read_table(tmp_path / "whole" / "events.parquet")
    assert whole.num_rows == made.rows["events"]


def test_a_base_that_is_not_finished_leaves_nothing_behind(tmp_path: Path) -> None:
    def stop(_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        kogorta.simulate("shop", 50, tmp_path / "base", progress=stop)
    assert list((tmp_path / "base").iterdir()) == []


def test_a_full_disk_is_told_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pq.ParquetWriter, "write_table", full)
    with pytest.raises(InputError, match="the base cannot be written"):
        kogorta.simulate("shop", 50, tmp_path / "base")
    assert list((tmp_path / "base").iterdir()) == []


def test_progress_counts_every_customer_and_every_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (plan, people, run):
        monkeypatch.setattr(module, "CHUNK", 40)
    steps: list[run.Progress] = []
    made = kogorta.simulate("shop", 100, tmp_path / "base", progress=steps.append)
    assert [(step.customers, step.of) for step in steps] == [(40, 100), (80, 100), (100, 100)]
    assert steps[-1].rows == sum(made.rows.values())


# --- draws -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quantiles", "mean", "variance"),
    [
        (chance.exponential(), 1.0, 1.0),
        (chance.gamma(0.85), 1.0, 1 / 0.85),
        (chance.gamma(6.0), 1.0, 1 / 6),
        (chance.beta(0.5, 2.3), 0.5 / 2.8, 0.5 * 2.3 / (2.8**2 * 3.8)),
        (chance.lognormal(0.9), np.exp(0.405), (np.exp(0.81) - 1) * np.exp(0.81)),
        (chance.pareto(2.8), 2.8 / 1.8, 2.8 / (1.8**2 * 0.8)),
    ],
)
def test_tables_have_the_moments_of_their_distributions(
    quantiles: chance.Quantiles, mean: float, variance: float
) -> None:
    """By the formulas of each distribution; the far end of a long tail is cut, so its variance is a little less."""
    shares = (np.arange(1_000_000) + 0.5) / 1_000_000
    values = quantiles.at(shares)
    assert values.mean() == pytest.approx(mean, rel=2e-3)
    assert values.var() == pytest.approx(variance, rel=6e-2)


def test_quantiles_are_those_of_the_formulas() -> None:
    """Exponential: −ln(1 − u). Gamma of shape 2: the median solves 1 − e^−x (1 + x) = 1/2, at 1.67834699."""
    shares = np.array([0.1, 0.5, 0.9, 0.999, 0.99999])
    assert chance.exponential().at(shares) == pytest.approx(-np.log1p(-shares), rel=5e-4)
    assert chance.gamma(2.0).at(np.array([0.5]))[0] == pytest.approx(1.67834699 / 2, rel=1e-5)


def test_streams_are_even_and_apart() -> None:
    made = Plan("shop", 10)
    one, two = made.chance("life", 0).shares(100_000), made.chance("life", 1).shares(100_000)
    assert one.min() >= 0
    assert one.max() < 1
    assert abs(one.mean() - 0.5) < 4 / np.sqrt(12 * 100_000)
    assert abs(np.corrcoef(one, two)[0, 1]) < 4 / np.sqrt(100_000)


if __name__ == "__main__":
    import tempfile

    for kind in ("shop", "salon"):
        place = Path(tempfile.mkdtemp()) / "base"
        kogorta.simulate(kind, 60, place, **SMALL)
        print(kind, content(place))
