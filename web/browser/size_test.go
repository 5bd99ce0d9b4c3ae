package browser

import (
	"io"
	"regexp"
	"strings"
	"testing"
	"time"
)

// What a page may weigh, uncompressed, and how long its first byte may take.
const (
	maxHTML  = 150_000
	maxFirst = 250_000 // with its style sheet and script
	maxWait  = 100 * time.Millisecond
)

var loaded = regexp.MustCompile(`(?:href|src)="(/static/[^"]+)"`)

// weight is a page or file as it comes, and how long its first byte took.
func (b *tab) weight(path string) (body string, first time.Duration, err error) {
	began := time.Now()
	res, err := b.get(path)
	if err != nil {
		return "", 0, err
	}
	first = time.Since(began)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	return string(text), first, err
}

// TestSizes: no page grows beyond what a phone on a slow line has at once.
func TestSizes(t *testing.T) {
	st := onStage(t)
	all := routes(t)
	assets := make(map[string]int)
	for _, r := range all {
		e, known := examples[r.path]
		if !known || e.file || !strings.HasPrefix(r.path, *only) {
			continue
		}
		path, err := st.address(all, r)
		if err != nil {
			t.Error(err)
			continue
		}
		b := st.people[r.visitor()]
		for _, lang := range []string{"zh", "en"} {
			page, _, err := b.weight(withLang(path, lang))
			if err != nil {
				t.Error(err)
				continue
			}
			all := len(page)
			for _, m := range loaded.FindAllStringSubmatch(page, -1) {
				if _, ok := assets[m[1]]; !ok {
					file, _, err := b.weight(m[1])
					if err != nil {
						t.Error(err)
					}
					assets[m[1]] = len(file)
				}
				all += assets[m[1]]
			}
			if len(page) > maxHTML || all > maxFirst {
				t.Errorf("%s in %s: %d bytes, %d with what it loads; want %d and %d at most", path, lang, len(page), all, maxHTML, maxFirst)
			}
			t.Logf("%s %s: %d bytes, %d at the first visit", path, lang, len(page), all)
		}
	}
	if len(assets) == 0 {
		t.Error("no page has a style sheet")
	}
	asked := []string{"/", "/sign-in"}
	for file := range assets {
		asked = append(asked, file)
	}
	for _, path := range asked {
		best := time.Hour
		for range 20 { // the machine may be busy; a page that is slow is so each time
			_, first, err := st.people["analyst"].weight(path)
			if err != nil {
				t.Fatal(err)
			}
			best = min(best, first)
		}
		if best > maxWait {
			t.Errorf("%s: the first byte took %s, want %s at most", path, best, maxWait)
		}
		t.Logf("%s: first byte after %s", path, best.Round(100*time.Microsecond))
	}
}
