package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"qingting/ingest"
	"qingting/ingest/custody"
	"qingting/privacy/subject"
)

// The people of these tests are invented; the numbers lie in a segment that the
// tests use everywhere.
const (
	herNumber = "13812345678"
	hisNumber = "13987654321"
)

// publishOf publishes feedback with an id, in the order given.
func (s *site) publishOf(t testing.TB, list ...ingest.Feedback) {
	t.Helper()
	js, err := jetstream.New(s.connect(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range list {
		data, err := f.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := js.Publish(t.Context(), "feedback.in.app", data); err != nil {
			t.Fatal(err)
		}
	}
}

// bureau runs commands of an officer with a person's identifiers on standard input.
type bureau struct {
	*site
	where []string
}

func (d bureau) ask(t testing.TB, stdin string, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	cmd := d.command(t, append(args, d.where...)...)
	var out, talk bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &out, &talk
	err = cmd.Run()
	return out.String(), talk.String(), err
}

func (d bureau) must(t testing.TB, stdin string, args ...string) string {
	t.Helper()
	out, talk, err := d.ask(t, stdin, args...)
	if err != nil {
		t.Fatalf("qingting %s: %v\n%s\nthe server said:\n%s", strings.Join(args[:2], " "), err, talk, lastLines(d.output.String(), 20))
	}
	return out
}

func (d bureau) find(t testing.TB, stdin string, more ...string) custody.PersonAnswer {
	t.Helper()
	var a custody.PersonAnswer
	out := d.must(t, stdin, append([]string{"subject", "find", "--from", "-", "--reason", "查询", "--json"}, more...)...)
	if err := json.Unmarshal([]byte(out), &a); err != nil {
		t.Fatal(err)
	}
	return a
}

func subjectRequests(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	token := s.officerToken(t)
	server := s.start(t, "--officer-token-file", token)
	march := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	s.publishOf(t,
		ingest.Feedback{ID: "1", Source: "crm", Text: "我叫张建国，宽带断网三天，打我电话" + herNumber + "，或者打" + hisNumber + "找我邻居。", Time: march, Customer: map[string]string{"phone": herNumber, "name": "张建国"}},
		ingest.Feedback{ID: "2", Source: "app", Text: "流量扣得莫名其妙，幺三八 1234 5678", Time: march.AddDate(0, 1, 0)},
		ingest.Feedback{ID: "3", Source: "app", Text: "信号差，请联系" + hisNumber, Time: march},
		ingest.Feedback{ID: "4", Source: "crm", Text: "客服态度很好", Time: march, Customer: map[string]string{"tel": herNumber}},
	)
	s.processed(t, 4, 0)
	s.awaitCustody(t, 1)
	d := bureau{s, []string{"--nats", "nats://" + s.addr, "--token-file", token}}

	// In any disguise, and not on the command line.
	for _, written := range []string{herNumber, "+86 138-1234-5678", "mobile=１３８１２３４５６７８"} {
		a := d.find(t, written+"\n")
		if len(a.Records) != 3 {
			t.Fatalf("%d records, want 3", len(a.Records))
		}
		for _, r := range a.Records {
			if r.Text != "" || r.Shared {
				t.Errorf("record %+v", r)
			}
		}
	}
	if _, talk, err := d.ask(t, "", "subject", "find", herNumber, "--reason", "x"); err == nil || !strings.Contains(talk, "shell") || strings.Contains(talk, herNumber) {
		t.Errorf("an identifier on the command line: %v, %s", err, talk)
	}
	if a := d.find(t, "张建国\n", "--type", "PERSON_NAME"); len(a.Records) != 1 || !a.Records[0].Shared {
		t.Errorf("by name: %+v", a.Records)
	}
	s.checkExport(t, d)
	s.checkCase(t, d)

	// Restricted, they leave search; freed, they come back.
	d.must(t, herNumber, "subject", "restrict", "--from", "-", "--reason", "争议", "--yes")
	if a := d.find(t, herNumber); len(a.Records) != 3 || !a.Records[0].Restricted {
		t.Errorf("restricted: %+v", a.Records)
	}
	d.must(t, herNumber, "subject", "free", "--from", "-", "--reason", "争议解决", "--yes")
	if a := d.find(t, herNumber); len(a.Records) != 3 || a.Records[0].Restricted {
		t.Errorf("freed: %+v", a.Records)
	}

	var done custody.PersonDone
	if err := json.Unmarshal([]byte(d.must(t, herNumber, "subject", "erase", "--from", "-", "--reason", "要求删除", "--yes", "--json")), &done); err != nil {
		t.Fatal(err)
	}
	if p := done.Proof; p == nil || p.Records != 3 || p.Left != 0 || p.Index != "clean" || len(done.Exports) == 0 {
		t.Errorf("erased: %+v, %+v", done, done.Proof)
	}
	if a := d.find(t, herNumber); len(a.Records) != 0 {
		t.Errorf("still found: %+v", a.Records)
	}
	if a := d.find(t, hisNumber); len(a.Records) != 1 {
		t.Errorf("another's: %d", len(a.Records))
	}
	// What was erased does not come again; consent that was withdrawn neither.
	s.publishOf(t, ingest.Feedback{ID: "1", Source: "crm", Text: "又来了", Time: march})
	d.must(t, hisNumber, "subject", "withdraw", "--from", "-", "--source", "app", "--reason", "撤回同意", "--yes")
	s.publishOf(t, ingest.Feedback{ID: "9", Source: "app", Text: "请回电" + hisNumber, Time: march})
	waitFor(t, s, "two dead letters", func() bool {
		list := d.must(t, "", "dead", "list")
		return strings.Contains(list, "erased") && strings.Contains(list, "consent-withdrawn")
	})
	s.stop(t, server)

	// From the directory of a stopped server.
	d.where = []string{"--data", s.data()}
	if a := d.find(t, hisNumber); len(a.Records) != 1 || !a.Records[0].Restricted {
		t.Errorf("of a stopped server: %+v", a.Records)
	}
	// A new key in front: what was tokenised under the old one is found still.
	if ids := strings.Fields(s.run(t, "subject", "rotate", "--data", s.data())); len(ids) < 2 {
		t.Errorf("rotate says %q", ids)
	}
	if a := d.find(t, hisNumber); len(a.Records) != 1 {
		t.Errorf("after a rotation: %+v", a.Records)
	}
	if out := s.run(t, "doctor", "--data", s.data()); strings.Contains(out, "FAIL") {
		t.Errorf("doctor: %s", out)
	}
	// By record, as after a restore that brought back an older ledger as well.
	d.must(t, "", "subject", "erase", "--record", d.find(t, hisNumber).Records[0].Record, "--reason", "备份恢复", "--yes")
	if a := d.find(t, hisNumber); len(a.Records) != 0 {
		t.Errorf("erased by record: %+v", a.Records)
	}
	checkSilent(t, s)
	if strings.Contains(s.output.String(), herNumber) {
		t.Error("the server said the number")
	}
}

// checkExport looks at the package: the person's own values are open, the
// neighbour's are not.
func (s *site) checkExport(t *testing.T, d bureau) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "package")
	d.must(t, herNumber, "subject", "export", "--from", "-", "-i", s.identity, "--reason", "查阅请求", "-o", dir, "--organisation", "某某电信")
	data, err := os.ReadFile(filepath.Join(dir, "data.json"))
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join(dir, "index.html"))
	if err != nil {
		t.Fatal(err)
	}
	var h dossier
	if err := json.Unmarshal(data, &h); err != nil {
		t.Fatal(err)
	}
	if len(h.Records) != 3 || len(h.Ledger) != 5 {
		t.Errorf("%d records, %d entries", len(h.Records), len(h.Ledger))
	}
	for _, content := range []string{string(data), string(page)} {
		if strings.Contains(content, hisNumber) {
			t.Error("the package holds the neighbour's number")
		}
		for _, want := range []string{"我叫张建国，宽带断网三天，打我电话" + herNumber, "幺三八 1234 5678"} {
			if !strings.Contains(content, want) {
				t.Errorf("the package lacks %q", want)
			}
		}
	}
	if info, err := os.Stat(filepath.Join(dir, "data.json")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the package can be read by others: %v", err)
	}
	file := filepath.Join(t.TempDir(), "package.zip")
	d.must(t, herNumber, "subject", "export", "--from", "-", "-i", s.identity, "--reason", "查阅请求", "-o", file)
	if info, err := os.Stat(file); err != nil || info.Size() < 1000 {
		t.Errorf("no zip: %v", err)
	}
}

