package vault_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"filippo.io/age"

	"qingting/privacy/vault"
	"qingting/privacy/vault/unseal"
)

func TestValuesHide(t *testing.T) {
	record := sample("r1")
	var all bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		for _, what := range []any{record, &record, record.Values, record.Values[0], &record.Values[0], []any{record}} {
			fmt.Fprintf(&all, verb+"\n", what)
		}
	}
	for _, handler := range []slog.Handler{slog.NewTextHandler(&all, nil), slog.NewJSONHandler(&all, nil)} {
		slog.New(handler).Info("m", "record", record, "pointer", &record, "value", record.Values[0],
			"values", record.Values, "inside", struct{ R vault.Record }{record})
	}
	if err := json.NewEncoder(&all).Encode(map[string]any{"record": record, "pointer": &record.Values[0]}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(all.String(), "MOBILE") {
		t.Error("nothing was printed")
	}
	for _, v := range record.Values {
		for _, clear := range []string{v.Plain, v.Canonical, fmt.Sprintf("%x", v.Plain), fmt.Sprintf("%+q", v.Plain)} {
			if clear != "" && strings.Contains(all.String(), clear) {
				t.Errorf("the value of a %s was printed", v.Type)
			}
		}
	}
}

func TestScrub(t *testing.T) {
	buf := bytes.NewBufferString("19900001234")
	memory := buf.Bytes()
	buf.Next(3) // read positions must not hide what came before
	buf.Truncate(2)
	vault.Scrub(buf)
	if buf.Len() != 0 || !bytes.Equal(memory, make([]byte, len(memory))) {
		t.Error("the buffer still holds what was in it")
	}
}

func TestSealDirect(t *testing.T) {
	officer := newOfficer(t)
	if _, err := vault.SealDirect(nil, []byte("x")); err == nil || !strings.Contains(err.Error(), "qingting keys new") {
		t.Errorf("sealed to nobody: %v", err)
	}
	lengths := map[int]int{}
	for _, n := range []int{0, 1, 255, 256, 511, 70_000} {
		want := bytes.Repeat([]byte{0x80, 0}, n)[:n]
		sealed, err := vault.SealDirect([]age.Recipient{officer.Recipient()}, want)
		if err != nil {
			t.Fatal(err)
		}
		lengths[len(sealed)]++
		got, err := unseal.OpenDirect(sealed, officer)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%d bytes: %d came back, %v", n, len(got), err)
		}
	}
	if len(lengths) != 3 { // up to 255, up to 511, and 70,000
		t.Errorf("%d lengths, want 3", len(lengths))
	}
}
