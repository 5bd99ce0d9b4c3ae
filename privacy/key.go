package privacy

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
)

// KeySize is the least length of a pseudonym key in bytes, and the length of
// the keys that [NewKey] makes.
const KeySize = 32

// NewKey returns a random pseudonym key.
func NewKey() []byte {
	key := make([]byte, KeySize)
	rand.Read(key) // never fails, crypto/rand
	return key
}

// FormatKey returns the content of a key file: one line of lower-case
// hexadecimal, as `openssl rand -hex 32` prints it.
func FormatKey(key []byte) []byte {
	return []byte(hex.EncodeToString(key) + "\n")
}

// ParseKey reads the content of a key file: one line of hexadecimal, at least
// 64 digits; lines that are empty or begin with # are skipped. Errors hold
// nothing of the key.
func ParseKey(file []byte) ([]byte, error) {
	var key []byte
	n := 0
	for line := range strings.Lines(string(file)) {
		n++
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if key != nil {
			return nil, fmt.Errorf("pseudonym key file line %d: a second key; keep one key a file", n)
		}
		var err error
		if key, err = hex.DecodeString(line); err != nil {
			return nil, fmt.Errorf("pseudonym key file line %d: not hexadecimal; make a key with \"openssl rand -hex 32\"", n)
		}
		if len(key) < KeySize {
			return nil, fmt.Errorf("pseudonym key file line %d: %d bytes, need at least %d; make a key with \"openssl rand -hex 32\"", n, len(key), KeySize)
		}
	}
	if key == nil {
		return nil, errors.New("pseudonym key file holds no key; make one with \"openssl rand -hex 32\"")
	}
	return key, nil
}
