package synonym

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestParse(t *testing.T) {
	s, err := Parse("words.txt", "\uFEFF# words\n\n话费，账单、月租 # fees\r\n手机卡 =>  sim卡, SIM  card\nc#,go\n ~ 怎么，如何 # how\n")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range s.Rules() {
		got = append(got, fmt.Sprintf("%d: %s", r.Line, r))
	}
	if want := "3: 话费, 账单, 月租|4: 手机卡 => sim卡, SIM card|5: c#, go|6: ~ 怎么, 如何"; strings.Join(got, "|") != want {
		t.Errorf("read %q", got)
	}
	if len(s.Hash()) != 12 {
		t.Errorf("hash %q", s.Hash())
	}
}

func TestParseNamesTheMistake(t *testing.T) {
	for _, c := range []struct {
		text         string
		line, column int
		says         string
	}{
		{"话费", 1, 1, "at least two"},
		{"\n  话费", 2, 3, "at least two"},
		{"话费,", 1, 4, "missing"},
		{"~ 怎么", 1, 3, "at least two"},
		{"~怎么, 如何 => 怎样", 1, 9, "both ways"},
		{"~ 怎么, how to", 1, 7, "one word"},
		{"~ 怎么, sim卡", 1, 7, "one word"},
		{"话费,,账单", 1, 4, "missing"},
		{"=> 账单", 1, 1, "missing"},
		{"话费 =>", 1, 6, "missing"},
		{"话费 => 账单 => 月租", 1, 10, "one =>"},
		{"话费 => 账单, 话费", 1, 11, "both sides"},
		{"话费, 账单, 话费", 1, 9, "twice"},
		{"bill, Bill", 1, 7, "twice"},
		{"话费, ！！", 1, 5, "no letter"},
		{`话费, "账单"`, 1, 5, "quotation"},
		{"话费, 账单*", 1, 7, "quotation"},
		{"话费, " + strings.Repeat("长", 41), 1, 5, "at most 40"},
		{"a\n话费, \xff", 1, 1, "at least two"},
		{"话费, \xff", 1, 5, "UTF-8"},
		{strings.Repeat("长,", 1001), 1, 2001, "at most 2000"},
	} {
		_, err := Parse("f", c.text)
		var mistake *Error
		if !errors.As(err, &mistake) {
			t.Errorf("%.20q: %v", c.text, err)
			continue
		}
		if mistake.Line != c.line || mistake.Column != c.column || !strings.Contains(mistake.Message, c.says) {
			t.Errorf("%.20q: %v, want line %d column %d, %q", c.text, err, c.line, c.column, c.says)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("话费, 账单\n手机卡 => sim卡 # x")
	f.Add("a=>b=>c")
	f.Add("~ 怎么, 如何\n ~a,b")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := Parse("f", text)
		if err != nil {
			var mistake *Error
			if !errors.As(err, &mistake) || mistake.Line < 1 || mistake.Column < 1 {
				t.Fatal(err)
			}
			return
		}
		// What is read is written so that it is read the same.
		var b strings.Builder
		for _, r := range s.Rules() {
			fmt.Fprintln(&b, r)
		}
		again, err := Parse("again", b.String())
		if err != nil || len(again.Rules()) != len(s.Rules()) {
			t.Fatalf("%q: %v", b.String(), err)
		}
		New(s, letters{}).Variants(text)
	})
}

func TestBuiltin(t *testing.T) {
	s, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	var finding, ordering []Rule
	for _, r := range s.Rules() {
		if r.Near {
			ordering = append(ordering, r)
		} else {
			finding = append(finding, r)
		}
	}
	if n := len(finding); n < 60 || n > 150 {
		t.Errorf("%d groups", n)
	}
	if n := len(ordering); n < 400 {
		t.Errorf("%d groups for the order", n)
	}
	for i, r := range finding {
		for _, other := range finding[:i] {
			shared := 0
			for _, a := range r.Terms() {
				for _, b := range other.Terms() {
					if same(a, b) {
						shared++
					}
				}
			}
			if shared > 1 {
				t.Errorf("lines %d and %d share %d terms: make one of them", other.Line, r.Line, shared)
			}
		}
	}
}

// letters reads Chinese by the character, each a word, and Latin words whole.
type letters struct{}

func (letters) Fold(text string) string { return strings.ToLower(text) }

func (letters) Units(dst []Unit, text string) []Unit {
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		switch {
		case unicode.Is(unicode.Han, r):
			dst = append(dst, Unit{Key: string(r), Start: i, End: i + n, Tight: true, Opens: true, Closes: true})
		case unicode.IsLetter(r):
			start := i
			for ; i < len(text); i += n {
				if r, n = utf8.DecodeRuneInString(text[i:]); !unicode.IsLetter(r) || unicode.Is(unicode.Han, r) {
					break
				}
			}
			dst = append(dst, Unit{Key: text[start:i], Start: start, End: i, Opens: true, Closes: true})
			continue
		}
		i += n
	}
	return dst
}

func variants(e *Expander, text string) string {
	var out []string
	for _, v := range e.Variants(text) {
		whole := ""
		if v.Whole {
			whole = "!"
		}
		out = append(out, fmt.Sprintf("%s%s %.2f", v.Text, whole, v.Weight))
	}
	return strings.Join(out, "|")
}

func TestVariants(t *testing.T) {
	s, err := Parse("f", "话费, 账单\n话费账户, 户头\n手机卡 => SIM卡\n话费, bill\ndata plan, 套餐")
	if err != nil {
		t.Fatal(err)
	}
	e := New(s, letters{})
	for text, want := range map[string]string{
		"话费":          "账单! 0.70|bill! 0.70",
		"账单":          "话费! 0.70", // not through 话费 to bill
		"话费账户":        "户头! 0.70", // the longest
		"话费太贵":        "账单太贵 0.70|bill太贵 0.70",
		"话 费":         "",
		"手机卡":         "sim卡! 0.70",
		"sim卡":        "",
		"data  plan":  "套餐! 0.70",
		"套餐账单":        "套餐话费 0.70|data plan账单 0.70|data plan话费 0.49",
		"mydata plan": "",
		"":            "",
	} {
		if got := variants(e, text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	if got := len(e.Variants(strings.Repeat("话费", 50))); got != maxVariants {
		t.Errorf("%d variants", got)
	}
	if got := variants(New(nil, letters{}), "话费"); got != "" {
		t.Errorf("no rules: %q", got)
	}
}

func BenchmarkVariants(b *testing.B) {
	s, err := Builtin()
	if err != nil {
		b.Fatal(err)
	}
	e := New(s, letters{})
	for b.Loop() {
		e.Variants("话费太贵要求退费")
	}
}
