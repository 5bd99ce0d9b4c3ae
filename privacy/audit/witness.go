package audit

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Witness cosigns checkpoints after it has seen that the log only grew (C2SP
// tlog-cosignature, Ed25519). Run it by somebody else than the server's operator.
type Witness struct {
	name string
	key  ed25519.PrivateKey
	hash uint32
}

// NewWitnessKey makes a witness's key: the secret one, for ParseWitness, and the
// verifier key for ParseKeys.
func NewWitnessKey(rand io.Reader, name string) (secret, verifier string, err error) {
	if err := checkName(name); err != nil {
		return "", "", err
	}
	public, private, err := ed25519.GenerateKey(rand)
	if err != nil {
		return "", "", fmt.Errorf("making a witness's key: %w", err)
	}
	hash := fmt.Sprintf("%08x", keyHash(name, algCosigned, public))
	encode := func(key []byte) string {
		return base64.StdEncoding.EncodeToString(append([]byte{algCosigned}, key...))
	}
	return "PRIVATE+KEY+" + name + "+" + hash + "+" + encode(private.Seed()), name + "+" + hash + "+" + encode(public), nil
}

// ParseWitness reads a witness's secret key. An error does not repeat it.
func ParseWitness(secret string) (*Witness, error) {
	malformed := errors.New("malformed witness key: want PRIVATE+KEY+name+hash+key")
	rest, ok := strings.CutPrefix(strings.TrimSpace(secret), "PRIVATE+KEY+")
	if !ok {
		return nil, malformed
	}
	name, hash, seed, err := splitKey(rest)
	if err != nil || len(seed) != ed25519.SeedSize {
		return nil, malformed
	}
	key := ed25519.NewKeyFromSeed(seed)
	if hash != keyHash(name, algCosigned, key.Public().(ed25519.PublicKey)) {
		return nil, malformed
	}
	return &Witness{name, key, hash}, nil
}

// splitKey takes name+hash+base64(algorithm, key) of a cosigning key apart.
func splitKey(s string) (name string, hash uint32, key []byte, err error) {
	parts := strings.SplitN(s, "+", 3)
	if len(parts) != 3 {
		return "", 0, nil, errors.New("malformed key")
	}
	h, err := strconv.ParseUint(parts[1], 16, 32)
	if err != nil || len(parts[1]) != 8 || checkName(parts[0]) != nil {
		return "", 0, nil, errors.New("malformed key")
	}
	raw, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(raw) != 1+ed25519.PublicKeySize || raw[0] != algCosigned {
		return "", 0, nil, errors.New("malformed key")
	}
	return parts[0], uint32(h), raw[1:], nil
}

// Name is the witness's name.
func (w *Witness) Name() string { return w.name }

// Cosign adds the witness's signature to a checkpoint, whose signatures k has
// checked, when proof shows that it continues seen: the checkpoint that the
// witness cosigned last, or the zero Checkpoint at first. The caller keeps the
// result as the next seen before anyone gets it.
func (w *Witness) Cosign(seen Checkpoint, next SignedCheckpoint, proof []Hash, now time.Time) ([]byte, error) {
	if err := Continues(seen, next.Checkpoint, proof); err != nil {
		return nil, err
	}
	stamp := uint64(now.Unix())
	sig := ed25519.Sign(w.key, cosignedText(stamp, next.Text()))
	blob := binary.BigEndian.AppendUint32(nil, w.hash)
	blob = binary.BigEndian.AppendUint64(blob, stamp)
	blob = append(blob, sig...)
	line := "— " + w.name + " " + base64.StdEncoding.EncodeToString(blob) + "\n"
	return append(append([]byte{}, next.Note...), line...), nil
}

// ErrForked says that a log shows a history that does not continue the one it
// showed before.
var ErrForked = errors.New("the ledger has forked: what it shows now does not continue what it showed before")

// Continues checks that newer continues older, by a proof of Tree.Consistency.
func Continues(older, newer Checkpoint, proof []Hash) error {
	switch {
	case older.Size == 0:
		return nil
	case older.Origin != newer.Origin:
		return fmt.Errorf("%w: it is log %q, and was log %q", ErrForked, newer.Origin, older.Origin)
	case newer.Size < older.Size:
		return fmt.Errorf("%w: it had %d entries, and has %d", ErrForked, older.Size, newer.Size)
	case newer.Size == older.Size:
		if newer.Root != older.Root {
			return fmt.Errorf("%w: two histories of %d entries", ErrForked, newer.Size)
		}
		return nil
	}
	if err := tlog.CheckTree(proof, newer.Size, newer.Root, older.Size, older.Root); err != nil {
		return fmt.Errorf("%w: at entry %d or before", ErrForked, older.Size-1)
	}
	return nil
}

// cosignedText is what a witness signs.
func cosignedText(stamp uint64, text string) []byte {
	return []byte("cosignature/v1\ntime " + strconv.FormatUint(stamp, 10) + "\n" + text)
}

// witnessKey is a witness's public key, as a note.Verifier.
type witnessKey struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func parseWitness(s string) (note.Verifier, error) {
	name, hash, key, err := splitKey(s)
	if err != nil {
		return nil, err
	}
	if hash != keyHash(name, algCosigned, key) {
		return nil, errors.New("malformed key: the hash is not that of the key")
	}
	return witnessKey{name, hash, key}, nil
}

func (w witnessKey) Name() string    { return w.name }
func (w witnessKey) KeyHash() uint32 { return w.hash }

// Verify checks time and signature.
func (w witnessKey) Verify(msg, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	return ed25519.Verify(w.key, cosignedText(binary.BigEndian.Uint64(sig), string(msg)), sig[8:])
}

// cosignedAt is the time in a cosignature that holds.
func cosignedAt(sig note.Signature) (time.Time, error) {
	blob, err := base64.StdEncoding.DecodeString(sig.Base64)
	if err != nil || len(blob) < 12 {
		return time.Time{}, errors.New("malformed cosignature")
	}
	return time.Unix(int64(binary.BigEndian.Uint64(blob[4:])), 0).UTC(), nil
}

func sha256Sum(parts ...[]byte) Hash {
	h := sha256.New()
	for _, p := range parts {
		h.Write(p)
	}
	return Hash(h.Sum(nil))
}
