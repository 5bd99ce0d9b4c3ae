package sentiment

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

	"qingting/textmining/learn"
	"qingting/textmining/segment"
)

// A model file is
//
//	"qingting.sentiment/1\n"
//	length of the stack, 4 bytes big endian; stack, JSON
//	the learnt model, as package learn writes it
const modelMagic = "qingting.sentiment/1\n"

const maxStack = 1 << 12 // bytes

var errDamagedModel = errors.New("the sentiment model is damaged; copy it again or train anew")

// WriteTo writes the model. The same model is always the same bytes.
func (m *Model) WriteTo(w io.Writer) (int64, error) {
	top, err := json.Marshal(m.stack)
	if err != nil {
		return 0, fmt.Errorf("write sentiment model: %w", err)
	}
	var out bytes.Buffer
	out.WriteString(modelMagic)
	out.Write(binary.BigEndian.AppendUint32(nil, uint32(len(top))))
	out.Write(top)
	if _, err := m.learned.WriteTo(&out); err != nil {
		return 0, err
	}
	return out.WriteTo(w)
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

// ReadModel reads a model as WriteTo writes it, for texts cut by seg. It refuses
// what is damaged.
func ReadModel(r io.Reader, seg *segment.Segmenter) (*Model, error) {
	head := make([]byte, len(modelMagic)+4)
	if _, err := io.ReadFull(r, head); err != nil || string(head[:len(modelMagic)]) != modelMagic {
		return nil, errors.New("this is no sentiment model; \"qingting sentiment train\" makes one")
	}
	n := binary.BigEndian.Uint32(head[len(modelMagic):])
	if n > maxStack {
		return nil, errDamagedModel
	}
	top := make([]byte, n)
	if _, err := io.ReadFull(r, top); err != nil {
		return nil, errDamagedModel
	}
	m := &Model{}
	dec := json.NewDecoder(bytes.NewReader(top))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&m.stack); err != nil {
		return nil, errDamagedModel
	}
	var err error
	if m.learned, err = learn.Read(r, seg); err != nil {
		return nil, err
	}
	labels := m.learned.Labels()
	if len(m.stack.Heard) != len(labels) || len(m.stack.Bias) != len(labels) || m.learned.Multi() {
		return nil, errDamagedModel
	}
	for i, label := range labels {
		if label != Positive && label != Neutral && label != Negative {
			return nil, errDamagedModel
		}
		if sum := m.stack.Learned + m.stack.Heard[i] + m.stack.Bias[i]; math.IsNaN(sum) || math.Abs(sum) > 1e6 {
			return nil, errDamagedModel
		}
	}
	return m, nil
}
