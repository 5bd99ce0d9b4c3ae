package house

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const root = "../.."

// sources calls visit with each file of the tree that ends in any of the endings.
func sources(t *testing.T, visit func(path, text string), endings ...string) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			if d != nil && (d.Name() == ".git" || d.Name() == "testdata" || d.Name() == "bin") {
				return fs.SkipDir
			}
			return err
		}
		for _, ending := range endings {
			if strings.HasSuffix(path, ending) {
				text, err := os.ReadFile(path)
				if err != nil {
					return err
				}
				visit(path, string(text))
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestComplianceNamesTests: every row of the table names tests, and each test
// that the page names is there.
func TestComplianceNamesTests(t *testing.T) {
	there := make(map[string]bool)
	declared := regexp.MustCompile(`(?m)^func (Test\w+)\(`)
	sources(t, func(_, text string) {
		for _, m := range declared.FindAllStringSubmatch(text, -1) {
			there[m[1]] = true
		}
	}, "_test.go")
	page, err := os.ReadFile(filepath.Join(root, "docs", "compliance.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile("`(Test\\w+)`").FindAllStringSubmatch(string(page), -1) {
		if !there[m[1]] {
			t.Errorf("there is no test %s", m[1])
		}
	}
	table, _, _ := strings.Cut(string(page), "<!--")
	rows := 0
	for line := range strings.Lines(table) {
		if !strings.HasPrefix(line, "| ") || strings.HasPrefix(line, "| what is asked") || strings.HasPrefix(line, "| promise |") {
			continue
		}
		if rows++; !strings.Contains(line, "`Test") {
			t.Errorf("no test is named for: %.60s", line)
		}
	}
	if rows < 15 {
		t.Errorf("the table has %d rows", rows)
	}
}

// TestNothingIsCalledAnonymous: what is in the vault is de-identified (PIPL 73).
// Wherever the product or its guides say the word, they say that it is not.
func TestNothingIsCalledAnonymous(t *testing.T) {
	word := regexp.MustCompile(`(?i)匿名化|anonymi[sz]ed|\banonymous\b`)
	// f.Anonymous is what reflect calls an embedded field.
	denies := regexp.MustCompile(`(?i)\bf\.Anonymous\b|并非匿名|不是匿名|而不是匿名|非匿名|不等于匿名|not anonymous|never anonymous|never call|k-anonymous|k 匿名|anonymous user|anonymous connection`)
	sources(t, func(path, text string) {
		if strings.HasSuffix(path, "_test.go") || strings.Contains(path, "/privacy/tagger/") || strings.Contains(path, "/privacy/recognise/") {
			return
		}
		for i, line := range strings.Split(text, "\n") {
			if word.MatchString(line) && !denies.MatchString(line) {
				t.Errorf("%s:%d calls something anonymous: %.120s", path, i+1, strings.TrimSpace(line))
			}
		}
	}, ".go", ".md", ".html")
}

// TestLedgerHasOneChineseName: 台账, in every page, report and guide.
func TestLedgerHasOneChineseName(t *testing.T) {
	other := "账" + "本"
	sources(t, func(path, text string) {
		if strings.Contains(text, other) {
			t.Errorf("%s calls the ledger %s", path, other)
		}
	}, ".go", ".md", ".html")
}
