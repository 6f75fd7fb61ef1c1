"""The Merkle tree of RFC 6962, section 2.1, over SHA-256.

    leaf(entry) = SHA-256(00 ‖ entry)      node(left, right) = SHA-256(01 ‖ left ‖ right)      root of nothing = SHA-256("")

A tree of n > 1 leaves is split at the largest power of two below n, so every left part is complete. A complete subtree has a
level (it spans 2**level leaves) and a position (how many of its size stand to its left); whoever has those can make any proof.
"""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from typing import Final, TypeAlias

HASH_BYTES: Final = 32
EMPTY: Final = sha256(b"").digest()
Subtrees: TypeAlias = Callable[[int, int], bytes]
"""(level, position) → the root of that complete subtree."""


def leaf(entry: bytes) -> bytes:
    """Give an entry's leaf hash (section 2.1)."""
    return sha256(b"\x00" + entry).digest()


def leaves(entries: Iterable[bytes]) -> list[bytes]:
    """Give the leaf hashes of entries; a call for all of them, since an export hashes each one."""
    return [sha256(b"\x00" + entry).digest() for entry in entries]


def node(left: bytes, right: bytes) -> bytes:
    """Give the hash of two subtrees side by side (section 2.1)."""
    return sha256(b"\x01" + left + right).digest()


def root(hashes: Sequence[bytes]) -> bytes:
    """Give the root over hashes that stand side by side: leaves, or subtrees of one size of which the last may be smaller.

    Pairs are joined level by level and a last one without a partner moves up: that is section 2.1's split read from below.
    """
    if not hashes:
        return EMPTY
    row = hashes
    while len(row) > 1:
        joined = [sha256(b"\x01" + row[at] + row[at + 1]).digest() for at in range(0, len(row) - 1, 2)]
        row = [*joined, row[-1]] if len(row) % 2 else joined
    return row[0]


def _split(size: int) -> int:
    """Give the largest power of two below `size` (k in section 2.1)."""
    return 1 << (size - 1).bit_length() - 1


def _is_complete(size: int) -> bool:
    return size & (size - 1) == 0


def _range(start: int, end: int, subtrees: Subtrees) -> bytes:
    """Give the root of the leaves from `start` to below `end`, a part that the splits of a tree lead to."""
    size = end - start
    if _is_complete(size):
        level = size.bit_length() - 1
        return subtrees(level, start >> level)
    middle = start + _split(size)
    return node(_range(start, middle, subtrees), _range(middle, end, subtrees))


def root_at(size: int, subtrees: Subtrees) -> bytes:
    """Give the root of the first `size` leaves."""
    return _range(0, size, subtrees) if size else EMPTY


def inclusion(index: int, size: int, subtrees: Subtrees) -> list[bytes]:
    """Give the audit path of a leaf in a tree of `size`, from the leaf up (section 2.1.1). Raises ValueError beyond it."""
    if not 0 <= index < size:
        raise ValueError(f"index {index} is not in a tree of {size}; name one from 0 to {size - 1}")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_range(middle, end, subtrees))
            end = middle
        else:
            path.append(_range(start, middle, subtrees))
            start = middle
    return path[::-1]


def consistency(old: int, size: int, subtrees: Subtrees) -> list[bytes]:
    """Give the proof that a tree of `size` begins with the tree of `old` (section 2.1.2). Raises ValueError unless old ≤ size.

    Nothing needs to be proved of an empty tree, nor of the same one: those proofs are empty.
    """
    if not 0 <= old <= size:
        raise ValueError(f"a tree of {size} does not begin with one of {old}; name a size from 0 to {size}")
    if old in {0, size}:
        return []
    path: list[bytes] = []
    start, end = 0, size
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(_range(middle, end, subtrees))
            end = middle
        else:
            path.append(_range(start, middle, subtrees))
            start = middle
    if start:  # else the verifier has it: it is the old root
        path.append(_range(start, end, subtrees))
    return path[::-1]


def includes(hashed: bytes, index: int, size: int, path: Iterable[bytes], tree: bytes) -> bool:
    """Tell whether a path leads from a leaf's hash to the root `tree` (RFC 9162, section 2.1.3.2)."""
    if not 0 <= index < size or len(hashed) != HASH_BYTES:
        return False
    at, last, found = index, size - 1, hashed
    for part in path:
        if last == 0:
            return False
        if at % 2 or at == last:
            found = node(part, found)
            while not at % 2 and at:  # a last one without a partner moved up so far
                at, last = at >> 1, last >> 1
        else:
            found = node(found, part)
        at, last = at >> 1, last >> 1
    return last == 0 and found == tree


def extends(old: int, old_root: bytes, size: int, tree: bytes, path: Sequence[bytes]) -> bool:
    """Tell whether a path proves that the tree of `size` begins with that of `old` (RFC 9162, section 2.1.4.2).

    Of the same tree the empty path is the proof. Of an empty tree there is none: RFC 6962 begins at one leaf.
    """
    if old == size:
        return not path and old_root == tree and (size > 0 or tree == EMPTY)
    if not 0 < old < size or not path:
        return False
    parts = list(path) if not _is_complete(old) else [old_root, *path]
    at, last = old - 1, size - 1
    while at % 2:
        at, last = at >> 1, last >> 1
    was = found = parts[0]
    for part in parts[1:]:
        if last == 0:
            return False
        if at % 2 or at == last:
            was, found = node(part, was), node(part, found)
            while not at % 2 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node(found, part)
        at, last = at >> 1, last >> 1
    return last == 0 and was == old_root and found == tree
