"""C2SP tiles: paths, what is full and partial at each size, and bundles that are read exactly or not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.tlog import merkle, tiles
from shared.tlog.tiles import WIDTH, BundleBroken, Tile, Tiles
from tests.shared.tlog.test_merkle import tree


def grown(leaves: list[bytes]) -> tuple[Tiles, list[Tile]]:
    """A tree grown bundle by bundle, and the tiles that were full on the way."""
    edge, full = Tiles(), []
    for at in range(0, len(leaves), WIDTH):
        full += edge.add(leaves[at : at + WIDTH])
    return edge, full


@pytest.mark.parametrize(
    ("number", "width", "path"),
    [
        (1234067, 256, "tile/0/x001/x234/067"),
        (0, 256, "tile/0/000"),
        (999, 3, "tile/0/999.p/3"),
        (1000, 1, "tile/0/x001/000.p/1"),
    ],
)
def test_a_tile_lies_where_others_look_for_it(number: int, width: int, path: str) -> None:
    """Three digits a directory, and the width of a partial one behind it."""
    assert tiles.tile_path("0", number, width) == path


def test_a_tree_of_70000_has_the_tiles_of_the_specification() -> None:
    """The specification's own example: 273 full and one of 112; one full and one of 17; one of 1."""
    assert list(tiles.widths(70_000)) == [(0, 273, 112), (1, 1, 17), (2, 0, 1)]
    assert list(tiles.widths(256)) == [(0, 1, 0), (1, 0, 1)]


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 512, 1000, 65_536, 65_537, 66_000])
def test_the_edge_has_the_root_of_the_tree(size: int) -> None:
    """Tiles alone give the root, and stand where the sizes say."""
    leaves = tree(size)
    edge, full = grown(leaves)
    assert edge.root() == merkle.root(leaves)
    paths = {tile.path for tile in (*full, *edge.partial())}
    wanted = {tiles.tile_path(str(level), n) for level, count, _ in tiles.widths(size) for n in range(count)}
    assert paths == wanted | {path for path in tiles.partial_paths(size) if "/entries/" not in path}
    assert b"".join(tile.data for tile in full if tile.level == 0) + b"".join(
        tile.data for tile in edge.partial() if tile.level == 0
    ) == b"".join(leaves)


@given(st.integers(0, 700), st.integers(0, 255))
def test_the_root_with_more_leaves_is_that_of_the_grown_tree(before: int, more: int) -> None:
    """An older checkpoint inside a tile can be tried without the tile being full."""
    before -= before % WIDTH
    leaves = tree(before + more)
    edge, _ = grown(leaves[:before])
    assert edge.root(leaves[before:]) == merkle.root(leaves)


@given(st.lists(st.binary(max_size=300), max_size=256))
def test_a_bundle_is_read_as_it_was_written(entries: list[bytes]) -> None:
    """Empty entries too."""
    assert tiles.unbundle(tiles.bundle(entries), len(entries)) == entries


@given(st.lists(st.binary(max_size=20), min_size=1, max_size=20), st.data())
def test_a_bundle_that_is_cut_off_or_longer_is_not_read(entries: list[bytes], data: st.DataObject) -> None:
    """Not a byte fewer, not a byte more."""
    whole = tiles.bundle(entries)
    cut = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises(BundleBroken):
        tiles.unbundle(whole[:cut], len(entries))
    with pytest.raises(BundleBroken, match="too many"):
        tiles.unbundle(whole + b"\0", len(entries))


def test_an_entry_that_is_too_long_is_no_entry() -> None:
    """Its length would not fit into two bytes."""
    with pytest.raises(OverflowError):
        tiles.bundle([b"x" * 65_536])


def test_leaves_beyond_a_tile_are_refused() -> None:
    """Whoever gives them does not follow the tiles' ends."""
    edge = Tiles()
    edge.add(tree(200))
    with pytest.raises(ValueError, match="tile by tile"):
        edge.add(tree(57))


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 513, 1000, 65_535, 65_536, 65_541, 65_797])
def test_the_needed_tiles_give_every_path(size: int) -> None:
    """A leaf's own tiles and the last ones are enough, and none is asked for that is not there."""
    leaves = tree(size)
    edge, full = grown(leaves)
    there = {(tile.level, tile.number): tile.data for tile in (*full, *edge.partial())}
    for index in {0, 1, 255, 256, size // 2, size - 2, size - 1} & set(range(size)):
        held = {place: there[place] for place in tiles.needed(index, size)}
        path = merkle.inclusion(index, size, tiles.subtrees(held))
        assert merkle.includes(leaves[index], index, size, path, edge.root())


@given(st.integers(0, 1500), st.integers(0, 1500))
def test_a_tree_grows_on_from_its_last_tiles(before: int, more: int) -> None:
    """Whoever keeps the tiles alone goes on as if nothing had happened; a tile that has grown since does not mislead."""
    leaves = tree(before + more)
    edge, _ = grown(leaves[:before])
    rows = {tile.level: tile.hashes for tile in edge.partial()}
    kept = Tiles(before, [rows.get(level, []) for level, _, _ in tiles.widths(before)])
    at = before
    while at < before + more:
        ends = min(at - at % WIDTH + WIDTH, before + more)
        kept.add(leaves[at:ends])
        at = ends
    assert kept.root() == merkle.root(leaves)
