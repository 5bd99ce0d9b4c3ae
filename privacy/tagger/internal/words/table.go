package words

import (
	"encoding/binary"
	"fmt"
	"math"

	"qingting/privacy/tagger/internal/portable"
)

// Table maps hashed features to quantised weights: a cell holds a byte, with
// 128 added, for each label but outside, whose weight is always 0, and
// a byte of the hash to tell features apart. It is immutable once built.
type Table struct {
	cells []uint64
	marks []uint8
	scale float32
}

const (
	cellBits = 17
	cells    = 1 << cellBits
	bias     = 128
)

func cellOf(key uint64) (cell uint64, mark uint8) {
	return key >> (64 - cellBits), uint8(max(key&0xff, 1))
}

// NewTable makes an empty table of weights that are multiples of scale.
func NewTable(scale float32) *Table {
	return &Table{make([]uint64, cells), make([]uint8, cells), scale}
}

// Put adds a feature, unless its cell and the twin are taken or nothing is left of it.
func (t *Table) Put(key uint64, w *Scores) bool {
	cell, mark := cellOf(key)
	var v uint64
	some := false
	for y := 1; y < Labels; y++ {
		q := min(max(math.RoundToEven(float64((w[y]-w[0])/t.scale)), -127), 127)
		some = some || q != 0
		v |= uint64(int(q)+bias) << (8 * (y - 1))
	}
	if !some {
		return false
	}
	for _, c := range [2]uint64{cell, cell ^ 1} {
		switch t.marks[c] {
		case 0:
			t.cells[c], t.marks[c] = v, mark
			return true
		case mark:
			return false
		}
	}
	return false
}

const lanes = 0x00ff00ff00ff00ff

// Sum writes to dst the sums of the weights of features.
func (t *Table) Sum(keys *[Features]uint64, dst *Scores) {
	// First which features are there, without a branch that depends on it, then
	// their weights, so that the loads of those do not wait for each other.
	var found [Features]uint32
	m := (*[cells]uint8)(t.marks)
	n := uint64(0)
	for _, k := range keys {
		cell, mark := cellOf(k)
		first, second := m[cell] == mark, m[cell^1] == mark
		twin := uint64(1)
		if first {
			twin = 0
		}
		found[n] = uint32(cell ^ twin)
		hit := uint64(0)
		if first || second {
			hit = 1
		}
		n += hit
	}
	var even, odd uint64
	cs := (*[cells]uint64)(t.cells)
	for _, c := range found[:n] {
		v := cs[c]
		even += v & lanes
		odd += v >> 8 & lanes
	}
	n *= bias
	dst[0] = 0
	for k := range 4 {
		dst[1+2*k] = float32(int(even>>(16*k)&0xffff)-int(n)) * t.scale
		dst[2+2*k] = float32(int(odd>>(16*k)&0xffff)-int(n)) * t.scale
	}
}

// Model is what was learnt.
type Model struct {
	*Table
	Trans   Transitions
	Lexicon *Lexicon
}

const magic = "qwords01"

// Encode writes the model as a file: magic, scale and transitions as 32-bit
// floats, the lexicon, then the taken cells in columns, compressed with Zstandard.
func (m *Model) Encode() ([]byte, error) {
	b := []byte(magic)
	float := func(v float32) { b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v)) }
	float(m.scale)
	for x := range m.Trans {
		for _, v := range m.Trans[x] {
			float(v)
		}
	}
	b = m.Lexicon.encode(b)
	var taken []int
	for c, mark := range m.marks {
		if mark != 0 {
			taken = append(taken, c)
		}
	}
	b = binary.LittleEndian.AppendUint32(b, uint32(len(taken)))
	last := 0
	for _, c := range taken {
		b = binary.AppendUvarint(b, uint64(c-last))
		last = c
	}
	for _, c := range taken {
		b = append(b, m.marks[c])
	}
	for col := range 8 {
		for _, c := range taken {
			b = append(b, byte(m.cells[c]>>(8*col)))
		}
	}
	return portable.Pack(b)
}

// Decode reads a file that Encode wrote.
func Decode(file []byte) (*Model, error) {
	b, err := portable.Unpack(file, 32<<20)
	if err != nil {
		return nil, fmt.Errorf("words: %w", err)
	}
	const head = len(magic) + 4*(1+Labels*Labels)
	if len(b) < head || string(b[:len(magic)]) != magic {
		return nil, errFile
	}
	b = b[len(magic):]
	float := func() float32 {
		v := math.Float32frombits(binary.LittleEndian.Uint32(b))
		b = b[4:]
		return v
	}
	m := &Model{Table: NewTable(float())}
	for x := range m.Trans {
		for y := range m.Trans[x] {
			m.Trans[x][y] = float()
		}
	}
	if m.Lexicon, b, err = decodeLexicon(b); err != nil {
		return nil, err
	}
	if len(b) < 4 {
		return nil, errFile
	}
	taken := make([]int, min(int(binary.LittleEndian.Uint32(b)), cells))
	b = b[4:]
	last := 0
	for i := range taken {
		gap, k := binary.Uvarint(b)
		if k <= 0 || gap >= cells || last+int(gap) >= cells {
			return nil, errFile
		}
		last += int(gap)
		taken[i], b = last, b[k:]
	}
	if len(b) != 9*len(taken) {
		return nil, errFile
	}
	for i, c := range taken {
		m.marks[c] = b[i]
		for col := range 8 {
			m.cells[c] |= uint64(b[(1+col)*len(taken)+i]) << (8 * col)
		}
	}
	return m, nil
}
