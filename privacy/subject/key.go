package subject

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"

	"qingting/privacy"
	"qingting/privacy/rule"
)

const (
	keySize   = 32
	checkSize = 4  // bytes of a hash that catch a slip of copying
	idSize    = 5  // characters of a key's id
	bodySize  = 20 // characters of a token: 100 bits
	// maxKeys bounds a file: each find computes a token under each.
	maxKeys = 32
)

// keyPrefix marks the text form, so that a key in a wrong place is recognised.
const keyPrefix = "QINGTING-SUBJECT-1-"

// The domains keep these HMACs and hashes apart from each other.
const (
	tokenDomain = "qingting subject token 1"
	idDomain    = "qingting subject key id 1"
)

// lower is base32 that reads the same in a subject, a file name and a mail.
var lower = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

var upper = base32.StdEncoding.WithPadding(base32.NoPadding)

// Keys tokenise under the newest key and find under all. They are immutable,
// safe for concurrent use, and hide themselves from fmt, log/slog and
// encoding/json.
type Keys struct {
	list func() []key // a closure, which fmt cannot look into
}

type key struct {
	id     string
	secret [keySize]byte
}

// NewKeyText makes a random key, in its text form. Whoever has it has the key.
func NewKeyText() string {
	var secret [keySize]byte
	rand.Read(secret[:]) // never fails, crypto/rand crashes the process instead
	return keyPrefix + upper.EncodeToString(append(secret[:], checkOf(secret)...))
}

func checkOf(secret [keySize]byte) []byte {
	sum := sha256.Sum256(append([]byte(keyPrefix), secret[:]...))
	return sum[:checkSize]
}

// ParseKeys reads keys, one a line, newest first; empty lines and lines that
// begin with # are skipped. No error repeats a key.
func ParseKeys(text string) (Keys, error) {
	var list []key
	for n, line := range strings.Split(text, "\n") {
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		body, ok := strings.CutPrefix(line, keyPrefix)
		raw, err := upper.DecodeString(body)
		if !ok || err != nil || len(raw) != keySize+checkSize || upper.EncodeToString(raw) != body {
			return Keys{}, fmt.Errorf("line %d is no subject key: want %s and 58 characters", n+1, keyPrefix)
		}
		k := key{secret: [keySize]byte(raw[:keySize])}
		if !slices.Equal(checkOf(k.secret), raw[keySize:]) {
			return Keys{}, fmt.Errorf("line %d is no subject key: its check characters do not fit, it was mistyped or cut", n+1)
		}
		sum := sha256.Sum256(append([]byte(idDomain), k.secret[:]...))
		k.id = lower.EncodeToString(sum[:])[:idSize]
		if slices.ContainsFunc(list, func(o key) bool { return o.id == k.id }) {
			return Keys{}, fmt.Errorf("line %d is a subject key that stands there already", n+1)
		}
		list = append(list, k)
	}
	switch {
	case len(list) == 0:
		return Keys{}, errors.New("there is no subject key")
	case len(list) > maxKeys:
		return Keys{}, fmt.Errorf("%d subject keys, at most %d: drop the oldest, whose documents have expired", len(list), maxKeys)
	}
	return Keys{func() []key { return list }}, nil
}

// IsZero reports whether there are no keys.
func (k Keys) IsZero() bool { return k.list == nil }

// IDs are the short ids of the keys, newest first. They are public.
func (k Keys) IDs() []string {
	var ids []string
	for _, one := range k.keys() {
		ids = append(ids, one.id)
	}
	return ids
}

func (k Keys) keys() []key {
	if k.list == nil {
		return nil
	}
	return k.list()
}

// Token is the token of a value under the newest key: the key's id, a hyphen,
// and 20 characters of a-z and 2-7, 100 bits of the HMAC-SHA-256 (RFC 2104) of
// type and canonical value. The value may be in any spelling that
// privacy.Canonical takes. It is empty without a key.
func (k Keys) Token(t rule.Type, value string) string {
	if list := k.keys(); len(list) > 0 {
		return list[0].token(t, privacy.Canonical(t, value))
	}
	return ""
}

// All are the tokens of a value under every key, newest first.
func (k Keys) All(t rule.Type, value string) []string {
	canonical := privacy.Canonical(t, value)
	var tokens []string
	for _, one := range k.keys() {
		tokens = append(tokens, one.token(t, canonical))
	}
	return tokens
}

func (k *key) token(t rule.Type, canonical string) string {
	mac := hmac.New(sha256.New, k.secret[:])
	var length [8]byte
	for _, field := range [...]string{tokenDomain, string(t), canonical} {
		binary.BigEndian.PutUint64(length[:], uint64(len(field)))
		mac.Write(length[:])
		io.WriteString(mac, field)
	}
	return k.id + "-" + lower.EncodeToString(mac.Sum(nil))[:bodySize]
}

// ValidToken reports whether s has the form of a token.
func ValidToken(s string) bool {
	if len(s) != idSize+1+bodySize || s[idSize] != '-' {
		return false
	}
	for i := range len(s) {
		if c := s[i]; i != idSize && (c < 'a' || c > 'z') && (c < '2' || c > '7') {
			return false
		}
	}
	return true
}

// KeyOf is the id of the key that a token was made under.
func KeyOf(token string) string {
	id, _, _ := strings.Cut(token, "-")
	return id
}

const hidden = "subject keys hidden"

// String hides the keys.
func (k Keys) String() string { return hidden }

// Format hides the keys from every verb of fmt.
func (k Keys) Format(s fmt.State, _ rune) { io.WriteString(s, hidden) }

// LogValue hides the keys from log/slog.
func (k Keys) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalJSON hides the keys.
func (k Keys) MarshalJSON() ([]byte, error) { return []byte(`"` + hidden + `"`), nil }
