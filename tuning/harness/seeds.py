"""Random seeds that depend on what they are for, and on nothing else."""

import hashlib
import json
from collections.abc import Mapping


def derived(*parts) -> int:
    """Return a seed from 1 to 2^31 - 1 that is the same for equal parts: numbers, texts, dictionaries.

    Never 0, which KerasTuner takes for "any seed"; and seeds of neighbouring numbers are no neighbours, since
    KerasTuner draws with seed, seed + 1, ..., so that the studies 1 and 2 would try nearly the same values.
    """
    text = json.dumps(parts, sort_keys=True)
    return 1 + int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) % (2**31 - 1)


def of_execution(study_seed: int, values: Mapping, execution: int) -> int:
    """Return the seed of one execution of one trial: the same wherever, and after whatever, it is run."""
    return derived("execution", study_seed, dict(values), execution)
