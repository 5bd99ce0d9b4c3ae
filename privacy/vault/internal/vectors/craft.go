package main

import (
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"strings"

	"golang.org/x/crypto/chacha20poly1305"
)

var b64 = base64.RawStdEncoding

// random is n bytes that depend on the vector and the purpose alone.
func random(vector, purpose string, n int) []byte {
	return derive([]byte(vector), nil, "qingting vault test vector: "+purpose, n)
}

func derive(secret, salt []byte, info string, n int) []byte {
	key, err := hkdf.Key(sha256.New, secret, salt, info, n)
	if err != nil {
		panic(err)
	}
	return key
}

func seal(key, nonce, plaintext []byte) []byte {
	aead, err := chacha20poly1305.New(key)
	if err != nil {
		panic(err)
	}
	return aead.Seal(nil, nonce, plaintext, nil)
}

// zeroNonce is for keys that are used once.
var zeroNonce = make([]byte, chacha20poly1305.NonceSize)

// epochID and wrap are the two formulas of the format, written out again.
func epochID(key []byte) string {
	id := derive(key, nil, "qingting.vault/epoch-1 id", 16)
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(id))
}

func wrap(key, salt []byte, epoch, record string, fileKey []byte) []byte {
	wrapKey := derive(key, salt, "qingting.vault/epoch-1\n"+epoch+"\n"+record, 32)
	return seal(wrapKey, zeroNonce, fileKey)
}

// stanza writes one stanza of an age header.
func stanza(kind string, args []string, body []byte) string {
	text := b64.EncodeToString(body)
	var out strings.Builder
	fmt.Fprintf(&out, "-> %s\n", strings.Join(append([]string{kind}, args...), " "))
	for len(text) >= 64 {
		out.WriteString(text[:64] + "\n")
		text = text[64:]
	}
	out.WriteString(text + "\n")
	return out.String()
}

// x25519 wraps a file key for a classic age recipient.
func x25519(vector string, to *ecdh.PublicKey, fileKey []byte) string {
	ephemeral, err := ecdh.X25519().NewPrivateKey(random(vector, "ephemeral", 32))
	if err != nil {
		panic(err)
	}
	shared, err := ephemeral.ECDH(to)
	if err != nil {
		panic(err)
	}
	share := ephemeral.PublicKey().Bytes()
	wrapKey := derive(shared, append(append([]byte{}, share...), to.Bytes()...), "age-encryption.org/v1/X25519", 32)
	return stanza("X25519", []string{b64.EncodeToString(share)}, seal(wrapKey, zeroNonce, fileKey))
}

// ageFile puts stanzas and a payload of one chunk together.
func ageFile(vector string, fileKey []byte, stanzas string, plaintext []byte) []byte {
	header := "age-encryption.org/v1\n" + stanzas + "---"
	mac := hmac.New(sha256.New, derive(fileKey, nil, "header", 32))
	mac.Write([]byte(header))
	nonce := random(vector, "payload nonce", 16)
	out := []byte(header + " " + b64.EncodeToString(mac.Sum(nil)) + "\n")
	out = append(out, nonce...)
	last := make([]byte, chacha20poly1305.NonceSize)
	last[len(last)-1] = 1
	return append(out, seal(derive(fileKey, nonce, "payload", 32), last, plaintext)...)
}

func armor(data []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "AGE ENCRYPTED FILE", Bytes: data}))
}

// bech32 encodes data as BIP 173 does, without its length limit.
func bech32(prefix string, data []byte) string {
	const charset = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
	var values []byte
	acc, bits := 0, 0
	for _, b := range data {
		acc, bits = acc<<8|int(b), bits+8
		for bits >= 5 {
			bits -= 5
			values = append(values, byte(acc>>bits&31))
		}
	}
	if bits > 0 {
		values = append(values, byte(acc<<(5-bits)&31))
	}
	expanded := []byte{}
	for _, c := range []byte(prefix) {
		expanded = append(expanded, c>>5)
	}
	expanded = append(expanded, 0)
	for _, c := range []byte(prefix) {
		expanded = append(expanded, c&31)
	}
	sum := polymod(append(append(expanded, values...), 0, 0, 0, 0, 0, 0)) ^ 1
	for i := range 6 {
		values = append(values, byte(sum>>(5*(5-i))&31))
	}
	out := []byte(prefix + "1")
	for _, v := range values {
		out = append(out, charset[v])
	}
	return string(out)
}

func polymod(values []byte) uint32 {
	sum := uint32(1)
	for _, v := range values {
		top := sum >> 25
		sum = (sum&0x1ffffff)<<5 ^ uint32(v)
		for i, g := range []uint32{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3} {
			if top>>i&1 == 1 {
				sum ^= g
			}
		}
	}
	return sum
}
