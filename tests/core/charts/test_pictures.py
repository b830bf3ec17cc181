"""Every picture: well-formed, harmless, accessible, and with labels that stay where they belong."""

from __future__ import annotations

from html import unescape
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kogorta.charts import (
    Bar,
    Cell,
    CohortRow,
    Column,
    Flow,
    MonthAxis,
    Node,
    Part,
    Series,
    Tile,
    bars,
    cohort_table,
    columns,
    grid,
    lines,
    sankey,
    share_bar,
    spark,
    treemap,
)
from kogorta.charts.axis import ticks
from kogorta.charts.cohorts import LEVELS, heat, heat_scale
from kogorta.charts.grid import level
from kogorta.charts.sankey import place
from kogorta.charts.svg import number, tag
from kogorta.charts.text import Line, text_width
from kogorta.charts.treemap import place_tiles
from tests.core.charts.svgs import is_harmless, parsed, texts, view_box

WORDS = st.text("абвгдежзийклмнопрстуфхцчшщъыьэюя АЖШЩЫЮ", min_size=1, max_size=36)
VALUES = st.one_of(st.integers(0, 10**9), st.floats(0, 10**6))
TILES = st.lists(st.builds(Tile, WORDS, VALUES, st.just("1 204 · 12 %"), st.just("loyal")), max_size=14)
HOSTILE = '<script>"&'


def assert_within(lines: tuple[Line, ...], box: tuple[float, float, float, float]) -> None:
    """Check that each line lies in a box of left, top, right, bottom."""
    for line in lines:
        left, top, right, bottom = line.box
        assert left >= box[0] - 0.01
        assert top >= box[1] - 0.01
        assert right <= box[2] + 0.01
        assert bottom <= box[3] + 0.01


def every_picture(name: str = "Чемпионы", width: float = 640) -> dict[str, str]:
    """Draw each kind of picture with one name."""
    axis = MonthAxis([f"м{i}" for i in range(12)], lambda value: f"{value:.0f}", unfinished=True)
    series = [Series(name, "loyal", [i * 10.0 for i in range(12)]), Series("b", "lost", [None, *range(11)])]
    nodes = [Node("a", name, "10", "loyal"), Node("b", "Спящие", "5", "sleeping")]
    moves = [Flow(0, "a", "a", 7, name), Flow(0, "a", "b", 3), Flow(0, "b", "b", 5)]
    return {
        "treemap": treemap(
            [Tile(name, 5, "5", "loyal"), Tile("b", 2, "2", "lost")], (width, 300), name, name
        ),
        "grid": grid([Cell(5, 5, 3, "3", "3", name, "loyal")], width, (name, name), name, name),
        "sankey": sankey([Column(name, nodes), Column("then", nodes)], moves, (width, 300), name, name),
        "share": share_bar([Part(name, 3, "60 %", "loyal"), Part("b", 2, "40 %", "lost")], width, name, name),
        "bars": bars([Bar(name, 0.4, "40 %", "loyal", name), Bar("b", None, "—", "lost")], width, name, name),
        "columns": columns(series, axis, (width, 240), name, name),
        "lines": lines(series, axis, (width, 240), name, name),
        "spark": spark([1, 5, 2], (120, 30), name),
    }


@pytest.mark.parametrize("width", [324, 640, 1060])
@pytest.mark.parametrize("kind", every_picture())
def test_a_picture_is_accessible_and_harmless(kind: str, width: float) -> None:
    markup = every_picture(HOSTILE, width)[kind]
    root = parsed(markup)
    assert root.attrib["role"] == "img"
    assert root[0].tag.endswith("title")
    assert root[0].text == HOSTILE
    assert is_harmless(unescape(markup).replace(HOSTILE, ""))
    assert "nan" not in markup
    assert "inf" not in markup


@pytest.mark.parametrize("kind", [kind for kind in every_picture() if kind != "spark"])
def test_a_picture_describes_itself(kind: str) -> None:
    assert "<desc>Чемпионы</desc>" in every_picture()[kind]


def test_the_same_data_draw_the_same_picture() -> None:
    assert every_picture() == every_picture()


@given(TILES, st.floats(120, 1100), st.floats(80, 700))
def test_no_label_leaves_its_tile(tiles: list[Tile], width: float, height: float) -> None:
    for item in place_tiles(tiles, width, height):
        assert item.x >= -0.01
        assert item.x + item.width <= width + 0.51
        assert_within(item.lines, (item.x, item.y, item.x + item.width, item.y + item.height))


