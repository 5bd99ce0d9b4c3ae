package ingest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/nats-io/nats.go/jetstream"
)

// The sealed values of a record are one message of FEEDBACK_VAULT, its base,
// and one more for each time that values were taken out of the stored document
// later: its additions, see docs/formats/vault.md.
//
//	feedback.vault.<yyyymm>.<record>          the base
//	feedback.vault.<yyyymm>-<part>.<record>   an addition
//
// The record stands alone in the last token, so that VaultSubject("*", record)
// finds all of them, of whatever month: to release them, to replace them, to
// erase them.

// DocsSubjects is where all documents are published.
const DocsSubjects = "feedback.docs.*"

// VaultPartSubject is where an addition to the sealed values of a record lies.
// An empty part is the base.
func VaultPartSubject(month, record, part string) string {
	if part == "" {
		return VaultSubject(month, record)
	}
	return VaultSubject(month+"-"+part, record)
}

// PartRecord is the record id that an addition is sealed under, so that it can
// not be passed off as another.
func PartRecord(record, part string) string {
	if part == "" {
		return record
	}
	return record + "-" + part
}

// PartID names an addition: its number, from 1, and letters that no other has.
func PartID(n int, nonce string) string { return strconv.Itoa(n) + nonce }

// PartNumber is the number of an addition, 0 of the base.
func PartNumber(part string) int {
	n, _ := strconv.Atoi(strings.TrimRight(part, "abcdefghijklmnopqrstuvwxyz"))
	return n
}

// ParseVaultSubject takes a subject of FEEDBACK_VAULT apart. The part is empty
// for a base.
func ParseVaultSubject(subject string) (month, record, part string, ok bool) {
	rest, ok := strings.CutPrefix(subject, "feedback.vault.")
	if !ok {
		return "", "", "", false
	}
	first, record, ok := strings.Cut(rest, ".")
	if !ok || record == "" || strings.Contains(record, ".") {
		return "", "", "", false
	}
	month, part, _ = strings.Cut(first, "-")
	return month, record, part, true
}

// SealedPart is what the vault holds under one subject.
type SealedPart struct {
	ID       string // empty for the base
	Month    string
	Sequence uint64
	Data     []byte // an age file
}

// VaultParts reads all that the vault holds of a record, in whatever month: the
// base first, then the additions by number.
func VaultParts(ctx context.Context, vault jetstream.Stream, record string) ([]SealedPart, error) {
	var all []SealedPart
	subject := VaultSubject("*", record)
	for from := uint64(1); ; {
		msg, err := vault.GetMsg(ctx, from, jetstream.WithGetMsgSubject(subject))
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("reading the vault: %w", err)
		}
		from = msg.Sequence + 1
		if month, _, part, ok := ParseVaultSubject(msg.Subject); ok {
			all = append(all, SealedPart{ID: part, Month: month, Sequence: msg.Sequence, Data: msg.Data})
		}
	}
	slices.SortStableFunc(all, func(a, b SealedPart) int { return cmp.Compare(PartNumber(a.ID), PartNumber(b.ID)) })
	return all, nil
}
