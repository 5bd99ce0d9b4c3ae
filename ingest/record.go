package ingest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"strings"
	"time"
)

// recordEncoding is lower-case base32 without padding: safe as a subject token.
var recordEncoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// RecordIDs derives record ids. The same feedback has the same id for ever,
// redelivered or published again; without the key, an id tells nothing of the
// publisher's own id, which may be personal.
type RecordIDs struct{ key [32]byte }

// NewRecordIDs takes a secret key of 32 bytes. Changing it makes known feedback new.
func NewRecordIDs(key []byte) (*RecordIDs, error) {
	if len(key) != 32 {
		return nil, fmt.Errorf("record id key is %d bytes, want 32", len(key))
	}
	return &RecordIDs{[32]byte(key)}, nil
}

// KeyCheck tells keys apart and tells nothing of the key.
func (r *RecordIDs) KeyCheck() string { return r.derive("check") }

// OfSource is the id of feedback that its source identifies.
func (r *RecordIDs) OfSource(source, id string) string {
	return r.derive("source", []byte(source), []byte(id))
}

// OfSequence is the id of feedback without an id of its own: the place in the
// stream it came by. A stream made anew counts from one, so its creation time
// is part of the id.
func (r *RecordIDs) OfSequence(created time.Time, seq uint64) string {
	var t, s [8]byte
	binary.BigEndian.PutUint64(t[:], uint64(created.UnixNano()))
	binary.BigEndian.PutUint64(s[:], seq)
	return r.derive("sequence", t[:], s[:])
}

func (r *RecordIDs) derive(kind string, parts ...[]byte) string {
	mac := hmac.New(sha256.New, r.key[:])
	var n [8]byte
	for _, p := range append([][]byte{[]byte(kind)}, parts...) {
		binary.BigEndian.PutUint64(n[:], uint64(len(p)))
		mac.Write(n[:])
		mac.Write(p)
	}
	return recordEncoding.EncodeToString(mac.Sum(nil)[:16])
}

// Month is the yyyymm of t in UTC: the vault's subject token.
func Month(t time.Time) string { return t.UTC().Format("200601") }

// Undated stands for the month of feedback that has an id and no time: its
// time of receipt changes when it is published again, its record may not.
const Undated = "000000"

// VaultSubject is where the sealed values of a record lie.
func VaultSubject(month, record string) string { return "feedback.vault." + month + "." + record }

// KeySubject is where an epoch's sealed key lies.
func KeySubject(epoch string) string { return "feedback.keys." + epoch }

// DocsSubject is where a record's document is published. The shard, one of
// 256, lets a reader find all versions of a record without reading all records.
func DocsSubject(record string) string {
	shard := sha256.Sum256([]byte(record))
	return fmt.Sprintf("feedback.docs.%02x", shard[0])
}

// DeadSubject is where what could not be processed for this reason is parked.
func DeadSubject(reason string) string { return "feedback.dead." + reason }

// IsInSubject reports whether feedback may be published to subject.
func IsInSubject(subject string) bool {
	rest, ok := strings.CutPrefix(subject, inPrefix)
	return ok && rest != "" && !strings.ContainsAny(rest, "*> \t\r\n") && !strings.Contains("."+rest+".", "..")
}

// InSubject is where feedback of a channel is published. Characters that a
// subject token cannot hold become "_"; the channel itself is in the message.
func InSubject(channel string) string {
	if channel == "" {
		return "feedback.in.other"
	}
	return "feedback.in." + strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-':
			return r
		}
		return '_'
	}, channel)
}
