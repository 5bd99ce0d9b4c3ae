package privacy

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strconv"
	"time"

	"qingting/privacy/placeholder"
	"qingting/privacy/rule"
)

// KeySize is the least length of a pseudonym key, in bytes.
const KeySize = 32

// pseudonymDomain keeps these HMACs apart from any other use of the same key.
const pseudonymDomain = "qingting pseudonym 1"

// Pseudonymizer gives the same value the same short token, so that repeat
// complaints can be counted, and a subject's records found, without decrypting.
//
// Who holds its key can test guesses, phone numbers being few: keep the key
// apart from the data. It is safe for concurrent use, and hides its key from
// fmt, log/slog and encoding/json.
type Pseudonymizer struct {
	key func() []byte // a closure, which fmt cannot look into
}

// NewPseudonymizer copies key, which is at least [KeySize] bytes.
func NewPseudonymizer(key []byte) (*Pseudonymizer, error) {
	if len(key) < KeySize {
		return nil, fmt.Errorf("pseudonym key of %d bytes is too short, need at least %d", len(key), KeySize)
	}
	key = slices.Clone(key)
	return &Pseudonymizer{key: func() []byte { return key }}, nil
}

// Token returns the token of a canonical value (see [Canonical]): exactly 8
// lower-case Latin letters, drawn from the HMAC-SHA-256 (RFC 2104) of type,
// period and value. Values of different types or periods have unrelated tokens.
//
// There are 26^8 = 2.1e11 tokens. Among n values of a type in a period the odds
// that any two share one are about n²/4.2e11: 0.02 % for 10,000, 2.4 % for
// 100,000, so a count of distinct customers stays right to a few parts in a
// million, but a token alone is no proof of identity. Reducing 64 bits modulo
// 26^8 favours no token by more than one part in 8e7.
func (p *Pseudonymizer) Token(t rule.Type, canonical, period string) string {
	mac := hmac.New(sha256.New, p.key())
	var length [8]byte
	for _, field := range [...]string{pseudonymDomain, string(t), period, canonical} {
		binary.BigEndian.PutUint64(length[:], uint64(len(field)))
		mac.Write(length[:])
		io.WriteString(mac, field)
	}
	n := binary.BigEndian.Uint64(mac.Sum(nil))
	var token [placeholder.TokenLen]byte
	for i := range token {
		token[i] = 'a' + byte(n%26)
		n /= 26
	}
	return string(token[:])
}

const hiddenPseudonymizer = "Pseudonymizer(key hidden)"

// String hides the key.
func (p *Pseudonymizer) String() string { return hiddenPseudonymizer }

// Format hides the key from every verb of fmt.
func (p *Pseudonymizer) Format(s fmt.State, _ rune) { io.WriteString(s, hiddenPseudonymizer) }

// LogValue hides the key from log/slog.
func (p *Pseudonymizer) LogValue() slog.Value { return slog.StringValue(hiddenPseudonymizer) }

// MarshalJSON hides the key.
func (p *Pseudonymizer) MarshalJSON() ([]byte, error) {
	return strconv.AppendQuote(nil, hiddenPseudonymizer), nil
}

// Period is how long a value keeps its token: tokens of different periods
// cannot be joined, which limits what a token can be followed through.
type Period string

// The periods. They are those of UTC.
const (
	Year      Period = "year"
	Quarter   Period = "quarter"
	Month     Period = "month"
	NoPeriods Period = "none" // the same token for ever
)

// At names the period that holds t: 2026, 2026Q4, 2026-11, or "".
func (p Period) At(t time.Time) string {
	t = t.UTC()
	switch p {
	case Year:
		return t.Format("2006")
	case Quarter:
		return fmt.Sprintf("%sQ%d", t.Format("2006"), (int(t.Month())+2)/3)
	case Month:
		return t.Format("2006-01")
	}
	return ""
}
