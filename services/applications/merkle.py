"""A Merkle tree as RFC 9162 (section 2.1) has it: one hash that stands for many, and short proofs that one is in it.

A tree of any size is made of full trees of `CHUNK` leaves and a rest, so that it is hashed as it is read, and a proof
reads one chunk of leaves and the chunks' hashes. Hashes are bytes.
"""

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from itertools import islice
from typing import Literal

CHUNK = 1024  # a power of two

Side = Literal["left", "right"]


def chunk_hashes(entries: Iterable[bytes]) -> list[bytes]:
    """Return the hash of each `CHUNK` entries, in order, and of the rest."""
    stream = iter(entries)
    return [root_of([_leaf(each) for each in chunk]) for chunk in _chunks(stream)]


def _chunks(stream: Iterator[bytes]) -> Iterator[list[bytes]]:
    while chunk := list(islice(stream, CHUNK)):
        yield chunk


def root_of(nodes: Sequence[bytes]) -> bytes:
    """Return the hash of a tree over these hashes, leaves or chunks; of nothing, that of no bytes."""
    if not nodes:
        return sha256(b"").digest()
    if len(nodes) == 1:
        return nodes[0]
    half = _half(len(nodes))
    return _node(root_of(nodes[:half]), root_of(nodes[half:]))


def path_of(place: int, chunk: Sequence[bytes], chunks: Sequence[bytes]) -> list[tuple[Side, bytes]]:
    """Return the hashes that lead from an entry to the root, from the leaf up, each with the side on which it stands.

    `place` is the entry's in the tree, `chunk` the entries of its chunk, `chunks` the hashes of all.
    """
    inner = _path([_leaf(each) for each in chunk], place % CHUNK)
    return inner + _path(chunks, place // CHUNK)


def _path(nodes: Sequence[bytes], place: int) -> list[tuple[Side, bytes]]:
    if len(nodes) <= 1:
        return []
    half = _half(len(nodes))
    if place < half:
        return [*_path(nodes[:half], place), ("right", root_of(nodes[half:]))]
    return [*_path(nodes[half:], place - half), ("left", root_of(nodes[:half]))]


def climb(entry: bytes, path: Iterable[tuple[Side, bytes]]) -> bytes:
    """Return the root to which a path leads from an entry: how anybody checks a proof."""
    reached = _leaf(entry)
    for side, other in path:
        reached = _node(other, reached) if side == "left" else _node(reached, other)
    return reached


def _half(count: int) -> int:
    """Return the largest power of two below `count`."""
    return 1 << (count - 1).bit_length() - 1


def _leaf(entry: bytes) -> bytes:
    return sha256(b"\x00" + entry).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()
