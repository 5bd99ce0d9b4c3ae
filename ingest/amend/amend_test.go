package amend_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"qingting/ingest"
	"qingting/ingest/amend"
	"qingting/ingest/ingesttest"
	"qingting/internal/document"
	"qingting/privacy"
	"qingting/privacy/audit"
	"qingting/privacy/rule"
)

func review(version []byte, spans ...amend.Span) amend.Order {
	return amend.Order{Action: audit.ActionReview, Actor: "lin", Role: "officer", Reason: "漏检", Spans: spans, Version: version}
}

func rescan() amend.Order {
	return amend.Order{Action: audit.ActionRescan, Actor: "lin", Reason: "新策略"}
}

// A reviewer's miss goes out of the text, into the vault, and comes back.
func TestReview(t *testing.T) {
	p := newPlant(t)
	text := "小聪明店的宽带断了，我的手机号是" + phone + "，小聪明店请回电"
	record := p.intake(t, p.pipeline(t, ""), ingest.Feedback{
		Text: text, Time: march, Customer: map[string]string{"phone": phone}, Attributes: map[string]string{"note": "小聪明的店，" + phone},
	})
	before, raw := p.latest(t, record)
	end := strings.LastIndex(before.Text, "小聪明")
	at := len([]rune(before.Text[:end]))
	a := p.amender(t, "")
	out, err := a.Amend(t.Context(), record, review(amend.Version(raw),
		amend.Span{Start: 0, End: 4, Type: rule.PersonName}, amend.Span{Start: at, End: at + 3, Type: rule.PersonName},
		amend.Span{Field: "attributes.note", Start: 0, End: 3, Type: rule.PersonName}))
	if err != nil {
		t.Fatal(err)
	}
	if !out.Changed || out.Deleted != 1 || len(out.Found) != 3 || out.Part == "" {
		t.Errorf("outcome: %+v", out)
	}
	after, stored := p.latest(t, record)
	if p.inTheClear(t, "小聪明") || p.inTheClear(t, phone) {
		t.Error("a value is still in the clear")
	}
	if len(after.Parts) != 1 || after.Parts[0].ID != out.Part || after.Epoch != before.Epoch || after.Customer != before.Customer {
		t.Error("the document does not name its addition, or lost something")
	}
	if after.Policy != a.Policy.Version() || after.Engine != privacy.EngineVersion || after.Lexicon == "" {
		t.Error("versions or annotation are missing")
	}
	if p.restore(t, after, "") != text || p.restore(t, after, "attributes.note") != "小聪明的店，"+phone {
		t.Error("restored to other text than was sent")
	}
	checkPlaces(t, after)
	if !slices.Contains(typesOf(after), "PERSON_NAME") || len(after.Redactions) != len(before.Redactions)+3 || len(after.Subjects) <= len(before.Subjects) {
		t.Errorf("redactions %v, %d tokens after %d", typesOf(after), len(after.Subjects), len(before.Subjects))
	}
	// The new document has its receipt; the entry came first and says no more than it may.
	entries := p.entries(t, audit.ActionReview)
	if len(entries) != 1 {
		t.Fatalf("%d entries", len(entries))
	}
	e := entries[0]
	if e.Record != record || e.Actor != "lin" || e.Counts["PERSON_NAME"] != 3 || len(e.Documents) != 1 || !bytes.Equal(e.Documents[0].Hash, amend.Version(stored)) {
		t.Errorf("entry: %+v", e)
	}
	// The same again does nothing.
	again, err := a.Amend(t.Context(), record, rescan())
	if err != nil || again.Changed || len(p.entries(t, audit.ActionRescan)) != 0 {
		t.Errorf("amended again: %+v, %v", again, err)
	}
}

func typesOf(d *document.Document) (types []string) {
	for _, r := range d.Redactions {
		types = append(types, r.Type)
	}
	return types
}

// checkPlaces checks that each redaction of a document lies on a placeholder,
// which begins and ends where it says.
func checkPlaces(t *testing.T, d *document.Document) {
	t.Helper()
	for _, r := range d.Redactions {
		text := d.Text
		if name, ok := strings.CutPrefix(r.Field, "attributes."); ok {
			text = d.Attributes[name]
		} else if r.Field != "" {
			continue
		}
		runes := []rune(text)
		if r.End > len(runes) || r.Start < 0 || r.Start > r.End {
			t.Fatalf("redaction of %s at %d to %d of %d characters", r.Type, r.Start, r.End, len(runes))
		}
		place := string(runes[r.Start:r.End])
		if (r.Action == "tag" || r.Action == "pseudonym") && (!strings.HasPrefix(place, "⟦") || !strings.HasSuffix(place, "⟧") || strings.Count(place, "⟦") != 1) {
			t.Errorf("redaction of %s lies on %s", r.Type, place)
		}
	}
}

