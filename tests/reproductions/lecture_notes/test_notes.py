"""The pages on the lecture notes refer to what exists, contradict no record, and take numbers from there."""

import ast
from pathlib import Path

import pytest

from reproductions.harness import publishing
from reproductions.harness.claiming import questions
from reproductions.harness.claiming.claims import metrics_of
from reproductions.harness.recording import checkout
from reproductions.lecture_notes import catalogue, errata, evidence, pages
from reproductions.lecture_notes.catalogue import Catalogue, Entry
from reproductions.lecture_notes.errata import Errata, Finding, pairs

ROOT = Path(__file__).parents[3]
ERRATA = errata.read()
CATALOGUE = catalogue.read()
# The claims of the literature that have to be on docs/cited.md, run or not.
CLAIMED = """
    mazur-forward mazur-output-gradients mazur-one-step mazur-10000 seed001-weight-rule xor-single-unit
    xor-formula xor-mlp param-count-4-5-1 forward-cost fc-count-256-100-26 conv-5x5-count lenet5-counts
    sigmoid-slope-bound chain-bound-and-explosion sincos-fit-10 universal-approximation nielsen-depth-study
    nielsen-norms-init nielsen-ratio-100 nielsen-six-bars nielsen-ch1 nielsen-ch3 nielsen-ch6 relu-6x
    relu-glorot2011 saturation-glorot2010 dying-relu dropout-mnist-table2 dropout-fig4 dropout-keep-prob
    dropout-data-size dropout-vs-regularisers dropout-hinton2012 dropout-test-scaling pretrain-erhan-depth
    pretrain-bengio2007 pretrain-larochelle-small dbn-hinton2006 hs2006-classifier hs2006-autoencoder
    vincent2010-sdae lisa-sda lisa-dbn lisa-rbm lisa-da lisa-mlp lisa-logreg rbm-cd1-enough lenet5-accuracy
    lisa-lenet svhn-depth svhn-params smallbatch-keskar sgd-escape-kleinberg sgd-noise-zhu overparam-allenzhu
    semeion-2hidden semeion-ae2 data-facts-MNIST data-facts-CIFAR-10 data-facts-SEMEION data-facts-CIFAR-100
    data-facts-ImageNet data-facts-COCO cited-only-alphago cited-only-imagenet-2012 cited-only-largest-network
    cited-only-timit cited-only-icdar
"""
STONE = {
    "metrics": {"weight": [[1.0, 2.5]]},
    "data": {},
    "stand_in": "",
    "notes": {},
    "claims": [
        {
            "id": "stone/weight",
            "says": "It is light.",
            "metric": "weight",
            "judge": {"kind": "Exact", "published": [1, 1], "tolerance": 0.1},
            "where": "w",
            "tag": "P",
        }
    ],
    "verdicts": [{"status": "not reproduced", "statistic": "value", "ours": 2.5, "n": 1}],
    "families": [
        {
            "id": "stone/weight",
            "claims": ["stone/weight"],
            "status": "not reproduced",
            "met": 0,
        }
    ],
}
KINDS = {"wrong": "It is false.", "right": "It holds."}
GRADES = {"A": "It is exact."}
REASONS = {
    "planned": {"title": "Planned", "meaning": "Soon."},
    "scale": {"title": "Too much", "meaning": "Never."},
}

by_number = pytest.mark.parametrize(
    "finding", ERRATA.findings, ids=lambda finding: finding.number
)


@pytest.fixture(scope="module")
def found():
    return publishing.read_records(checkout.root())


def slip(**changes):
    """An invented finding about the invented reproduction `stone`."""
    fields = {
        "number": "1",
        "kind": "wrong",
        "title": "t",
        "where": "w",
        "says": "s",
        "holds": "It weighs {weight}.",
        "known_by": "k",
        "numbers": {
            "weight": {
                "reproduction": "stone",
                "metric": "weight",
                "part": 1,
                "format": ".3f",
            }
        },
    }
    return Finding(**{**fields, **changes})


def claim(**changes):
    """An invented entry of the catalogue."""
    fields = {"id": "stone", "says": "s", "where": "w", "grade": "A", "check": "c"}
    return Entry(**{**fields, **changes})


