"""Where a chief is found, HOST:PORT, and what a worker is called."""

import ipaddress
import re
import socket

from tuning.harness.errors import TuningError
from tuning.harness.store.ledger import ALONE

LOOPBACK = "127.0.0.1"
IDS = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def check_address(text: str, option: str) -> str:
    """Return the address, if it can be one.

    Raises:
        TuningError: it is not HOST:PORT with a port from 1 to 65535; names the option.
    """
    host, colon, port = text.rpartition(":")
    bare = ":" in host and not host.startswith("[")
    if not colon or not host or bare or not port.isdecimal() or not 0 < int(port) < 65536:
        raise TuningError(
            f"{option} must be HOST:PORT, such as 192.168.0.5:7017 or [::1]:7017, not '{text}'"
        )
    return text


def check_id(worker: str) -> str:
    """Return a worker's id, if it is one.

    Raises:
        TuningError: it is none; says what it may look like.
    """
    if not IDS.fullmatch(worker) or worker == ALONE:
        raise TuningError(
            f"--id must be letters, digits, dots and dashes, such as worker-03, and not '{worker}'"
        )
    return worker


def is_loopback(address: str) -> bool:
    """Tell whether only this machine can reach it."""
    host = address.rpartition(":")[0].strip("[]")
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def free() -> str:
    """Return a loopback address that is free now."""
    with socket.socket() as trial:
        trial.bind((LOOPBACK, 0))
        return f"{LOOPBACK}:{trial.getsockname()[1]}"