// A correction that comes between reading and writing counts.
func TestVersion(t *testing.T) {
	p := newPlant(t)
	pipe := p.pipeline(t, "")
	f := ingest.Feedback{ID: "t1", Source: "crm", Text: "小聪明断网", Time: march}
	record := p.intake(t, pipe, f)
	_, raw := p.latest(t, record)
	f.Text = "更正，网好了"
	p.intake(t, pipe, f)
	order := review(amend.Version(raw), amend.Span{Start: 0, End: 3, Type: rule.PersonName})
	if _, err := p.amender(t, "").Amend(t.Context(), record, order); !errors.Is(err, amend.ErrChanged) {
		t.Errorf("err = %v, want ErrChanged", err)
	}
	docs, _ := p.versions(t, record)
	if len(docs) != 2 || len(p.entries(t, audit.ActionReview)) != 0 || len(ingesttest.Messages(t, p.js, ingest.StreamVault)) != 0 {
		t.Error("something was done")
	}
}

func TestRefused(t *testing.T) {
	p := newPlant(t)
	record := p.intake(t, p.pipeline(t, ""), ingest.Feedback{Text: "断网了", Time: march})
	_, raw := p.latest(t, record)
	v := amend.Version(raw)
	a := p.amender(t, "")
	for name, o := range map[string]amend.Order{
		"no actor":       {Action: audit.ActionReview},
		"no action":      {Actor: "lin"},
		"no version":     review(nil, amend.Span{End: 1, Type: rule.Mobile}),
		"beyond the end": review(v, amend.Span{Start: 2, End: 4, Type: rule.Mobile}),
		"unknown type":   review(v, amend.Span{End: 1, Type: "X"}),
		"unknown field":  review(v, amend.Span{Field: "attributes.x", End: 1, Type: rule.Mobile}),
	} {
		if out, err := a.Amend(t.Context(), record, o); err == nil || out.Changed {
			t.Errorf("%s: done", name)
		}
	}
	if _, err := a.Amend(t.Context(), strings.Repeat("a", 26), rescan()); !errors.Is(err, amend.ErrNoDocument) {
		t.Errorf("no record: %v", err)
	}
	if len(p.entries(t, audit.ActionReview)) != 0 {
		t.Error("an entry about nothing")
	}
}

// Whatever refuses, the value stays where it was until everything before is durable.
func TestFailsClosed(t *testing.T) {
	for _, c := range []struct {
		stream  string
		vault   int // messages there may be
		entries int
	}{{ingest.StreamAudit, 0, 0}, {ingest.StreamKeys, 0, 0}, {ingest.StreamVault, 0, 1}} {
		t.Run(c.stream, func(t *testing.T) {
			p := newPlant(t)
			record := p.intake(t, p.pipeline(t, lax), ingest.Feedback{Text: "手机号" + phone, Time: march})
			before, raw := p.latest(t, record)
			if err := p.js.DeleteStream(t.Context(), c.stream); err != nil {
				t.Fatal(err)
			}
			a := p.amender(t, "")
			if out, err := a.Amend(t.Context(), record, rescan()); err == nil || out.Changed {
				t.Fatalf("done: %v", err)
			} else if strings.Contains(err.Error(), phone) {
				t.Error("the error shows the number")
			}
			after, now := p.latest(t, record)
			if !bytes.Equal(raw, now) || after.Text != before.Text {
				t.Error("the document was changed")
			}
			if err := ingest.Streams(t.Context(), p.js, ingest.StreamLimits{}); err != nil {
				t.Fatal(err)
			}
			if n := len(ingesttest.Messages(t, p.js, ingest.StreamVault)); n != c.vault {
				t.Errorf("%d messages in the vault", n)
			}
			if n := len(p.entries(t, audit.ActionRescan)); n != c.entries {
				t.Errorf("%d entries", n)
			}
			if _, err := a.Amend(t.Context(), record, rescan()); err != nil {
				t.Fatal(err)
			}
			d, _ := p.latest(t, record)
			if p.restore(t, d, "") != "手机号"+phone || p.inTheClear(t, phone) {
				t.Error("not amended once the stream is back")
			}
		})
	}
}

