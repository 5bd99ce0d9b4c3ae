package duplicate

import "math/bits"

// table maps the key of a band to the shape that came last of those that have
// it: open addressing with linear probing, and backward shifts when a key goes.
type table struct {
	entries []entry
	used    int
	shift   uint8
}

type entry struct {
	key  uint32
	head uint32 // shape + 1; 0 is empty
}

// place is the key of a band in the table that all bands share: 5 bits of the
// band, 27 of the key. Chains of two bands never meet.
func place(band int, key uint32) uint32 { return uint32(band)<<27 | key>>5 }

func (t *table) slot(key uint32) uint32 { return key * 0x9e3779b1 >> t.shift }

// find returns the entry of key, or the empty one where it would be.
func (t *table) find(key uint32) *entry {
	for i := t.slot(key); ; i = (i + 1) & uint32(len(t.entries)-1) {
		if e := &t.entries[i]; e.head == 0 || e.key == key {
			return e
		}
	}
}

// head is the shape that came last of those with key, plus one.
func (t *table) head(key uint32) uint32 {
	if t.used == 0 {
		return 0
	}
	return t.find(key).head
}

// set puts head at key; 0 takes the key out.
func (t *table) set(key, head uint32) {
	if head == 0 {
		t.remove(key)
		return
	}
	if 4*(t.used+1) > 3*len(t.entries) {
		t.grow()
	}
	e := t.find(key)
	if e.head == 0 {
		t.used++
	}
	*e = entry{key, head}
}

func (t *table) grow() {
	old := t.entries
	t.entries = make([]entry, max(64, 2*len(old)))
	t.shift = uint8(33 - bits.Len(uint(len(t.entries))))
	for _, e := range old {
		if e.head != 0 {
			*t.find(e.key) = e
		}
	}
}

func (t *table) remove(key uint32) {
	if t.used == 0 {
		return
	}
	mask := uint32(len(t.entries) - 1)
	i := t.slot(key)
	for t.entries[i].key != key || t.entries[i].head == 0 {
		if t.entries[i].head == 0 {
			return
		}
		i = (i + 1) & mask
	}
	t.used--
	for j := (i + 1) & mask; t.entries[j].head != 0; j = (j + 1) & mask {
		// What stands at j may move to i when its own place is not between them.
		if home := t.slot(t.entries[j].key); (j-home)&mask >= (j-i)&mask {
			t.entries[i] = t.entries[j]
			i = j
		}
	}
	t.entries[i] = entry{}
}
