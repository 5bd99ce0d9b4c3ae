package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/nats-io/nats.go/jetstream"

	"qingting/ingest"
	"qingting/ingest/custody"
	"qingting/privacy/audit"
	"qingting/privacy/review"
)

// reviewSite is a running server that lets mobile numbers through, with n
// documents: every fourth has a number left in it, the others a name hidden or
// nothing at all.
func reviewSite(t *testing.T, n int) (s *site, server *exec.Cmd, where []string, missed []canary) {
	t.Helper()
	s = newSite(t)
	s.flags = append(s.flags, "--policy", s.laxPolicy(t))
	token := s.officerToken(t)
	server = s.start(t, "--officer-token-file", token)
	js, err := jetstream.New(s.connect(t))
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		f := ingest.Feedback{
			ID: fmt.Sprint("r", i), Source: "crm", Channel: []string{"app", "store"}[i%2], Text: fmt.Sprintf("宽带断网第%d天，没有人来修", i),
			Time: time.Date(2026, time.Month(1+i%3), 1, 8, 0, 0, 0, time.UTC),
		}
		switch i % 4 {
		case 0:
			missed = append(missed, canary{"MOBILE", "", mobile(i)})
			f.Text = fmt.Sprintf("宽带断网，打我手机%s，请回电", mobile(i))
		case 1:
			f.Text = fmt.Sprintf("我叫张建国，邮箱user%d@example.com，断网了", i)
		}
		data, err := f.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := js.Publish(t.Context(), "feedback.in.app", data); err != nil {
			t.Fatal(err)
		}
	}
	s.processed(t, n, 0)
	s.awaitCustody(t, 1)
	return s, server, []string{"--nats", "nats://" + s.addr, "--token-file", token}, missed
}

// judgeAll gives the verdicts of a reviewer who sees every number; seen are those.
func (s *site) judgeAll(t *testing.T, where []string, more ...string) (judged int, seen []canary) {
	t.Helper()
	items := s.prints(t, append(append([]string{"audit", "review", "--json"}, more...), where...)...)
	var lines bytes.Buffer
	for line := range strings.Lines(items) {
		var item custody.ReviewItem
		if err := json.Unmarshal([]byte(line), &item); err != nil {
			t.Fatal(err)
		}
		verdicts := []audit.Verdict{}
		if i := strings.Index(item.Document.Text, "手机1"); i >= 0 {
			start := len([]rune(item.Document.Text[:i])) + 2
			seen = append(seen, canary{"MOBILE", "", string([]rune(item.Document.Text)[start : start+11])})
			verdicts = append(verdicts, audit.Verdict{Start: start, End: start + 11, Type: "MOBILE", Outcome: review.Missed})
		}
		if err := json.NewEncoder(&lines).Encode(map[string]any{"record": item.Record, "version": item.Version, "verdicts": verdicts}); err != nil {
			t.Fatal(err)
		}
		judged++
	}
	cmd := s.command(t, append(append([]string{"audit", "review", "--submit", "-"}, more...), where...)...)
	cmd.Stdin = &lines
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("audit review --submit: %v\n%s", err, out)
	}
	return judged, seen
}

// TestReview goes the whole way: a sample of what a lax policy let through,
// verdicts of two reviewers, what was missed taken out, figures.
func TestReview(t *testing.T) {
	t.Parallel()
	s, server, where, missed := reviewSite(t, 80)
	at := func(args ...string) []string { return append(args, where...) }
	id := strings.TrimSpace(s.prints(t, at("audit", "sample", "--size", "40", "--second", "0.25", "--seed", "a seed")...))
	n, taken := s.judgeAll(t, where)
	if n != 40 || len(taken) == 0 {
		t.Fatalf("%d documents to judge, want 40; %d numbers in them", n, len(taken))
	}
	if n, _ := s.judgeAll(t, where, "--second"); n != 0 {
		t.Errorf("who judged first is asked as a second reviewer: %d", n)
	}
	now := s.reviewState(t, where, id)
	if p := now[0].Progress; p.Judged != 40 || p.Items != 40 || p.Second != 10 || now[0].Result.Missed.Documents == 0 || now[0].Result.Met {
		t.Errorf("%+v", now[0])
	}
	// What a second reviewer shall see waits; then it is taken out as well.
	s.run(t, at("audit", "review", id, "--settle")...)
	gaps := s.prints(t, at("audit", "gaps")...)
	if !strings.Contains(gaps, "digits:11") || !strings.Contains(gaps, "手机…") {
		t.Errorf("gaps:\n%s", gaps)
	}
	seen, amended := s.seen(t, where, id)
	if diff := cmp.Diff(seen, amended); diff != "" || len(seen) == 0 {
		t.Errorf("records seen and redacted differ (-seen +redacted):\n%s", diff)
	}
	for _, e := range s.entries(t, where) {
		line, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range missed {
			if bytes.Contains(line, []byte(c.core)) {
				t.Fatal("the ledger holds a number")
			}
		}
	}
	// The index compacts some seconds after the last document was amended.
	waitFor(t, s, "files without what was seen", func() bool { return len(findCanaries(t, s, taken)) == 0 })
	s.stop(t, server)
	st, err := openStreams(t.Context(), s.dataFlags())
	if err != nil {
		t.Fatal(err)
	}
	defer st.close()
	for _, d := range latestDocuments(t, st) {
		for _, c := range missed {
			if seen[d.Record] && strings.Contains(d.Text, c.core) {
				t.Errorf("record %s still shows a number that was seen", d.Record)
			}
		}
	}
}

