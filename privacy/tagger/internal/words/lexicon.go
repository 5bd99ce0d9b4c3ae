package words

import (
	"encoding/binary"
	"errors"
	"slices"
)

// Class says what a word may be, in bits.
type Class uint8

// The classes.
const (
	Given Class = 1 << iota
	Family
	Everyday // a word of the dictionary, in lower case there
	Place
	Street // street, via, strasse, avenue
	Unit   // apartment, suite, box
	Title  // mr, dr
	Other  // months, weekdays
)

// Lexicon knows the classes of words, by hashes alone: no word can be read
// back. It is immutable once built and safe for concurrent use.
type Lexicon struct {
	cells []uint64 // upper 56 bits of a hash, and the class
	mask  uint64
}

// NewLexicon makes a lexicon of classes by hash.
func NewLexicon(of map[uint64]Class) *Lexicon {
	n := uint64(16)
	for n < 2*uint64(len(of)) {
		n *= 2
	}
	l := &Lexicon{make([]uint64, n), n - 1}
	for h, c := range of {
		l.put(h&^hashLow, c)
	}
	return l
}

// hashLow are the bits of a hash that a lexicon forgets.
const hashLow = 1<<32 - 1

func (l *Lexicon) put(h uint64, c Class) {
	for i := h >> 40 & l.mask; ; i = (i + 1) & l.mask {
		if l.cells[i] == 0 || l.cells[i]&^0xff == h {
			l.cells[i] = h | l.cells[i]&0xff | uint64(c)
			return
		}
	}
}

// Of returns the classes of a word, given its hash.
func (l *Lexicon) Of(h uint64) Class {
	h &^= hashLow
	for i := h >> 40 & l.mask; l.cells[i] != 0; i = (i + 1) & l.mask {
		if l.cells[i]&^0xff == h {
			return Class(l.cells[i])
		}
	}
	return 0
}

// encode appends the lexicon: how many words, the gaps between the sorted upper
// halves of their hashes, their classes.
func (l *Lexicon) encode(b []byte) []byte {
	var taken []uint64
	for _, c := range l.cells {
		if c != 0 {
			taken = append(taken, c)
		}
	}
	slices.Sort(taken)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(taken)))
	last := uint64(0)
	for _, c := range taken {
		b = binary.AppendUvarint(b, c>>32-last)
		last = c >> 32
	}
	for _, c := range taken {
		b = append(b, byte(c))
	}
	return b
}

var errFile = errors.New("words: not a file of weights")

func decodeLexicon(b []byte) (*Lexicon, []byte, error) {
	if len(b) < 4 {
		return nil, nil, errFile
	}
	n := int(binary.LittleEndian.Uint32(b))
	b = b[4:]
	if n > len(b) {
		return nil, nil, errFile
	}
	hashes := make([]uint64, n)
	last := uint64(0)
	for i := range hashes {
		gap, k := binary.Uvarint(b)
		if k <= 0 {
			return nil, nil, errFile
		}
		last += gap
		if last > hashLow {
			return nil, nil, errFile
		}
		hashes[i], b = last<<32, b[k:]
	}
	if len(b) < n {
		return nil, nil, errFile
	}
	of := make(map[uint64]Class, n)
	for i, h := range hashes {
		of[h] = Class(b[i])
	}
	return NewLexicon(of), b[n:], nil
}
