package unseal_test

import (
	"bytes"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"

	"filippo.io/age"
	"golang.org/x/crypto/chacha20poly1305"
)

// TestManual follows "Opening a record by hand" of docs/formats/vault.md, step
// by step, with the age library and the standard formulas: none of our own code
// takes part. It proves the page, so keep the two alike.
func TestManual(t *testing.T) {
	for name, v := range loadVectors(t) {
		t.Run(name, func(t *testing.T) {
			var plaintext []byte
			var err error
			if v.head["kind"] == "direct" {
				plaintext, err = manualDirect(v)
			} else {
				plaintext, err = manualRecord(t, v)
			}
			if (err == nil) != (v.head["expect"] == "success") {
				t.Fatalf("got %v, want %q", err, v.head["expect"])
			}
			if err == nil {
				v.checkPlaintext(t, "by hand", plaintext)
			}
		})
	}
}

func readAge(file []byte, id age.Identity) ([]byte, error) {
	r, err := age.Decrypt(bytes.NewReader(file), id)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

func manualRecord(t *testing.T, v vector) ([]byte, error) {
	// Step 1: the envelope.
	text, err := readAge(v.envelope, v.identity)
	if err != nil {
		return nil, err
	}
	var envelope struct {
		Schema, Epoch string
		Key           []byte
	}
	if err := json.Unmarshal(text, &envelope); err != nil {
		return nil, err
	}
	id, err := hkdf.Key(sha256.New, envelope.Key, nil, "qingting.vault/epoch-1 id", 16)
	if err != nil {
		return nil, err
	}
	const alphabet = "abcdefghijklmnopqrstuvwxyz234567"
	if envelope.Schema != "qingting.vault.epoch/1" || len(envelope.Key) != 32 || base32(alphabet, id) != envelope.Epoch {
		return nil, errors.New("envelope")
	}

	// Step 2: the stanza.
	header, err := age.ExtractHeader(bytes.NewReader(v.data))
	if err != nil {
		return nil, err
	}
	lines := strings.Split(string(header), "\n")
	words := strings.Split(lines[1], " ")
	if len(words) != 5 || words[1] != "qingting.vault/epoch-1" || words[2] != envelope.Epoch || !strings.HasPrefix(lines[3], "---") {
		return nil, errors.New("stanza")
	}
	salt, err := base64.RawStdEncoding.Strict().DecodeString(words[4])
	if err != nil || len(salt) != 16 {
		return nil, errors.New("salt")
	}
	body, err := base64.RawStdEncoding.Strict().DecodeString(lines[2])
	if err != nil || len(body) != 32 {
		return nil, errors.New("body")
	}

	// Step 3: the file key.
	wrapKey, err := hkdf.Key(sha256.New, envelope.Key, salt, "qingting.vault/epoch-1\n"+words[2]+"\n"+words[3], 32)
	if err != nil {
		return nil, err
	}
	aead, err := chacha20poly1305.New(wrapKey)
	if err != nil {
		return nil, err
	}
	fileKey, err := aead.Open(nil, make([]byte, 12), body, nil)
	if err != nil {
		return nil, err
	}
	if want := v.head["file key"]; want != "" && want != hex.EncodeToString(fileKey) {
		t.Errorf("file key %x, want %s", fileKey, want)
	}

	// Step 4: the record.
	plaintext, err := readAge(v.data, age.NewInjectedFileKeyIdentity(fileKey))
	if err != nil {
		return nil, err
	}

	// Step 5: the checks.
	if n := len(plaintext); n < 256 || n&(n-1) != 0 {
		return nil, errors.New("padding")
	}
	var record struct {
		Schema, Record string
		Values         []struct{ Start, End int }
	}
	if err := json.Unmarshal(plaintext, &record); err != nil {
		return nil, err
	}
	if record.Schema != "qingting.vault.record/1" || record.Record != words[3] {
		return nil, errors.New("record")
	}
	for _, value := range record.Values {
		if value.Start > value.End {
			return nil, errors.New("span")
		}
	}
	return plaintext, nil
}

func manualDirect(v vector) ([]byte, error) {
	padded, err := readAge(v.data, v.identity)
	if err != nil {
		return nil, err
	}
	if n := len(padded); n < 256 || n&(n-1) != 0 {
		return nil, errors.New("padding")
	}
	text := bytes.TrimRight(padded, "\x00")
	if !bytes.HasSuffix(text, []byte{0x80}) {
		return nil, errors.New("mark")
	}
	return padded, nil
}

// base32 is RFC 4648 section 6 without padding, written out.
func base32(alphabet string, data []byte) string {
	var out strings.Builder
	acc, bits := 0, 0
	for _, b := range data {
		acc, bits = acc<<8|int(b), bits+8
		for bits >= 5 {
			bits -= 5
			out.WriteByte(alphabet[acc>>bits&31])
		}
	}
	if bits > 0 {
		out.WriteByte(alphabet[acc<<(5-bits)&31])
	}
	return out.String()
}