// checkCase walks a request through the desk.
func (s *site) checkCase(t *testing.T, d bureau) {
	t.Helper()
	id := strings.TrimSpace(d.must(t, herNumber, "requests", "open", "erase", "--from", "-", "--channel", "hotline", "--note", "来电"+herNumber))
	if !subject.ValidCase(id) {
		t.Fatalf("id %q", id)
	}
	if _, talk, err := d.ask(t, "", "requests", "close", id, "--outcome", "done"); err == nil || !strings.Contains(talk, "identity") {
		t.Errorf("closed without a check of identity: %v, %s", err, talk)
	}
	d.must(t, "", "requests", "note", id, "回拨核验", "--identity")
	d.must(t, "", "requests", "extend", id, "--days", "10", "--why", "记录较多")
	if _, _, err := d.ask(t, "", "requests", "extend", id, "--days", "10", "--why", "再次"); err == nil {
		t.Error("extended twice")
	}
	d.must(t, "", "requests", "close", id, "--outcome", "done")
	show := d.must(t, "", "requests", "show", id, "--json")
	if strings.Contains(show, herNumber) || !strings.Contains(show, `"outcome":"done"`) || !strings.Contains(show, `"tokens":["`) {
		t.Errorf("the request: %s", show)
	}
	if letter := d.must(t, "", "requests", "show", id, "--letter"); !strings.Contains(letter, "已办理完毕") || !strings.Contains(letter, "has been dealt with") {
		t.Errorf("the letter: %s", letter)
	}
	if list := d.must(t, "", "requests", "list"); strings.Contains(list, id) {
		t.Error("a closed request is listed")
	}
}
