"""What claims share is said once, and a table of published numbers gives one claim for each."""

from functools import partial

import pytest

from reproductions.harness import Claim, Claims, Metric, OneRun

claim = Claims("coins", where="invented, table 1", tag="C", unit="m")
HEIGHT = Metric("height, {coin}")
NEAR = partial(OneRun, margin=0.5)


def table(published, labels, metric=HEIGHT, **changes):
    texts = {"id": "{coin}", "says": "{coin}: {published} m."}
    return claim.table(
        **{**texts, **changes}, metric=metric, published=published, judge=NEAR, labels=labels
    )


def test_one_claim_has_the_shared_fields_unless_it_has_its_own():
    judge = NEAR(10.0)
    assert claim("height", "High.", "height", judge) == Claim(
        "coins/height", "High.", "height", judge, "invented, table 1", "C", "m"
    )
    own = claim("height", "High.", "height", judge, where="", tag="K", unit="")
    assert (own.where, own.tag, own.unit) == ("", "K", "")


def test_claims_that_share_something_else_keep_the_rest():
    other = claim.sharing(tag="K", where="computed")
    assert (other.id, other.where, other.tag, other.unit) == ("coins", "computed", "K", "m")
    assert claim.tag == "C"


def test_a_mapping_has_the_values_of_its_label_as_keys():
    assert table({"penny": 1.5, "dime": 2.5}, ["coin"]) == (
        Claim(
            "coins/penny",
            "penny: 1.5 m.",
            "height, penny",
            NEAR(1.5),
            "invented, table 1",
            "C",
            "m",
            family="coins",
        ),
        Claim(
            "coins/dime",
            "dime: 2.5 m.",
            "height, dime",
            NEAR(2.5),
            "invented, table 1",
            "C",
            "m",
            family="coins",
        ),
    )


def test_a_sequence_has_its_numbers_in_the_order_of_the_labels_values():
    labels = {"coin": ("penny", "dime")}
    assert table((1.5, 2.5), labels) == table({"penny": 1.5, "dime": 2.5}, ["coin"])


@pytest.mark.parametrize(
    ("published", "labels"),
    [
        ({"penny": {1: 1.5, 2: 1.6}, "dime": {1: 2.5, 2: 2.6}}, ["coin", "throw"]),
        ({"penny": (1.5, 1.6), "dime": (2.5, 2.6)}, {"coin": (), "throw": (1, 2)}),
        (((1.5, 1.6), (2.5, 2.6)), {"coin": ("penny", "dime"), "throw": (1, 2)}),
        ([{1: 1.5, 2: 1.6}, {1: 2.5, 2: 2.6}], {"coin": ("penny", "dime"), "throw": ()}),
    ],
)
def test_mappings_and_sequences_nest_in_any_way(published, labels):
    found = table(
        published,
        labels,
        Metric("height, {coin}, throw {throw}"),
        id="{coin}-{throw}",
        says="{coin}, throw {throw}: {published} m.",
    )
    assert [(one.id, one.says, one.metric, one.judge.published) for one in found] == [
        (
            f"coins/{coin}-{throw}",
            f"{coin}, throw {throw}: {value} m.",
            f"height, {coin}, throw {throw}",
            value,
        )
        for coin, throw, value in [
            ("penny", 1, 1.5),
            ("penny", 2, 1.6),
            ("dime", 1, 2.5),
            ("dime", 2, 2.6),
        ]
    ]


def test_texts_may_be_functions_and_a_metric_need_not_have_every_label():
    found = table(
        {"penny": {1: 1.5}},
        ["coin", "throw"],
        id=lambda coin, throw, published: f"{coin}{throw}",
        says=lambda coin, throw, published: f"{throw}s" * throw + str(published),
    )
    assert [(one.id, one.says, one.metric) for one in found] == [
        ("coins/penny1", "1s1.5", "height, penny")
    ]
    assert table({"penny": 1.5}, ["coin"], metric="height")[0].metric == "height"


def test_a_table_may_share_something_else():
    (found,) = table({"penny": 1.5}, ["coin"], tag="K", unit="cm", where="elsewhere")
    assert (found.tag, found.unit, found.where) == ("K", "cm", "elsewhere")


@pytest.mark.parametrize(
    ("published", "labels", "complaint"),
    [
        (
            (1.5, 2.5),
            {"coin": ("penny",)},
            "has 2 numbers along 'coin': name as many values for it",
        ),
        ((1.5, 2.5), ["coin"], "has 2 numbers along 'coin': name as many values for it"),
        ({"penny": 1.5}, ["coin", "throw"], "has no numbers along 'throw', but 1.5"),
        ({"penny": {1: 1.5}}, ["coin"], "is nested more deeply than its labels"),
        ({"penny": 1.5}, ["throw"], None),
    ],
)
def test_a_table_that_does_not_fit_its_labels_is_refused(published, labels, complaint):
    with pytest.raises(
        KeyError if complaint is None else ValueError, match=complaint or "coin"
    ):
        table(published, labels)


@pytest.mark.parametrize(
    ("ids", "family"),
    [
        (["depth-1", "depth-2"], "coins/depth"),
        (["a", "b"], "coins"),
        (["without-10k", "without-20k"], "coins/without"),
        (["alone"], ""),
    ],
)
def test_a_table_is_a_family_by_what_its_ids_have_in_common(ids, family):
    claims = Claims("coins", where="invented").table(
        id="{coin}",
        says="{coin}",
        metric="height",
        published=dict.fromkeys(ids, 1.0),
        judge=NEAR,
        labels=["coin"],
    )
    assert {claim.family for claim in claims} == {family}


def test_a_family_may_be_named_or_left_out():
    claim = Claims("coins", where="invented")
    rows = {"id": "{n}", "says": "{n}", "metric": "height", "judge": NEAR, "labels": ["n"]}
    named = claim.table(published={1: 1.0, 2: 2.0}, family="heights", **rows)
    alone = claim.table(published={1: 1.0, 2: 2.0}, family="", **rows)
    assert {each.family for each in named} == {"coins/heights"}
    assert {each.family for each in alone} == {""}
    assert claim("a", "says", "m", NEAR(1.0), family="heights").family == "coins/heights"
