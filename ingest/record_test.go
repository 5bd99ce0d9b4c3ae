package ingest_test

import (
	"bytes"
	"regexp"
	"testing"
	"time"

	"qingting/ingest"
)

func recordIDs(t *testing.T, b byte) *ingest.RecordIDs {
	t.Helper()
	r, err := ingest.NewRecordIDs(bytes.Repeat([]byte{b}, 32))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// The ids are for ever: a change here makes all known feedback new. They were
// worked out outside Go, from the lengths and parts that derive describes.
func TestRecordIDsGolden(t *testing.T) {
	r := recordIDs(t, 1)
	created := time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC)
	for want, got := range map[string]string{
		"mmvip2mrmx3bquwkqneub7jwu4": r.OfSource("crm", "T-1"),
		"t6d6leugwnbtwhjujhvuukuk4i": r.OfSource("", "T-1"),
		"4g4cx5yn2w5xggoiciwt4v3fcu": r.OfSequence(created, 1),
	} {
		if got != want {
			t.Errorf("id %s, want %s", got, want)
		}
	}
	if r.OfSequence(created, 1) != r.OfSequence(created.In(ingest.China), 1) {
		t.Error("the id depends on the zone of a time")
	}
}

func TestRecordIDsDiffer(t *testing.T) {
	r, other := recordIDs(t, 1), recordIDs(t, 2)
	now := time.Unix(1, 0)
	form := regexp.MustCompile(`^[a-z2-7]{26}$`)
	seen := map[string]bool{}
	for _, id := range []string{
		r.OfSource("ab", "c"), r.OfSource("a", "bc"), r.OfSource("", "abc"), r.OfSource("abc", ""), r.OfSource("a", "b\x00c"), r.OfSource("a\x00b", "c"),
		other.OfSource("ab", "c"), r.OfSequence(now, 1), r.OfSequence(now, 2), r.OfSequence(now.Add(1), 1), other.OfSequence(now, 1),
		r.OfSource("\x00\x00\x00\x00\x3b\x9a\xca\x00", "\x00\x00\x00\x00\x00\x00\x00\x01"),
	} {
		if seen[id] || !form.MatchString(id) {
			t.Errorf("id %q is taken, or has another form", id)
		}
		seen[id] = true
	}
	if _, err := ingest.NewRecordIDs(make([]byte, 31)); err == nil {
		t.Error("a key of 31 bytes is taken")
	}
}

func TestSubjects(t *testing.T) {
	for channel, want := range map[string]string{
		"": "feedback.in.other", "app": "feedback.in.app", "App-2": "feedback.in.App-2", "a.b": "feedback.in.a_b",
		"*": "feedback.in._", ">": "feedback.in._", "门店": "feedback.in.__", "a b\n": "feedback.in.a_b_", "\xff": "feedback.in._",
	} {
		got := ingest.InSubject(channel)
		if got != want || !ingest.IsInSubject(got) {
			t.Errorf("InSubject(%q) = %s, want %s", channel, got, want)
		}
	}
	for subject, want := range map[string]bool{
		"feedback.in.app": true, "feedback.in.a.b": true, "feedback.in.门店": true,
		"": false, "feedback.in.": false, "feedback.in": false, "feedback.in.*": false, "feedback.in.>": false, "feedback.in.a.*": false,
		"feedback.in..a": false, "feedback.in.a..b": false, "feedback.in.a.": false, "feedback.in.a b": false, "feedback.in.a\r\nPUB x": false,
		"feedback.audit": false, "feedback.input.a": false, "$JS.API.STREAM.DELETE.FEEDBACK_IN": false,
	} {
		if got := ingest.IsInSubject(subject); got != want {
			t.Errorf("IsInSubject(%q) = %v", subject, got)
		}
	}
	if got := ingest.DocsSubject("a"); !regexp.MustCompile(`^feedback\.docs\.[0-9a-f]{2}$`).MatchString(got) {
		t.Errorf("DocsSubject = %s", got)
	}
	if got := ingest.Month(time.Date(2026, 3, 1, 7, 0, 0, 0, ingest.China)); got != "202602" {
		t.Errorf("Month = %s, want that of UTC", got)
	}
}
