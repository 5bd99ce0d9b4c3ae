package learn

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/klauspost/compress/zstd"

	"qingting/textmining/segment"
)

// A model file is
//
//	"qingting.learn/2\n"
//	length of the head, 4 bytes big endian; head, JSON
//	length of the body, 4 bytes big endian; body, zstd
//	SHA-256 of all before
//
// The body lists the features of each group, by ascending key: the difference
// to the key before, the number of rows that have it, the number of its
// weights, all uvarints, then the difference to the label before as a uvarint
// and the weight as a byte, −127 to 127, for each.
const magic = "qingting.learn/2\n"

// The bounds of what Read takes in.
const (
	maxHead = 4 << 20
	maxBody = 64 << 20  // as stored
	maxOpen = 256 << 20 // decompressed
)

// head is the small part of a model file.
type head struct {
	Multi    bool            `json:"multi"`
	Rows     int             `json:"rows"`
	Lexicon  string          `json:"lexicon"`
	Weight   [groups]float32 `json:"weight"`
	Window   int             `json:"window"`
	Features [groups]int     `json:"features"`
	Entries  int             `json:"entries"`
	Labels   []headLabel     `json:"labels"`
}

type headLabel struct {
	Name   string  `json:"name"`
	Scale  float32 `json:"scale"`
	Bias   float32 `json:"bias"`
	Slope  float32 `json:"slope"`
	Offset float32 `json:"offset"`
	Lean   float32 `json:"lean"`
	Toll   float32 `json:"toll,omitempty"`
	Least  float32 `json:"least"`
}

// WriteTo writes the model. The same model is always the same bytes.
func (m *Model) WriteTo(w io.Writer) (int64, error) {
	h := head{
		Multi: m.multi, Rows: m.rows, Lexicon: m.lexicon, Weight: m.weight, Window: m.window,
		Entries: len(m.entries),
	}
	for g := range h.Features {
		h.Features[g] = m.first[g+1] - m.first[g]
	}
	for l, name := range m.labels {
		h.Labels = append(h.Labels, headLabel{name, m.scale[l], m.bias[l], m.slope[l], m.offset[l], m.lean[l], m.toll[l], m.least[l]})
	}
	top, err := json.Marshal(h)
	if err != nil {
		return 0, fmt.Errorf("write model: %w", err)
	}
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBestCompression), zstd.WithEncoderConcurrency(1))
	if err != nil {
		return 0, fmt.Errorf("write model: %w", err)
	}
	body := enc.EncodeAll(m.body(), nil)
	if len(top) > maxHead || len(body) > maxBody {
		return 0, errors.New("write model: it is too large; train with fewer entries")
	}
	out := []byte(magic)
	out = binary.BigEndian.AppendUint32(out, uint32(len(top)))
	out = append(out, top...)
	out = binary.BigEndian.AppendUint32(out, uint32(len(body)))
	out = append(out, body...)
	sum := sha256.Sum256(out)
	n, err := w.Write(append(out, sum[:]...))
	return int64(n), err
}

// Version is the hash of the model's file, 16 hexadecimal digits. It takes as
// long as writing the model: keep it.
func (m *Model) Version() string {
	h := sha256.New()
	if _, err := m.WriteTo(h); err != nil {
		return "too-large" // WriteTo fails of nothing else into a hash
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// body lists features and weights.
func (m *Model) body() []byte {
	var out []byte
	last := uint32(0)
	for f, key := range m.keys {
		if slices.Contains(m.first[:], f) {
			last = 0
		}
		entries := m.entries[m.start[f]:m.start[f+1]]
		out = binary.AppendUvarint(out, uint64(key-last))
		out = binary.AppendUvarint(out, uint64(m.frequency[f]))
		out = binary.AppendUvarint(out, uint64(len(entries)))
		label := uint16(0)
		for _, e := range entries {
			out = binary.AppendUvarint(out, uint64(e.label-label))
			out = append(out, byte(int8(e.value)))
			label = e.label
		}
		last = key
	}
	return out
}

var errDamaged = errors.New("the model file is damaged; copy it again or train anew")

// Read reads a model as WriteTo writes it, for texts cut by seg. It refuses
// what is damaged, too large or not consistent, and what follows a model.
func Read(r io.Reader, seg *segment.Segmenter) (*Model, error) {
	if seg == nil {
		return nil, errors.New("a model needs a segmenter")
	}
	file, err := io.ReadAll(io.LimitReader(r, maxHead+maxBody+1024))
	if err != nil {
		return nil, fmt.Errorf("read model: %w", err)
	}
	if !bytes.HasPrefix(file, []byte(magic)) {
		return nil, errors.New("not a model file of this version; it should begin with qingting.learn/2")
	}
	if len(file) < len(magic)+8+sha256.Size {
		return nil, errDamaged
	}
	inside, sum := file[:len(file)-sha256.Size], file[len(file)-sha256.Size:]
	if want := sha256.Sum256(inside); !bytes.Equal(sum, want[:]) {
		return nil, errDamaged
	}
	rest := inside[len(magic):]
	top, rest, ok := chunk(rest, maxHead)
	if !ok {
		return nil, errDamaged
	}
	packed, rest, ok := chunk(rest, maxBody)
	if !ok || len(rest) > 0 {
		return nil, errDamaged
	}
	var h head
	dec := json.NewDecoder(bytes.NewReader(top))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&h); err != nil || dec.More() {
		return nil, errDamaged
	}
	m, err := h.model(seg)
	if err != nil {
		return nil, err
	}
	open, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxOpen))
	if err != nil {
		return nil, fmt.Errorf("read model: %w", err)
	}
	defer open.Close()
	body, err := open.DecodeAll(packed, nil)
	if err != nil {
		return nil, errDamaged
	}
	if err := m.fill(body, h); err != nil {
		return nil, err
	}
	m.ready()
	return m, nil
}

