package ingest_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/google/go-cmp/cmp"
	"github.com/nats-io/nats.go/jetstream"

	"qingting/ingest"
	"qingting/privacy/vault"
	"qingting/privacy/vault/unseal"
)

var created = time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)

func letter(seq uint64) ingest.Letter {
	return ingest.Letter{
		Subject: "feedback.in.app",
		Header:  ingest.HeaderBlock{"Qingting-Region": {phone}, "X-Odd": {"\xff\x01 é", "b"}, "Nats-Msg-Id": {"m1"}, "nats-expected-last-sequence": {"7"}},
		Data:    []byte("\xff\x00" + phone), Reason: ingest.ReasonEncoding, Detail: "not UTF-8 at byte 0",
		Sequence: seq, Received: created, Deliveries: 1,
	}
}

func park(t *testing.T, js jetstream.JetStream, id *age.X25519Identity, l ingest.Letter) {
	t.Helper()
	if err := ingest.Park(t.Context(), js, created, l, []age.Recipient{id.Recipient()}); err != nil {
		t.Fatal(err)
	}
}

func officer(t *testing.T) *age.X25519Identity {
	t.Helper()
	id, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func list(t *testing.T, js jetstream.JetStream, after uint64) (all []ingest.ParkedLetter) {
	t.Helper()
	for l, err := range ingest.Letters(t.Context(), js, after) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, l)
	}
	return all
}

func TestPark(t *testing.T) {
	js, id := streams(t, ingest.StreamLimits{}), officer(t)
	if got := list(t, js, 0); len(got) != 0 {
		t.Errorf("%d letters in an empty stream", len(got))
	}
	want := letter(5)
	park(t, js, id, want)
	park(t, js, id, want) // as after a kill between parking and acknowledging
	park(t, js, id, letter(6))
	all := list(t, js, 0)
	if len(all) != 2 {
		t.Fatalf("%d letters, want 2", len(all))
	}
	if rest := list(t, js, all[0].ID); len(rest) != 1 || rest[0].ID != all[1].ID {
		t.Errorf("after the first: %d letters", len(rest))
	}
	wantParked := ingest.ParkedLetter{
		ID: 1, Reason: want.Reason, Detail: want.Detail, Sequence: 5, Received: created,
		Parked: all[0].Parked, Size: len(want.Data), Deliveries: 1,
		Officers: vault.SetOf([]age.Recipient{id.Recipient()}),
	}
	if diff := cmp.Diff(wantParked, all[0]); diff != "" {
		t.Error(diff)
	}
	msg := first(t, js, ingest.StreamDead)
	head, err := json.Marshal(msg.Header)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(head)+string(msg.Data), phone) {
		t.Error("a parked letter shows content")
	}
	sealed, err := ingest.SealedLetter(t.Context(), js, all[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := unseal.OpenDirect(sealed, id)
	if err != nil {
		t.Fatal(err)
	}
	got, err := ingest.ParseLetter(plain)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error("it opens to something else than was sent\n" + diff)
	}
}

// Headers that swell in JSON must not make a letter too large to park: it
// would come back for ever.
func TestParkHeaderBomb(t *testing.T) {
	js, id := streams(t, ingest.StreamLimits{}), officer(t)
	for name, h := range map[string]ingest.HeaderBlock{
		"control characters": {"X": {strings.Repeat("\x01", ingest.MaxMessage)}},
		"many":               {"a": strings.Split(strings.Repeat("b,", ingest.MaxMessage/6), ",")},
	} {
		l := letter(uint64(len(name)))
		l.Header, l.Data = h, nil
		if err := ingest.Park(t.Context(), js, created, l, []age.Recipient{id.Recipient()}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRetry(t *testing.T) {
	js, id := streams(t, ingest.StreamLimits{}), officer(t)
	l := letter(5)
	park(t, js, id, l)
	if err := ingest.Retry(t.Context(), js, 1, l); err != nil {
		t.Fatal(err)
	}
	if n := count(t, js, ingest.StreamDead); n != 0 {
		t.Errorf("%d dead letters left", n)
	}
	msg := first(t, js, ingest.StreamIn)
	if msg.Subject != l.Subject || string(msg.Data) != string(l.Data) {
		t.Error("another message came back")
	}
	for name := range msg.Header {
		if strings.EqualFold(name, jetstream.ExpectedLastSeqHeader) {
			t.Errorf("%s speaks to the stream once more", name)
		}
	}
	if diff := cmp.Diff([]string(l.Header["X-Odd"]), msg.Header["X-Odd"]); diff != "" {
		t.Error(diff)
	}
	if err := ingest.Retry(t.Context(), js, 1, l); !errors.Is(err, ingest.ErrNoLetter) {
		t.Errorf("a second Retry = %v", err)
	}
	if n := count(t, js, ingest.StreamIn); n != 1 {
		t.Errorf("%d messages in the queue, want 1", n)
	}
}

// A retry whose deletion failed may be tried again: one message, no letter.
func TestRetryAfterHalf(t *testing.T) {
	js, id := streams(t, ingest.StreamLimits{}), officer(t)
	l := letter(5)
	park(t, js, id, l)
	dead, err := js.Stream(t.Context(), ingest.StreamDead)
	if err != nil {
		t.Fatal(err)
	}
	cfg := dead.CachedInfo().Config
	cfg.DenyDelete = true
	if err := js.DeleteStream(t.Context(), ingest.StreamDead); err != nil {
		t.Fatal(err)
	}
	if _, err := js.CreateStream(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
	park(t, js, id, l)
	for range 2 {
		if err := ingest.Retry(t.Context(), js, 1, l); err == nil || !strings.Contains(err.Error(), "could not be deleted") {
			t.Fatalf("Retry where nothing can be deleted = %v", err)
		}
	}
	if n := count(t, js, ingest.StreamIn); n != 1 {
		t.Errorf("%d messages in the queue, want 1", n)
	}
}

func TestRetryWhenFull(t *testing.T) {
	js, id := streams(t, ingest.StreamLimits{InMsgs: 1}), officer(t)
	if _, err := js.Publish(t.Context(), "feedback.in.app", []byte("x")); err != nil {
		t.Fatal(err)
	}
	park(t, js, id, letter(5))
	if err := ingest.Retry(t.Context(), js, 1, letter(5)); !errors.Is(err, ingest.ErrBackPressure) {
		t.Errorf("Retry into a full queue = %v", err)
	}
	if n := count(t, js, ingest.StreamDead); n != 1 {
		t.Error("the letter is lost")
	}
}

func TestParseLetterHidesContent(t *testing.T) {
	for _, text := range []string{phone, `{"header":"` + phone + `"}`, `{"header":"!"}`, `{"data":"` + phone + `"}`, `{"received":"` + phone + `"}`} {
		if _, err := ingest.ParseLetter([]byte(text)); err == nil || strings.Contains(err.Error(), phone) {
			t.Errorf("ParseLetter = %v", err)
		}
	}
}
