package audit

import (
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// tileHeight is that of C2SP tlog-tiles: 256 hashes or entries a tile.
const (
	tileHeight = 8
	tileWidth  = 1 << tileHeight
)

// tile is one file of an export.
type tile struct {
	level int // -1 for entries
	index int64
	width int // 1 to tileWidth
}

// path is where a tile lies (C2SP tlog-tiles): tile/0/x001/234 or
// tile/entries/x001/234.p/17.
func (t tile) path() string {
	level := "entries"
	if t.level >= 0 {
		level = fmt.Sprint(t.level)
	}
	n := fmt.Sprintf("%03d", t.index%1000)
	for rest := t.index / 1000; rest > 0; rest /= 1000 {
		n = fmt.Sprintf("x%03d/", rest%1000) + n
	}
	path := "tile/" + level + "/" + n
	if t.width < tileWidth {
		path += fmt.Sprintf(".p/%d", t.width)
	}
	return path
}

// tilesAt lists the tiles of a level of a tree: full ones and the partial one at
// the end. Level -1 is that of entries.
func tilesAt(level int, size int64) iter.Seq[tile] {
	hashes := size
	if level > 0 {
		hashes = size >> (tileHeight * level)
	}
	return func(yield func(tile) bool) {
		for i := int64(0); i*tileWidth < hashes; i++ {
			if !yield(tile{level, i, int(min(tileWidth, hashes-i*tileWidth))}) {
				return
			}
		}
	}
}

// levels is how many levels of hash tiles a tree has.
func levels(size int64) int {
	n := 0
	for ; size > 0; size >>= tileHeight {
		n++
	}
	return n
}

// hashTile encodes the hashes of a tile.
func hashTile(t tile, tree *Tree) ([]byte, error) {
	indexes := make([]int64, t.width)
	for i := range indexes {
		indexes[i] = tlog.StoredHashIndex(t.level*tileHeight, t.index*tileWidth+int64(i))
	}
	hashes, err := tree.ReadHashes(indexes)
	if err != nil {
		return nil, err
	}
	data := make([]byte, 0, len(hashes)*tlog.HashSize)
	for _, h := range hashes {
		data = append(data, h[:]...)
	}
	return data, nil
}

// splitHashes reads a hash tile.
func splitHashes(data []byte) ([]Hash, error) {
	if len(data)%tlog.HashSize != 0 {
		return nil, errors.New("not a tile of hashes")
	}
	hashes := make([]Hash, len(data)/tlog.HashSize)
	for i := range hashes {
		hashes[i] = Hash(data[i*tlog.HashSize:])
	}
	return hashes, nil
}

// appendLeaf adds a leaf to a tile of entries: two bytes of length, big-endian,
// and the leaf.
func appendLeaf(data, leaf []byte) ([]byte, error) {
	if len(leaf) > MaxEntry {
		return nil, fmt.Errorf("audit entry of %d bytes, at most %d", len(leaf), MaxEntry)
	}
	return append(binary.BigEndian.AppendUint16(data, uint16(len(leaf))), leaf...), nil
}

// splitLeaves reads a tile of entries, as far as it can be read.
func splitLeaves(data []byte) (leaves [][]byte, whole bool) {
	for len(data) > 0 {
		if len(data) < 2 {
			return leaves, false
		}
		n := int(binary.BigEndian.Uint16(data))
		if len(data) < 2+n {
			return leaves, false
		}
		leaves, data = append(leaves, data[2:2+n]), data[2+n:]
	}
	return leaves, true
}

// checkpointPath is where an export keeps the checkpoint of a size.
func checkpointPath(size int64) string { return fmt.Sprintf("checkpoints/%012d", size) }

// checkpointSize is the size in such a path's last part, -1 when it is none.
func checkpointSize(name string) int64 {
	var n int64
	if strings.Trim(name, "0123456789") != "" || name == "" || len(name) > 18 {
		return -1
	}
	for _, c := range name {
		n = n*10 + int64(c-'0')
	}
	return n
}
