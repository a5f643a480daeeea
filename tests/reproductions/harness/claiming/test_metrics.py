"""Names of metrics are filled, and read back as they were filled."""

import pytest

from reproductions.harness import Metric

ERROR = Metric("test error (%), {arm}, after {updates} updates")


@pytest.mark.parametrize(
    ("pattern", "labels", "name"),
    [
        (
            ERROR.pattern,
            {"arm": "with dropout", "updates": 10_000},
            "test error (%), with dropout, after 10000 updates",
        ),
        ("loss", {}, "loss"),
        ("{updates:,} updates", {"updates": 10_000}, "10,000 updates"),
        ("rate {rate}", {"rate": 0.1}, "rate 0.1"),
        ("rate {rate:g}", {"rate": 1e-06}, "rate 1e-06"),
        ("shift {shift}", {"shift": -3}, "shift -3"),
        ("{layer} of {layer}s", {"layer": "conv"}, "conv of convs"),
        ("f(x) = {f} [a|b]", {"f": "x^2 + 1"}, "f(x) = x^2 + 1 [a|b]"),
        ("{name}", {"name": "nan"}, "nan"),
        ("{name}", {"name": "1_000"}, "1_000"),
        ("{name}", {"name": "007"}, "007"),
    ],
)
def test_a_name_is_filled_and_its_labels_are_read_back(pattern, labels, name):
    metric = Metric(pattern)
    assert metric(**labels) == name
    assert metric.read(name) == labels
    assert {key: type(value) for key, value in metric.read(name).items()} == {
        key: type(value) for key, value in labels.items()
    }


@pytest.mark.parametrize(
    "name",
    ["test error (%), a, after 5 update", "loss", "", "xtest error (%), a, after 5 updates"],
)
def test_a_name_of_another_family_is_not_read(name):
    assert ERROR.read(name) is None


@pytest.mark.parametrize("labels", [{"arm": "a"}, {"arm": "a", "updates": 1, "depth": 2}, {}])
def test_labels_that_do_not_fit_are_named(labels):
    with pytest.raises(
        ValueError, match="has the labels arm, updates; given were: "
    ) as raised:
        ERROR(**labels)
    assert all(label in str(raised.value) for label in labels)


def test_a_family_without_labels_takes_none():
    with pytest.raises(ValueError, match="has the labels none; given were: depth"):
        Metric("loss")(depth=1)


def test_a_family_is_found_among_metrics_in_their_order():
    metrics = {
        ERROR(arm=arm, updates=updates): updates for arm in "ba" for updates in (20, 10)
    }
    found = ERROR.find({"loss": 0, **metrics})
    assert found == [
        ({"arm": "b", "updates": 20}, 20),
        ({"arm": "b", "updates": 10}, 10),
        ({"arm": "a", "updates": 20}, 20),
        ({"arm": "a", "updates": 10}, 10),
    ]
    assert ERROR.values_of("arm", metrics) == ["b", "a"]
    assert ERROR.values_of("updates", metrics) == [20, 10]


def test_metrics_along_one_label_are_those_whose_other_labels_have_the_given_values():
    metrics = {
        ERROR(arm="with dropout", updates=10): 1.9,
        ERROR(arm="without", updates=10): 2.2,
        ERROR(arm="with dropout", updates=20): 1.6,
        "loss": 0.1,
    }
    assert ERROR.along("updates", metrics, arm="with dropout") == {10: 1.9, 20: 1.6}
    assert ERROR.along("arm", metrics, updates=10) == {"with dropout": 1.9, "without": 2.2}
    assert ERROR.along("arm", metrics, updates=30) == {}
