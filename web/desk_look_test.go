package web

import (
	"strings"
	"testing"

	"qingting/internal/access"
)

// A message of more than one sentence has the first as its heading.
func TestSentences(t *testing.T) {
	for text, want := range map[string][2]string{
		"没有这个页面。": {"没有这个页面。", ""}, "链接无效。请再要一个：qingting users link 名。": {"链接无效。", "请再要一个：qingting users link 名。"}, "": {"", ""},
		"It is not valid. Ask for another.": {"It is not valid.", "Ask for another."}, "The limit is 1.5 MB": {"The limit is 1.5 MB", ""},
	} {
		if first, rest := sentences(text); first != want[0] || rest != want[1] {
			t.Errorf("%q is %q and %q", text, first, rest)
		}
	}
	p := get(t, newSite(t, feedback(5), func(cfg *Config) {
		cfg.Desk, cfg.Visitor = (&inventedDesk{}).desk(), &access.User{Name: "lin", Roles: []access.Role{access.Analyst}}
	}), "/desk?lang=en")
	if _, head, _ := strings.Cut(p.body, "<h1>"); !strings.Contains(head, "auditor.</h1>") || !strings.Contains(head, "<p>Ask the operator") {
		t.Errorf("status %d: %.200s", p.status, head)
	}
}

// The ledger's table has words, and leaves hashes of what was set to the entry's page.
func TestLedgerTable(t *testing.T) {
	row := ledgerRowOf(LedgerEntry{About: "user:lin, → 03dfabcd", Why: "signed in by password"}, chinese)
	if row.About != "用户 lin" || row.After != "03dfabcd" {
		t.Errorf("an entry is about %q and left %q", row.About, row.After)
	}
	if text := get(t, deskSite(t, &inventedDesk{text: "user:lin, → 03dfabcd"}), "/desk/ledger/2").text(); !strings.Contains(text, "改后版本") {
		t.Error("the page of an entry does not tell what it left")
	}
}
