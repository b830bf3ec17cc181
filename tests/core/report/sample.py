"""Report data for tests: a realistic shop and salon, and the edges."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from kogorta.i18n import lazy, nlazy
from kogorta.report import known_gaps, reasons
from kogorta.report.model import (
    NOT_YET,
    AxisCuts,
    BaseSummary,
    Clock,
    Cohort,
    Gap,
    GridCell,
    Kpis,
    Lifecycle,
    Measure,
    Month,
    Move,
    ReportData,
    ReturnRate,
    Rfm,
    SchemeSizes,
    SegmentSize,
    Severity,
    Slipping,
    SlippingCustomer,
    SlippingTotal,
    Transitions,
)
from kogorta.vocab import AxisMethod, Business, LifecycleReason
from tests.core.report import people

AS_OF = datetime(2026, 10, 19, 21, tzinfo=UTC)
_MAP = {
    5: ("potential", "potential", "potential", "champions", "champions"),
    4: ("potential", "potential", "potential", "loyal", "champions"),
    3: ("sleeping", "sleeping", "potential", "loyal", "loyal"),
    2: ("sleeping", "sleeping", "at_risk", "at_risk", "at_risk"),
    1: ("lost", "lost", "sleeping", "at_risk", "at_risk"),
}
_COUNTS = {
    5: (310, 720, 905, 1130, 1862),
    4: (402, 640, 711, 930, 1204),
    3: (655, 730, 690, 604, 411),
    2: (1320, 1104, 760, 402, 188),
    1: (4810, 2266, 908, 240, 57),
}


def months_back(day: date, count: int) -> date:
    """Return the first day of the month `count` months before the month of a day."""
    index = day.year * 12 + day.month - 1 - count
    return date(index // 12, index % 12 + 1, 1)


def shop() -> ReportData:
    """A shop with two and a half years of history and no costs."""
    return ReportData(
        title="Кофейня «Зерно и дом»",
        business=Business.SHOP,
        currency="RUB",
        clock=Clock(AS_OF, AS_OF + timedelta(hours=2), AS_OF - timedelta(days=3), "Europe/Moscow"),
        base=BaseSummary(
            34_410, 25_871, 98_204, 31_842_556_00, 9_120, 2_644_109_00, date(2024, 3, 2), date(2026, 10, 19)
        ),
        gaps=gaps(),
        rfm=rfm(),
        lifecycle=lifecycle(),
        transitions=transitions(),
        cohorts=cohorts(),
        kpis=kpis(),
        months=months(),
        slipping=slipping(),
        worth=people.worth(),
        tastes=people.tastes(),
        own=people.own(),
        checkup=people.checkup(),
    )


def salon() -> ReportData:
    """A salon with long names and another currency."""
    quick = _scheme("lifecycle_quick", {"new": 212, "regular": 1480, "sleeping": 2204})
    life = replace(lifecycle(), quick=quick, is_provisional=True, rhythm_days=31.0)
    return replace(
        shop(),
        title="Salon «Brows & Lashes», Almaty",
        business=Business.SALON,
        currency="KZT",
        lifecycle=life,
        agenda=people.agenda(),
    )


def _simple() -> SchemeSizes:
    return _scheme(
        "rfm_simple",
        {
            "champions": 4196,
            "loyal": 1945,
            "potential": 4378,
            "newcomers": 1912,
            "at_risk": 1647,
            "sleeping": 4717,
            "lost": 7076,
        },
        {
            "champions": 742_180_000,
            "loyal": 218_450_000,
            "potential": 164_300_000,
            "newcomers": 41_250_000,
            "at_risk": 96_420_000,
            "sleeping": 38_990_000,
            "lost": 0,
        },
        {
            "champions": 9.4,
            "loyal": 31.2,
            "potential": 18.8,
            "newcomers": 12.1,
            "at_risk": 141.0,
            "sleeping": 118.7,
            "lost": 402.3,
        },
    )


def _classic() -> SchemeSizes:
    return _scheme(
        "rfm_classic",
        {
            "champions": 2310,
            "loyal": 2980,
            "potential_loyalist": 3012,
            "new": 1588,
            "promising": 840,
            "need_attention": 1204,
            "about_to_sleep": 1911,
            "at_risk": 1730,
            "cant_lose": 212,
            "hibernating": 3902,
            "lost": 6182,
        },
        {
            "champions": 510_300_000,
            "loyal": 402_100_000,
            "potential_loyalist": 148_900_000,
            "new": 34_800_000,
            "promising": 61_200_000,
            "need_attention": 58_700_000,
            "about_to_sleep": 21_400_000,
            "at_risk": 24_300_000,
            "cant_lose": 31_880_000,
            "hibernating": 8_010_000,
            "lost": 0,
        },
    )


def rfm() -> Rfm:
    """RFM of the shop."""
    quick = _scheme(
        "rfm_quick", {"champions": 4196, "loyal": 1945, "potential": 6290, "at_risk": 1647, "sleeping": 11793}
    )
    cells = tuple(GridCell(r, fm + 1, _COUNTS[r][fm], _MAP[r][fm]) for r in _MAP for fm in range(5))
    cuts = (
        AxisCuts("r", AxisMethod.RHYTHM, (14, 31, 62, 124)),
        AxisCuts("f", AxisMethod.RELATIVE, (9, 5, 3, 2)),
        AxisCuts("m", AxisMethod.RELATIVE, (1_840_000, 920_000, 450_000, 190_000)),
    )
    return Rfm(365, cuts, _simple(), quick, _classic(), cells)


def lifecycle() -> Lifecycle:
    """Lifecycle of the shop."""
    stages = _scheme(
        "lifecycle",
        {"prospect": 8539, "new": 1720, "active": 7811, "returned": 604, "at_risk": 4925, "lost": 10_811},
        {
            "new": 39_100_000,
            "active": 948_700_000,
            "returned": 42_800_000,
            "at_risk": 214_660_000,
            "lost": 56_330_000,
        },
        {"new": 11.8, "active": 16.2, "returned": 14.4, "at_risk": 84.9, "lost": 388.0},
    )
    return Lifecycle(
        stages,
        (
            ReturnRate("new", 702, 1804),
            ReturnRate("active", 5990, 7512),
            ReturnRate("returned", 340, 588),
            ReturnRate("at_risk", 1310, 4704),
            ReturnRate("at_risk", 820, 2310, LifecycleReason.SILENCE),
            ReturnRate("at_risk", 212, 404, LifecycleReason.SIGNALS),
            ReturnRate("at_risk", 278, 1990, LifecycleReason.SINGLE_ORDER),
            ReturnRate("lost", 402, 9870),
        ),
        (
            ("at_risk", LifecycleReason.SILENCE, 2480),
            ("at_risk", LifecycleReason.SIGNALS, 431),
            ("at_risk", LifecycleReason.SINGLE_ORDER, 2014),
        ),
        _scheme("lifecycle_quick", {"new": 1720, "active": 8415, "at_risk": 4925, "gone": 10_811}),
        rhythm_days=27.4,
        at_risk_days=55.0,
        lost_days=142.0,
        new_days=48.0,
    )


def transitions() -> tuple[Transitions, ...]:
    """RFM between three instants and the lifecycle between two."""
    steps = {
        ("champions", "champions"): 3010,
        ("champions", "loyal"): 640,
        ("champions", "at_risk"): 298,
        ("loyal", "champions"): 588,
        ("loyal", "loyal"): 902,
        ("loyal", "at_risk"): 410,
        ("loyal", "sleeping"): 120,
        ("potential", "champions"): 402,
        ("potential", "loyal"): 288,
        ("potential", "potential"): 2404,
        ("potential", "sleeping"): 1320,
        ("newcomers", "potential"): 880,
        ("newcomers", "sleeping"): 1011,
        ("at_risk", "champions"): 96,
        ("at_risk", "loyal"): 60,
        ("at_risk", "at_risk"): 770,
        ("at_risk", "lost"): 300,
        ("sleeping", "potential"): 402,
        ("sleeping", "sleeping"): 2090,
        ("sleeping", "lost"): 1840,
        ("lost", "potential"): 190,
        ("lost", "lost"): 4801,
        (NOT_YET, "newcomers"): 1905,
        (NOT_YET, "potential"): 140,
    }
    group = tuple(Move(source, target, count) for (source, target), count in steps.items())
    life = (
        Move("active", "active", 5990),
        Move("active", "at_risk", 1522),
        Move("at_risk", "active", 1110),
        Move("at_risk", "at_risk", 1804),
        Move("at_risk", "lost", 1590),
        Move("at_risk", "returned", 200),
        Move("lost", "returned", 402),
        Move("lost", "lost", 9221),
        Move("new", "active", 702),
        Move("new", "at_risk", 1102),
        Move("prospect", "prospect", 8010),
        Move("prospect", "new", 320),
        Move(NOT_YET, "new", 1400),
        Move(NOT_YET, "prospect", 529),
    )
    ago = timedelta(days=90)
    return (
        Transitions("rfm_simple", (AS_OF - 2 * ago, AS_OF - ago, AS_OF), (group, group)),
        Transitions("lifecycle", (AS_OF - ago, AS_OF), (life,)),
    )


def cohorts() -> tuple[Cohort, ...]:
    """Cohorts of twenty months."""
    rows = []
    for back in range(20, 0, -1):
        size = 760 + back * 37 % 311
        shares = [0.42 * (k + 1.2) ** -0.42 - 0.006 * ((back + k) % 5) for k in range(back - 1)]
        active = tuple(max(round(size * share), 0) for share in shares)
        rows.append(Cohort(months_back(AS_OF.date(), back), size, active, size * 410_000))
    return tuple(rows)


def months() -> tuple[Month, ...]:
    """Two years of months, the last one unfinished."""
    rows = []
    for back in range(23, -1, -1):
        month = months_back(AS_OF.date(), back)
        season = 1.35 if month.month == 12 else 0.9 if month.month in (6, 7) else 1.0
        share = 0.62 if back == 0 else 1.0
        growth = (1 + 0.012 * (23 - back)) * season * share
        rows.append(
            Month(
                month,
                round(3050 * growth),
                round(31_200_000 * growth),
                round(74_600_000 * growth),
                round(2410 * growth),
            )
        )
    return tuple(rows)


def kpis() -> Kpis:
    """Measures of the shop; margin is missing."""
    no_cost = reasons.costs_missing(0.41)
    return Kpis(
        Measure(0.4381, 0.4302),
        Measure(0.7135, 0.7241),
        Measure(38.4, 39.9),
        Measure(24.0, 26.0),
        Measure(241_350.0, 233_010.0),
        Measure(318_720.0, 309_480.0),
        Measure(1_128_600.0, 1_096_200.0),
        Measure(no_cost),
        Measure(no_cost),
        AS_OF - timedelta(days=90),
    )


def slipping() -> Slipping:
    """Who is slipping away."""
    customers = tuple(
        SlippingCustomer(
            f"C-{104_233 + i * 7919 % 90_000}",
            "at_risk" if i % 4 else "lost",
            61 + i * 13 % 190,
            18 + i * 5 % 44,
            31 - i % 23,
            9_820_000 - i * 310_000,
        )
        for i in range(25)
    )
    totals = (SlippingTotal("at_risk", 4211, 214_660_000), SlippingTotal("lost", 1820, 56_330_000))
    return Slipping(totals, customers)


def gaps() -> tuple[Gap, ...]:
    """What the shop lacks."""
    return (
        known_gaps.costs(0.41),
        known_gaps.anonymous_orders(9120, 98_204),
        known_gaps.short_history(120),
        Gap(
            "contacts.missing",
            Severity.MEDIUM,
            nlazy(
                "{known} of {n} customer has a contact: an e-mail, a telephone or a messenger.",
                "{known} of {n} customers have a contact: an e-mail, a telephone or a messenger.",
                34_410,
                known=26_288,
            ),
            (),
            lazy("Import the contacts table."),
        ),
        Gap(
            "sales.categories",
            Severity.HIGH,
            nlazy(
                "{known} of {n} order line has a product with a category.",
                "{known} of {n} order lines have a product with a category.",
                240_118,
                known=0,
            ),
            (lazy("the main category and its rhythm"),),
            lazy("Import the products table with the column category."),
        ),
        Gap(
            "off.tickets",
            Severity.LOW,
            lazy("Not in the base: {tables}", tables="tickets"),
            (lazy("requests to support"),),
        ),
    )


def empty() -> ReportData:
    """A workspace without a single fact."""
    off = reasons.no_orders()
    return ReportData(
        title="New",
        business=Business.SHOP,
        currency="EUR",
        clock=Clock(AS_OF, None, None, "UTC"),
        base=BaseSummary(0, 0, 0, 0),
        rfm=off,
        lifecycle=off,
        cohorts=off,
        kpis=off,
        slipping=off,
        worth=off,
    )


def single() -> ReportData:
    """One customer with one order."""
    zeros = dict.fromkeys(("champions", "loyal", "potential", "newcomers", "at_risk", "sleeping", "lost"), 0)
    simple = _scheme("rfm_simple", {**zeros, "newcomers": 1}, {"newcomers": 99_00})
    stages = _scheme(
        "lifecycle", {"prospect": 0, "new": 1, "active": 0, "returned": 0, "at_risk": 0, "lost": 0}
    )
    off = reasons.short_history(1, 180)
    one = Rfm(
        None,
        (),
        simple,
        _scheme("rfm_quick", {"potential": 1}),
        off,
        tuple(GridCell(r, fm + 1, 0, _MAP[r][fm]) for r in _MAP for fm in range(5)),
    )
    numbers = Kpis(
        Measure(0.0),
        Measure(off),
        Measure(off),
        Measure(off),
        Measure(9900.0),
        Measure(off),
        Measure(9900.0),
        Measure(off),
        Measure(off),
    )
    return replace(
        empty(),
        base=BaseSummary(1, 1, 1, 99_00, 0, 0, AS_OF.date(), AS_OF.date()),
        rfm=one,
        lifecycle=Lifecycle(stages, off, is_provisional=True),
        cohorts=(Cohort(months_back(AS_OF.date(), 0), 1, ()),),
        kpis=numbers,
        months=(Month(months_back(AS_OF.date(), 0), 1, 9900, 0, 1),),
        slipping=Slipping((SlippingTotal("at_risk", 0, 0), SlippingTotal("lost", 0, 0)), ()),
    )


def huge() -> ReportData:
    """A hundred million customers and money to match."""
    data, times = shop(), 40_000
    assert isinstance(data.rfm, Rfm)
    cells = tuple(replace(cell, customers=cell.customers * times) for cell in data.rfm.grid)
    big = replace(data.rfm, simple=_times(data.rfm.simple, times), grid=cells)
    months = tuple(
        replace(
            m,
            orders=m.orders * times,
            new_revenue=m.new_revenue * times,
            repeat_revenue=m.repeat_revenue * times,
            active=m.active * times,
        )
        for m in data.months
    )
    base = replace(
        data.base,
        customers=data.base.customers * times,
        buyers=data.base.buyers * times,
        orders=data.base.orders * times,
        revenue=data.base.revenue * times,
    )
    return replace(data, title="М" * 90, rfm=big, months=months, base=base, currency="JPY")


def _times(scheme: SchemeSizes, times: int) -> SchemeSizes:
    grown = (
        replace(s, customers=s.customers * times, revenue=(s.revenue or 0) * times) for s in scheme.segments
    )
    return replace(scheme, segments=tuple(grown))


def _scheme(
    scheme: str,
    customers: dict[str, int],
    revenue: dict[str, int] | None = None,
    recency: dict[str, float] | None = None,
) -> SchemeSizes:
    return SchemeSizes(
        scheme,
        tuple(
            SegmentSize(key, count, (revenue or {}).get(key), (recency or {}).get(key))
            for key, count in customers.items()
        ),
    )


EVERY = {"shop": shop, "salon": salon, "empty": empty, "single": single, "huge": huge}