type sampleLine struct {
	ID       string          `json:"id"`
	Progress review.Progress `json:"progress"`
	Result   review.Result   `json:"result"`
}

// reviewState is what audit sample --list says.
func (s *site) reviewState(t *testing.T, where []string, id string) (lines []sampleLine) {
	t.Helper()
	for line := range strings.Lines(s.prints(t, append([]string{"audit", "sample", "--list", "--json"}, where...)...)) {
		var l sampleLine
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, l)
	}
	if len(lines) != 1 || lines[0].ID != id {
		t.Fatalf("%d samples", len(lines))
	}
	return lines
}

// seen are the records in which a reviewer saw something missed, and amended
// those that were redacted after that.
func (s *site) seen(t *testing.T, where []string, id string) (seen, amended map[string]bool) {
	t.Helper()
	seen, amended = map[string]bool{}, map[string]bool{}
	for _, e := range s.entries(t, where) {
		if e.Action != audit.ActionReview || e.Object != review.Object(id) {
			continue
		}
		if e.Outcome == "amended" {
			amended[e.Record] = true
		}
		for _, v := range e.Verdicts {
			if v.Outcome == review.Missed {
				seen[e.Record] = true
			}
		}
	}
	return seen, amended
}

// reviewReports signs reports in both forms and languages, verifies them, and
// finds what was changed.
func reviewReports(t *testing.T) {
	t.Parallel()
	s, server, where, missed := reviewSite(t, 40)
	at := func(args ...string) []string { return append(args, where...) }
	key := []string{"--key", filepath.Join(s.data()+"-secrets", ledgerPubFile)}
	id := strings.TrimSpace(s.prints(t, at("audit", "sample", "--size", "30")...))
	s.fails(t, 1, "not judged yet", slices.Concat([]string{"audit", "report", id, "-o", "early.html"}, key, where)...)
	s.judgeAll(t, where)
	for _, name := range []string{"zh.html", "en.html", "zh.pdf", "en.pdf"} {
		path := filepath.Join(s.dir, name)
		s.run(t, slices.Concat([]string{"audit", "report", id, "--lang", name[:2], "-o", path}, key, where)...)
		if out := s.run(t, slices.Concat([]string{"audit", "report", "--verify", path}, key)...); !strings.Contains(out, "This is the report of "+id) {
			t.Errorf("audit report --verify says %q", out)
		}
		report, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range missed {
			if bytes.Contains(report, []byte(c.core)) {
				t.Error("the report holds a number")
			}
		}
		if strings.HasSuffix(name, ".html") && (!bytes.Contains(report, []byte(id)) || !bytes.Contains(report, []byte("digits:11"))) {
			t.Errorf("%s does not say what was reviewed, or what was missed", name)
		}
		if err := os.WriteFile(path, append(report, ' '), 0o600); err != nil {
			t.Fatal(err)
		}
		s.fails(t, 1, "does not hold this report", slices.Concat([]string{"audit", "report", "--verify", path}, key)...)
	}
	s.fails(t, 1, "no trusted key", "audit", "report", "--verify", filepath.Join(s.dir, "zh.pdf"), "--key", s.otherKey(t))
	s.stop(t, server)
	checkSilent(t, s)
}

// TestReviewDesk reviews in the terminal, with what a person types.
func TestReviewDesk(t *testing.T) {
	t.Parallel()
	s, server, where, missed := reviewSite(t, 8)
	at := func(args ...string) []string { return append(args, where...) }
	id := strings.TrimSpace(s.prints(t, at("audit", "sample", "--size", "8", "--second", "0")...))
	var keys strings.Builder
	keys.WriteString("?\nm NOTHING x\nx 9\nm MOBILE 不在文中\ns\np\n")
	for range 8 {
		for _, c := range missed { // refused where it does not stand
			fmt.Fprintf(&keys, "m 手机号 %s\n", c.core)
		}
		keys.WriteString("x 1\nw 1 MOBILE\nr 1\n\n")
	}
	cmd := s.command(t, at("audit", "review", id)...)
	cmd.Stdin = strings.NewReader(keys.String())
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("audit review: %v\n%s", err, out)
	}
	for _, want := range []string{"8 of 8 documents judged; 2 with something missed", "taken out and sealed", "【" + missed[0].core + "】", "there is no mark", "文中没有"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("the desk does not say %q:\n%s", want, out)
		}
	}
	if got := s.reviewState(t, where, id)[0].Result; got.Missed.Documents != 2 || got.False.Documents != 0 || !got.Complete {
		t.Errorf("%+v", got)
	}
	s.stop(t, server)
}
