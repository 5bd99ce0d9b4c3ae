package unseal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"filippo.io/age"

	"qingting/privacy/vault"
	"qingting/privacy/vault/internal/wire"
)

// Epoch is an opened epoch key. It is an age.Identity, so that stock age opens
// the epoch's records; [Epoch.Open] checks more. It is safe for concurrent use
// until Wipe.
type Epoch struct {
	id      string
	created time.Time
	key     []byte
}

var _ age.Identity = (*Epoch)(nil)

// OpenEpoch opens an epoch envelope with the officer's identities.
func OpenEpoch(envelope []byte, ids ...age.Identity) (*Epoch, error) {
	plaintext, err := decrypt(envelope, ids...)
	if err != nil {
		return nil, fmt.Errorf("open epoch: %w", err)
	}
	defer clear(plaintext)
	e, err := wire.ParseEpoch(plaintext)
	if err != nil {
		return nil, fmt.Errorf("open epoch: %w", damagedf("%w", err))
	}
	return &Epoch{id: e.Epoch, created: e.Created, key: e.Key}, nil
}

// ID is the epoch's id.
func (e *Epoch) ID() string { return e.id }

// Created is when the key was made, to the second.
func (e *Epoch) Created() time.Time { return e.created }

// String keeps the key out of logs.
func (e *Epoch) String() string { return "epoch " + e.id }

// Format implements fmt.Formatter, so that no verb prints the key.
func (e *Epoch) Format(s fmt.State, _ rune) { fmt.Fprint(s, e.String()) }

// Wipe overwrites the key; the Epoch opens nothing any more.
func (e *Epoch) Wipe() { clear(e.key) }

