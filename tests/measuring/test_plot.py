"""A picture shows each value where it belongs, and its table shows every one of them."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from shared.measuring import Baseline
from shared.measuring.instruments import HADS_A, NRS_AVERAGE, PHQ_9
from shared.measuring.plot import HEIGHT, WIDTH, Phase, Point, Series, plot, plot_of
from shared.templating import Templates

START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
VALUES = st.lists(st.tuples(st.integers(0, 400), st.integers(0, 27)), min_size=1, max_size=20)
PAGE = '{% import "ui.html" as ui with context %}{{ ui.plot(picture, "p") }}'


def points(*values: tuple[int, float]) -> list[Point]:
    return [Point(START + timedelta(days=day), value) for day, value in values]


@given(VALUES)
def test_nothing_leaves_the_picture_and_higher_stands_higher(values: list[tuple[int, int]]) -> None:
    picture = plot_of(PHQ_9, points(*values))
    assert picture is not None
    [curve] = picture.curves
    for dot in curve.dots:
        assert picture.left <= dot.x <= picture.right <= WIDTH
        assert picture.top <= dot.y <= picture.bottom <= HEIGHT
    by_value = sorted(curve.dots, key=lambda dot: dot.point.value)
    assert [dot.y for dot in by_value] == sorted((dot.y for dot in by_value), reverse=True)
    assert {row.at for row in picture.rows} == {point.at for point in points(*values)}


def test_nothing_measured_is_no_picture() -> None:
    assert plot_of(NRS_AVERAGE, []) is None
    assert plot("x", [Series("x", ())], 0, 10) is None


def test_one_value_stands_in_the_middle() -> None:
    picture = plot_of(NRS_AVERAGE, points((0, 5)))
    assert picture is not None
    [dot] = picture.curves[0].dots
    assert dot.x == (picture.left + picture.right) / 2
    assert dot.y == (picture.top + picture.bottom) / 2


def test_cut_offs_bands_baseline_and_phases_are_there() -> None:
    phase = Phase(START - timedelta(days=7), START + timedelta(days=7), "Induction")
    baseline = Baseline(8, "before the course")
    picture = plot_of(NRS_AVERAGE, points((0, 8), (14, 4)), baseline, [phase])
    assert picture is not None
    assert [(area.low, area.high, area.tone) for area in picture.areas] == [
        (4, 5.6, "b30"),
        (0, 4, "b50"),
    ]
    assert [(level.value, level.title) for level in picture.levels] == [(8, "before the course")]
    assert picture.first == phase.first
    hads = plot_of(HADS_A, points((0, 8)))
    assert hads is not None
    assert [level.value for level in hads.levels] == [8, 11]
    assert all(level.source for level in hads.levels)


def test_the_page_draws_it_with_a_table_and_without_inline_looks(tmp_path: Path) -> None:
    tmp_path.joinpath("page.html").write_text(PAGE, encoding="utf-8")
    picture = plot_of(HADS_A, points((0, 14), (7, 11), (14, 9)))
    templates = Templates(beside=(tmp_path,))
    html = templates.render("page.html", language="fr", now=START, picture=picture)
    assert html.count("<circle") == 3
    assert "HADS, anxiété" in html
    assert 'role="img" aria-labelledby="p-t p-d"' in html
    assert len(re.findall('<tr><th scope="row">', html)) == 3
    assert "style=" not in html
    assert "<style" not in html
