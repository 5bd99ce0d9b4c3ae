package main

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"filippo.io/age"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"golang.org/x/text/encoding/simplifiedchinese"

	"qingting/ingest"
	"qingting/internal/secrets"
)

// noPersonalDataAtRest sends canaries of every type down every path, and
// then looks for each, in every encoding it could hide in, in every file and in
// everything the server said: while it runs, after a kill, after a stop.
func noPersonalDataAtRest(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	server := s.start(t)
	nc := s.connect(t)
	sent := sendCanaries(t, s, nc)
	s.processed(t, sent.docs, sent.dead)
	scanForCanaries(t, s, "running", sent.canaries)
	s.kill(t, server)
	scanForCanaries(t, s, "killed", sent.canaries)
	server = s.start(t)
	s.awaitListener(t)
	s.stop(t, server)
	scanForCanaries(t, s, "stopped", sent.canaries)
	// And they are not simply lost: the officer gets them back.
	st, err := openStreams(t.Context(), s.dataFlags())
	if err != nil {
		t.Fatal(err)
	}
	defer st.close()
	latest := latestDocuments(t, st)
	if len(latest) != sent.docs {
		t.Errorf("%d documents, want %d", len(latest), sent.docs)
	}
	for _, c := range sent.canaries {
		for _, d := range latest {
			data, err := json.Marshal(d)
			if err != nil {
				t.Fatal(err)
			}
			if bytes.Contains(data, []byte(c.core)) {
				t.Errorf("a %s canary stands in a document", c.typ)
			}
		}
	}
	checkVaultOpens(t, s, st, latest)
}

type sentCanaries struct {
	canaries   []canary
	docs, dead int
}