// Rewrap seals the same epoch key to other recipients: this is how officers are
// added, removed and rotated without touching a record. Store the result under
// the same epoch id.
func (e *Epoch) Rewrap(recipients ...age.Recipient) ([]byte, error) {
	plaintext, err := json.Marshal(wire.Epoch{
		Schema: wire.EpochSchema, Epoch: e.id, Created: e.created, Key: e.key,
	})
	if err != nil {
		return nil, fmt.Errorf("rewrap epoch: %w", err)
	}
	defer clear(plaintext)
	var out bytes.Buffer
	w, err := age.Encrypt(&out, recipients...)
	if err != nil {
		return nil, fmt.Errorf("rewrap epoch: %w", err)
	}
	if _, err := w.Write(plaintext); err != nil {
		return nil, fmt.Errorf("rewrap epoch: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("rewrap epoch: %w", err)
	}
	return out.Bytes(), nil
}

// Unwrap implements age.Identity.
func (e *Epoch) Unwrap(stanzas []*age.Stanza) ([]byte, error) {
	h, err := parseStanza(stanzas)
	if err != nil {
		return nil, err
	}
	if h.epoch != e.id {
		return nil, fmt.Errorf("sealed under epoch %s, not %s: %w: %w", h.epoch, e.id, ErrEpochMissing, age.ErrIncorrectIdentity)
	}
	fileKey, err := wire.Unwrap(e.key, h.salt, h.epoch, h.record, h.body)
	if err != nil {
		return nil, damagedf("the wrapped file key does not fit epoch and record")
	}
	return fileKey, nil
}

// Open opens a record of this epoch and checks that its header and its content
// name the same record. The caller compares the returned ID with the one it
// asked for.
func (e *Epoch) Open(data []byte) (vault.Record, error) {
	epoch, record, err := Header(data)
	if err != nil {
		return vault.Record{}, fmt.Errorf("open record: %w", err)
	}
	if epoch != e.id {
		return vault.Record{}, fmt.Errorf("open record: sealed under epoch %s, not %s: %w", epoch, e.id, ErrEpochMissing)
	}
	plaintext, err := decrypt(data, e)
	if err != nil {
		return vault.Record{}, fmt.Errorf("open record: %w", err)
	}
	defer clear(plaintext)
	r, err := wire.ParseRecord(plaintext)
	if err != nil {
		return vault.Record{}, fmt.Errorf("open record: %w", damagedf("%w", err))
	}
	if r.Record != record {
		return vault.Record{}, fmt.Errorf("open record: %w", damagedf("header names another record than the content"))
	}
	values := make([]vault.Value, len(r.Values))
	for i, v := range r.Values {
		values[i] = vault.Value{
			Type: v.Type, Field: v.Field, Start: v.Start, End: v.End, Plain: v.Value, Canonical: v.Canonical,
		}
	}
	return vault.Record{ID: r.Record, Values: values}, nil
}

// OpenHeader proves by its header alone (vault.HeaderOf) that a record of this
// epoch would open: its file key is there and the header is unaltered. Nothing is
// known of what follows the header. It returns the record that the header names.
func (e *Epoch) OpenHeader(header []byte) (record string, err error) {
	epoch, record, err := Header(header)
	if err != nil {
		return "", fmt.Errorf("open header: %w", err)
	}
	if epoch != e.id {
		return "", fmt.Errorf("open header: sealed under epoch %s, not %s: %w", epoch, e.id, ErrEpochMissing)
	}
	fileKey, err := age.DecryptHeader(header, e)
	clear(fileKey)
	if err != nil {
		return "", fmt.Errorf("open header: %w", classify(err))
	}
	return record, nil
}

// OpenDirect opens what vault.SealDirect sealed.
func OpenDirect(data []byte, ids ...age.Identity) ([]byte, error) {
	padded, err := decrypt(data, ids...)
	if err != nil {
		return nil, fmt.Errorf("open: %w", err)
	}
	plaintext, err := wire.UnpadBytes(padded)
	if err != nil {
		return nil, fmt.Errorf("open: %w", damagedf("%w", err))
	}
	return plaintext, nil
}

// decrypt reads one age file to its end: only then is it authentic.
func decrypt(data []byte, ids ...age.Identity) ([]byte, error) {
	if len(ids) == 0 {
		return nil, fmt.Errorf("no identity given: %w", ErrNoIdentity)
	}
	// age's own complaint about a header quotes it, and what was handed in for
	// an age file may be anything, a person's text too.
	if _, err := age.ExtractHeader(bytes.NewReader(data)); err != nil {
		return nil, damagedf("not an age file with a whole header")
	}
	r, err := age.Decrypt(bytes.NewReader(data), ids...)
	if err != nil {
		return nil, classify(err)
	}
	plaintext, err := io.ReadAll(io.LimitReader(r, wire.MaxPlaintext+1))
	if err != nil {
		clear(plaintext)
		return nil, classify(err)
	}
	if len(plaintext) > wire.MaxPlaintext {
		clear(plaintext)
		return nil, damagedf("plaintext is over %d bytes", wire.MaxPlaintext)
	}
	return plaintext, nil
}

// header is what a record's stanza says.
type header struct {
	epoch, record string
	salt, body    []byte
}

func parseStanza(stanzas []*age.Stanza) (header, error) {
	var found *age.Stanza
	for _, s := range stanzas {
		if s.Type == wire.StanzaType {
			found = s
		}
	}
	if found == nil {
		return header{}, age.ErrIncorrectIdentity
	}
	if len(stanzas) != 1 {
		return header{}, damagedf("a record has one stanza, this has %d", len(stanzas))
	}
	if len(found.Args) != 3 {
		return header{}, damagedf("stanza has %d arguments, want 3", len(found.Args))
	}
	h := header{epoch: found.Args[0], record: found.Args[1], body: found.Body}
	if err := errors.Join(wire.CheckID(h.epoch), wire.CheckID(h.record)); err != nil {
		return header{}, damagedf("%w", err)
	}
	salt, err := wire.B64.DecodeString(found.Args[2])
	if err != nil || len(salt) != wire.SaltSize {
		return header{}, damagedf("stanza salt is not %d bytes of base64", wire.SaltSize)
	}
	h.salt = salt
	if len(h.body) != wire.BodySize {
		return header{}, damagedf("stanza body has %d bytes, want %d", len(h.body), wire.BodySize)
	}
	return h, nil
}

// Header reads which epoch and record a sealed record names, without opening
// it and so without any proof that they are true.
func Header(data []byte) (epoch, record string, err error) {
	var peek headerReader
	// The peek never unwraps, so an error is certain and says nothing more.
	_, _ = age.DecryptHeader(data, &peek)
	switch {
	case peek.err != nil:
		return "", "", peek.err
	case !peek.seen: // the header did not parse; quoting it could show a person's text
		return "", "", damagedf("not an age file with a whole header")
	}
	return peek.header.epoch, peek.header.record, nil
}

// headerReader is an identity that only looks.
type headerReader struct {
	header header
	seen   bool
	err    error
}

func (p *headerReader) Unwrap(stanzas []*age.Stanza) ([]byte, error) {
	p.header, p.err = parseStanza(stanzas)
	if errors.Is(p.err, age.ErrIncorrectIdentity) {
		p.err = damagedf("not a vault record")
	}
	p.seen = p.err == nil
	return nil, age.ErrIncorrectIdentity
}
