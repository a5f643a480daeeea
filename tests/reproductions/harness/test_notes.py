"""The pages on the lecture notes refer to what exists, contradict no record, and take numbers from there."""

import ast
from pathlib import Path

import pytest

from reproductions.harness import catalogue, checkout, discovery, errata, evidence, notes, records
from reproductions.harness.claims import metrics_of
from reproductions.harness.evidence import Finding, Judged, Value

FINDINGS = [*errata.SLIPS, *errata.SOURCES, *errata.HELD]
ROOT = Path(__file__).parents[3]
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


def named(finding):
    return finding.number


@pytest.fixture(scope="module")
def found():
    root = checkout.root()
    return {name: records.read(records.path(root, "full", name)) for name in records.committed(root)}


def slip(**changes):
    """An invented finding about the invented reproduction `stone`."""
    fields = {
        "number": "1",
        "kind": "wrong",
        "title": "t",
        "where": "w",
        "says": "s",
        "right": "It weighs {weight}.",
        "how": "h",
        "values": {"weight": Value("stone", "weight", 1, ".3f")},
    }
    return Finding(**{**fields, **changes})


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
}


def test_numbers_and_verdicts_come_from_the_record():
    finding, found = slip(judged=(Judged("stone", "stone/weight"),)), {"stone": STONE}
    assert evidence.filled(finding.right, finding.values, found) == "It weighs 2.500."
    line = evidence.line(finding.judged[0], found)
    assert line == ("stone", "It is light.", "published 1, 1; ours 2.5, n = 1", "not reproduced")


def test_without_a_record_the_page_says_not_run_yet():
    finding = slip(judged=(Judged("stone", "stone/weight"),))
    assert evidence.filled(finding.right, finding.values, {}) == "It weighs *not run yet*."
    assert evidence.line(finding.judged[0], {}).status == ""
    assert evidence.line(Judged("stone", "stone/new"), {"stone": STONE}).status == ""


def test_a_verdict_that_contradicts_a_finding_is_seen():
    judged, found = (Judged("stone", "stone/weight"),), {"stone": STONE}
    assert evidence.contradictions(slip(judged=judged), found) == []
    assert evidence.contradictions(slip(kind="right", judged=judged), found) == ["stone/weight"]
    assert evidence.contradictions(slip(kind="right", judged=judged), {}) == []


def test_an_unknown_kind_reason_or_grade_is_refused():
    with pytest.raises(ValueError, match="finding 1: kind 'odd' is none of"):
        slip(kind="odd")
    with pytest.raises(ValueError, match="no such reason or grade: 'planned', 'Z'"):
        catalogue.Entry("a", "says", "where", "Z", "check", "planned")


@pytest.mark.parametrize("finding", FINDINGS, ids=named)
def test_every_claim_and_metric_that_a_finding_names_is_in_its_reproduction(finding):
    for each in (*finding.judged, *finding.see):
        assert each.claim in {claim.id for claim in discovery.claims(each.reproduction)}
    for value in finding.values.values():
        metrics = {metric for claim in discovery.claims(value.reproduction) for metric in metrics_of(claim)}
        assert value.metric in metrics


@pytest.mark.parametrize("finding", FINDINGS, ids=named)
def test_every_test_that_a_finding_names_exists(finding):
    for name in finding.tests:
        file, function = name.split("::")
        tree = ast.parse((ROOT / file).read_text())
        assert function in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("finding", FINDINGS, ids=named)
def test_the_text_of_a_finding_uses_all_of_its_numbers(finding):
    text = evidence.filled(finding.right, finding.values, {})
    assert text.count(evidence.NOT_YET) >= len(finding.values)


@pytest.mark.parametrize("finding", FINDINGS, ids=named)
def test_no_record_contradicts_a_finding(finding, found):
    wrong = evidence.contradictions(finding, found)
    assert not wrong, f"docs/errata.md says '{finding.kind}' and the record says otherwise: mend errata.py"


def test_the_list_has_all_its_numbers_once():
    numbers = [finding.number for finding in FINDINGS]
    assert len(set(numbers)) == len(numbers)
    assert {str(n) for n in range(1, 45)} | {f"P{n}" for n in range(1, 8)} <= set(numbers)
    assert all(finding.kind == "right" for finding in errata.HELD)
    assert not any(finding.kind == "right" for finding in (*errata.SLIPS, *errata.SOURCES))


def test_every_claim_of_the_literature_is_listed_once_with_a_check():
    ids = [entry.id for entry in catalogue.ENTRIES]
    assert len(set(ids)) == len(ids)
    assert set(CLAIMED.split()) <= set(ids)
    assert all(entry.check and entry.where and entry.says for entry in catalogue.ENTRIES)


def test_an_entry_covers_the_claims_whose_ids_go_on_behind_it():
    entry = catalogue.Entry("data-facts-CIFAR-10", "says", "where", "A", "check", "planned")
    assert entry.covers("data-facts-CIFAR-10") and entry.covers("data-facts-CIFAR-10: 10 classes")
    assert not entry.covers("data-facts-CIFAR-100: 100 classes") and not entry.covers("data-facts")


def test_no_claim_belongs_to_two_entries():
    claims = {claim.id for name in discovery.names() for claim in discovery.claims(name)}
    assert all(sum(entry.covers(claim) for entry in catalogue.ENTRIES) <= 1 for claim in claims)


def test_an_entry_moves_to_what_was_run_when_a_record_judges_it():
    claims = [{"id": "relu-6x/tanh-6x", "tag": "P"}, {"id": "other", "tag": "K"}]
    verdicts = [{"status": "inconclusive"}, {"status": "reproduced"}]
    without = notes.cited_page({})
    page = notes.cited_page({"relu_speedup": {"claims": claims, "verdicts": verdicts}})
    (row,) = page["ran"]
    assert (row.entry.id, row.outcome) == ("relu-6x", "1 inconclusive")
    assert row.by == "[relu_speedup](results/relu_speedup.md)"
    assert not without["ran"] and without["never"] == page["never"]
    planned = {entry.id for entry in page["later"]["Planned"]}
    assert {entry.id for entry in without["later"]["Planned"]} - planned == {"relu-6x"}


def test_every_committed_record_answers_something_that_is_listed(found):
    listed = {name for row in notes.cited_page(found)["ran"] for name in found if f"[{name}]" in row.by}
    assert {"xor", "mnist_depth", "vanishing_gradient", "backprop_by_hand"} <= listed
