"""The records and pages of this very checkout."""

from reproductions.harness import checkout, discovery, records, report


def test_the_generated_pages_and_claims_are_in_step_with_the_records():
    assert report.out_of_step(checkout.root()) == []


def test_every_committed_verdict_is_what_its_numbers_give():
    for name in records.committed(checkout.root()):
        record = records.read(records.path(checkout.root(), "full", name))
        assert records.judged(record, discovery.claims(name))["verdicts"] == record["verdicts"], name
