"""Figures repeat to the byte and show every seed."""

import numpy as np
import pytest

from reproductions.harness.showing import figures


def drawn():
    """One figure with everything in it."""
    with figures.style():
        figure, (left, right) = figures.new(2)
        figures.seeds(left, 0, [1.0, 2.0, 3.0, np.nan, np.inf])
        figures.seeds(left, 1, np.linspace(0, 1, 20))
        figures.seeds(left, 2, [5.0])
        figures.published(left, 0, 2.5)
        figures.published(left, 1, 0.5)
        figures.columns(left, ["one", "two", "three"])
        figures.band(
            right, np.arange(4), np.random.default_rng(1).normal(size=(9, 4)), label="ratio"
        )
        left.legend()
    return figure


def test_a_figure_repeats_to_the_byte_and_carries_no_date(tmp_path):
    for name in ("a.svg", "b.svg"):
        figures.save(drawn(), tmp_path / name)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
    assert (
        b"<svg" in (tmp_path / "a.svg").read_bytes()
        and b"dc:date" not in (tmp_path / "a.svg").read_bytes()
    )


def test_the_users_own_settings_do_not_change_a_figure(tmp_path):
    import matplotlib

    figures.save(drawn(), tmp_path / "a.svg")
    with matplotlib.rc_context({"font.size": 30, "axes.facecolor": "red"}):
        figures.save(drawn(), tmp_path / "b.svg")
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def test_every_finite_seed_is_a_point_and_the_others_are_counted():
    left = drawn().axes[0]
    assert len(left.lines[0].get_xdata()) == 3
    assert left.texts[0].get_text() == "2 of 5\nnot\nshown"


def test_a_legend_names_each_thing_once():
    labels = drawn().axes[0].get_legend_handles_labels()[1]
    assert sorted(labels) == ["mean, 95 % interval", "one seed", "published"]


def test_a_band_holds_the_middle_of_the_curves():
    with figures.style():
        _, (axes,) = figures.new()
        figures.band(axes, [0], np.arange(101.0)[:, None], label="x")
    assert axes.lines[0].get_ydata()[0] == pytest.approx(50)
    assert axes.collections[0].get_datalim(axes.transData).intervaly == pytest.approx((5, 95))
