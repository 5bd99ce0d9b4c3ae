package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"qingting/ingest"
	"qingting/ingest/custody"
	"qingting/internal/access"
	"qingting/internal/document"
	"qingting/privacy/audit"
	"qingting/search/synonym"
	"qingting/textmining/segment"
)

// What an officer is asked to show, one test a row of docs/compliance.md. Where
// the test of a row is long, its body stands beside what it tests and is run from
// here alone.

func TestChecklistSourceRegister(t *testing.T) { unregisteredSourcesAreRefused(t) }

func TestChecklistEncryption(t *testing.T) { servesByClientCertificate(t) }

func TestChecklistSubjectSearch(t *testing.T) { subjectRequests(t) }

func TestChecklistLedger(t *testing.T) { ledgerIsVerified(t) }

func TestChecklistExportGrade(t *testing.T) { exportsAreStamped(t) }

func TestChecklistResidualRisk(t *testing.T) { reviewReports(t) }

func TestChecklistBreachKit(t *testing.T) { breachKit(t) }

func TestChecklistSelfAudit(t *testing.T) { selfAuditPack(t) }

// Retention by type and source; expiry happens and the ledger proves it.
func TestChecklistRetention(t *testing.T) {
	t.Parallel()
	s := filled(t) // of March 2026
	at := []string{"--data", s.data(), "--reason", "制度 2026-3"}
	s.run(t, append([]string{"retention", "set", "--vault", "36000", "--docs", "36000", "--docs-source", "store=1", "--docs-type", "ID_CARD=2", "--actor", "lin"}, at...)...)
	s.run(t, append([]string{"retention", "run"}, at...)...)
	st, err := openStreams(t.Context(), s.dataFlags())
	if err != nil {
		t.Fatal(err)
	}
	left := latestDocuments(t, st)
	st.close()
	for _, d := range left {
		if d.Source == "store" || slices.ContainsFunc(d.Redactions, func(r document.Redaction) bool { return r.Type == "ID_CARD" }) {
			t.Errorf("a document of %s is past its time", d.Source)
		}
	}
	if len(left) != 7 { // five and one of others, and the restricted one
		t.Errorf("%d documents are left", len(left))
	}
	if proof := s.prints(t, "retention", "proof", "--json", "--data", s.data()); !strings.Contains(proof, `"action":"retention"`) || !strings.Contains(proof, "store") {
		t.Errorf("the proof is %s", proof)
	}
}

// De-identified when it comes in; what restores it is sealed apart, and only
// officers have it released.
func TestChecklistDeidentifiedAtOnce(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	record := h.take(t, "我叫张建国，电话"+badPhone)
	await(t, "an empty queue", func() bool { return h.count(t, ingest.StreamIn) == 0 })
	docs, err := h.js.Stream(t.Context(), ingest.StreamDocs)
	if err != nil {
		t.Fatal(err)
	}
	msg, err := docs.GetMsg(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(msg.Data), badPhone) || strings.Contains(string(msg.Data), "张建国") {
		t.Error("the document restores itself")
	}
	rel, err := h.serve(t).Record(t.Context(), custody.Request{Actor: "lin", Record: record, Purpose: "verify", Reason: "核实"})
	if err != nil || !strings.HasPrefix(string(rel.Sealed), "age-encryption.org/") || strings.Contains(string(rel.Sealed), badPhone) {
		t.Errorf("what restores it is not sealed, or not there: %v", err)
	}
	for _, role := range access.Roles {
		if may := access.RoleFor([]access.Role{role}, access.Reveal) != ""; may != (role == access.Officer) {
			t.Errorf("%s may have it released: %v", role, may)
		}
	}
}