// Finish deletes what a kill between the new document and the old one's
// deletion left.
func TestFinish(t *testing.T) {
	p := newPlant(t)
	record := p.intake(t, p.pipeline(t, lax), ingest.Feedback{ID: "t1", Source: "crm", Text: "手机号" + phone, Time: march})
	_, raw := p.latest(t, record)
	other := p.intake(t, p.pipeline(t, lax), ingest.Feedback{ID: "t2", Source: "crm", Text: "断网", Time: march})
	a := p.amender(t, "")
	if _, err := a.Amend(t.Context(), record, rescan()); err != nil {
		t.Fatal(err)
	}
	// The old version as it was, listed by the new one: as if never deleted.
	amended, now := p.latest(t, record)
	first, err := p.js.Publish(t.Context(), ingest.DocsSubject(record), raw)
	if err != nil {
		t.Fatal(err)
	}
	msg := messageOf(ingest.DocsSubject(record), now)
	msg.Header.Set(document.AmendedHeader, "1,"+uintText(first.Sequence)+",junk")
	if _, err := p.js.PublishMsg(t.Context(), msg); err != nil {
		t.Fatal(err)
	}
	if !p.inTheClear(t, phone) {
		t.Fatal("the test shows nothing")
	}
	if n, err := a.Finish(t.Context()); err != nil || n != 1 {
		t.Errorf("Finish = %d, %v", n, err)
	}
	if p.inTheClear(t, phone) {
		t.Error("the old version is still there")
	}
	if n, err := a.Finish(t.Context()); err != nil || n != 0 {
		t.Errorf("Finish again = %d, %v", n, err)
	}
	if docs, _ := p.versions(t, other); len(docs) != 1 || amended.Text == "" {
		t.Error("another record lost its document")
	}
}

// A restricted document stays restricted.
func TestRestricted(t *testing.T) {
	p := newPlant(t)
	record := p.intake(t, p.pipeline(t, lax), ingest.Feedback{Text: "手机号" + phone, Time: march})
	_, raw := p.latest(t, record)
	msg := messageOf(ingest.DocsSubject(record), raw)
	msg.Header.Set(document.RestrictedHeader, record)
	if _, err := p.js.PublishMsg(t.Context(), msg); err != nil {
		t.Fatal(err)
	}
	if out, err := p.amender(t, "").Amend(t.Context(), record, rescan()); err != nil || out.Deleted != 2 {
		t.Fatalf("%+v, %v", out, err)
	}
	all := ingesttest.Messages(t, p.js, ingest.StreamDocs)
	if len(all) != 1 || all[0].Header.Get(document.RestrictedHeader) != record || all[0].Header.Get(document.AmendedHeader) != "1,2" {
		t.Errorf("%d messages, headers %v", len(all), all[0].Header)
	}
}

// An attribute whose name is personal gets another, and its own back.
func TestAttributeName(t *testing.T) {
	p := newPlant(t)
	name, value := "wanglaoji", "备用13987654321，请回电"
	const strict = "policy: 1\ndefault: tag\ndeny:\n  - {value: wanglaoji, type: PERSON_NAME}\n"
	record := p.intake(t, p.pipeline(t, lax), ingest.Feedback{Text: "断网", Time: march, Attributes: map[string]string{name: value, "note": "好"}})
	before, _ := p.latest(t, record)
	if before.Attributes[name] != value {
		t.Fatal("the test shows nothing")
	}
	if _, err := p.amender(t, strict).Amend(t.Context(), record, rescan()); err != nil {
		t.Fatal(err)
	}
	d, _ := p.latest(t, record)
	if p.inTheClear(t, name) || p.inTheClear(t, "13987654321") {
		t.Error("a value is still in the clear")
	}
	if d.Attributes["note"] != "好" || p.restore(t, d, "attributes.attribute1") != value {
		t.Error("the attribute is lost")
	}
	found := false
	for _, v := range p.opened(t, d)[1].Values {
		found = found || v.Field == amend.NameField+"attribute1" && v.Plain == name
	}
	if !found {
		t.Error("the name is not sealed")
	}
	checkPlaces(t, d)
}

// Amending at once from several sides loses nothing.
func TestRaces(t *testing.T) {
	p := newPlant(t)
	text := "小聪明说手机号是" + phone + "，大聪明说断网"
	record := p.intake(t, p.pipeline(t, lax), ingest.Feedback{Text: text, Time: march})
	done := make(chan error, 6)
	for range cap(done) {
		a := p.amender(t, "")
		go func() {
			_, err := a.Amend(t.Context(), record, rescan())
			done <- err
		}()
	}
	for range cap(done) {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	d, _ := p.latest(t, record)
	if p.restore(t, d, "") != text || len(d.Parts) != 1 {
		t.Error("restored to other text than was sent")
	}
	if n := len(ingesttest.Messages(t, p.js, ingest.StreamVault)); n != 1 {
		t.Errorf("%d messages in the vault, want 1", n)
	}
}
