"""What a record or a card says of the machine and the versions that made it."""

import os
import sys

PACKAGES = (
    "reprozoo",
    "tensorflow",
    "keras",
    "numpy",
    "scipy",
    "scikit-learn",
)


def versions() -> dict[str, str]:
    """The installed versions of Python and of what numbers depend on."""
    import platform
    from importlib import metadata

    return {
        "python": platform.python_version(),
        **{name: metadata.version(name) for name in PACKAGES},
    }


def describe() -> dict:
    """What a record says of the machine; oneDNN and devices only if TensorFlow has been
    loaded."""
    import platform

    from zoo.engine import machine

    return {
        "host": platform.node(),
        "cpu": machine.processor_name(),
        "cores": machine.cores(),
        "platform": f"{platform.system()} {platform.machine()}",
        "threads": int(os.environ["TF_NUM_INTRAOP_THREADS"]),
        "onednn": str(int(machine.onednn())) if "tensorflow" in sys.modules else None,
        "devices": _devices(),
    }


def _devices() -> list[str]:
    tensorflow = sys.modules.get("tensorflow")
    if tensorflow is None:
        return []
    return [device.device_type for device in tensorflow.config.list_logical_devices()]
