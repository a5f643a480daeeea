"""The records and pages of this very checkout."""

import pytest

from reproductions.harness import publishing
from reproductions.harness.claiming import questions
from reproductions.harness.claiming.plans import seed_plan
from reproductions.harness.recording import checkout, records
from reproductions.harness.showing import answers, discussion


def committed_record(name):
    """The committed record of this reproduction, None if it has none."""
    file = records.path(checkout.root(), "full", name)
    return records.read(file) if file.exists() else None


def test_the_generated_pages_and_claims_are_in_step_with_the_records():
    assert publishing.find_out_of_step(checkout.root()) == []


@pytest.mark.parametrize("name", questions.names())
def test_what_did_not_come_out_is_discussed_and_nothing_else_is(name):
    assert discussion.find_complaints(name, committed_record(name)) == []


@pytest.mark.parametrize("name", questions.names())
def test_the_answer_takes_every_measured_number_from_the_record(name):
    assert answers.find_complaints(name, committed_record(name)) == []


def test_every_committed_verdict_is_what_its_numbers_give():
    for name in records.committed(checkout.root()):
        record = records.read(records.path(checkout.root(), "full", name))
        module = questions.load(name)
        again = records.judged(record, module.CLAIMS, seed_plan(module))
        for (claim, found), (_, kept) in zip(
            records.judgements(again), records.judgements(record), strict=True
        ):
            assert found.status == kept.status, claim.id
            ours = kept.ours and pytest.approx(kept.ours, rel=1e-9, nan_ok=True)
            assert found.ours == ours, claim.id
            expected = kept.interval and pytest.approx(kept.interval, rel=1e-9)
            assert found.interval == expected, claim.id
