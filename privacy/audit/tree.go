package audit

import (
	"errors"
	"fmt"
	"sync"

	"golang.org/x/mod/sumdb/tlog"
)

// Hash is a SHA-256 hash of the tree (RFC 6962 section 2.1).
type Hash = tlog.Hash

// Tree holds the hashes of a log: 64 bytes of memory an entry. Its zero value is
// the empty tree. It is safe for concurrent use.
type Tree struct {
	mu     sync.RWMutex
	size   int64
	hashes []Hash // in tlog's order
}

// Append adds the next leaf and returns its index.
func (t *Tree) Append(leaf []byte) (int64, error) {
	return t.appendHash(tlog.RecordHash(leaf))
}

func (t *Tree) appendHash(h Hash) (int64, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	more, err := tlog.StoredHashesForRecordHash(t.size, h, unlocked{t})
	if err != nil {
		return 0, fmt.Errorf("appending to the tree: %w", err)
	}
	t.hashes = append(t.hashes, more...)
	t.size++
	return t.size - 1, nil
}

// Size is how many leaves there are.
func (t *Tree) Size() int64 {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.size
}

// ErrBeyond asks a tree for more leaves than it has.
var ErrBeyond = errors.New("the ledger is not that long")

// Root is the hash of the first n leaves.
func (t *Tree) Root(n int64) (Hash, error) {
	if n < 0 || n > t.Size() {
		return Hash{}, fmt.Errorf("%w: %d entries of %d", ErrBeyond, n, t.Size())
	}
	return tlog.TreeHash(n, t)
}

// Leaf is the hash of one leaf.
func (t *Tree) Leaf(index int64) (Hash, error) {
	if index < 0 || index >= t.Size() {
		return Hash{}, fmt.Errorf("%w: entry %d of %d", ErrBeyond, index, t.Size())
	}
	found, err := t.ReadHashes([]int64{tlog.StoredHashIndex(0, index)})
	if err != nil {
		return Hash{}, err
	}
	return found[0], nil
}

// Checkpoint states the tree as it is, for signing.
func (t *Tree) Checkpoint(origin string) (Checkpoint, error) {
	size := t.Size()
	root, err := t.Root(size)
	return Checkpoint{Origin: origin, Size: size, Root: root}, err
}

// Inclusion proves that leaf index is among the first size ones.
func (t *Tree) Inclusion(index, size int64) ([]Hash, error) {
	if index < 0 || index >= size || size > t.Size() {
		return nil, fmt.Errorf("%w: entry %d of the first %d of %d", ErrBeyond, index, size, t.Size())
	}
	p, err := tlog.ProveRecord(size, index, t)
	return p, err
}

// Consistency proves that the first older leaves are the beginning of the
// first newer ones.
func (t *Tree) Consistency(older, newer int64) ([]Hash, error) {
	if older < 0 || older > newer || newer > t.Size() {
		return nil, fmt.Errorf("%w: from %d to %d of %d", ErrBeyond, older, newer, t.Size())
	}
	if older == 0 || older == newer {
		return nil, nil // nothing needs proof
	}
	p, err := tlog.ProveTree(newer, older, t)
	return p, err
}

// ReadHashes makes the Tree a tlog.HashReader.
func (t *Tree) ReadHashes(indexes []int64) ([]Hash, error) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return unlocked{t}.ReadHashes(indexes)
}

// unlocked reads a tree whose lock is held.
type unlocked struct{ t *Tree }

func (u unlocked) ReadHashes(indexes []int64) ([]Hash, error) {
	found := make([]Hash, len(indexes))
	for i, x := range indexes {
		if x < 0 || x >= int64(len(u.t.hashes)) {
			return nil, fmt.Errorf("%w: hash %d of %d", ErrBeyond, x, len(u.t.hashes))
		}
		found[i] = u.t.hashes[x]
	}
	return found, nil
}
