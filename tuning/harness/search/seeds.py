"""Random seeds that depend on what they are for, and on nothing else."""

import hashlib
import json
from collections.abc import Mapping


def derive(*parts) -> int:
    """Return a seed from 1 to 2^31 - 1; equal numbers, texts or dictionaries give the same.

    It is never 0, which KerasTuner takes for "any seed". Neighbouring parts do not give
    neighbouring seeds: KerasTuner draws with seed, seed + 1, ..., so the studies 1 and 2
    would try nearly the same values.
    """
    text = json.dumps(parts, sort_keys=True)
    number = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])
    return 1 + number % (2**31 - 1)


def of_execution(study_seed: int, values: Mapping, execution: int) -> int:
    """Return the seed of one execution of a trial: on every machine the same."""
    return derive("execution", study_seed, dict(values), execution)
