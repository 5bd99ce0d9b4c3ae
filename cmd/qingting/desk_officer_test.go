package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"qingting/ingest"
)

// deskVisit is a user of the pages, by token.
type deskVisit struct {
	base, token string
}

func (v deskVisit) do(t *testing.T, method, path string, form url.Values) (status int, location, body string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, v.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+v.token)
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, res.Header.Get("Location"), string(data)
}

var valueOf = regexp.MustCompile(`name="version" value="([0-9a-f]+)"`)

// TestOfficersDesk goes through the desk as an officer, a second one, an auditor and
// an approver do: over real custody, with personal data in the originals that no
// page may have.
func TestOfficersDesk(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	at := fmt.Sprintf("127.0.0.1:%d", freePort(t))
	s.flags = slices.Replace(slices.Clone(s.flags), slices.Index(s.flags, "ingest,index"), slices.Index(s.flags, "ingest,index")+1, "ingest,index,web")
	server := s.start(t, "--officer-token-file", s.officerToken(t), "--http", at)
	js, err := jetstream.New(s.connect(t))
	if err != nil {
		t.Fatal(err)
	}
	const n = 40
	var secret []string
	for i := range n {
		secret = append(secret, mobile(i), fmt.Sprintf("user%d@example.com", 1000+i))
		f := ingest.Feedback{
			ID: fmt.Sprint("d", i), Source: "crm", Channel: []string{"app", "store"}[i%2], Time: time.Now().AddDate(0, 0, -i%20),
			Text: fmt.Sprintf("宽带断网第%d天，打我手机%s，邮箱%s，请回电", i, secret[2*i], secret[2*i+1]),
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
	operator := []string{"--nats", "nats://" + s.addr, "--token-file", filepath.Join(s.data()+"-secrets", operatorTokenFile)}
	visit := map[string]deskVisit{}
	for user, role := range map[string]string{"lin": "officer", "wu": "officer", "zhao": "auditor", "qian": "approver", "sun": "analyst"} {
		file := filepath.Join(s.dir, user+".token")
		s.run(t, slices.Concat([]string{"users", "add", user, "--role", role, "-o", file}, operator)...)
		token, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		visit[user] = deskVisit{"http://" + at, strings.TrimSpace(string(token))}
	}
	lin, wu, zhao := visit["lin"], visit["wu"], visit["zhao"]
	var shown strings.Builder
	see := func(v deskVisit, path string, has ...string) string {
		t.Helper()
		status, _, body := v.do(t, http.MethodGet, path, nil)
		if status != http.StatusOK {
			t.Errorf("%s: status %d: %.300s", path, status, body)
		}
		for _, want := range has {
			if !strings.Contains(body, want) {
				t.Errorf("%s lacks %q", path, want)
			}
		}
		shown.WriteString(body)
		return body
	}
	refused := func(v deskVisit, method, path string) {
		t.Helper()
		if status, _, _ := v.do(t, method, path, nil); status != http.StatusForbidden {
			t.Errorf("%s %s: status %d, want 403", method, path, status)
		}
	}

	// A sample is drawn with a reason, in which a number is not kept.
	status, _, body := lin.do(t, http.MethodPost, "/desk/review?lang=zh", url.Values{"target": {"1"}, "confidence": {"95"}, "second": {"100"}})
	if status != http.StatusUnprocessableEntity || !strings.Contains(body, "请写明抽样的理由") {
		t.Errorf("a sample without a reason: status %d", status)
	}
	status, sample, body := lin.do(t, http.MethodPost, "/desk/review?lang=en", url.Values{"reason": {"quarterly, asked by " + secret[0]}, "target": {"20"}, "confidence": {"90"}, "second": {"100"}, "size": {"6"}})
	if status != http.StatusSeeOther {
		t.Fatalf("drawing: status %d: %.500s", status, body)
	}
	page := see(lin, sample, "0 / 6", "Judge the next")
	first := regexp.MustCompile(`href="(/desk/review/[^"]+mode=|/desk/review/[^"?]+/[a-z2-7]{26}\?[^"]*)"`)
	next := strings.ReplaceAll(first.FindStringSubmatch(page)[1], "&amp;", "&")
	// The first reviewer: a place taken out in vain in one, a passage missed in another.
	judged := 0
	for ; strings.Contains(next, "/desk/review/") && !strings.Contains(next, "done=end"); judged++ {
		item := see(lin, next, "⟦", "<mark data-n=")
		form := url.Values{"version": {valueOf.FindStringSubmatch(item)[1]}, "verdict": {"marked"}}
		switch judged {
		case 0:
			form.Set("verdict", "right")
			form.Set("mark1", "not_personal")
			if status, _, again := lin.do(t, http.MethodPost, next, form); status != http.StatusUnprocessableEntity || !strings.Contains(again, `value="not_personal" selected`) {
				t.Errorf("all right, and yet a mark: status %d", status)
			}
			form.Set("verdict", "marked")
		case 1:
			form.Set("text1", "请回电")
			form.Set("type1", "PERSON_NAME")
		}
		var why string
		if status, next, why = lin.do(t, http.MethodPost, next, form); status != http.StatusSeeOther {
			t.Fatalf("judgement %d: status %d: %.500s", judged, status, why)
		}
	}
	if judged != 6 {
		t.Errorf("judged %d documents, want 6", judged)
	}
	plain := strings.SplitN(sample, "?", 2)[0]
	see(lin, plain+"?lang=en", "6 / 6", "There is nothing left for you")
	// The second reviewer finds all right, so two differences are left.
	page = see(wu, plain+"?lang=en", "Second review")
	next = strings.ReplaceAll(regexp.MustCompile(`href="([^"]+mode=second[^"]*)"`).FindStringSubmatch(page)[1], "&amp;", "&")
	for i := 0; !strings.Contains(next, "done=end") && i < 10; i++ {
		item := see(wu, next)
		if status, next, body = wu.do(t, http.MethodPost, next, url.Values{"version": {valueOf.FindStringSubmatch(item)[1]}, "verdict": {"right"}}); status != http.StatusSeeOther {
			t.Fatalf("second: status %d: %.500s", status, body)
		}
	}
	page = see(wu, plain+"?lang=en", "Decide differences")
	if status, _, _ := wu.do(t, http.MethodPost, "/desk/report?lang=en", url.Values{"sample": {filepath.Base(plain)}, "kind": {"pdf"}, "reason": {"x"}}); status != http.StatusConflict {
		t.Errorf("an unfinished report was signed: status %d", status)
	}
	next = strings.ReplaceAll(regexp.MustCompile(`href="([^"]+mode=decide[^"]*|[^"]+\?[^"]*mode=decide)"`).FindStringSubmatch(page)[1], "&amp;", "&")
	for i := 0; !strings.Contains(next, "done=end") && i < 10; i++ {
		see(wu, next, "First: ")
		if status, next, body = wu.do(t, http.MethodPost, next, url.Values{"version": {""}, "pick1": {"2"}, "pick2": {"2"}}); status != http.StatusSeeOther {
			t.Fatalf("deciding: status %d: %.800s", status, body)
		}
	}
	see(lin, "/desk/report?lang=en&sample="+filepath.Base(plain), "<h2>")
	status, _, body = lin.do(t, http.MethodPost, "/desk/report?lang=en", url.Values{"sample": {filepath.Base(plain)}, "kind": {"pdf"}, "reason": {"for the file"}})
	if status != http.StatusOK || !strings.HasPrefix(body, "%PDF-") {
		t.Errorf("the signed report: status %d", status)
	}

	// The ledger: verified, an entry, its proof, which the command checks.
	waitFor(t, s, "a signature", func() bool {
		_, _, body := zhao.do(t, http.MethodGet, "/desk/ledger/0?lang=en", nil)
		return strings.Contains(body, "a signed checkpoint covers it")
	})
	if status, _, _ := zhao.do(t, http.MethodPost, "/desk/ledger/check?lang=en", nil); status != http.StatusSeeOther {
		t.Errorf("verifying: status %d", status)
	}
	waitFor(t, s, "the verification", func() bool {
		_, _, body := zhao.do(t, http.MethodGet, "/desk/ledger?lang=en", nil)
		return strings.Contains(body, "It holds: every entry is what was signed")
	})
	see(zhao, "/desk/ledger?lang=en&action=review&actor=wu", ">wu<")
	_, _, lines := zhao.do(t, http.MethodGet, "/desk/ledger/entries.jsonl?action=sample", nil)
	var line struct {
		Index int64 `json:"index"`
		Entry struct{ Actor, Reason string }
	}
	if err := json.Unmarshal([]byte(lines), &line); err != nil || line.Entry.Actor != "lin" || !strings.HasPrefix(line.Entry.Reason, "quarterly") {
		t.Errorf("the entry of the sample: %+v, %v", line.Entry, err)
	}
	shown.WriteString(lines)
	var proof string
	waitFor(t, s, "the proof", func() bool { // a checkpoint covers the entry in a second
		status, _, proof = zhao.do(t, http.MethodGet, fmt.Sprintf("/desk/ledger/%d/proof", line.Index), nil)
		return status == http.StatusOK
	})
	file := filepath.Join(s.dir, "entry.proof")
	if err := os.WriteFile(file, []byte(proof), 0o600); err != nil {
		t.Fatal(err)
	}
	s.run(t, "audit", "check", file, "--key", filepath.Join(s.data()+"-secrets", ledgerPubFile))

	for _, lang := range []string{"zh", "en"} {
		for _, path := range []string{"/desk", "/desk/ledger", "/desk/ledger/1", "/desk/requests", "/desk/sources", "/desk/keys", "/desk/policy"} {
			see(lin, path+"?lang="+lang)
			see(zhao, path+"?lang="+lang)
			refused(visit["sun"], http.MethodGet, path)
			refused(visit["qian"], http.MethodGet, path)
		}
		see(lin, "/desk/review?lang="+lang)
		see(lin, "/desk/approvals?lang="+lang)
		see(visit["qian"], "/desk/approvals?lang="+lang)
	}
	see(lin, "/desk?lang=en", "Mobile", "To see what was taken out")
	see(lin, "/desk/keys?lang=en", "All are sealed to the present officers")
	see(lin, "/desk/policy?lang=en", "In force", "replaced by a tag")
	for _, path := range []string{"/desk/review", plain, "/desk/report"} {
		refused(zhao, http.MethodGet, path)
	}
	refused(zhao, http.MethodPost, plain+"/settle")
	for _, value := range secret {
		if strings.Contains(shown.String(), value) {
			t.Fatal("a page of the desk has a value that was taken out")
		}
	}
	s.stop(t, server)
}