@given(TILES)
def test_every_segment_is_named_in_the_tile_or_in_the_legend(tiles: list[Tile]) -> None:
    named = [Tile(f"к{i:02d}", tile.value, "5", "loyal") for i, tile in enumerate(tiles)]
    drawn = texts(treemap(named, (600, 400), "t"))
    assert sorted(text for text in drawn if text.startswith("к")) == [tile.name for tile in named]


def test_a_tile_is_as_large_as_its_value() -> None:
    placed = {
        item.tile.name: item
        for item in place_tiles([Tile("a", 75, "", "x"), Tile("b", 25, "", "x")], 400, 300)
    }
    share = placed["a"].width * placed["a"].height / (400 * 300)
    assert share == pytest.approx(0.75, abs=0.02)


def test_nothing_draws_nothing() -> None:
    assert view_box(treemap([], (300, 200), "t")) == (300, 200)
    assert texts(treemap([Tile("Пусто", 0, "0", "lost")], (300, 200), "t")) == ["Пусто", "0"]
    assert spark([1], (100, 20), "t") == ""
    assert bars([], 300, "t")
    assert share_bar([], 300, "t")
    assert sankey([Column("a", []), Column("b", [])], [], (300, 200), "t")
    assert columns([], MonthAxis([], str), (300, 200), "t")


NODES = st.lists(st.tuples(WORDS, st.integers(0, 10**7)), min_size=1, max_size=9)


@given(NODES, NODES, st.sampled_from([324.0, 700.0, 1060.0]))
def test_no_sankey_label_leaves_its_slot(
    first: list[tuple[str, int]], second: list[tuple[str, int]], width: float
) -> None:
    sides = [
        [Node(str(i), name, f"{count}", "loyal") for i, (name, count) in enumerate(side)]
        for side in (first, second)
    ]
    flows = [Flow(0, str(i), str(i % len(second)), count) for i, (_, count) in enumerate(first)]
    plan = place([Column("a", sides[0]), Column("b", sides[1])], flows, (width, 440))
    for spot, lines_ in plan.labels:
        assert_within(lines_, (0, spot.slot_top - 4, width, spot.slot_top + spot.slot_height + 4))
        assert spot.top + spot.height <= 440.01
    for column in (0, 1):
        column_spots = sorted(
            (s for s in plan.spots.values() if s.column == column), key=lambda s: s.slot_top
        )
        for above, below in pairwise(column_spots):
            assert above.slot_top + above.slot_height <= below.slot_top


def test_a_name_without_room_goes_to_the_legend_and_is_never_cut() -> None:
    name = "Сверхдолгожданнейшие"
    nodes = [Node("a", name, "10", "loyal"), Node("b", "Б", "5", "lost")]
    moves = [Flow(0, "a", "a", 9), Flow(0, "b", "b", 5)]
    for width in (200, 324, 1060):
        drawn = texts(sankey([Column("1", nodes), Column("2", nodes)], moves, (width, 300), "t"))
        assert any(name in text for text in drawn)
        assert not [text for text in drawn if "…" in text]
    tiles = treemap([Tile(name, 1, "10 · 1 %", "loyal"), Tile("Б", 99, "99 %", "lost")], (324, 300), "t")
    assert {name, "10 · 1 %"} <= set(texts(tiles))
    assert "…" not in tiles


def test_a_share_of_nothing_is_left_out_of_the_legend() -> None:
    drawn = texts(share_bar([Part("А", 3, "100 %", "loyal"), Part("Б", 0, "0 %", "lost")], 600, "t"))
    assert "А" in drawn
    assert "Б" not in drawn


def test_bands_are_as_thick_as_their_flows() -> None:
    nodes = [Node("a", "A", "", "loyal"), Node("b", "B", "", "lost")]
    flows = [Flow(0, "a", "a", 300), Flow(0, "b", "b", 100), Flow(0, "b", "a", 0)]
    plan = place([Column("1", nodes), Column("2", nodes)], flows, (800, 400))
    assert plan.spots[0, "a"].height == pytest.approx(3 * plan.spots[0, "b"].height)


@pytest.mark.parametrize(("value", "shade"), [(0, 0), (-1, 0), (1, 1), (1000, 4), (250, 2)])
def test_intensity_of_a_cell(value: float, shade: int) -> None:
    assert level(value, 1000) == shade


def test_a_grid_names_its_segments_in_cells_or_below() -> None:
    cells = [
        Cell(r, fm, r * fm, f"{r * fm}", f"{r * fm}", "Потенциал", "potential")
        for r in range(1, 6)
        for fm in range(1, 6)
    ]
    assert texts(grid(cells, 800, ("R", "FM"), "t")).count("Потенциал") == 25
    assert texts(grid(cells, 324, ("R", "FM"), "t")).count("Потенциал") == 1
    huge = [Cell(1, 1, 10**9, "1 000 000 000 000", "1 трлн", "x", "lost")]
    assert "1 трлн" in texts(grid(huge, 324, ("R", "FM"), "t"))