// Roles apart, and a second person for reveals, exports, packages and erasures,
// by the commands, against a running server.
func TestChecklistRolesApart(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	server := s.start(t)
	s.awaitCustody(t, 1)
	as := func(user string) []string {
		return []string{"--nats", "nats://" + s.addr, "--token-file", filepath.Join(s.dir, user+".token")}
	}
	operator := []string{"--nats", "nats://" + s.addr, "--token-file", filepath.Join(s.data()+"-secrets", operatorTokenFile)}
	for user, flags := range map[string][]string{
		"lin": {"--role", "officer", "--role", "approver", "--person", "E1002"}, "lin2": {"--role", "approver", "--person", "e1002"},
		"zhao": {"--role", "approver", "--person", "E1003"}, "ma": {"--role", "analyst"},
	} {
		s.run(t, slices.Concat([]string{"users", "add", user, "-o", filepath.Join(s.dir, user+".token")}, flags, operator)...)
	}
	s.fails(t, 2, "staff id", slices.Concat([]string{"users", "person", "ma", badPhone}, operator)...)
	if list := s.prints(t, append([]string{"users", "list"}, operator...)...); !strings.Contains(list, "E1003") {
		t.Errorf("users list says\n%s", list)
	}
	s.publishOf(t, ingest.Feedback{ID: "1", Source: "crm", Text: "宽带断网，电话" + herNumber}, ingest.Feedback{ID: "2", Source: "crm", Text: "断网，电话" + herNumber})
	s.processed(t, 2, 0)
	reason := []string{"--reason", "要求 " + badPhone}
	rules := append([]string{"approve", "set-rules", "complaint", "--export-above", "1", "--erase-above", "1", "--subject-export"}, reason...)
	s.fails(t, 1, "does not let this user", slices.Concat(rules, as("lin"))...)
	s.run(t, slices.Concat(rules, operator)...)

	lin := bureau{s, append(reason, as("lin")...)}
	export := []string{"export", "断网", "-o", filepath.Join(s.dir, "out.csv")}
	erase := []string{"subject", "erase", "--from", "-", "--yes"}
	pack := []string{"subject", "export", "--from", "-", "-i", s.identity, "-o", filepath.Join(s.dir, "package")}
	for _, c := range []struct {
		name     string
		ask, act []string
	}{
		{"export", []string{"--for", "export", "断网"}, export},
		{"subject export", []string{"--for", "subject-export", "--from", "-"}, pack},
		{"erase", []string{"--for", "erase", "--from", "-"}, erase},
	} {
		if _, talk, err := lin.ask(t, herNumber, c.act...); err == nil || !strings.Contains(talk, "needs a second person") {
			t.Fatalf("%s without a second person: %v, %s", c.name, err, talk)
		}
		id := strings.TrimSpace(lin.must(t, herNumber, append([]string{"approve", "ask"}, c.ask...)...))
		with := append(slices.Clone(c.act), "--approval", id)
		grant := append([]string{"approve", "grant", id}, reason...)
		s.fails(t, 1, "another person must decide", slices.Concat(grant, as("lin"))...)
		s.fails(t, 1, "as one person", slices.Concat(grant, as("lin2"))...)
		s.fails(t, 1, "does not let this user", slices.Concat(grant, as("ma"))...)
		if _, talk, err := lin.ask(t, herNumber, with...); err == nil || !strings.Contains(talk, "not granted") {
			t.Errorf("%s before it is granted: %v, %s", c.name, err, talk)
		}
		s.run(t, slices.Concat(grant, as("zhao"))...)
		lin.must(t, herNumber, with...)
		list := s.prints(t, append([]string{"approve", "list", "--json"}, as("zhao")...)...)
		if !strings.Contains(list, `"state":"used"`) || strings.Contains(list, herNumber) || strings.Contains(list, badPhone) {
			t.Errorf("%s: the list of approvals says\n%s", c.name, list)
		}
	}
	s.stop(t, server)
	approvers := map[audit.Action]bool{}
	for _, e := range s.entries(t, []string{"--data", s.data()}) {
		if e.Approver == "zhao" && e.Actor != "zhao" {
			approvers[e.Action] = true
		}
	}
	if !approvers[audit.ActionExport] || !approvers[audit.ActionErase] || !approvers[audit.ActionReveal] {
		t.Errorf("the ledger has the second person with %v", approvers)
	}
	checkSilent(t, s)
}