def test_numbers_and_verdicts_come_from_the_record():
    finding, found = slip(judged={"stone": ["stone/weight"]}), {"stone": STONE}
    assert evidence.fill_numbers(finding, found) == "It weighs 2.500."
    line = evidence.find_verdict("stone", "stone/weight", found)
    assert line == (
        "stone",
        "It is light.",
        "published 1, 1; ours 2.5, n = 1",
        "not reproduced",
    )


def test_without_a_record_the_page_says_not_run_yet():
    assert evidence.fill_numbers(slip(), {}) == "It weighs *not run yet*."
    assert evidence.find_verdict("stone", "stone/weight", {}).status == ""
    assert evidence.find_verdict("stone", "stone/new", {"stone": STONE}).status == ""


def test_a_verdict_that_contradicts_a_finding_is_seen():
    judged, found = {"stone": ["stone/weight"]}, {"stone": STONE}
    assert evidence.find_contradictions(slip(judged=judged), found) == []
    assert evidence.find_contradictions(slip(kind="right", judged=judged), found) == [
        "stone/weight"
    ]
    assert evidence.find_contradictions(slip(kind="right", judged=judged), {}) == []


def test_a_finding_is_shown_with_its_numbers_verdicts_and_tests():
    finding = slip(
        judged={"stone": ["stone/weight"]}, tests=("tests/test_stone.py::test_it_is_heavy",)
    )
    shown = pages.show_finding(finding, {"stone": STONE})
    assert shown.holds == "It weighs 2.500."
    verdict, test = shown.evidence
    assert verdict.startswith(
        '[stone](results/stone.md): "It is light." **not reproduced** (published 1, 1;'
    )
    assert test == "Test: [it is heavy](../tests/test_stone.py)"


def test_a_reproduction_that_only_gives_numbers_is_linked():
    (line,) = pages.show_finding(slip(), {}).evidence
    assert line == "The numbers are those of [stone](../reproductions/stone.py)"


def test_the_page_counts_findings_of_each_kind():
    invented = Errata(kinds=KINDS, notes=[slip(), slip(number="2")], sources=[], right=[])
    kinds = pages.errata_page(invented, {})["kinds"]
    assert kinds == [("wrong", 2, "It is false."), ("right", 0, "It holds.")]


def test_both_pages_begin_with_their_counts_and_need_no_record():
    page = publishing.render("errata.md", **pages.errata_page(ERRATA, {}))
    assert f"**{len(ERRATA.notes)} statements of the five lecture notes do not hold" in page
    assert '<a id="finding-p7"></a>' in page and evidence.NOT_YET in page
    page = publishing.render("cited.md", **pages.cited_page(CATALOGUE, {}))
    assert f"**0 of the {len(CATALOGUE.claims)} claims below were run.**" in page
    assert "| [Planned](#state-planned) |" in page


@by_number
def test_every_claim_and_metric_that_a_finding_names_is_in_its_reproduction(finding):
    for reproduction, id in (*pairs(finding.judged), *pairs(finding.see_also)):
        assert id in {claim.id for claim in questions.claims(reproduction)}
    for number in finding.numbers.values():
        claims = questions.claims(number.reproduction)
        assert number.metric in {metric for claim in claims for metric in metrics_of(claim)}


@by_number
def test_every_test_that_a_finding_names_exists(finding):
    for name in finding.tests:
        file, function = name.split("::")
        tree = ast.parse((ROOT / file).read_text())
        assert function in {
            node.name for node in tree.body if isinstance(node, ast.FunctionDef)
        }


@by_number
def test_the_text_of_a_finding_uses_all_of_its_numbers(finding):
    text = evidence.fill_numbers(finding, {})
    assert text.count(evidence.NOT_YET) >= len(finding.numbers)


@by_number
def test_no_record_contradicts_a_finding(finding, found):
    wrong = evidence.find_contradictions(finding, found)
    assert not wrong, (
        f"errata.toml says '{finding.kind}' and the record says otherwise: mend errata.toml"
    )


def test_the_list_has_all_its_numbers_once():
    numbers = [finding.number for finding in ERRATA.findings]
    assert len(set(numbers)) == len(numbers)
    assert {str(n) for n in range(1, 45)} | {f"P{n}" for n in range(1, 8)} <= set(numbers)
    assert all(finding.kind == "right" for finding in ERRATA.right)
    assert not any(finding.kind == "right" for finding in (*ERRATA.notes, *ERRATA.sources))


