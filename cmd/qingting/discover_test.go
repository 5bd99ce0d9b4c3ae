package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// feedbackOfTwoTopics is invented: rows on broadband and on bills in turns, with
// labels and customers, and an empty text at the end.
func feedbackOfTwoTopics() string {
	topics := [2][]string{
		{"宽带断网", "光猫红灯", "路由器掉线", "网速太慢", "师傅没来", "重启光猫"},
		{"话费扣多", "账单不对", "套餐费用", "退款没到", "充值未到账", "费用明细"},
	}
	var b strings.Builder
	for i := range 80 {
		topic := topics[i%2]
		fmt.Fprintf(&b, `{"id":"r%d","text":"%s，%s，%s","customer":"c%d","label":"t%d","time":"2026-03-%02dT08:00:00+08:00"}`+"\n",
			i, topic[i/2%6], topic[(i/12+1+i/2)%6], topic[i/5%6], i, i%2, 1+i%28)
	}
	return b.String() + `{"id":"empty","text":""}` + "\n"
}

func runDiscover(t *testing.T, in string, args ...string) (out, talk string, code int) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = run(t.Context(), args, &console{In: strings.NewReader(in), Out: &stdout, Err: &stderr})
	return stdout.String(), stderr.String(), code
}

func TestDiscover(t *testing.T) {
	t.Parallel()
	rows := feedbackOfTwoTopics()
	out, talk, code := runDiscover(t, rows, "discover", "-k", "2", "--json")
	var d discovery
	if err := json.Unmarshal([]byte(out), &d); code != 0 || err != nil {
		t.Fatalf("exit %d, %v: %s", code, err, talk)
	}
	if d.Texts != 81 || d.None != 1 || len(d.Clusters) != 2 {
		t.Fatalf("%d texts, %d without a cluster, %d clusters", d.Texts, d.None, len(d.Clusters))
	}
	for _, c := range d.Clusters {
		if c.Size != 40 || c.Name == "" || len(c.Quotes) == 0 || !c.Certified {
			t.Errorf("cluster %d: %d texts, name %q, %d quotes, stability %g", c.ID, c.Size, c.Name, len(c.Quotes), c.Stability)
		}
	}
	report, _, code := runDiscover(t, rows, "discover", "-k", "2")
	if code != 0 || !strings.Contains(report, d.Clusters[0].Name) || !strings.Contains(report, "✔") {
		t.Errorf("exit %d, the report is %s", code, report)
	}

	model := filepath.Join(t.TempDir(), "m.model")
	first, talk, code := runDiscover(t, rows, "discover", "-k", "2", "--assign", "--save", model)
	if code != 0 || strings.Count(first, "\n") != 81 || !strings.HasSuffix(first, `{"id":"empty","cluster":-1,"margin":0}`+"\n") {
		t.Fatalf("exit %d: %s%s", code, first, talk)
	}
	again, talk, code := runDiscover(t, rows, "discover", "--model", model, "--assign")
	if code != 0 || again != first {
		t.Errorf("exit %d: the saved model assigns otherwise: %s", code, talk)
	}
}

func TestDiscoverRefuses(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		args []string
		in   string
		code int
		says string
	}{
		{[]string{"discover", "--k=-3"}, "", 2, "negative"},
		{[]string{"discover", "--model", "m"}, "", 2, "--assign"},
		{[]string{"discover", "--model", "no such file", "--assign"}, "", 1, "model"},
		{[]string{"discover"}, "秘密\n", 1, "line 1"},
		{[]string{"eval", "discover", "-", "--seeds", "0"}, "", 2, "--seeds"},
		{[]string{"eval", "discover", "-"}, `{"text":"宽带"}` + "\n", 1, "--label"},
	} {
		_, talk, code := runDiscover(t, test.in, test.args...)
		if code != test.code || !strings.Contains(talk, test.says) || strings.Contains(talk, "秘密") {
			t.Errorf("%v: exit %d, %s", test.args, code, talk)
		}
	}
}

func TestEvalDiscover(t *testing.T) {
	t.Parallel()
	out, talk, code := runDiscover(t, feedbackOfTwoTopics(), "eval", "discover", "-", "--seeds", "2", "--json")
	var r discoverReport
	if err := json.Unmarshal([]byte(out), &r); code != 0 || err != nil {
		t.Fatalf("exit %d, %v: %s", code, err, talk)
	}
	if r.Texts != 80 || r.Labels != 2 || r.Left != 1 || r.Mean.NMI < .99 || r.RunToRun < .99 || r.PeakMB <= 0 {
		t.Errorf("%+v", r)
	}
}
