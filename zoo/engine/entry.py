"""The file format of the run store: how a stored state becomes bytes, and is read again.

A file is a line with the sha256 of all that follows, then data in the format of the library
`safetensors`: 8 bytes with the length of a JSON header, the header, the numbers of all
arrays. The header's `__metadata__` holds one text, a JSON object:

    {"schema": 1, "key": "3f2a...", "facts": {"step": 900, "seed": 7, ...}, "arrays": [names]}

So the checksum covers key, step and seed, and a file that was renamed is found out. `arrays`
keeps the order of the names, which safetensors does not. Reading needs neither pickle nor a
parser of Python source: the parser of CPython 3.11 and 3.12 must not run in several threads
at once.
"""

import hashlib
import io
import json
from typing import BinaryIO, NamedTuple

import numpy as np
import safetensors.numpy

SCHEMA = 1
METADATA = "zoo run store"
DIGEST_LINE = 65
LENGTH_BYTES = 8
LONGEST_HEADER = 100_000_000
"""Bytes; safetensors reads no longer header either."""

WHOLE_NUMBERS = ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")
NUMBERS = ("bool", *WHOLE_NUMBERS, "float16", "float32", "float64", "complex64")
"""The numpy types that come back as they were."""


class Entry(NamedTuple):
    """One stored state of a member."""

    arrays: dict[str, np.ndarray]
    """Flat names such as "trainable/hidden_1/kernel" and "history/loss" to arrays."""
    facts: dict
    """All small values, and what a person may want to know: step, seed, finished,
    diverged_at, seconds, network.
    """


class Label(NamedTuple):
    """Which state of which member an entry is."""

    key: str
    step: int
    seed: int

    def __str__(self):
        """Return it in words, the key cut to its first digits."""
        return f"update {self.step:,} of member {self.key[:12]} with seed {self.seed}"


class Header(NamedTuple):
    """What a file says of itself before its numbers begin."""

    label: Label
    facts: dict
    names: list[str]
    """Of the arrays, in the order in which they were given."""


class OtherSchemaError(ValueError):
    """The file was written by a version of this program with another format."""


def encode(key: str, entry: Entry) -> bytes:
    """Return the content of the file that holds a state of member `key`.

    Raises:
        ValueError: for an array that the format cannot hold; names it.
    """
    arrays = {}
    for name, value in entry.arrays.items():
        arrays[name] = plain_array(name, value)
    description = {
        "schema": SCHEMA,
        "key": key,
        "facts": entry.facts,
        "arrays": list(arrays),
    }
    metadata = {METADATA: json.dumps(description, sort_keys=True)}
    content = safetensors.numpy.save(arrays, metadata)
    return digest_line(content) + content


def plain_array(name: str, value: np.ndarray) -> np.ndarray:
    """Return the array in one piece, row by row, in this machine's byte order."""
    value = np.asarray(value)
    if value.dtype.name not in NUMBERS:
        raise ValueError(f"the run store cannot keep {name!r}: its type is {value.dtype}")
    return np.asarray(value, dtype=value.dtype.newbyteorder("="), order="C")


def decode(data: bytes) -> tuple[Label, Entry]:
    """Return what `encode` was given, and which state the file says it is.

    Raises:
        OtherSchemaError: another version of this program wrote the file.
        ValueError: the content is not what was written.
    """
    content = data[DIGEST_LINE:]
    if data[:DIGEST_LINE] != digest_line(content):
        raise ValueError("its checksum does not fit its content")
    header = read_header(io.BytesIO(data))
    try:
        arrays = safetensors.numpy.load(content)
        arrays = {name: np.require(arrays[name], requirements="W") for name in header.names}
    except (safetensors.SafetensorError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"its arrays cannot be read: {error}") from error
    return header.label, Entry(arrays, header.facts)


def read_header(file: BinaryIO) -> Header:
    """Return what the header of an open file says; reads neither numbers nor checksum.

    Raises:
        OtherSchemaError: another version of this program wrote the file.
        ValueError: there is no such header.
    """
    file.seek(DIGEST_LINE)
    length = int.from_bytes(file.read(LENGTH_BYTES), "little")
    if length > LONGEST_HEADER:
        raise ValueError("its header has an impossible length")
    try:
        metadata = json.loads(file.read(length))["__metadata__"]
        return header_of(json.loads(metadata[METADATA]))
    except OtherSchemaError:
        raise
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        # whatever a foreign file provokes
        raise ValueError("it has no header of a stored state") from error


def header_of(description: dict) -> Header:
    """Return the header that a JSON object describes."""
    if description["schema"] != SCHEMA:
        raise OtherSchemaError(f"its format has number {description['schema']}, not {SCHEMA}")
    facts = description["facts"]
    label = Label(description["key"], facts["step"], facts["seed"])
    if [type(part) for part in label] != [str, int, int]:
        raise TypeError(f"{label!r} is not of the right types")
    return Header(label, facts, description["arrays"])


def digest_line(content: bytes) -> bytes:
    """Return the first line of a file with this content."""
    return hashlib.sha256(content).hexdigest().encode() + b"\n"
