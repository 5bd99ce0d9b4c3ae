package secrets

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"strings"
)

// SecretSize is the length of a Secret, in bytes.
const SecretSize = 32

// prefix marks the text form, so that a secret in a wrong place is recognised.
const prefix = "QINGTING-SECRET-1-"

const checkSize = 4

var encoding = base32.StdEncoding.WithPadding(base32.NoPadding)

// Secret is a symmetric key of 32 bytes. It hides itself from fmt, log/slog
// and encoding/json; Bytes gives the key.
type Secret struct{ key [SecretSize]byte }

// NewSecret makes a random Secret.
func NewSecret() Secret {
	var s Secret
	rand.Read(s.key[:]) // never fails, crypto/rand crashes the process instead
	return s
}

// ParseSecret reads the text form: QINGTING-SECRET-1- and base32 of the key
// followed by four bytes of its SHA-256, which catch a slip of copying.
func ParseSecret(text string) (Secret, error) {
	body, ok := strings.CutPrefix(strings.TrimSpace(text), prefix)
	if !ok {
		return Secret{}, errors.New("malformed secret: does not start with " + prefix)
	}
	raw, err := encoding.DecodeString(body)
	if err != nil || len(raw) != SecretSize+checkSize {
		return Secret{}, errors.New("malformed secret: not 58 characters of base32 after the prefix")
	}
	var s Secret
	copy(s.key[:], raw)
	// The last character of base32 has bits to spare: one secret, one text.
	if !bytes.Equal(s.check(), raw[SecretSize:]) || encoding.EncodeToString(raw) != body {
		return Secret{}, errors.New("malformed secret: its check characters do not fit, it was mistyped or cut")
	}
	return s, nil
}

func (s Secret) check() []byte {
	sum := sha256.Sum256(append([]byte(prefix), s.key[:]...))
	return sum[:checkSize]
}

// Text is the text form, which ParseSecret reads. Whoever has it has the key.
func (s Secret) Text() string {
	return prefix + encoding.EncodeToString(append(s.Bytes(), s.check()...))
}

// Bytes is a copy of the key.
func (s Secret) Bytes() []byte { return bytes.Clone(s.key[:]) }

// IsZero tells whether the Secret was never set.
func (s Secret) IsZero() bool { return s.key == [SecretSize]byte{} }

const hidden = "secret hidden"

// String hides the key.
func (s Secret) String() string { return hidden }

// Format implements fmt.Formatter, so that no verb prints the key.
func (s Secret) Format(f fmt.State, _ rune) { fmt.Fprint(f, hidden) }

// LogValue implements slog.LogValuer.
func (s Secret) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalText hides the key from encoders.
func (s Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// LoadSecret reads a secret file: the text form on a line of its own; empty
// lines and lines starting with # are ignored.
func LoadSecret(path string) (Secret, error) {
	content, err := ReadPrivate(path)
	if err != nil {
		return Secret{}, err
	}
	defer clear(content)
	var found []string
	for line := range strings.Lines(string(content)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			found = append(found, line)
		}
	}
	if len(found) != 1 {
		return Secret{}, fmt.Errorf("secret file %q has %d lines that are no comment, want 1", path, len(found))
	}
	s, err := ParseSecret(found[0])
	if err != nil {
		return Secret{}, fmt.Errorf("secret file %q: %w", path, err)
	}
	return s, nil
}

// LoadOrCreateSecret reads the secret file at path, or makes one with a random
// secret when there is none. Two processes that start at once get the same.
func LoadOrCreateSecret(path string) (Secret, error) {
	s, err := LoadSecret(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return s, err
	}
	s = NewSecret()
	content := []byte("# A secret of qingting. Keep it apart from the data and its backups.\n" + s.Text() + "\n")
	defer clear(content)
	if err := WriteNew(path, content); errors.Is(err, fs.ErrExist) {
		return LoadSecret(path)
	} else if err != nil {
		return Secret{}, err
	}
	return s, nil
}
