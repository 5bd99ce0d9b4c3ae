package main

import (
	"bytes"
	"crypto/ecdh"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
)

// vector is one case: everything needed to make a good set of files, and hooks
// that spoil one thing each.
type vector struct {
	name    string
	expect  string // success, "no identity", "epoch missing" or damaged
	comment string

	identity []byte // the officer's X25519 key, printed in the vector
	sealedTo []byte // the key the envelope is sealed to, when another
	key      []byte // the epoch's
	record   string
	plain    []byte // of the record or the letter, padded

	epochJSON func(good string) string
	stanza    func(v *vector, fileKey []byte) string
	file      func(data []byte) []byte // spoils the sealed record or letter
	envelope  func(data []byte) []byte
	direct    bool // a letter: no envelope

	fileKeySize int // in bytes, 16 unless spoiled
}

func newVector(name, expect, comment string) *vector {
	v := &vector{
		name: name, expect: expect, comment: comment,
		identity: random(name, "identity", 32),
		key:      random(name, "epoch key", 32),
		record:   "k5v2m3q7t4w6y2a5c7e3g4j6l2",

		fileKeySize: 16,
	}
	v.sealedTo = v.identity
	v.plain = pad(recordJSON(v.record))
	return v
}

// recordJSON is an invented record with Chinese, ASCII and a canonical form.
func recordJSON(id string) string {
	return `{"schema":"qingting.vault.record/1","record":"` + id + `","values":[` +
		`{"type":"MOBILE","field":"","start":6,"end":11,"value":"幺九九 0000 1234","canonical":"19900001234"},` +
		`{"type":"PERSON_NAME","field":"customer.name","start":0,"end":4,"value":"欧阳<试>"}]}`
}

func pad(text string) []byte {
	size := 256
	for size < len(text) {
		size *= 2
	}
	return append([]byte(text), bytes.Repeat([]byte{' '}, size-len(text))...)
}

func (v *vector) epoch() string { return epochID(v.key) }

func (v *vector) recordStanza(fileKey []byte) string {
	salt := random(v.name, "salt", 16)
	return stanza("qingting.vault/epoch-1", []string{v.epoch(), v.record, b64.EncodeToString(salt)},
		wrap(v.key, salt, v.epoch(), v.record, fileKey))
}

func (v *vector) makeEnvelope() []byte {
	text := fmt.Sprintf(`{"schema":"qingting.vault.epoch/1","epoch":%q,"created":"2026-01-02T03:04:05Z","key":%q}`,
		v.epoch(), base64.StdEncoding.EncodeToString(v.key))
	if v.epochJSON != nil {
		text = v.epochJSON(text)
	}
	fileKey := random(v.name, "envelope file key", 16)
	data := ageFile(v.name+" envelope", fileKey, x25519(v.name+" envelope", public(v.sealedTo), fileKey), []byte(text))
	if v.envelope != nil {
		data = v.envelope(data)
	}
	return data
}

func (v *vector) makeFile() []byte {
	fileKey := random(v.name, "file key", v.fileKeySize)
	var text string
	switch {
	case v.stanza != nil:
		text = v.stanza(v, fileKey)
	case v.direct:
		text = x25519(v.name, public(v.sealedTo), fileKey)
	default:
		text = v.recordStanza(fileKey)
	}
	data := ageFile(v.name, fileKey, text, v.plain)
	if v.file != nil {
		data = v.file(data)
	}
	return data
}

// render is the vector's file: a header a person can read, then the age files.
func (v *vector) render() string {
	var out strings.Builder
	line := func(name, value string) { fmt.Fprintf(&out, "%s: %s\n", name, value) }
	line("expect", v.expect)
	line("comment", v.comment)
	line("identity", strings.ToUpper(bech32("age-secret-key-", v.identity)))
	if v.direct {
		line("kind", "direct")
	} else {
		line("kind", "record")
		line("record", v.record)
		line("epoch", v.epoch())
		line("epoch key", hex.EncodeToString(v.key))
	}
	if v.expect == "success" {
		line("file key", hex.EncodeToString(random(v.name, "file key", 16)))
		sum := sha256.Sum256(v.plain)
		line("padded plaintext", fmt.Sprintf("%d bytes, sha256 %x", len(v.plain), sum))
	}
	out.WriteString("\n")
	if !v.direct {
		out.WriteString(armor(v.makeEnvelope()))
	}
	out.WriteString(armor(v.makeFile()))
	return out.String()
}

func public(identity []byte) *ecdh.PublicKey {
	key, err := ecdh.X25519().NewPrivateKey(identity)
	if err != nil {
		panic(err)
	}
	return key.PublicKey()
}
