package taxonomy

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var parking = Entry{
	ID: "parking", Dimensions: []string{"channel"}, Scope: Clause,
	ZH: Wording{Name: "停车难", Definition: "营业厅门口没有车位: 'P' 太少。", Strong: []string{"没有车位", "停车 >6 难"}, Weak: []string{"停车场"}},
	EN: Wording{Name: "Parking", Definition: "No", Cues: []string{"no parking", "can't park"}},
}

func TestInsertKeepsTheFile(t *testing.T) {
	out, err := Insert(DefaultYAML(), parking)
	if err != nil {
		t.Fatal(err)
	}
	tax, err := Parse(out)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(parking, tax.Themes[len(tax.Themes)-1]); d != "" {
		t.Error(d)
	}
	// Line by line nothing but the new lines differs.
	old, grown := strings.Split(string(DefaultYAML()), "\n"), strings.Split(string(out), "\n")
	added := 0
	for i := 0; i < len(grown); {
		if i-added < len(old) && grown[i] == old[i-added] {
			i++
			continue
		}
		added++
		i++
	}
	if added != len(parking.block("  ")) || len(grown) != len(old)+added {
		t.Errorf("%d lines added, want %d and no other change", added, len(parking.block("  ")))
	}
	i := strings.Index(string(out), "- id: parking")
	if j := strings.Index(string(out), "# What calls for attention at once."); i < 0 || i > j {
		t.Error("the entry stands behind the comment of the next list")
	}
}

func TestInsertIntoOtherFiles(t *testing.T) {
	const none = "format: 1\ndimensions:\n  - id: channel\n    zh: {name: 渠道, definition: x}\n    en: {name: Channel, definition: x}\n"
	for name, data := range map[string]string{
		"no themes":    none,
		"empty themes": none + "themes: [] # so far\nrisks: []\n",
		"null":         strings.Replace(none, "dimensions:", "themes:\ndimensions:", 1),
		"crlf":         strings.ReplaceAll(none+"themes:\n- id: a\n  zh: {name: a, definition: a}\n  en: {name: a, definition: a}\n\n# end\n", "\n", "\r\n"),
		"no last line": none + "themes:\n    - id: a\n      zh: {name: a, definition: a}\n      en: {name: a, definition: a}",
	} {
		t.Run(name, func(t *testing.T) {
			out, err := Insert([]byte(data), parking)
			if err != nil {
				t.Fatal(err)
			}
			tax, err := Parse(out)
			if err != nil {
				t.Fatal(err)
			}
			if tax.Entry("parking") == nil || strings.Contains(data, "id: a") && tax.Entry("a") == nil {
				t.Error("an entry is missing")
			}
			if strings.Contains(data, "\r") && strings.Count(string(out), "\r\n") != strings.Count(string(out), "\n") {
				t.Error("line ends are mixed")
			}
		})
	}
}

func TestInsertRefuses(t *testing.T) {
	bad := parking
	bad.EN.Name = ""
	for _, tt := range []struct {
		name, data, want string
		entry            Entry
	}{
		{"double", string(DefaultYAML()), "already", Entry{ID: "billing-opaque"}},
		{"no name", string(DefaultYAML()), "needs a name", bad},
		{"flow list", "format: 1\nthemes: [{id: a, zh: {name: a}, en: {name: a}}]\n", "as a block", parking},
		{"no taxonomy", "format: 9", "set format: 1", parking},
	} {
		if _, err := Insert([]byte(tt.data), tt.entry); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %v, want one with %q", tt.name, err, tt.want)
		}
	}
}

func TestScalarReadsBack(t *testing.T) {
	e := parking
	e.Dimensions = nil
	for _, text := range []string{"no", "5g", "it's", "a: b", "- x", "#1", "[a]", "{b}", "a, b", "true", "~", "a >6 b", "(话费|钱)", "<bill> ~8 <unclear>", "停 车", `"q"`, "100%", "@x", "*y", "&z", "!t", "%d", "`"} {
		e.ZH.Definition = text
		out, err := Insert([]byte(small), e)
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		tax, err := Parse(out)
		if err != nil || tax.Entry("parking").ZH.Definition != text {
			t.Errorf("%q does not come back: %v", text, err)
		}
	}
}
