"""RFC 6962 trees: the published roots, and proofs that hold for what is there and for nothing else."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.tlog import merkle
from shared.tlog.merkle import Subtrees

# The eight entries and the roots of the trees of 0 to 8 of them with which Certificate Transparency's implementations agree.
ENTRIES = [
    bytes.fromhex(entry)
    for entry in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = [
    bytes.fromhex(root)
    for root in (
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    )
]


def plain_root(leaves: Sequence[bytes]) -> bytes:
    """The definition of section 2.1, word for word."""
    if len(leaves) < 2:
        return leaves[0] if leaves else merkle.EMPTY
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return merkle.node(plain_root(leaves[:k]), plain_root(leaves[k:]))


def subtrees(leaves: Sequence[bytes]) -> Subtrees:
    """Complete subtrees of leaves in memory."""
    return lambda level, at: plain_root(leaves[at << level : (at + 1) << level])


def tree(size: int) -> list[bytes]:
    """So many leaves, all different."""
    return [merkle.leaf(b"%d" % number) for number in range(size)]


@pytest.mark.parametrize("size", range(9))
def test_the_published_roots_are_ours(size: int) -> None:
    """Each published tree has the root that others give it, however it is reckoned."""
    leaves = [merkle.leaf(entry) for entry in ENTRIES[:size]]
    assert merkle.root(leaves) == merkle.root_at(size, subtrees(leaves)) == ROOTS[size]


@given(st.integers(0, 600))
def test_a_root_is_the_definition_s(size: int) -> None:
    """Pairs joined from below give what section 2.1 gives by splitting from above."""
    leaves = tree(size)
    assert merkle.root(leaves) == plain_root(leaves)


@pytest.mark.parametrize("size", [1, 2, 3, 4, 7, 8, 9, 31, 33])
def test_every_entry_has_a_path_and_no_other_entry_does(size: int) -> None:
    """A path leads from its own leaf at its own index to the root, and from no other."""
    leaves = tree(size)
    root = plain_root(leaves)
    for index in range(size):
        path = merkle.inclusion(index, size, subtrees(leaves))
        assert merkle.includes(leaves[index], index, size, path, root)
        for other in range(size):
            assert merkle.includes(leaves[other], index, size, path, root) is (other == index)
            assert merkle.includes(leaves[index], other, size, path, root) is (other == index)


@given(st.data())
def test_a_changed_path_proves_nothing(data: st.DataObject) -> None:
    """One changed bit, a missing or a superfluous hash, another root: refused."""
    size = data.draw(st.integers(2, 300))
    index = data.draw(st.integers(0, size - 1))
    leaves = tree(size)
    root, path = plain_root(leaves), merkle.inclusion(index, size, subtrees(leaves))
    at, bit = data.draw(st.integers(0, len(path) - 1)), data.draw(st.integers(0, 255))
    flipped = (int.from_bytes(path[at], "big") ^ 1 << bit).to_bytes(32, "big")
    for changed in ([*path[:at], flipped, *path[at + 1 :]], path[:-1], path[1:], [*path, root], [root, *path]):
        assert not merkle.includes(leaves[index], index, size, changed, root)
    assert not merkle.includes(leaves[index], index, size, path, merkle.node(root, root))


@given(st.data())
def test_a_grown_tree_proves_that_it_begins_with_the_old_one(data: st.DataObject) -> None:
    """Every tree extends each that it begins with, and none that was different."""
    size = data.draw(st.integers(1, 300))
    old = data.draw(st.integers(1, size))
    leaves = tree(size)
    root, was = plain_root(leaves), plain_root(leaves[:old])
    path = merkle.consistency(old, size, subtrees(leaves))
    assert merkle.extends(old, was, size, root, path)
    forked = plain_root([*leaves[: old - 1], merkle.leaf(b"another")])
    assert not merkle.extends(old, forked, size, root, path)
    assert not merkle.extends(old, was, size, merkle.node(root, root), path)
    assert not merkle.extends(old, was, size, root, [*path, root])
    if path:
        assert not merkle.extends(old, was, size, root, path[:-1])


def test_nothing_is_proved_of_an_empty_tree() -> None:
    """An empty tree said nothing, so no proof of it is taken; two empty ones are the same."""
    assert merkle.extends(0, merkle.EMPTY, 0, merkle.EMPTY, [])
    assert not merkle.extends(0, merkle.EMPTY, 0, ROOTS[1], [])
    assert not merkle.extends(0, merkle.EMPTY, 1, ROOTS[1], [])


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_what_is_not_in_the_tree_has_no_path(index: int, size: int) -> None:
    """An index beyond the tree is refused when a path is made, and when one is tried."""
    with pytest.raises(ValueError, match="not in a tree"):
        merkle.inclusion(index, size, subtrees(tree(3)))
    assert not merkle.includes(ROOTS[1], index, size, [], ROOTS[1])
