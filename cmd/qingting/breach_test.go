package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"qingting/privacy/audit"
)

func breachKit(t *testing.T) {
	t.Parallel()
	s := filled(t)
	dir := filepath.Join(s.dir, "kit")
	at := []string{"--data", s.data(), "--reason", "疑似泄露 " + badPhone, "--actor", "lin"}
	s.run(t, append([]string{"breach", "-o", dir, "--since", "2026-03-01", "--until", "2026-04-01", "--source", "app", "--epoch", "epochone"}, at...)...)
	var sum breachSummary
	s.readJSON(t, filepath.Join(dir, "summary.json"), &sum)
	if sum.Records != 3 || sum.Types["ID_CARD"] != 3 || sum.Grades["4"] != 3 || sum.Persons != 3 || sum.Sealed != 3 || sum.BySource["app"] != 3 || sum.ByEpoch["epochone"] != 3 {
		t.Errorf("the summary says %+v", sum)
	}
	records, err := os.ReadFile(filepath.Join(dir, "records.csv"))
	if err != nil {
		t.Fatal(err)
	}
	if rows := s.csvRows(t, records); len(rows) != 4 || rows[1][7] != "ID_CARD MOBILE" {
		t.Errorf("records.csv has\n%s", records)
	}
	for name, want := range map[string][]string{
		"notice-authority.zh.html": {"第五十七条", "身份证号、手机号", "证件号码被冒用", "【待填写："},
		"notice-subjects.en.html":  {"art. 57", "ID_CARD, MOBILE", "to be filled in"},
		"index.zh.html":            {"影响范围", "身份证号", "epochone"},
		"index.en.html":            {"Reach of a breach", "Sealed", "ledger entry"},
	} {
		page, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range want {
			if !strings.Contains(strings.ToLower(string(page)), strings.ToLower(w)) {
				t.Errorf("%s does not say %q", name, w)
			}
		}
		if strings.Contains(string(page), "anonymous") || strings.Contains(string(page), "匿名化") {
			t.Errorf("%s calls vaulted data anonymous", name)
		}
	}
	all := filepath.Join(s.dir, "all")
	s.run(t, append([]string{"breach", "-o", all}, at...)...)
	s.readJSON(t, filepath.Join(all, "summary.json"), &sum)
	if sum.Records != 12 { // also what is restricted, which is stored; not what was erased
		t.Errorf("of everything, %d records", sum.Records)
	}
	s.fails(t, 1, "is there already", append([]string{"breach", "-o", all}, at...)...)
	n := 0
	for _, e := range s.entries(t, []string{"--data", s.data()}) {
		if e.Action == audit.ActionReport {
			n++
			if strings.Contains(e.Reason, badPhone) || e.Outcome == "done" && len(e.After) != 64 {
				t.Errorf("the ledger has %+v", e)
			}
		}
	}
	if n != 4 {
		t.Errorf("%d entries of reports", n)
	}
}
