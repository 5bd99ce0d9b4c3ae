package taxonomy

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// small is a taxonomy in miniature; tests break it in one place each.
const small = `format: 1
words:
  fee: (话费|费用)
dimensions:
  - id: clarity
    zh: {name: 清晰度, definition: 是否易懂}
    en: {name: Clarity, definition: easy to understand}
pain_points:
  - id: one-size
    zh: {name: 千篇一律, definition: 不分人}
    en: {name: One size, definition: for all}
themes:
  - id: bill
    dimensions: [clarity]
    pain_points: [one-size]
    zh: {name: 账单, definition: 账单, strong: [账单看不懂, <fee>不明白], weak: [账单]}
    en: {name: Bill, definition: bills, strong: [confusing bill]}
risks:
  - id: churn
    zh: {name: 离网, definition: 要走, strong: [要转网]}
    en: {name: Churn, definition: leaving, strong: [switch carrier]}
`

func TestDefaultIsSoundAndRich(t *testing.T) {
	tax, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range Lint(tax) {
		t.Errorf("%s: %s", p.Severity, p)
	}
	if len(tax.Dimensions) != 6 || len(tax.PainPoints) != 6 || len(tax.Themes) < 28 || len(tax.Risks) < 7 {
		t.Errorf("%d dimensions, %d pain points, %d themes, %d risks", len(tax.Dimensions), len(tax.PainPoints), len(tax.Themes), len(tax.Risks))
	}
	pains := map[string]bool{}
	for i := range tax.Themes {
		e := &tax.Themes[i]
		if len(e.Dimensions) == 0 {
			t.Errorf("%s has no dimension", e.ID)
		}
		for _, p := range e.PainPoints {
			pains[p] = true
		}
		if e.ZH.Definition == "" || e.EN.Definition == "" {
			t.Errorf("%s is not defined in both languages", e.ID)
		}
	}
	if len(pains) != 6 {
		t.Errorf("only %d pain points have themes", len(pains))
	}
}

func TestVersionIsOfTheContent(t *testing.T) {
	version := func(text string) string {
		t.Helper()
		tax, err := Parse([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return tax.Version()
	}
	first := version(small)
	if got := version("# a comment\n" + strings.ReplaceAll(small, "dimensions: [clarity]", "dimensions:   [ clarity ]")); got != first {
		t.Errorf("layout changes the version: %s, %s", first, got)
	}
	if got := version(strings.ReplaceAll(small, "账单看不懂", "账单看不明白")); got == first {
		t.Error("another cue has the same version")
	}
}

func TestMistakesAreTold(t *testing.T) {
	for _, tt := range []struct{ name, old, new, want string }{
		{"unknown field", "strong: [要转网]", "stong: [要转网]", `[20:36] unknown field "stong"`},
		{"no YAML", "themes:", "themes", "malformed taxonomy"},
		{"format", "format: 1", "format: 9", "set format: 1"},
		{"double id", "id: churn", "id: bill", "bill: the id is used twice"},
		{"bad id", "id: churn", "id: Churn!", "lower-case"},
		{"no name", "name: Bill, ", "", "bill: a theme needs a name in zh and in en"},
		{"unknown parent", "dimensions: [clarity]", "dimensions: [clearness]", `bill: unknown dimension "clearness"`},
		{"unknown list", "<fee>不明白", "<fees>不明白", "names the list <fees>"},
		{"bad cue", "账单看不懂", "账单(看不懂", "unbalanced bracket"},
		{"bad polarity", "    dimensions: [clarity]", "    dimensions: [clarity]\n    polarity: angry", "unknown polarity"},
		{"bad scope", "    dimensions: [clarity]", "    dimensions: [clarity]\n    scope: page", "unknown scope"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := strings.Replace(small, tt.old, tt.new, 1)
			if text == small {
				t.Fatal("the test changes nothing")
			}
			_, err := Parse([]byte(text))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one with %q", err, tt.want)
			}
		})
	}
}

func TestLintWarns(t *testing.T) {
	for _, tt := range []struct{ name, old, new, want string }{
		{"short cue", "账单看不懂", "账", "too short"},
		{"no cues", ", strong: [confusing bill]", "", "no cues in en"},
		{"shared cue", "risks:", "  - id: fee\n    zh: {name: 费, definition: 费, strong: [账单看不懂]}\n    en: {name: Fee, definition: fee, strong: [high fee]}\nrisks:", "also belongs to bill"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tax, err := Parse([]byte(strings.Replace(small, tt.old, tt.new, 1)))
			if err != nil {
				t.Fatal(err)
			}
			problems := Lint(tax)
			if len(problems) != 1 || problems[0].Severity != Warning || !strings.Contains(problems[0].Message, tt.want) {
				t.Errorf("problems %v, want one warning with %q", problems, tt.want)
			}
		})
	}
}

func TestLoad(t *testing.T) {
	path := filepath.Join(t.TempDir(), "own.yaml")
	if err := os.WriteFile(path, []byte(small), 0o600); err != nil {
		t.Fatal(err)
	}
	tax, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := tax.Name("bill", "zh") + tax.Name("bill", "en") + tax.Name("nothing", "en"); got != "账单Billnothing" {
		t.Errorf("names %q", got)
	}
	if _, err := Load(path + ".gone"); err == nil || !strings.Contains(err.Error(), "cannot read the taxonomy") {
		t.Errorf("error %v", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(small))
	f.Add([]byte("format: 1\nthemes: [{id: a, zh: {strong: ['(((']}}]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if tax, err := Parse(data); err == nil && tax.Version() == "" {
			t.Error("no version")
		}
	})
}
