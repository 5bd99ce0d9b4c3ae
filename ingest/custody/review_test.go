package custody_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/nats-io/nats.go"

	"qingting/ingest"
	"qingting/ingest/custody"
	"qingting/internal/document"
	"qingting/privacy/audit"
	"qingting/privacy/review"
)

// store puts a document into the stream. Every third has something hidden.
func (o *office) store(t *testing.T, i int, header ...string) string {
	t.Helper()
	d := document.Document{
		Schema: document.Schema, Record: fmt.Sprintf("%s%c%c", strings.Repeat("a", 24), 'a'+i/26, 'a'+i%26), Month: "202603",
		Channel: []string{"app", "store"}[i%2], Time: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), Text: "⟦手机号⟧，找小聪明", Policy: "p1", Engine: "e1",
	}
	if i%3 == 0 {
		d.Redactions = []document.Redaction{{Start: 0, End: 5, Type: "MOBILE", Action: "tag", Rule: "mobile.segment", Confidence: 0.95}}
	}
	data, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	msg := nats.NewMsg(ingest.DocsSubject(d.Record))
	if msg.Data = data; len(header) == 2 {
		msg.Header.Set(header[0], header[1])
	}
	if _, err := o.js.PublishMsg(t.Context(), msg); err != nil {
		t.Fatal(err)
	}
	return d.Record
}

// reviewers is an office with 60 documents, of which one is erased, one
// restricted and one came twice.
func reviewers(t *testing.T) (o *office, lin, wu *custody.Client) {
	t.Helper()
	o, b, _ := approving(t)
	for i := range 60 {
		o.store(t, i)
	}
	o.store(t, 0)
	o.store(t, 1, document.ErasedHeader, strings.Repeat("a", 25)+"b")
	o.store(t, 2, document.RestrictedHeader, strings.Repeat("a", 25)+"c")
	return o, as(t, b, "lin"), as(t, b, "wu")
}

func grounds() custody.Request { return custody.Request{Reason: "复核，" + phone} }

func judgement(id string, item custody.ReviewItem, verdicts ...audit.Verdict) custody.Judgement {
	j := custody.Judgement{Request: grounds(), ID: id, Version: item.Version, Verdicts: verdicts}
	j.Record = item.Record
	return j
}

