package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// Cost is what a password's hash takes (RFC 9106).
type Cost struct {
	Memory uint32 // KiB
	Time   uint32 // passes
	Lanes  uint8
}

// DefaultCost is what OWASP's Password Storage Cheat Sheet asks of argon2id: 19 MiB,
// two passes, one lane.
var DefaultCost = Cost{Memory: 19456, Time: 2, Lanes: 1}

// maxCost bounds what a stored hash may ask for.
var maxCost = Cost{Memory: 256 << 10, Time: 16, Lanes: 8}

const (
	hashers    = 4               // at once, each with Cost.Memory
	hasherWait = 5 * time.Second // for one of them
	saltBytes  = 16
	keyBytes   = 32
)

// Limits of a password, in characters. The upper one bounds the work.
const (
	MinPassword = 12
	MaxPassword = 256
)

// ErrBusy says that too many sign in at once.
var ErrBusy = errors.New("too many sign in at this moment: try again in a few seconds")

// hasher computes argon2id, a few at a time.
type hasher struct {
	cost  Cost
	slots chan struct{}
	dummy string       // what attempts on unknown names are compared with
	runs  atomic.Int64 // derivations so far
}

func newHasher(cost Cost) (*hasher, error) {
	h := &hasher{cost: cost, slots: make(chan struct{}, hashers)}
	var err error
	h.dummy, err = h.hash(context.Background(), rand.Text())
	return h, err
}

// derive waits for its turn.
func (h *hasher) derive(ctx context.Context, password string, salt []byte, c Cost) ([]byte, error) {
	late := time.NewTimer(hasherWait)
	defer late.Stop()
	select {
	case h.slots <- struct{}{}:
	case <-late.C:
		return nil, ErrBusy
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-h.slots }()
	h.runs.Add(1)
	return argon2.IDKey([]byte(norm.NFKC.String(password)), salt, c.Time, c.Memory, c.Lanes, keyBytes), nil
}

// hash makes a PHC string.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltBytes)
	if _, err := rand.Read(salt); err != nil {
		return "", fmt.Errorf("account: %w", err)
	}
	key, err := h.derive(ctx, password, salt, h.cost)
	if err != nil {
		return "", err
	}
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, h.cost.Memory, h.cost.Time, h.cost.Lanes, b64.EncodeToString(salt), b64.EncodeToString(key)), nil
}

// verify compares a password with a PHC string; weak says that the string costs
// less than one would that is made now. An empty string, of who has no password,
// takes as long as any and is never right.
func (h *hasher) verify(ctx context.Context, phc, password string) (right, weak bool, err error) {
	none := phc == ""
	if none {
		phc = h.dummy
	}
	c, salt, want, err := parsePHC(phc)
	if err != nil {
		return false, false, err
	}
	if utf8.RuneCountInString(password) > MaxPassword {
		password, none = "", true
	}
	got, err := h.derive(ctx, password, salt, c)
	if err != nil {
		return false, false, err
	}
	right = subtle.ConstantTimeCompare(got, want) == 1 && !none
	return right, c.Memory < h.cost.Memory || c.Time < h.cost.Time, nil
}

var errHash = errors.New("account: a stored password hash is malformed")

func parsePHC(phc string) (c Cost, salt, key []byte, err error) {
	parts := strings.Split(phc, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return c, nil, nil, errHash
	}
	n, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.Memory, &c.Time, &c.Lanes)
	if err != nil || n != 3 || c.Time == 0 || c.Lanes == 0 || c.Memory > maxCost.Memory || c.Time > maxCost.Time || c.Lanes > maxCost.Lanes {
		return c, nil, nil, errHash
	}
	salt, errSalt := base64.RawStdEncoding.DecodeString(parts[4])
	key, errKey := base64.RawStdEncoding.DecodeString(parts[5])
	if errSalt != nil || errKey != nil || len(salt) < 8 || len(key) != keyBytes {
		return c, nil, nil, errHash
	}
	return c, salt, key, nil
}

// Weakness is what is wrong with a password that somebody chooses; "" is nothing.
type Weakness string

// The weaknesses (after NIST SP 800-63B, 3.1.1: length, not rules of composition).
const (
	TooShort  Weakness = "short"
	TooLong   Weakness = "long"
	TooSimple Weakness = "simple" // few different characters, or a row of keys
	TooNear   Weakness = "near"   // it is made of the name, or of ours
)

// WeaknessOf looks at a password for a user.
func WeaknessOf(password, name string) Weakness {
	folded := strings.ToLower(norm.NFKC.String(password))
	switch n := utf8.RuneCountInString(folded); {
	case n < MinPassword:
		return TooShort
	case n > MaxPassword:
		return TooLong
	}
	rest := folded
	for _, word := range []string{strings.ToLower(name), "qingting", "倾听", "password", "passw0rd", "密码", "welcome", "admin", "letmein", "iloveyou"} {
		if len(word) > 1 {
			rest = strings.ReplaceAll(rest, word, "")
		}
	}
	for _, row := range []string{"1234567890", "0987654321", "qwertyuiop", "asdfghjkl", "zxcvbnm", "1qaz2wsx3edc4rfv", "abcdefghijklmnopqrstuvwxyz"} {
		for n := len(row); n >= 4; n-- {
			for i := 0; i+n <= len(row); i++ {
				rest = strings.ReplaceAll(rest, row[i:i+n], "")
			}
		}
	}
	rest = strings.TrimFunc(rest, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsPunct(r) })
	if rest != folded && utf8.RuneCountInString(rest) < 6 {
		return TooNear
	}
	different := map[rune]bool{}
	for _, r := range folded {
		different[r] = true
	}
	if len(different) < 6 {
		return TooSimple
	}
	return ""
}