def test_every_claim_of_the_literature_is_listed_once_with_a_check():
    ids = [entry.id for entry in CATALOGUE.claims]
    assert len(set(ids)) == len(ids)
    assert set(CLAIMED.split()) <= set(ids)
    assert all(entry.check and entry.where and entry.says for entry in CATALOGUE.claims)


def test_an_entry_covers_the_claims_whose_ids_go_on_behind_it():
    entry = claim(id="data-facts-CIFAR-10")
    assert entry.covers("data-facts-CIFAR-10") and entry.covers(
        "data-facts-CIFAR-10: 10 classes"
    )
    assert not entry.covers("data-facts-CIFAR-100: 100 classes") and not entry.covers(
        "data-facts"
    )


def test_an_entry_with_prefixes_covers_what_these_do():
    entry = claim(id="stones", prefixes=["stone/weight", "stone/size"])
    assert entry.covers("stone/size") and entry.covers("stone/weight, wet")
    assert not entry.covers("stones") and not entry.covers("stone/colour")


def test_no_claim_belongs_to_two_entries():
    claims = {claim.id for name in questions.names() for claim in questions.claims(name)}
    assert all(
        sum(entry.covers(claim) for entry in CATALOGUE.claims) <= 1 for claim in claims
    )


def test_an_entry_moves_to_what_was_run_when_a_record_judges_it():
    (light,) = STONE["claims"]
    claims = [{**light, "id": "relu-6x/tanh-6x"}, {**light, "id": "other", "tag": "K"}]
    statuses = {"relu-6x/tanh-6x": "inconclusive", "other": "reproduced"}
    record = {
        "claims": claims,
        "verdicts": [{"status": status} for status in statuses.values()],
        "families": [
            {"id": id, "claims": [id], "status": status, "met": 0}
            for id, status in statuses.items()
        ],
    }
    without = pages.cited_page(CATALOGUE, {})
    page = pages.cited_page(CATALOGUE, {"relu_speedup": record})
    (row,) = page["run"]
    assert (row.entry.id, row.outcome) == ("relu-6x", "1 inconclusive")
    assert row.by == "[relu_speedup](results/relu_speedup.md)"
    planned, *rest = page["rest"]
    planned_without, *rest_without = without["rest"]
    assert planned.title == "Planned" and not without["run"] and rest_without == rest
    assert ids(planned_without.entries) - ids(planned.entries) == {"relu-6x"}


def ids(entries):
    """The ids of entries of the catalogue."""
    return {entry.id for entry in entries}


def test_every_committed_record_answers_something_that_is_listed(found):
    rows = pages.cited_page(CATALOGUE, found)["run"]
    listed = {name for row in rows for name in found if f"[{name}]" in row.by}
    assert {"xor", "mnist_depth", "vanishing_gradient", "backprop_by_hand"} <= listed


def test_the_page_counts_claims_of_each_grade():
    invented = Catalogue(grades=GRADES, reasons=REASONS, claims=[claim(), claim(id="other")])
    assert pages.cited_page(invented, {})["grades"] == [("A", 2, 0, "It is exact.")]
    assert pages.cited_page(invented, {"stone": STONE})["grades"] == [
        ("A", 2, 1, "It is exact.")
    ]


def test_an_entry_has_a_reason_if_no_record_judges_it_and_none_otherwise(found):
    assert catalogue.find_wrong_reasons(CATALOGUE, found) == []


def test_a_missing_reason_and_one_too_many_are_seen():
    entries = [claim(), claim(id="other", reason="scale")]
    right = Catalogue(grades=GRADES, reasons=REASONS, claims=entries)
    assert catalogue.find_wrong_reasons(right, {"stone": STONE}) == []
    assert catalogue.find_wrong_reasons(right, {}) == [
        "claim stone: no record judges it; give it a reason"
    ]
    entries = [claim(reason="planned")]
    stale = Catalogue(grades=GRADES, reasons=REASONS, claims=entries)
    assert catalogue.find_wrong_reasons(stale, {"stone": STONE}) == [
        "claim stone: a record judges it; remove its reason 'planned'"
    ]
