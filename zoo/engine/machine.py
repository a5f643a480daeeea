"""What kind of machine this is, and how TensorFlow computes on it."""

import hashlib
import os
import platform
from pathlib import Path


def cores() -> int:
    """Return how many cores this process may use."""
    return (
        len(os.sched_getaffinity(0))
        if hasattr(os, "sched_getaffinity")
        else os.cpu_count() or 1
    )


def processor_name() -> str:
    """Return the CPU's model name and a digest of its instruction sets."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return f"{platform.machine()} {platform.processor()}"
    facts = dict(map(str.strip, line.split(":", 1)) for line in lines if ":" in line)
    flags = hashlib.sha256(facts.get("flags", "").encode()).hexdigest()[:8]
    return f"{facts.get('model name', platform.machine())} {flags}"


def onednn() -> bool:
    """Tell whether TensorFlow computes with oneDNN (its rounding differs); that is decided at
    its start."""
    from tensorflow.python.util import (
        _pywrap_util_port,
    )  # no public name; TensorFlow is pinned

    return _pywrap_util_port.IsMklEnabled()
