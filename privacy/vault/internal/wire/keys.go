package wire

import (
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"

	"golang.org/x/crypto/chacha20poly1305"
)

// Sizes in bytes.
const (
	KeySize     = 32 // of an epoch key
	SaltSize    = 16 // of a record stanza
	FileKeySize = 16 // age's
	BodySize    = FileKeySize + chacha20poly1305.Overhead
)

// B64 is age's own base64: standard alphabet, no padding, canonical.
var B64 = base64.RawStdEncoding.Strict()

// EpochID is the id a key commits to: 26 characters of base32 over
// HKDF-SHA-256(key, no salt, "qingting.vault/epoch-1 id", 16).
func EpochID(key []byte) string {
	id, err := hkdf.Key(sha256.New, key, nil, StanzaType+" id", 16)
	if err != nil {
		panic("vault: HKDF refuses a fixed length: " + err.Error()) // only above 255 hashes
	}
	return idEncoding.EncodeToString(id)
}

// Wrap encrypts a file key for one record: the body of its stanza.
// The key is fresh for each salt, so the nonce is zero, as in age.
func Wrap(key, salt []byte, epoch, record string, fileKey []byte) ([]byte, error) {
	wrapKey, err := wrapKey(key, salt, epoch, record)
	if err != nil {
		return nil, err
	}
	defer clear(wrapKey)
	aead, err := chacha20poly1305.New(wrapKey)
	if err != nil {
		return nil, err
	}
	var nonce [chacha20poly1305.NonceSize]byte
	return aead.Seal(nil, nonce[:], fileKey, nil), nil
}

// Unwrap undoes Wrap; it fails unless key, salt, epoch and record are the same.
func Unwrap(key, salt []byte, epoch, record string, body []byte) ([]byte, error) {
	wrapKey, err := wrapKey(key, salt, epoch, record)
	if err != nil {
		return nil, err
	}
	defer clear(wrapKey)
	aead, err := chacha20poly1305.New(wrapKey)
	if err != nil {
		return nil, err
	}
	var nonce [chacha20poly1305.NonceSize]byte
	return aead.Open(nil, nonce[:], body, nil)
}

// wrapKey binds the wrapping to its epoch and record. No id holds a line feed,
// so the info string reads one way only.
func wrapKey(key, salt []byte, epoch, record string) ([]byte, error) {
	return hkdf.Key(sha256.New, key, salt, StanzaType+"\n"+epoch+"\n"+record, chacha20poly1305.KeySize)
}