func TestDrawIsInTheLedger(t *testing.T) {
	o, lin, _ := reviewers(t)
	id, err := lin.Draw(t.Context(), custody.Draw{Request: grounds(), Size: 30, Seed: "x"})
	if err != nil {
		t.Fatal(err)
	}
	st, err := lin.Review(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	s := st.Sample
	if len(s.Items) != 30 || s.Population != 58 || s.Left["restricted"] != 1 || st.Entry < 0 || s.Versions[0] != (review.Version{Policy: "p1", Engine: "e1", Documents: 58}) {
		t.Errorf("%d of %d, left out %v, entry %d, versions %v", len(s.Items), s.Population, s.Left, st.Entry, s.Versions)
	}
	none := slices.ContainsFunc(s.Items, func(i review.Item) bool { return len(i.Types) == 0 })
	if !none {
		t.Error("no document was drawn in which nothing was found")
	}
	e := lastEntry(t, o)
	if e.Action != audit.ActionSample || e.Object != review.Object(id) || e.Actor != "lin" || e.After == "" ||
		!strings.HasPrefix(e.Outcome, "seed x, population "+s.Digest) || e.Counts["population"] != 58 || e.Counts["sample"] != 30 || e.Counts["band:none population"] == 0 {
		t.Errorf("entry %+v", e)
	}
	for _, bad := range []custody.Draw{{Request: grounds(), Seed: phone}, {Request: grounds(), Size: -1}, {Size: 3}, {Request: grounds(), Target: 2}, {Request: grounds(), Scope: review.Scope{Channel: phone}}} {
		if _, err := lin.Draw(t.Context(), bad); err == nil || strings.Contains(err.Error(), phone) {
			t.Errorf("size %d, target %g: %v", bad.Size, bad.Target, err)
		}
	}
	for _, scope := range []review.Scope{{Channel: "store"}, {From: "202601", To: "202603"}} {
		id, err := lin.Draw(t.Context(), custody.Draw{Request: grounds(), Size: 5, Scope: scope})
		if err != nil {
			t.Fatal(err)
		}
		if st, err := lin.Review(t.Context(), id); err != nil || st.Sample.Scope != scope {
			t.Errorf("%+v, %v", st, err)
		}
	}
	if _, err := lin.Draw(t.Context(), custody.Draw{Request: grounds(), Scope: review.Scope{From: "202604"}}); err == nil {
		t.Error("a sample of nothing was drawn")
	}
}

func TestJudge(t *testing.T) {
	o, lin, wu := reviewers(t)
	id, err := lin.Draw(t.Context(), custody.Draw{Request: grounds(), Size: 40, Seed: "x", Second: 1})
	if err != nil {
		t.Fatal(err)
	}
	st, err := lin.Review(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(st.Items, func(s review.Standing) bool { return len(s.Types) > 0 })
	drawn := st.Items[i].Record
	items, err := lin.ReviewItems(t.Context(), grounds(), id, []string{drawn}, false)
	if err != nil {
		t.Fatal(err)
	}
	item := items[drawn]
	if item.Document == nil || item.Mine || item.Gone {
		t.Fatalf("%+v", item)
	}
	wrong := audit.Verdict{Start: 0, End: 5, Type: "MOBILE", Outcome: review.NotPersonal}
	miss := audit.Verdict{Start: 7, End: 10, Type: "PERSON_NAME", Outcome: review.Missed, Shape: "小聪明"}
	second := judgement(id, item)
	second.Second = true
	if _, err := wu.Judge(t.Context(), second); err == nil {
		t.Error("a second reviewer came first")
	}
	stale := judgement(id, item)
	stale.Version = "000000000000"
	if _, err := lin.Judge(t.Context(), stale); err == nil || !strings.Contains(err.Error(), "changed") {
		t.Errorf("another version was judged: %v", err)
	}
	done, err := lin.Judge(t.Context(), judgement(id, item, miss))
	if err != nil || done.Missed != 1 || !done.Waiting || done.Redacted {
		t.Fatalf("%+v, %v", done, err)
	}
	e := lastEntry(t, o)
	want := []audit.Verdict{
		{Start: 0, End: 5, Type: "MOBILE", Outcome: review.Right},
		{Start: 7, End: 10, Type: "PERSON_NAME", Outcome: review.Missed, Shape: "han:3", Cues: []string{"手机…", "手机号…"}},
	}
	if diff := cmp.Diff(want, e.Verdicts); diff != "" || e.Actor != "lin" || e.Record != drawn || e.Outcome != review.Reviewed || e.Before != item.Version || strings.Contains(fmt.Sprint(e), "小聪明") {
		t.Errorf("entry of %q (-want +got):\n%s", e.Actor, diff)
	}
	if _, err := lin.Judge(t.Context(), second); err == nil {
		t.Error("the first reviewer came again as a second one")
	}
	second.Verdicts = []audit.Verdict{wrong}
	// It is taken out now that both have seen it; this service cannot, and says so.
	if done, err := wu.Judge(t.Context(), second); err != nil || done.Redacted || !strings.Contains(done.Problem, "--settle") {
		t.Errorf("nothing takes out what was missed: %+v, %v", done, err)
	}
	if st, err = lin.Review(t.Context(), id); err != nil || st.Progress().Undecided != 1 || st.Result().Missed.Documents != 1 {
		t.Fatalf("%+v, %v", st.Progress(), err)
	}
	decision := judgement(id, item, audit.Verdict{Start: 6, End: 10, Type: "PERSON_NAME", Outcome: review.Missed})
	decision.Decide = true
	if _, err := lin.Judge(t.Context(), decision); err == nil {
		t.Error("what nobody said was decided")
	}
	decision.Verdicts = st.Items[i].Decide(func(review.Difference) bool { return false })
	if _, err := lin.Judge(t.Context(), decision); err != nil {
		t.Fatal(err)
	}
	if st, err = lin.Review(t.Context(), id); err != nil || st.Progress().Undecided != 0 || st.Result().Missed.Documents != 0 || st.Result().False.Documents != 1 {
		t.Errorf("%+v, %v", st.Progress(), err)
	}
	stranger := judgement(id, item)
	stranger.Record = record
	if _, err := lin.Judge(t.Context(), stranger); err == nil {
		t.Error("a record outside of the sample was judged")
	}
}

// Without the ledger nothing is drawn, judged or reported.
func TestReviewNeedsTheLedger(t *testing.T) {
	t.Parallel()
	o, lin, _ := reviewers(t)
	id, err := lin.Draw(t.Context(), custody.Draw{Request: grounds(), Size: 10})
	if err != nil {
		t.Fatal(err)
	}
	st, err := lin.Review(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	items, err := lin.ReviewItems(t.Context(), grounds(), id, []string{st.Items[0].Record}, false)
	if err != nil {
		t.Fatal(err)
	}
	if err := o.js.DeleteStream(t.Context(), ingest.StreamAudit); err != nil {
		t.Fatal(err)
	}
	if _, err := lin.Draw(t.Context(), custody.Draw{Request: grounds(), Size: 10}); err == nil {
		t.Error("a sample was drawn")
	}
	if _, err := lin.Judge(t.Context(), judgement(id, items[st.Items[0].Record])); err == nil {
		t.Error("a document was judged")
	}
	if _, err := lin.SignReport(t.Context(), custody.ReportSigning{Request: grounds(), ID: id, Hash: strings.Repeat("ab", 32)}); err == nil {
		t.Error("a report was signed")
	}
	ids, err := lin.Samples(t.Context())
	if err != nil || len(ids) != 1 {
		t.Errorf("%d samples, %v", len(ids), err)
	}
}
