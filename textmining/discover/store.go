package discover

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"

	"github.com/klauspost/compress/zstd"

	"qingting/textmining/segment"
)

// modelMagic is the first line of a model file; its number is the version of
// the format.
const modelMagic = "qingting discover model 1\n"

// Bounds of a model file, against one that is damaged or hostile.
const (
	maxModelFeatures = 1 << 20
	maxModelK        = 1 << 14
	maxModelBytes    = 2 << 30 // of all of it, unpacked
)

// modelHeader is the second line.
type modelHeader struct {
	K        int     `json:"k"`
	Features int     `json:"features"`
	Pairs    bool    `json:"pairs"` // features hold pairs of characters
	TFPower  float64 `json:"tf_power"`
	Weight   float64 `json:"pair_weight"`
	Words    string  `json:"words"` // version of the segmenter
}

// Save writes the model: after the magic line a zstd stream of the header as a
// line of JSON, the features as a JSON array on a line, K log shares and
// features × K log probabilities as little-endian float32, and the CRC-32
// (IEEE) of all that as little-endian uint32. It holds words of the texts that
// it was fitted on, pairs of characters and counts, no text.
func (m *Model) Save(w io.Writer) error {
	if _, err := io.WriteString(w, modelMagic); err != nil {
		return err
	}
	z, err := zstd.NewWriter(w, zstd.WithEncoderConcurrency(1))
	if err != nil {
		return err
	}
	sum := crc32.NewIEEE()
	out := bufio.NewWriter(io.MultiWriter(z, sum))
	enc := json.NewEncoder(out)
	header := modelHeader{m.mixture.k, len(m.features), m.tuning.pairs, m.tuning.tfPower, m.tuning.pairWeight, m.segmenter.Version()}
	features := m.features
	if features == nil {
		features = []string{}
	}
	if err := errors.Join(enc.Encode(header), enc.Encode(features)); err != nil {
		return err
	}
	for _, list := range [2][]float32{m.mixture.prior, m.mixture.word} {
		if err := binary.Write(out, binary.LittleEndian, list); err != nil {
			return err
		}
	}
	if err := out.Flush(); err != nil {
		return err
	}
	if err := binary.Write(z, binary.LittleEndian, sum.Sum32()); err != nil {
		return err
	}
	return z.Close()
}

var errModel = errors.New("not a whole model of discovery; make it again with discover --save")

// Load reads what Save wrote. The segmenter must cut as the one did that the
// model was fitted with: the same dictionary and lexicons.
func Load(r io.Reader, s *segment.Segmenter) (*Model, error) {
	if s == nil {
		return nil, errors.New("discovery needs a segmenter")
	}
	magic := make([]byte, len(modelMagic))
	if _, err := io.ReadFull(r, magic); err != nil || !bytes.HasPrefix(magic, []byte("qingting discover model ")) {
		return nil, errModel
	}
	if string(magic) != modelMagic {
		return nil, errors.New("a model of another version of the format; make it again with discover --save")
	}
	z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(64<<20))
	if err != nil {
		return nil, err
	}
	defer z.Close()
	sum := crc32.NewIEEE()
	plain := bufio.NewReader(io.LimitReader(z, maxModelBytes))
	in := io.TeeReader(plain, sum)
	var h modelHeader
	if err := readLine(plain, sum, &h); err != nil {
		return nil, err
	}
	m := &Model{segmenter: s, mixture: &mixture{k: h.K}}
	if err := readLine(plain, sum, &m.features); err != nil {
		return nil, err
	}
	if h.K < 0 || h.K > maxModelK || h.Features != len(m.features) || h.Features > maxModelFeatures || h.K*h.Features*4 > maxModelBytes {
		return nil, errModel
	}
	if h.Words != s.Version() {
		return nil, fmt.Errorf("the model was made with lexicon %s and texts are now cut with %s: use the same, or make it again", h.Words, s.Version())
	}
	m.tuning = tuning{pairs: h.Pairs, tfPower: h.TFPower, pairWeight: h.Weight}
	if m.mixture.prior, err = readFloats(in, h.K); err != nil {
		return nil, err
	}
	if m.mixture.word, err = readFloats(in, h.K*h.Features); err != nil {
		return nil, err
	}
	want := sum.Sum32()
	var got uint32
	if binary.Read(plain, binary.LittleEndian, &got) != nil || got != want {
		return nil, errModel
	}
	m.ids = make(map[string]int32, len(m.features))
	for i, f := range m.features {
		if _, twice := m.ids[f]; twice || f == "" {
			return nil, errModel
		}
		m.ids[f] = int32(i)
	}
	return m, nil
}

func readLine(r *bufio.Reader, sum io.Writer, to any) error {
	line, err := r.ReadBytes('\n')
	if err != nil || json.Unmarshal(line, to) != nil {
		return errModel
	}
	_, err = sum.Write(line)
	return err
}

// readFloats reads n finite numbers; memory grows only as they come.
func readFloats(r io.Reader, n int) ([]float32, error) {
	const chunk = 1 << 16
	var out []float32
	buf := make([]byte, 4*min(n, chunk))
	for len(out) < n {
		part := buf[:4*min(n-len(out), chunk)]
		if _, err := io.ReadFull(r, part); err != nil {
			return nil, errModel
		}
		for i := 0; i < len(part); i += 4 {
			x := math.Float32frombits(binary.LittleEndian.Uint32(part[i:]))
			if math.IsNaN(float64(x)) || math.IsInf(float64(x), 0) {
				return nil, errModel
			}
			out = append(out, x)
		}
	}
	return out, nil
}