// sendCanaries publishes a set of canaries by each form of message.
func sendCanaries(t *testing.T, s *site, nc *nats.Conn) (sent sentCanaries) {
	t.Helper()
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	publish := func(header nats.Header, data []byte) {
		t.Helper()
		msg := &nats.Msg{Subject: "feedback.in.app", Header: header, Data: data}
		if _, err := js.PublishMsg(t.Context(), msg); err != nil {
			t.Fatal(err)
		}
	}
	n := 0
	next := func() ([]canary, string) {
		set := canaries(n)
		n++
		sent.canaries = append(sent.canaries, set...)
		var text strings.Builder
		for _, c := range set {
			text.WriteString(c.sentence)
		}
		return set, text.String()
	}
	encode := func(f ingest.Feedback) []byte {
		data, err := f.Encode()
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	jsonHeader := nats.Header{"Content-Type": {"application/json"}}

	_, text := next()
	native := encode(ingest.Feedback{ID: "native", Text: text})
	publish(jsonHeader, native)

	// In the customer, in attributes, and where one would not expect them.
	set, text := next()
	f := ingest.Feedback{
		ID: cut(text, 20), Source: "crm", Text: "信号差", Region: set[1].sentence, Product: set[3].sentence,
		Customer: map[string]string{"phone": set[1].core, "name": set[0].core, "id_card": set[3].core}, Attributes: map[string]string{},
	}
	for i, c := range set {
		f.Attributes[fmt.Sprintf("note%d", i)] = c.sentence
	}
	publish(jsonHeader, encode(f))

	_, text = next()
	event, err := json.Marshal(map[string]any{
		"specversion": "1.0", "id": "ev1", "source": "/app", "type": "feedback", "time": time.Now().UTC().Format(time.RFC3339),
		"datacontenttype": "application/json", "data": json.RawMessage(encode(ingest.Feedback{Text: text})),
	})
	if err != nil {
		t.Fatal(err)
	}
	publish(nats.Header{"Content-Type": {"application/cloudevents+json"}}, event)

	_, text = next()
	publish(nats.Header{
		"ce-specversion": {"1.0"}, "ce-id": {"ev2"}, "ce-source": {"/app"}, "ce-type": {"feedback"},
		"Content-Type": {"application/json"},
	}, encode(ingest.Feedback{Text: text}))

	_, text = next()
	publish(nats.Header{"Qingting-Id": {"bare"}}, []byte(text))

	recipients, err := secrets.LoadRecipients(filepath.Join(s.dataFlags().secretsDir(), "intake.pub"))
	if err != nil {
		t.Fatal(err)
	}
	_, text = next()
	sealed, err := ingest.NewSealedPayload(ingest.Feedback{ID: "sealed", Text: text}, recipients[0])
	if err != nil {
		t.Fatal(err)
	}
	publish(nats.Header{"Content-Type": {"application/age"}}, sealed)
	sent.docs = n

	// Bad ones: each must be a dead letter, sealed.
	_, text = next()
	publish(jsonHeader, encode(ingest.Feedback{Text: text})[:200])
	_, text = next()
	publish(nil, append([]byte(text), 0xff, 0xfe))
	_, text = next()
	publish(jsonHeader, []byte(`{"text":`+fmt.Sprintf("%q", text)+`,"rating":"`+cut(text, 20)+`"}`))
	_, text = next()
	publish(nats.Header{"Content-Type": {cut(text, 30)}}, []byte(text))
	set, _ = next()
	publish(nats.Header{"Qingting-Rating": {set[1].core}}, []byte(set[1].sentence))
	other, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	_, text = next()
	if sealed, err = ingest.NewSealedPayload(ingest.Feedback{Text: text}, other.Recipient()); err != nil {
		t.Fatal(err)
	}
	publish(nats.Header{"Content-Type": {"application/age"}}, sealed)
	sent.dead = n - sent.docs
	return sent
}

// processed waits until the server said it parked every dead letter, and
// indexed every document.
func (s *site) processed(t *testing.T, docs, dead int) {
	t.Helper()
	waitFor(t, s, "end of the queue", func() bool {
		return strings.Count(s.output.String(), "dead letter") >= dead && s.indexed() >= docs
	})
}

// indexed is how many documents the last server said it has indexed.
func (s *site) indexed() (n int) {
	for line := range strings.Lines(s.output.String()) {
		if _, rest, ok := strings.Cut(line, "msg=indexed documents="); ok {
			if _, err := fmt.Sscan(rest, &n); err != nil {
				return 0
			}
		}
	}
	return n
}

// scanForCanaries reports each canary in a file of the site or its output.
func scanForCanaries(t *testing.T, s *site, when string, all []canary) {
	t.Helper()
	for _, found := range findCanaries(t, s, all) {
		t.Errorf("%s: %s", when, found)
	}
}

// findCanaries searches every file of the site and all output.
func findCanaries(t *testing.T, s *site, all []canary) (found []string) {
	t.Helper()
	needles := make(map[string]canary)
	for _, c := range all {
		for _, form := range forms(t, c.core) {
			needles[form] = c
		}
	}
	look := func(where string, data []byte) {
		for form, c := range needles {
			if bytes.Contains(data, []byte(form)) {
				found = append(found, fmt.Sprintf("a %s canary in %s", c.typ, where))
			}
		}
	}
	look("the server's output", s.output.Bytes())
	files := 0
	err := filepath.WalkDir(s.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		if os.IsNotExist(err) { // a running index deletes what it has merged
			return nil
		}
		files++
		look(strings.TrimPrefix(path, s.dir), data)
		return err
	})
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	if files < 10 {
		t.Errorf("only %d files were searched", files)
	}
	return found
}

// forms are the byte sequences by which a value could stand in a file. The
// base64 of a longer text holds that of the value at one of three alignments.
func forms(t *testing.T, value string) []string {
	t.Helper()
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(value)
	if err != nil {
		t.Fatal(err)
	}
	var le, be []byte
	for _, u := range utf16.Encode([]rune(value)) {
		le = append(le, byte(u), byte(u>>8))
		be = append(be, byte(u>>8), byte(u))
	}
	list := []string{value, gb, string(le), string(be), hex.EncodeToString([]byte(value)), strings.ToUpper(hex.EncodeToString([]byte(value)))}
	for shift := range 3 {
		enc := base64.StdEncoding.EncodeToString(append(make([]byte, shift), value...))
		from := []int{0, 2, 3}[shift]
		list = append(list, enc[from:len(enc)-4])
	}
	return list
}

// A scan that cannot find what is there would pass every test above.
func TestScanFindsCanaries(t *testing.T) {
	value := canaries(0)[3].core
	for _, form := range forms(t, value) {
		if len(form) < 8 {
			t.Errorf("form %d bytes long is too short to mean anything", len(form))
		}
	}
	for shift := range 3 {
		text := strings.Repeat("x", shift) + value + "yz"
		enc := base64.StdEncoding.EncodeToString([]byte(text))
		found := false
		for _, form := range forms(t, value) {
			found = found || strings.Contains(enc, form)
		}
		if !found {
			t.Errorf("base64 at alignment %d is not found", shift)
		}
	}
}

// cut returns the first n characters of s.
func cut(s string, n int) string { return string([]rune(s)[:n]) }
