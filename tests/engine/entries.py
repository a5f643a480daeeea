"""Files of the run store that are not what they should be, and the pieces to make them."""

import json

from zoo.engine.entry import LENGTH_BYTES, METADATA, SCHEMA, digest_line

FACTS = {"step": 5, "finished": True, "seed": 1}


def in_place_of_the_header(header, length=None):
    """Return a file with a right checksum and this header, said to have this length."""
    size = len(header) if length is None else length
    content = size.to_bytes(LENGTH_BYTES, "little") + header
    return digest_line(content) + content


def header_with(**changes):
    """Return a header without arrays that describes ENTRY, with some changes."""
    description = {"schema": SCHEMA, "key": "ab", "facts": FACTS, "arrays": []} | changes
    return json.dumps({"__metadata__": {METADATA: json.dumps(description)}}).encode()


FOREIGN = {
    "nothing": b"",
    "only a checksum": digest_line(b""),
    "an impossible length": in_place_of_the_header(header_with(), length=2**63),
    "a length of gigabytes": in_place_of_the_header(header_with(), length=2**32),
    "a length beyond the end": in_place_of_the_header(header_with(), length=10_000),
    "no JSON": in_place_of_the_header(b"\xff\xfe"),
    "endless brackets": in_place_of_the_header(b"[" * 200_000),
    "JSON of another kind": in_place_of_the_header(b"[1, 2]"),
    "safetensors of somebody else": in_place_of_the_header(
        b'{"__metadata__": {"format": "pt"}}'
    ),
    "facts of another kind": in_place_of_the_header(header_with(facts=[1])),
    "no seed": in_place_of_the_header(header_with(facts={"step": 5})),
    "a step in words": in_place_of_the_header(header_with(facts=FACTS | {"step": "five"})),
    "an array that is not there": in_place_of_the_header(header_with(arrays=["weights"])),
    "arrays without names": in_place_of_the_header(header_with(arrays=[[]])),
}