// chunk cuts a length and as many bytes off b.
func chunk(b []byte, most int) (part, rest []byte, ok bool) {
	if len(b) < 4 {
		return nil, nil, false
	}
	n := int(binary.BigEndian.Uint32(b))
	if n > most || n > len(b)-4 {
		return nil, nil, false
	}
	return b[4 : 4+n], b[4+n:], true
}

// model checks the head and makes a model without features of it.
func (h *head) model(seg *segment.Segmenter) (*Model, error) {
	labels := len(h.Labels)
	if labels == 0 || labels > MaxLabels || h.Rows < 1 || h.Rows > math.MaxInt32 || h.Window < 1 || h.Window > maxWindow || len(h.Lexicon) > maxLabel {
		return nil, errDamaged
	}
	m := &Model{multi: h.Multi, rows: h.Rows, lexicon: h.Lexicon, segmenter: seg, weight: h.Weight, window: h.Window}
	for _, w := range h.Weight {
		if !(w >= 0 && w <= 1e3) {
			return nil, errDamaged
		}
	}
	for _, l := range h.Labels {
		if checkLabel(l.Name) != nil {
			return nil, errDamaged
		}
		for _, v := range [...]float32{l.Scale, l.Bias, l.Slope, l.Offset, l.Lean, l.Toll, l.Least} {
			if !(v >= -1e9 && v <= 1e9) {
				return nil, errDamaged
			}
		}
		if !(l.Lean < 50) {
			return nil, errDamaged // its exponential must be a number
		}
		m.labels = append(m.labels, l.Name)
		m.scale, m.bias = append(m.scale, l.Scale), append(m.bias, l.Bias)
		m.slope, m.offset = append(m.slope, l.Slope), append(m.offset, l.Offset)
		m.lean, m.toll, m.least = append(m.lean, l.Lean), append(m.toll, l.Toll), append(m.least, l.Least)
	}
	for l := 1; l < labels; l++ {
		if m.labels[l-1] >= m.labels[l] {
			return nil, errDamaged
		}
	}
	return m, nil
}

// fill reads features and weights.
func (m *Model) fill(body []byte, h head) error {
	features := 0
	for g, n := range h.Features {
		if n < 0 || n > maxEntries {
			return errDamaged
		}
		features += n
		m.first[g+1] = features
	}
	// Each feature takes three bytes at least, each weight two.
	if h.Entries < 0 || h.Entries > maxEntries || 3*features+2*h.Entries > len(body) {
		return errDamaged
	}
	m.keys, m.frequency = make([]uint32, 0, features), make([]int32, 0, features)
	m.entries = make([]weight, 0, h.Entries)
	m.start = append(make([]uint32, 0, features+1), 0)
	r := uvarints{rest: body}
	for f := range features {
		key, frequency, n := r.next(), r.next(), r.next()
		if !slices.Contains(m.first[:], f) {
			if key == 0 {
				return errDamaged
			}
			key += uint64(m.keys[f-1])
		}
		if key > math.MaxUint32 || frequency < 1 || frequency > uint64(m.rows) || n < 1 || n > uint64(len(m.labels)) {
			return errDamaged
		}
		label := uint64(0)
		for i := range n {
			step, value := r.next(), int8(r.byte())
			if i > 0 && step == 0 || step > MaxLabels || value == 0 || value == math.MinInt8 {
				return errDamaged
			}
			if label += step; label >= uint64(len(m.labels)) {
				return errDamaged
			}
			m.entries = append(m.entries, weight{uint16(label), int16(value)})
		}
		m.keys = append(m.keys, uint32(key))
		m.frequency = append(m.frequency, int32(frequency))
		m.start = append(m.start, uint32(len(m.entries)))
	}
	if r.short || len(r.rest) > 0 || len(m.entries) != h.Entries {
		return errDamaged
	}
	m.keys, m.entries = slices.Clip(m.keys), slices.Clip(m.entries)
	return nil
}

// uvarints reads numbers; past the end it reads 0 and remembers.
type uvarints struct {
	rest  []byte
	short bool
}

func (r *uvarints) next() uint64 {
	v, n := binary.Uvarint(r.rest)
	if n <= 0 {
		r.short, r.rest = true, nil
		return 0
	}
	r.rest = r.rest[n:]
	return v
}

func (r *uvarints) byte() byte {
	if len(r.rest) == 0 {
		r.short = true
		return 0
	}
	b := r.rest[0]
	r.rest = r.rest[1:]
	return b
}
