package audit

import (
	"crypto/ed25519"
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

// Checkpoint states that a log has Size entries whose tree has this Root (C2SP
// tlog-checkpoint).
type Checkpoint struct {
	Origin string // which log: one line without spaces at its ends
	Size   int64
	Root   Hash
}

// Text is the body of the note that is signed.
func (c Checkpoint) Text() string {
	return c.Origin + "\n" + strconv.FormatInt(c.Size, 10) + "\n" + base64.StdEncoding.EncodeToString(c.Root[:]) + "\n"
}

// parseText reads the body of a note. Lines behind the third are extensions,
// and skipped.
func parseText(text string) (Checkpoint, error) {
	lines := strings.SplitN(text, "\n", 4)
	if len(lines) < 4 || lines[0] == "" {
		return Checkpoint{}, errors.New("malformed checkpoint: want origin, size and root, a line each")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != lines[1] {
		return Checkpoint{}, errors.New("malformed checkpoint: the size is not a number")
	}
	root, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize {
		return Checkpoint{}, errors.New("malformed checkpoint: the root is not a hash")
	}
	return Checkpoint{Origin: lines[0], Size: size, Root: Hash(root)}, nil
}

// SignedCheckpoint is a note as it is stored, and what it says.
type SignedCheckpoint struct {
	Checkpoint
	Note      []byte
	Signers   []string    // names of the keys whose signatures hold
	Witnesses []Cosigning // cosignatures that hold
}

// Cosigning is a witness's word that it saw the log grow to this checkpoint and
// never shrink or change.
type Cosigning struct {
	Name string
	Time time.Time
}

// Signer signs the checkpoints of one log.
type Signer struct {
	signer   note.Signer
	verifier string
}

// NewKey makes the key of a log: the secret one, for ParseSigner, and the
// verifier key, which is public. The origin is also the key's name.
func NewKey(rand io.Reader, origin string) (secret, verifier string, err error) {
	if err := checkName(origin); err != nil {
		return "", "", err
	}
	return note.GenerateKey(rand, origin)
}

// checkName says whether a key may be called so (C2SP signed-note).
func checkName(name string) error {
	if name == "" || strings.ContainsAny(name, "+ \t\r\n") {
		return fmt.Errorf("%q cannot name a key: want one word without +", name)
	}
	return nil
}

// ParseSigner reads a secret key. An error does not repeat it.
func ParseSigner(secret string) (*Signer, error) {
	s, err := note.NewSigner(strings.TrimSpace(secret))
	if err != nil {
		return nil, errors.New("malformed ledger key: want PRIVATE+KEY+name+hash+key")
	}
	verifier, err := verifierOf(strings.TrimSpace(secret))
	if err != nil {
		return nil, err
	}
	return &Signer{s, verifier}, nil
}

// verifierOf is the verifier key of a secret key that note has accepted: of
// name+hash+base64(1, seed).
func verifierOf(secret string) (string, error) {
	parts := strings.SplitN(secret, "+", 5)
	if len(parts) != 5 {
		return "", errors.New("malformed ledger key")
	}
	raw, err := base64.StdEncoding.DecodeString(parts[4])
	if err != nil || len(raw) != 1+ed25519.SeedSize || raw[0] != algEd25519 {
		return "", errors.New("malformed ledger key: want an Ed25519 key")
	}
	return note.NewEd25519VerifierKey(parts[2], ed25519.NewKeyFromSeed(raw[1:]).Public().(ed25519.PublicKey))
}

// Verifier is the public key that verifies what the Signer signs.
func (s *Signer) Verifier() string { return s.verifier }

// Origin is the name of the log the key belongs to.
func (s *Signer) Origin() string { return s.signer.Name() }

// Sign signs a checkpoint of the signer's own log.
func (s *Signer) Sign(c Checkpoint) (SignedCheckpoint, error) {
	if c.Origin != s.Origin() {
		return SignedCheckpoint{}, fmt.Errorf("the checkpoint is of log %q, the key of log %q", c.Origin, s.Origin())
	}
	msg, err := note.Sign(&note.Note{Text: c.Text()}, s.signer)
	if err != nil {
		return SignedCheckpoint{}, fmt.Errorf("signing a checkpoint: %w", err)
	}
	return SignedCheckpoint{Checkpoint: c, Note: msg, Signers: []string{s.Origin()}}, nil
}

// Keys are the public keys that a reader of the ledger trusts: the log's, and
// those of witnesses.
type Keys struct {
	log       []note.Verifier
	witnesses []note.Verifier
}

// algorithms of signed-note keys.
const (
	algEd25519  = 1
	algCosigned = 4
)

// ParseKeys reads verifier keys, one a line: name+hash+key. What kind a key is,
// of the log or of a witness, it says itself. Empty lines and those that begin
// with # are skipped.
func ParseKeys(text string) (Keys, error) {
	var k Keys
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if v, err := note.NewVerifier(line); err == nil {
			k.log = append(k.log, v)
			continue
		}
		w, err := parseWitness(line)
		if err != nil {
			return Keys{}, fmt.Errorf("line %d: malformed verifier key: want name+hash+key", i+1)
		}
		k.witnesses = append(k.witnesses, w)
	}
	if len(k.log) == 0 {
		return Keys{}, errors.New("no verifier key of a log: \"qingting audit key\" prints it")
	}
	return k, nil
}

// ErrUntrusted is a checkpoint that no trusted key of the log has signed.
var ErrUntrusted = errors.New("no trusted key has signed the checkpoint")

// Open checks the signatures of a checkpoint.
func (k Keys) Open(msg []byte) (SignedCheckpoint, error) {
	n, err := note.Open(msg, note.VerifierList(append(append([]note.Verifier{}, k.log...), k.witnesses...)...))
	var none *note.UnverifiedNoteError
	var bad *note.InvalidSignatureError
	switch {
	case errors.As(err, &none):
		return SignedCheckpoint{}, ErrUntrusted
	case errors.As(err, &bad):
		return SignedCheckpoint{}, fmt.Errorf("%w: the signature of %s does not hold", ErrUntrusted, bad.Name)
	case err != nil:
		return SignedCheckpoint{}, errors.New("malformed checkpoint: not a signed note")
	}
	c, err := parseText(n.Text)
	if err != nil {
		return SignedCheckpoint{}, err
	}
	s := SignedCheckpoint{Checkpoint: c, Note: msg}
	for _, sig := range n.Sigs {
		if k.isWitness(sig) {
			at, err := cosignedAt(sig)
			if err != nil {
				return SignedCheckpoint{}, err
			}
			s.Witnesses = append(s.Witnesses, Cosigning{sig.Name, at})
			continue
		}
		if sig.Name == c.Origin {
			s.Signers = append(s.Signers, sig.Name)
		}
	}
	if len(s.Signers) == 0 {
		return SignedCheckpoint{}, fmt.Errorf("%w of the log it names", ErrUntrusted)
	}
	return s, nil
}

func (k Keys) isWitness(sig note.Signature) bool {
	for _, w := range k.witnesses {
		if w.Name() == sig.Name && w.KeyHash() == sig.Hash {
			return true
		}
	}
	return false
}

// keyHash is the id of a key (C2SP signed-note).
func keyHash(name string, alg byte, key ed25519.PublicKey) uint32 {
	sum := sha256Sum([]byte(name), []byte("\n"), []byte{alg}, key)
	return binary.BigEndian.Uint32(sum[:])
}
