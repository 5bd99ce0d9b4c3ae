package worker_test

import (
	"slices"
	"sync/atomic"
	"testing"

	"qingting/ingest"
	"qingting/ingest/ingesttest"
	"qingting/internal/document"
	"qingting/privacy/rule"
	"qingting/privacy/subject"
)

func subjectKeys(t testing.TB) subject.Keys {
	t.Helper()
	keys, err := subject.ParseKeys(subject.NewKeyText() + "\n" + subject.NewKeyText())
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// TestSubjects: whom a document identifies has a token, in whatever field and
// disguise, under the newest key.
func TestSubjects(t *testing.T) {
	p := newPlant(t)
	keys := subjectKeys(t)
	p.pipeline.Subjects = keys
	p.send(t, ingest.Feedback{
		ID: "1", Text: "我叫张建国，打幺三八 1234 5678", Attributes: map[string]string{"note": "邮箱zhang.jg@example.com"},
		Customer: map[string]string{"tel": "139-8765-4321", "birthday": "1990-01-02", "id": "K88123456"},
	})
	p.send(t, ingest.Feedback{ID: "2", Text: "断网三天了"})
	p.work(t)
	docs := p.documents(t)
	slices.SortFunc(docs, func(a, b *document.Document) int { return len(b.Subjects) - len(a.Subjects) })
	if len(docs) != 2 || docs[1].Subjects != nil {
		t.Fatalf("%d documents, or tokens of nobody", len(docs))
	}
	got := docs[0].Subjects
	for name, id := range map[string]subject.Identifier{
		"text": {Type: rule.Mobile, Value: "13812345678"}, "name": {Type: rule.PersonName, Value: "张建国"},
		"attribute": {Type: rule.Email, Value: "Zhang.JG@example.com"}, "customer's id": {Type: rule.Customer, Value: "K88123456"},
		"field of a name of the publisher's own": {Type: rule.Mobile, Value: "13987654321"},
	} {
		if !slices.Contains(got, keys.Token(id.Type, id.Value)) {
			t.Errorf("%s has no token", name)
		}
	}
	if !slices.IsSorted(got) || slices.Contains(got, keys.Token(rule.DOB, "1990-01-02")) {
		t.Error("not sorted, or a date of birth has a token")
	}
	for _, token := range got {
		if subject.KeyOf(token) != keys.IDs()[0] {
			t.Errorf("token %s is not under the newest key", token)
		}
	}
}

// TestRefused: what a mark refuses becomes a dead letter, and nothing else.
func TestRefused(t *testing.T) {
	p := newPlant(t)
	keys := subjectKeys(t)
	p.pipeline.Subjects = keys
	old := keys.All(rule.Mobile, "13812345678")[1]
	p.pipeline.Refuse = func(_, source string, tokens func() []string) string {
		if source == "app" && slices.Contains(tokens(), old) {
			return "consent-withdrawn"
		}
		return ""
	}
	p.send(t, ingest.Feedback{ID: "1", Source: "app", Text: "请回电13812345678"})
	p.send(t, ingest.Feedback{ID: "2", Source: "crm", Text: "请回电13812345678"})
	if c := p.work(t); c.Dead != 1 || c.Processed != 1 {
		t.Errorf("%+v", c)
	}
	letters := p.letters(t)
	if len(letters) != 1 || letters[0].Reason != "consent-withdrawn" || p.count(t, ingest.StreamVault) != 1 {
		t.Errorf("%d letters", len(letters))
	}
}

// TestRestrictedStays: what comes anew of a restricted record is restricted.
func TestRestrictedStays(t *testing.T) {
	p := newPlant(t)
	p.pipeline.Restricted = func(string) bool { return true }
	p.send(t, ingest.Feedback{ID: "1", Text: "断网三天了"})
	p.work(t)
	msgs := ingesttest.Messages(t, p.js, ingest.StreamDocs)
	if len(msgs) != 1 || msgs[0].Header.Get(document.RestrictedHeader) == "" || len(p.documents(t)) != 1 {
		t.Errorf("%d messages", len(msgs))
	}
}

// TestErasedMeanwhile: a record that is erased after it was processed and before
// its document was durable is taken back.
func TestErasedMeanwhile(t *testing.T) {
	p := newPlant(t)
	var erased atomic.Bool
	p.pipeline.Refuse = func(string, string, func() []string) string {
		if erased.Load() {
			return "erased"
		}
		return ""
	}
	p.pipeline.Erased = func(string) bool { erased.Store(true); return true }
	p.send(t, ingest.Feedback{ID: "1", Text: "请回电13812345678"})
	if c := p.work(t); c.Dead != 1 || c.Processed != 0 {
		t.Errorf("%+v", c)
	}
	msgs := ingesttest.Messages(t, p.js, ingest.StreamDocs)
	if len(msgs) != 1 || msgs[0].Header.Get(document.ErasedHeader) == "" || p.count(t, ingest.StreamVault) != 0 {
		t.Errorf("%d messages, %d sealed", len(msgs), p.count(t, ingest.StreamVault))
	}
}
