// Package wire is the vault's on-disk vocabulary, shared by the side that seals
// and the side that opens: names, JSON forms, padding and key derivation. It is
// the code of docs/formats/vault.md and holds no policy of its own.
package wire

import (
	"bytes"
	"encoding/base32"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Names fixed by the format.
const (
	RecordSchema = "qingting.vault.record/1"
	EpochSchema  = "qingting.vault.epoch/1"
	StanzaType   = "qingting.vault/epoch-1"

	// MinBucket is the smallest padded plaintext, in bytes.
	MinBucket = 256
	// MaxPlaintext is the largest padded plaintext, in bytes: a reader may
	// refuse to allocate more.
	MaxPlaintext = 16 << 20
	// MaxID is the longest epoch or record id, in bytes.
	MaxID = 128
)

// Record is the plaintext of a sealed record.
type Record struct {
	Schema string  `json:"schema"`
	Record string  `json:"record"`
	Values []Value `json:"values"`
}

// Value is one value taken out of the feedback.
type Value struct {
	Type      string `json:"type"`
	Field     string `json:"field"`
	Start     int    `json:"start"`
	End       int    `json:"end"`
	Value     string `json:"value"`
	Canonical string `json:"canonical,omitempty"`
}

// Epoch is the plaintext of an epoch envelope. Key is 32 bytes, base64 in JSON.
type Epoch struct {
	Schema  string    `json:"schema"`
	Epoch   string    `json:"epoch"`
	Created time.Time `json:"created"`
	Key     []byte    `json:"key"`
}

// AppendRecord writes r to buf as JSON padded with spaces to its bucket.
func AppendRecord(buf *bytes.Buffer, r *Record) error {
	if err := json.NewEncoder(buf).Encode(r); err != nil {
		return err
	}
	size, err := Bucket(buf.Len())
	if err != nil {
		return err
	}
	buf.Grow(size - buf.Len())
	for buf.Len() < size {
		buf.WriteByte(' ')
	}
	return nil
}

// ParseRecord reads the padded JSON form and checks what a writer guarantees.
func ParseRecord(plaintext []byte) (*Record, error) {
	if size, err := Bucket(len(plaintext)); err != nil || size != len(plaintext) {
		return nil, fmt.Errorf("record plaintext of %d bytes is not padded to a bucket", len(plaintext))
	}
	var r Record
	// The decoder's own errors quote what they read: a person's data.
	if json.Unmarshal(plaintext, &r) != nil {
		return nil, errors.New("record plaintext is not the expected JSON")
	}
	if r.Schema != RecordSchema {
		return nil, errors.New("record plaintext has another schema than " + RecordSchema)
	}
	if err := CheckID(r.Record); err != nil {
		return nil, fmt.Errorf("record plaintext: %w", err)
	}
	for i := range r.Values {
		if v := &r.Values[i]; v.Type == "" || v.Start < 0 || v.End < v.Start {
			return nil, fmt.Errorf("record plaintext: value %d has no type or a reversed span", i)
		}
	}
	return &r, nil
}

// ParseEpoch reads the plaintext of an epoch envelope and checks that the id
// is the one its key commits to.
func ParseEpoch(plaintext []byte) (*Epoch, error) {
	var e Epoch
	if json.Unmarshal(plaintext, &e) != nil {
		return nil, errors.New("epoch plaintext is not the expected JSON")
	}
	if e.Schema != EpochSchema {
		return nil, errors.New("epoch plaintext has another schema than " + EpochSchema)
	}
	if len(e.Key) != KeySize {
		return nil, fmt.Errorf("epoch key has %d bytes, want %d", len(e.Key), KeySize)
	}
	if EpochID(e.Key) != e.Epoch {
		return nil, errors.New("epoch id does not belong to the epoch key")
	}
	return &e, nil
}

// Bucket is the padded size of n bytes: the next power of two, at least MinBucket.
func Bucket(n int) (int, error) {
	if n > MaxPlaintext {
		return 0, fmt.Errorf("plaintext of %d bytes is over the limit of %d", n, MaxPlaintext)
	}
	size := MinBucket
	for size < n {
		size *= 2
	}
	return size, nil
}

// PadBytes appends to b the byte 0x80 and zeros up to its bucket
// (ISO/IEC 7816-4 padding): for plaintexts that are not JSON.
func PadBytes(b []byte) ([]byte, error) {
	size, err := Bucket(len(b) + 1)
	if err != nil {
		return nil, err
	}
	padded := make([]byte, size)
	padded[copy(padded, b)] = 0x80
	return padded, nil
}

// UnpadBytes undoes PadBytes without copying.
func UnpadBytes(padded []byte) ([]byte, error) {
	trimmed := bytes.TrimRight(padded, "\x00")
	if len(trimmed) == 0 || trimmed[len(trimmed)-1] != 0x80 {
		return nil, errors.New("plaintext does not end in the padding 80 00…")
	}
	body := trimmed[:len(trimmed)-1]
	if size, err := Bucket(len(body) + 1); err != nil || size != len(padded) {
		return nil, errors.New("plaintext is not padded to its bucket")
	}
	return body, nil
}

// CheckID tells whether id can stand as a stanza argument: 1 to MaxID
// characters of printable ASCII, no space.
func CheckID(id string) error {
	if id == "" || len(id) > MaxID {
		return fmt.Errorf("id of %d characters, want 1 to %d", len(id), MaxID)
	}
	for i := range len(id) {
		if id[i] <= ' ' || id[i] > '~' {
			return errors.New("id holds a character outside printable ASCII")
		}
	}
	return nil
}

// idEncoding writes ids that are valid NATS subject tokens and file names.
var idEncoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)
