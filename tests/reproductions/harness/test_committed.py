"""The records and pages of this very checkout."""

import pytest

from reproductions.harness import checkout, discovery, discussion, records, report


def test_the_generated_pages_and_claims_are_in_step_with_the_records():
    assert report.out_of_step(checkout.root()) == []


@pytest.mark.parametrize("name", discovery.names())
def test_what_did_not_come_out_is_discussed_and_nothing_else_is(name):
    file = records.path(checkout.root(), "full", name)
    record = records.read(file) if file.exists() else None
    assert discussion.complaints(name, record) == []


def test_every_committed_verdict_is_what_its_numbers_give():
    for name in records.committed(checkout.root()):
        record = records.read(records.path(checkout.root(), "full", name))
        again = records.judged(record, discovery.claims(name))
        for (claim, found), (_, kept) in zip(
            records.judgements(again), records.judgements(record), strict=True
        ):
            assert found.status == kept.status, claim.id
            assert found.ours == pytest.approx(kept.ours, rel=1e-9, nan_ok=True), claim.id
            expected = kept.interval and pytest.approx(kept.interval, rel=1e-9)
            assert found.interval == expected, claim.id
