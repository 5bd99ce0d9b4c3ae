package sequence

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"qingting/privacy/tagger/internal/portable"
)

// A Table maps hashed features to quantised weights. It has 2^20 cells of 16
// bytes: 15 weights, each with 128 added, and 8 bits of the hash to tell
// features apart. A feature lies in the cell that the top bits of its hash
// name, or in that cell's twin. Nothing else of a feature is kept, so that no
// text can be read back. A Table is immutable once built and safe for
// concurrent use.
//
// The marks stand apart from the weights as well: most features of a text are
// not there, and a megabyte of marks stays in a cache where the weights do not.
type Table struct {
	cells []uint64 // two a cell
	marks []uint8  // one a cell
	scale float32
}

const (
	cellBits = 20
	cells    = 1 << cellBits
	bias     = 128
)

// Model is what was learnt.
type Model struct {
	Table
	Trans Transitions
	// Logit turns the probability of a span of a kind into that of its being
	// right, as measured: slope and intercept on the logit scale (Platt 1999).
	Logit [Address + 1][2]float32
	Gate  Gate
}

// cellOf is the first cell of a feature, and the mark that tells it apart there.
func cellOf(key uint64) (cell uint64, mark uint64) {
	return key >> (64 - cellBits), max(key&0xff, 1)
}

// NewTable makes an empty table of weights that are multiples of scale.
func NewTable(scale float32) *Table {
	return &Table{cells: make([]uint64, 2*cells), marks: make([]uint8, cells), scale: scale}
}

// Put adds a feature, unless its two cells are taken or no weight is left of it.
func (t *Table) Put(key uint64, w *Scores) bool {
	cell, mark := cellOf(key)
	var lo, hi uint64
	some := false
	for y, v := range w {
		q := min(max(math.RoundToEven(float64(v/t.scale)), -127), 127)
		some = some || q != 0
		b := uint64(int(q) + bias)
		if y < 8 {
			lo |= b << (8 * y)
		} else {
			hi |= b << (8 * (y - 8))
		}
	}
	if !some {
		return false
	}
	for _, c := range [2]uint64{cell, cell ^ 1} {
		switch t.cells[2*c+1] >> 56 {
		case 0:
			t.cells[2*c], t.cells[2*c+1], t.marks[c] = lo, hi|mark<<56, uint8(mark)
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
		first, second := m[cell] == uint8(mark), m[cell^1] == uint8(mark)
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
	var even0, odd0, even1, odd1 uint64
	cs := (*[2 * cells]uint64)(t.cells)
	for _, c := range found[:n] {
		lo, hi := cs[2*c], cs[2*c+1]
		even0 += lo & lanes
		odd0 += lo >> 8 & lanes
		even1 += hi & lanes
		odd1 += hi >> 8 & lanes
	}
	n *= bias
	for k := range 4 {
		s := 16 * k
		dst[2*k] = t.value(even0>>s, n)
		dst[2*k+1] = t.value(odd0>>s, n)
		dst[2*k+8] = t.value(even1>>s, n)
		if k < 3 {
			dst[2*k+9] = t.value(odd1>>s, n)
		}
	}
}

func (t *Table) value(lane, n uint64) float32 {
	return float32(int(lane&0xffff)-int(n)) * t.scale
}

// Probability is that of a span, counted from the start of the sentence, being
// right. Call the chain's Sum before.
func (m *Model) Probability(c *Chain, s Span) float64 {
	p := min(max(c.Share(s.Start, s.End, s.Kind), 1e-6), 1-1e-6)
	l := m.Logit[s.Kind]
	return 1 / (1 + math.Exp(-float64(float64(l[0])*math.Log(p/(1-p)))-float64(l[1])))
}

// The file: magic, scale, transitions and calibration as 32-bit floats, the gate, then the cells that are taken in columns, all compressed with Zstandard.
const magic = "qtagger2"

// Encode writes the model as a file.
func (m *Model) Encode() ([]byte, error) {
	b := []byte(magic)
	float := func(v float32) { b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v)) }
	float(m.scale)
	for x := range m.Trans {
		for _, v := range m.Trans[x] {
			float(v)
		}
	}
	for _, l := range m.Logit {
		float(l[0])
		float(l[1])
	}
	b = binary.LittleEndian.AppendUint32(b, uint32(m.Gate.Early))
	b = binary.LittleEndian.AppendUint32(b, uint32(m.Gate.Least))
	float(m.Gate.First)
	float(m.Gate.Second)
	for _, v := range m.Gate.Weights {
		b = append(b, byte(v))
	}
	var taken []uint64
	for c := range uint64(cells) {
		if m.cells[2*c+1]>>56 != 0 {
			taken = append(taken, c)
		}
	}
	b = binary.LittleEndian.AppendUint32(b, uint32(len(taken)))
	last := uint64(0)
	for _, c := range taken {
		b = append(b, byte(min(c-last, 255)))
		if c-last >= 255 {
			b = binary.LittleEndian.AppendUint32(b, uint32(c-last))
		}
		last = c
	}
	for col := range 16 {
		for _, c := range taken {
			b = append(b, byte(m.cells[2*c+uint64(col/8)]>>(8*(col%8))))
		}
	}
	return portable.Pack(b)
}

var errFile = errors.New("sequence: not a file of weights")

// maxFile bounds what a file unpacks to.
const maxFile = 64 << 20

// Decode reads a file that Encode wrote.
func Decode(file []byte) (*Model, error) {
	b, err := portable.Unpack(file, maxFile)
	if err != nil {
		return nil, fmt.Errorf("sequence: %w", err)
	}
	const head = len(magic) + 4*(1+Labels*Labels+2*int(Address+1)+4+1) + GateCells
	if len(b) < head || string(b[:len(magic)]) != magic {
		return nil, errFile
	}
	b = b[len(magic):]
	word := func() uint32 {
		v := binary.LittleEndian.Uint32(b)
		b = b[4:]
		return v
	}
	m := &Model{Table: *NewTable(math.Float32frombits(word()))}
	for x := range m.Trans {
		for y := range m.Trans[x] {
			m.Trans[x][y] = math.Float32frombits(word())
		}
	}
	for k := range m.Logit {
		m.Logit[k] = [2]float32{math.Float32frombits(word()), math.Float32frombits(word())}
	}
	m.Gate = Gate{Early: int32(word()), Least: int32(word()), First: math.Float32frombits(word()), Second: math.Float32frombits(word()), Weights: make([]int8, GateCells)}
	for i, v := range b[:GateCells] {
		m.Gate.Weights[i] = int8(v)
	}
	b = b[GateCells:]
	taken := make([]uint64, min(word(), cells))
	last := uint64(0)
	for i := range taken {
		if len(b) < 5 {
			return nil, errFile
		}
		gap := uint64(b[0])
		b = b[1:]
		if gap == 255 {
			gap = uint64(word())
		}
		if last += gap; last >= cells {
			return nil, errFile
		}
		taken[i] = last
	}
	if len(b) != 16*len(taken) {
		return nil, errFile
	}
	for col := range 16 {
		for i, c := range taken {
			m.cells[2*c+uint64(col/8)] |= uint64(b[col*len(taken)+i]) << (8 * (col % 8))
		}
	}
	for _, c := range taken {
		m.marks[c] = uint8(m.cells[2*c+1] >> 56)
	}
	return m, nil
}
