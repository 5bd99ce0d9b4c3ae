package learn

import "math/bits"

// table finds the feature of a key: open addressing, at most half full.
type table struct {
	slots []slot
	shift uint8
}

type slot struct {
	key     uint32
	feature int32 // plus one; 0 is an empty slot
}

// newTable places keys, which differ; the first is feature number first.
func newTable(keys []uint32, first int) table {
	size := bits.Len(uint(2*len(keys) + 1))
	t := table{slots: make([]slot, 1<<size), shift: uint8(32 - size)}
	for i, key := range keys {
		at := t.home(key)
		for t.slots[at].feature != 0 {
			at = (at + 1) & (len(t.slots) - 1)
		}
		t.slots[at] = slot{key, int32(first+i) + 1}
	}
	return t
}

// home is where a key belongs. Keys are hashes already.
func (t *table) home(key uint32) int { return int(key>>(t.shift&31)) & (len(t.slots) - 1) }

// find returns the feature of key, or -1.
func (t *table) find(key uint32) int32 {
	mask := len(t.slots) - 1
	for at := t.home(key); ; at = (at + 1) & mask {
		s := t.slots[at&mask]
		if s.feature == 0 || s.key == key {
			if s.feature == 0 {
				return -1
			}
			return s.feature - 1
		}
	}
}
