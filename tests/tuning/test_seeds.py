"""Seeds: the same wherever a trial is run, and never the one that KerasTuner ignores."""

from tuning.harness.search import seeds

VALUES = {"width": 64, "rate": 0.001}


def test_an_execution_has_the_same_seed_in_every_process_and_version():
    assert seeds.of_execution(1, VALUES, 0) == 1273047978


def test_a_seed_depends_on_study_values_and_execution():
    drawn = {
        seeds.of_execution(1, VALUES, 0),
        seeds.of_execution(2, VALUES, 0),
        seeds.of_execution(1, VALUES | {"width": 65}, 0),
        seeds.of_execution(1, VALUES, 1),
    }
    assert len(drawn) == 4


def test_the_order_in_which_hyperparameters_are_declared_does_not_matter():
    assert seeds.of_execution(1, dict(reversed(VALUES.items())), 0) == seeds.of_execution(
        1, VALUES, 0
    )


def test_seeds_are_never_zero_and_fit_into_31_bits():
    drawn = [seeds.derive(number) for number in range(1000)]
    assert min(drawn) > 0
    assert max(drawn) < 2**31
