package audit

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// Proof shows that one entry is in the log. It needs nothing but the keys to be
// checked.
type Proof struct {
	Version    int    `json:"version"`          // 1
	Index      int64  `json:"index"`            // of the entry, from 0
	Leaf       []byte `json:"leaf"`             // the entry as it is in the log
	Inclusion  []Hash `json:"inclusion"`        // RFC 6962 audit path, in base64
	Checkpoint string `json:"checkpoint"`       // signed note
	Sealed     *int   `json:"sealed,omitempty"` // of a receipt: which of the entry's documents
}

// Prove makes the proof of an entry up to a checkpoint.
func Prove(t *Tree, index int64, leaf []byte, c SignedCheckpoint) (Proof, error) {
	h, err := t.Leaf(index)
	if err != nil {
		return Proof{}, err
	}
	if h != tlog.RecordHash(leaf) {
		return Proof{}, fmt.Errorf("entry %d is not the one that the tree holds", index)
	}
	path, err := t.Inclusion(index, c.Size)
	if err != nil {
		return Proof{}, err
	}
	return Proof{Version: 1, Index: index, Leaf: leaf, Inclusion: path, Checkpoint: string(c.Note)}, nil
}

// Check verifies a proof, and returns the entry and the checkpoint.
func (p Proof) Check(keys Keys) (Entry, SignedCheckpoint, error) {
	if p.Version != 1 {
		return Entry{}, SignedCheckpoint{}, fmt.Errorf("proof of version %d, want 1", p.Version)
	}
	c, err := keys.Open([]byte(p.Checkpoint))
	if err != nil {
		return Entry{}, SignedCheckpoint{}, err
	}
	if p.Index < 0 || p.Index >= c.Size {
		return Entry{}, SignedCheckpoint{}, fmt.Errorf("%w: entry %d of %d", ErrBeyond, p.Index, c.Size)
	}
	if err := tlog.CheckRecord(p.Inclusion, c.Size, c.Root, p.Index, tlog.RecordHash(p.Leaf)); err != nil {
		return Entry{}, SignedCheckpoint{}, fmt.Errorf("entry %d is not in the log that was signed", p.Index)
	}
	e, err := ParseEntry(p.Leaf)
	return e, c, err
}

// ErrNoReceipt says that an entry does not know a document.
var ErrNoReceipt = errors.New("the entry does not hold this document")

// Receipt is the proof of the entry that sealed a document.
func Receipt(p Proof, doc []byte) (Proof, error) {
	e, err := ParseEntry(p.Leaf)
	if err != nil {
		return Proof{}, err
	}
	sum := sha256.Sum256(doc)
	for i, d := range e.Documents {
		if bytes.Equal(d.Hash, sum[:]) {
			p.Sealed = &i
			return p, nil
		}
	}
	return Proof{}, ErrNoReceipt
}

// CheckReceipt verifies that the log sealed exactly these bytes of a document.
func (p Proof) CheckReceipt(keys Keys, doc []byte) (Entry, SignedCheckpoint, error) {
	e, c, err := p.Check(keys)
	if err != nil {
		return e, c, err
	}
	sum := sha256.Sum256(doc)
	if p.Sealed == nil || *p.Sealed < 0 || *p.Sealed >= len(e.Documents) || !bytes.Equal(e.Documents[*p.Sealed].Hash, sum[:]) {
		return e, c, ErrNoReceipt
	}
	return e, c, nil
}

// ParseProof reads the JSON form.
func ParseProof(data []byte) (Proof, error) {
	var p Proof
	if err := json.Unmarshal(data, &p); err != nil {
		return Proof{}, errors.New("malformed proof: not the JSON that qingting writes")
	}
	return p, nil
}