@given(st.floats(0, 1e15))
def test_ticks_are_few_and_reach_the_top(highest: float) -> None:
    values = ticks(highest)
    assert values[0] == 0
    assert values[-1] >= highest * (1 - 1e-6)
    assert 2 <= len(values) <= 6
    assert values == sorted(set(values))


def test_an_unfinished_month_looks_different() -> None:
    data = [Series("s", "loyal", [1.0, 2.0, 1.0])]
    done, open_ = (MonthAxis(["a", "b", "c"], str, unfinished) for unfinished in (False, True))
    assert "faint" not in columns(data, done, (400, 200), "t")
    assert columns(data, open_, (400, 200), "t").count("faint") == 1
    assert "dashed" not in lines(data, done, (400, 200), "t")
    assert "dashed" in lines(data, open_, (400, 200), "t")


def test_month_names_keep_their_distance() -> None:
    names = [f"сент {i:02d}" for i in range(24)]
    data = [Series("s", "loyal", [1.0] * 24)]
    shown = [
        text
        for text in texts(columns(data, MonthAxis(names, str), (324, 200), "t"))
        if text.startswith("сент")
    ]
    assert 2 <= len(shown) <= 6
    assert shown[-1] == names[-1], "the newest month is always named"


@given(
    st.lists(st.floats(0.01, 1), min_size=1, max_size=20),
    st.sampled_from([324.0, 640.0, 1060.0]),
)
def test_instants_lie_as_far_apart_as_time_went_by(gaps: list[float], width: float) -> None:
    shares = [0.0, *(sum(gaps[: n + 1]) / sum(gaps) for n in range(len(gaps)))]
    names = [f"{n:02d}.11.2026" for n in range(len(shares))]
    axis = MonthAxis(names, str, shares=shares)
    tree = parsed(lines([Series("s", "loyal", [1.0] * len(shares))], axis, (width, 200), "t"))
    xs = [float(dot.get("cx", "")) for dot in tree.iter() if dot.tag.endswith("circle")]
    assert xs[0] >= 0
    assert xs[-1] <= width
    for x, share in zip(xs, shares, strict=True):
        assert x == pytest.approx(xs[0] + share * (xs[-1] - xs[0]), abs=0.02)
    shown = [
        (float(item.get("x", "")), item.text)
        for item in tree.iter()
        if (item.text or "").endswith(".11.2026")
    ]
    assert shown, "the newest instant is always named"
    assert max(shown)[1] == names[-1]
    half = text_width(names[0], 12) / 2
    assert all(x - half >= 0 and x + half <= width + 0.01 for x, _ in shown)
    assert all(other - one >= 2 * half for (one, _), (other, _) in pairwise(sorted(shown)))


def test_a_bar_says_its_name_and_number() -> None:
    for width in (324, 1000):
        drawn = texts(bars([Bar("На грани", 0.28, "28 %", "at_risk", "1 310 из 4 704")], width, "t"))
        assert "На грани" in drawn
        assert any("28 %" in text for text in drawn)
    part = bars([Bar("тишина", 0.3, "30 %", "at_risk", is_part=True)], 1000, "t")
    assert "faint" in part


def test_cohort_table() -> None:
    rows = [
        CohortRow("янв", "100", [0.4, 0.2], ["40 %", "20 %"], ["40 из 100", "20 из 100"]),
        CohortRow("фев <", "90", [0.3], ["30 %"], ["27 из 90"]),
    ]
    table = cohort_table(rows, ("Первый заказ", "Клиенты"), "Когорты")
    assert table.count("<td") == 6, "the empty corner is kept"
    assert "фев &lt;" in table
    assert 'title="40 из 100"' in table
    assert parsed(table).find("caption") is not None
    assert cohort_table([], ("a", "b"), "c")


@given(st.lists(st.floats(0, 1), max_size=20))
def test_heat_grows_with_the_share(values: list[float]) -> None:
    scale = heat_scale(values)
    shades = [heat(value, scale) for value in sorted(values)]
    assert shades == sorted(shades)
    assert all(0 <= shade < LEVELS for shade in shades)
    if values and max(values) > 0:
        assert heat(max(values), scale) == LEVELS - 1


def test_coordinates_have_no_exponents() -> None:
    assert [number(value) for value in (0, -0.001, 1e-9, 12.5, 100, 1e12)] == [
        "0",
        "0",
        "0",
        "12.5",
        "100",
        "1000000000000",
    ]
    assert tag("a", x=None, class_="b&c") == '<a class="b&amp;c"/>'
