package web

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"qingting/internal/mark"
	"qingting/internal/saved"
	themes "qingting/textmining/discover/follow"
	"qingting/textmining/taxonomy"
)

// Each refusal is one that its package says, letter for letter.
func TestRefusalsAreSaid(t *testing.T) {
	var source strings.Builder
	for _, dir := range []string{"../textmining/taxonomy", "../textmining/match", "../internal/mark", "../internal/saved", "../textmining/discover/follow", "../ingest/custody", "../cmd/qingting"} {
		files, err := filepath.Glob(dir + "/*.go")
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d files, %v", dir, len(files), err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			source.Write(text)
		}
	}
	said := source.String()
	// What is put together there of several literals.
	together := map[string]string{
		"unknown dimension %q": `unknown %s %q`, "unknown pain point %q": `unknown %s %q`, "cue %q: %s": `cue %q: %w`, "with the entry %q: %s": `with the entry %q: %w`,
		"no cues in zh: the %s will never be found there": `no cues in %s: the %s will`, "no cues in en: the %s will never be found there": `no cues in %s: the %s will`,
		"zh %s: %s": `%s %s: %v`, "en %s: %s": `%s %s: %v`, "unknown class %q: there are %s": `unknown class %q: there are <#%s>`, "asking the server: %s": `asking the server: %v`,
	}
	for _, p := range refusals {
		literal := strconv.Quote(p.en)
		if other := together[p.en]; other != "" {
			literal = other
		}
		if !strings.Contains(said, literal) {
			t.Errorf("nobody says %s", literal)
		}
		if strings.Count(p.en, "%") < strings.Count(p.zh, "%s") {
			t.Errorf("%s: more is said in Chinese", p.en)
		}
	}
}

// What those packages refuse is told in Chinese, as far as it is no name.
func TestRefusalsInChinese(t *testing.T) {
	var errs []string
	add := func(err error) {
		t.Helper()
		if err == nil {
			t.Fatal("it is not refused")
		}
		errs = append(errs, err.Error())
	}
	data := taxonomy.DefaultYAML()
	wording := taxonomy.Wording{Name: "名", Cues: []string{"线索很长"}}
	for _, e := range []taxonomy.Entry{
		{ID: "roaming", ZH: wording, EN: wording},
		{ID: "A b", ZH: wording, EN: wording},
		{ID: "x", ZH: wording},
		{ID: "x", Dimensions: []string{"none"}, ZH: wording, EN: wording},
		{ID: "x", Polarity: "odd", Scope: "odd", Yields: []string{"none"}, PainPoints: []string{"none"}, ZH: wording, EN: wording},
		{ID: "x", ZH: taxonomy.Wording{Name: "名", Cues: []string{"(没有", "a|b", "甲 ~ 乙 ~ 丙", "甲 ~", "(|)", "<#", "<#none>", "<none>"}}, EN: wording},
	} {
		_, err := taxonomy.Insert(data, e)
		add(err)
	}
	_, err := taxonomy.Replace(data, taxonomy.Entry{ID: "none"})
	add(err)
	for _, m := range []mark.Mark{{}, {Date: "2026-05-03"}, {Date: "2026-05-03", Title: "t"}} {
		add(m.Check())
	}
	for _, s := range []saved.Search{{}, {Name: "n"}, {Name: "n", Query: strings.Repeat("x", 1001)}} {
		add(s.Check())
	}
	st := new(themes.State)
	add(st.Rename("d-1", "x"))
	add(st.Merge("d-1", "d-2"))
	add(st.Dismiss("d-1"))
	for _, text := range errs {
		for line := range strings.SplitSeq(inChinese(text), "；") {
			if !strings.ContainsFunc(line, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
				t.Errorf("%q is told as %q", text, line)
			}
		}
	}
	tax, err := taxonomy.Parse([]byte(strings.Replace(string(data), "roaming", "roaming", 1)))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range taxonomy.Lint(tax) {
		if inChinese(p.Message) == p.Message {
			t.Errorf("no Chinese for %q", p.Message)
		}
	}
	if evil := `<b>"%s` + "\n"; inChinese(evil) != `<b>"%s；` {
		t.Errorf("an unknown message becomes %q", inChinese(evil))
	}
}