// 15 days for a complaint, 30 for a request, one extension, reasons for a refusal.
func TestChecklistRequestClocks(t *testing.T) {
	t.Parallel()
	s := filled(t)
	at := []string{"--data", s.data()}
	open := func(kind string, ago int) (id string, days int) {
		t.Helper()
		var c struct {
			ID          string
			Opened, Due time.Time
		}
		out := s.prints(t, append([]string{"requests", "open", kind, "--came", time.Now().AddDate(0, 0, -ago).Format(time.DateOnly), "--json"}, at...)...)
		if err := json.Unmarshal([]byte(out), &c); err != nil {
			t.Fatal(err)
		}
		return c.ID, int(c.Due.Sub(c.Opened).Hours() / 24)
	}
	late, days := open("complain", 20)
	if days != 15 {
		t.Errorf("a complaint has %d days", days)
	}
	s.fails(t, 1, "overdue", append([]string{"requests", "list"}, at...)...)
	s.fails(t, 1, "overdue", append([]string{"requests", "extend", late, "--days", "15", "--why", "记录较多"}, at...)...)
	request, days := open("access", 20)
	if days != 30 {
		t.Errorf("a request has %d days", days)
	}
	s.fails(t, 1, "reason", append([]string{"requests", "close", request, "--outcome", "refused"}, at...)...)
	extend := append([]string{"requests", "extend", request, "--days", "30", "--why", "记录较多"}, at...)
	s.run(t, extend...)
	s.fails(t, 1, "extended", extend...)
}

// Erased beyond recovery, with a proof that counts what is left.
func TestChecklistErasureProof(t *testing.T) {
	t.Parallel()
	s := filled(t)
	record := exampleDocument(2).Record
	var done custody.PersonDone
	out := s.prints(t, "subject", "erase", "--record", record, "--reason", "要求删除", "--yes", "--json", "--data", s.data())
	if err := json.Unmarshal([]byte(out), &done); err != nil {
		t.Fatal(err)
	}
	if p := done.Proof; p == nil || p.Documents != 1 || p.Left != 0 {
		t.Fatalf("the proof is %+v", p)
	}
	st, err := openStreams(t.Context(), s.dataFlags())
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range latestDocuments(t, st) {
		if d.Record == record {
			t.Error("the document is still there")
		}
	}
	st.close()
	var said []string
	for _, e := range s.entries(t, []string{"--data", s.data()}) {
		if e.Action == audit.ActionErase {
			said = append(said, fmt.Sprint(e.Outcome, e.Counts))
		}
	}
	if len(said) < 2 {
		t.Errorf("the ledger has %v", said)
	}
}

// Each document has its grade and reasons; grade: finds it.
func TestChecklistGrades(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	h.take(t, "我叫张建国，身份证110101199003077651，电话"+badPhone+"，住北京市海淀区中关村大街27号3栋201室。")
	var docs []*document.Document
	err := ingest.ReadDocuments(t.Context(), h.js, 1, func(d *document.Document) { docs = append(docs, d) }, func(_ uint64, err error) { t.Error(err) })
	if err != nil {
		t.Fatal(err)
	}
	plain := exampleDocument(1)
	plain.Grade = 1
	docs = append(docs, plain)
	if docs[0].Grade != 4 || len(docs[0].GradeReasons) == 0 {
		t.Errorf("an identity document of a named and reachable person has grade %d, %v", docs[0].Grade, docs[0].GradeReasons)
	}
	a, err := annotator()
	if err != nil {
		t.Fatal(err)
	}
	find := matcher(func() (*segment.Segmenter, error) { return a.Segmenter(), nil }, func() *synonym.Set { return nil })
	for query, want := range map[string]bool{"grade:4": true, "grade:1": false} {
		if found, err := find(t.Context(), query, docs); err != nil || found[0] != want || found[1] == want {
			t.Errorf("%s finds %v, %v", query, found, err)
		}
	}
}

// No page or file that leaves the house calls what it holds anonymous.
func TestChecklistNeverAnonymous(t *testing.T) {
	if !strings.Contains(exportNotice, "并非匿名化") || !strings.Contains(exportNotice, "not anonymous") {
		t.Errorf("an export says %q", exportNotice)
	}
	for _, l := range tongues {
		dir := t.TempDir()
		b := &breach{persons: map[string]*affected{}, because: map[string]bool{}}
		for name, page := range map[string]sheet{"breach": b.sheet(l), "authority": b.toAuthority(l), "subjects": b.toPersons(l), "audit": (&selfAudit{}).sheet(l)} {
			path := filepath.Join(dir, name)
			if err := writeSheet(path, page); err != nil {
				t.Fatal(err)
			}
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			said := strings.NewReplacer("不是匿名化", "", "并非匿名化", "", "not anonymous", "").Replace(string(text))
			if strings.Contains(said, "匿名") || strings.Contains(said, "anonym") {
				t.Errorf("the page %s calls something anonymous", name)
			}
			if name == "audit" && said == string(text) {
				t.Error("the self-audit does not say that its data are not anonymous")
			}
		}
	}
}
