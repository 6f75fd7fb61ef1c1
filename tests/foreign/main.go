// Verifies an exported log with golang.org/x/mod alone: `go run . LOG-DIRECTORY VERIFIER-KEYS`.
//
// It knows nothing of Medverka: a signed note, RFC 6962 hashes, C2SP tiles. It answers 0 and one line if the log holds, else 1.
package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height, width = 8, 256

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: foreign LOG-DIRECTORY VERIFIER-KEYS")
		os.Exit(2)
	}
	tree, err := verify(os.Args[1], os.Args[2])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Printf("holds: %d entries, root %v\n", tree.N, tree.Hash)
}

// verify opens the checkpoint, and reckons the tree from the entries; then every tile is read through the signed root.
func verify(dir, keys string) (tree tlog.Tree, err error) {
	tree, err = checkpoint(dir, keys)
	if err != nil {
		return tree, err
	}
	var hashes memory
	for at := int64(0); at < tree.N; at += width {
		n := min(width, tree.N-at)
		data, err := os.ReadFile(filepath.Join(dir, path("entries", at/width, n)))
		if err != nil {
			return tree, err
		}
		for i := range n {
			if len(data) < 2 || len(data) < 2+int(binary.BigEndian.Uint16(data)) {
				return tree, fmt.Errorf("entry %d is cut off", at+i)
			}
			end := 2 + int(binary.BigEndian.Uint16(data))
			stored, err := tlog.StoredHashes(at+i, data[2:end], &hashes)
			if err != nil {
				return tree, err
			}
			hashes, data = append(hashes, stored...), data[end:]
		}
		if len(data) != 0 {
			return tree, fmt.Errorf("%d bytes too many behind entry %d", len(data), at+n-1)
		}
	}
	root, err := tlog.TreeHash(tree.N, &hashes)
	if err != nil {
		return tree, err
	}
	if root != tree.Hash {
		return tree, errors.New("the entries do not give the checkpoint's root")
	}
	return tree, tiles(dir, tree, &hashes)
}

// tiles compares each tile with the hashes of the entries, and reads leaves through the signed root as a client does.
func tiles(dir string, tree tlog.Tree, hashes *memory) error {
	for _, tile := range tlog.NewTiles(height, 0, tree.N) {
		data, err := os.ReadFile(filepath.Join(dir, path(strconv.Itoa(tile.L), tile.N, int64(tile.W))))
		if err != nil {
			return err
		}
		want, err := tlog.ReadTileData(tile, hashes)
		if err != nil {
			return err
		}
		if string(data) != string(want) {
			return fmt.Errorf("tile %d/%d is not that of the entries", tile.L, tile.N)
		}
	}
	reader := tlog.TileHashReader(tree, disk{dir})
	for at := int64(0); at < tree.N; at += max(1, tree.N/50) {
		leaf, err := hashes.ReadHashes([]int64{tlog.StoredHashIndex(0, at)})
		if err != nil {
			return err
		}
		proof, err := tlog.ProveRecord(tree.N, at, reader)
		if err != nil {
			return err
		}
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, at, leaf[0]); err != nil {
			return err
		}
	}
	return nil
}

func checkpoint(dir, keys string) (tlog.Tree, error) {
	data, err := os.ReadFile(filepath.Join(dir, "checkpoint"))
	if err != nil {
		return tlog.Tree{}, err
	}
	text, err := os.ReadFile(keys)
	if err != nil {
		return tlog.Tree{}, err
	}
	origin, _, _ := strings.Cut(string(data), "\n")
	var known []note.Verifier
	for line := range strings.Lines(string(text)) {
		verifier, err := note.NewVerifier(strings.TrimSpace(line))
		if err != nil {
			return tlog.Tree{}, err
		}
		if verifier.Name() == origin && strings.ReplaceAll(origin[strings.Index(origin, "/")+1:], "/", ".") == filepath.Base(dir) {
			known = append(known, verifier)
		}
	}
	opened, err := note.Open(data, note.VerifierList(known...))
	if err != nil {
		return tlog.Tree{}, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 {
		return tlog.Tree{}, errors.New("the checkpoint does not have three lines")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, err
	}
	root, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: root}, err
}

// path is C2SP's: without the height in it, and partial tiles in a directory of their own.
func path(level string, n, w int64) string {
	found := fmt.Sprintf("%03d", n%1000)
	for n /= 1000; n > 0; n /= 1000 {
		found = fmt.Sprintf("x%03d/%s", n%1000, found)
	}
	if w < width {
		found += fmt.Sprintf(".p/%d", w)
	}
	return "tile/" + level + "/" + found
}

// memory holds hashes in the order in which x/mod numbers them.
type memory []tlog.Hash

func (m *memory) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	found := make([]tlog.Hash, len(indexes))
	for i, at := range indexes {
		if at >= int64(len(*m)) {
			return nil, fmt.Errorf("no hash %d", at)
		}
		found[i] = (*m)[at]
	}
	return found, nil
}

// disk reads tiles from the directory; x/mod authenticates them.
type disk struct{ dir string }

func (disk) Height() int { return height }

func (d disk) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	found := make([][]byte, len(wanted))
	for i, tile := range wanted {
		data, err := os.ReadFile(filepath.Join(d.dir, path(strconv.Itoa(tile.L), tile.N, int64(tile.W))))
		if err != nil {
			return nil, err
		}
		found[i] = data
	}
	return found, nil
}

func (disk) SaveTiles([]tlog.Tile, [][]byte) {}
