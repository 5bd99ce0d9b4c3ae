package web

import (
	"strings"
	"testing"
)

// What an officer asks first is answered by what is known, and by nothing that is not.
func TestRedactionVerdict(t *testing.T) {
	fresh := SampleState{ID: "new", Documents: 300, Target: 0.01, Confidence: 0.95, Upper: 1}
	half := SampleState{ID: "half", Documents: 300, Judged: 100, Target: 0.01, Confidence: 0.95, Upper: 0.03}
	met := SampleState{ID: "met", Documents: 300, Judged: 300, Complete: true, Met: true, Target: 0.01, Confidence: 0.95, Upper: 0.0099}
	short := SampleState{ID: "short", Documents: 300, Judged: 300, Complete: true, MissedDocuments: 4, Misses: 5, Target: 0.01, Confidence: 0.95, Upper: 0.0303}
	for _, c := range []struct {
		name              string
		list              []SampleState
		state, says, link string
	}{
		{"none", nil, verdictOpen, "Not known", "#draw"},
		{"drawn", []SampleState{fresh}, verdictOpen, "300 documents are to be judged", "/desk/review/new"},
		{"under way", []SampleState{half}, verdictOpen, "Under review, 100 of 300", "/desk/review/half"},
		{"met", []SampleState{met}, verdictFine, "At most 0.99%", "/desk/review/met"},
		{"not met", []SampleState{short}, verdictBad, "4 with a miss", "/desk/review/short"},
		{"too small", []SampleState{{ID: "small", Documents: 5, Judged: 5, Complete: true, Target: 0.01, Confidence: 0.95, Upper: 0.4507}}, verdictOpen, "too small", "/desk/review/small"},
		{"the newest that can tell", []SampleState{fresh, half, short, met}, verdictBad, "3.03%", "/desk/review/short"},
		{"judged before drawn", []SampleState{fresh, half}, verdictOpen, "3.00%", "/desk/review/half"},
	} {
		v := redactionVerdict(c.list, english)
		if text := v.Answer + " " + v.Note; v.State != c.state || !strings.Contains(text, c.says) || !strings.Contains(v.Link, c.link) {
			t.Errorf("%s: %s, %q, %s", c.name, v.State, text, v.Link)
		}
	}
}

func TestLedgerVerdict(t *testing.T) {
	whole := &LedgerCheck{At: lastDay, Entries: 7}
	for _, c := range []struct {
		state LedgerState
		want  string
		says  string
		check bool
	}{
		{LedgerState{Entries: 9}, verdictOpen, "not verified", true},
		{LedgerState{Entries: 9, NoKey: true}, verdictOpen, "verifier key", false},
		{LedgerState{Entries: 9, Checking: true, Check: whole}, verdictOpen, "being verified", false},
		{LedgerState{Entries: 9, Check: whole}, verdictFine, "grew by 2", true},
		{LedgerState{Entries: 9, Check: &LedgerCheck{Faults: []LedgerFault{{"x", "x", 1, 2}}}}, verdictBad, "1 faults", true},
	} {
		v := ledgerVerdict(c.state, english)
		if v.State != c.want || !strings.Contains(v.Note, c.says) || v.Check != c.check {
			t.Errorf("%+v: %s, %q, %v", c.state, v.State, v.Note, v.Check)
		}
	}
}

func TestWaitingVerdict(t *testing.T) {
	none, some, bad := waiting{Name: "approvals"}, waiting{Name: "samples", N: 2}, waiting{Name: "requests", N: 1, Urgent: true}
	for _, c := range []struct {
		list        []waiting
		state, says string
	}{
		{[]waiting{none}, verdictFine, "Nothing"},
		{[]waiting{none, some}, verdictOpen, "2 things samples"},
		{[]waiting{none, some, bad}, verdictBad, "3 things Urgent: requests"},
	} {
		if v := waitingVerdict(c.list, english); v.State != c.state || !strings.HasPrefix(v.Answer+" "+v.Note, c.says) {
			t.Errorf("%v: %s, %q %q", c.list, v.State, v.Answer, v.Note)
		}
	}
}

// The desk begins with the answers, and the ledger can be verified from there.
func TestDeskAnswersFirst(t *testing.T) {
	text := get(t, deskSite(t, &inventedDesk{text: "x"}), "/desk?lang=en").text()
	at := 0
	for _, want := range []string{"Does redaction work?", "Is the ledger whole?", "It does not hold", "What waits for me?", "Urgent: ", "What was taken out"} {
		i := strings.Index(text[at:], want)
		if i < 0 {
			t.Fatalf("%q does not come next on the desk", want)
		}
		at += i
	}
}
