package custom

import (
	"strings"
	"testing"

	"qingting/privacy/fold"
	"qingting/privacy/rule"
)

func found(t *testing.T, spec Spec, text string) string {
	t.Helper()
	r, err := New("test", spec)
	if err != nil {
		t.Fatal(err)
	}
	folded := fold.New(text)
	var out []string
	r.Recognise(folded, false, func(c rule.Candidate) {
		a, b := folded.Span(c.Start, c.End)
		out = append(out, text[a:b]+"="+c.Canonical)
	})
	return strings.Join(out, " ")
}

func TestRecogniser(t *testing.T) {
	loyalty := Spec{Type: "CUSTOM_LOYALTY", Cue: []string{"会员号", "loyalty no"}, Shape: "'V' 9{8}", Finds: []string{"会员号«V20391177»"}, Leaves: []string{"订单V20391177"}}
	party := Spec{Type: "CUSTOM_PARTY", Shape: "'KH-' 9{6,8}", Finds: []string{"见«KH-204417»"}, Leaves: []string{"AKH-204417", "KH-20441", "KH-204417123"}}
	checked := Spec{Type: "CUSTOM_METER", Shape: "9{9} C", Check: Mod11, Finds: []string{"号«2044177553»吗"}, Leaves: []string{"号2044177554吗"}}
	for _, c := range []struct {
		spec       Spec
		text, want string
	}{
		{loyalty, "会员号：v 2039 1177，谢谢", "v 2039 1177=V20391177"},
		{loyalty, "會員號Ｖ２０３９１１７７", "Ｖ２０３９１１７７=V20391177"},
		{loyalty, "会员号V二〇三九一一七七", "V二〇三九一一七七=V20391177"},
		{loyalty, "loyalty no. V20391177", "V20391177=V20391177"},
		{loyalty, "会员号忘了。V20391177", ""},
		{loyalty, "会员号是多少我完全不记得了真的V20391177", ""},
		{loyalty, "会员号V203911778", ""},
		{loyalty, "会员号V2039117*", ""},
		{party, "kh204417和KH－20441799", "kh204417=KH204417 KH－20441799=KH20441799"},
		{party, "KH-2044 17", "KH-2044 17=KH204417"},
		{party, "KH-204417 20元", "KH-204417=KH204417"},
		{checked, "号2044177553，2044177554", "2044177553=2044177553"},
	} {
		if got := found(t, c.spec, c.text); got != c.want {
			t.Errorf("%s in %s: %s, want %s", c.spec.Shape, c.text, got, c.want)
		}
	}
}

func TestMod11(t *testing.T) {
	for value, want := range map[string]bool{"11010519491231002X": true, "110105194912310021": false, "2044177553": true, "X000000001": false} {
		if mod11(value) != want {
			t.Errorf("mod11(%s) is %v", value, !want)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	good := Spec{Type: "CUSTOM_PARTY", Shape: "'KH' 9{6}", Finds: []string{"«KH204417»"}, Leaves: []string{"KH20441"}}
	if _, err := New("x", good); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*Spec){
		"unknown type":             func(s *Spec) { s.Type = "PARTY" },
		"a type with digits":       func(s *Spec) { s.Type = "CUSTOM_A1" },
		"the customer":             func(s *Spec) { s.Type = rule.Customer },
		"no shape":                 func(s *Spec) { s.Shape = " " },
		"unknown element":          func(s *Spec) { s.Shape = "'KH' \\d{6}" },
		"open bracket":             func(s *Spec) { s.Shape = "[AB" },
		"open literal":             func(s *Spec) { s.Shape = "'KH 9{6}" },
		"empty literal":            func(s *Spec) { s.Shape = "'-' 9{8}" },
		"Han in a literal":         func(s *Spec) { s.Shape = "'客' 9{8}" },
		"bad count":                func(s *Spec) { s.Shape = "'KH' 9{0}" },
		"falling range":            func(s *Spec) { s.Shape = "'KH' 9{8,6}" },
		"open count":               func(s *Spec) { s.Shape = "'KH' 9{8" },
		"too long":                 func(s *Spec) { s.Shape = "'KH' 9{63}" },
		"swallows the next":        func(s *Spec) { s.Shape = "'KH' 9{2,6} N" },
		"any number":               func(s *Spec) { s.Shape = "9{8}" },
		"short, no cue":            func(s *Spec) { s.Shape = "'KH' 9{4}" },
		"short behind a cue":       func(s *Spec) { s.Shape, s.Cue = "9{3}", []string{"客户号"} },
		"short with a check":       func(s *Spec) { s.Shape, s.Check = "9{8}", Luhn },
		"a cue of one character":   func(s *Spec) { s.Cue = []string{"号"} },
		"unknown check":            func(s *Spec) { s.Check = "crc" },
		"too far":                  func(s *Spec) { s.Within = MaxWithin + 1 },
		"no finds":                 func(s *Spec) { s.Finds = nil },
		"no leaves":                func(s *Spec) { s.Leaves = nil },
		"finds that marks nothing": func(s *Spec) { s.Finds = []string{"KH204417"} },
		"finds that breaks":        func(s *Spec) { s.Finds = []string{"«KH20441»7"} },
		"leaves that breaks":       func(s *Spec) { s.Leaves = []string{"见KH204417"} },
	} {
		s := good
		change(&s)
		_, err := New("x", s)
		if err == nil {
			t.Errorf("%s is accepted", name)
		} else if strings.Contains(err.Error(), "204417") || strings.Contains(err.Error(), "20441") {
			t.Errorf("%s: the error quotes an example: %v", name, err)
		}
	}
}

func FuzzShape(f *testing.F) {
	for _, s := range []string{"'KH-' 9{6,8}", "A{2}9{6}C", "[AB7]{2} H{12}", "N{64}", "'", "{", "9{1,"} {
		f.Add(s, "客户号KH-204417 A7")
	}
	f.Fuzz(func(t *testing.T, src, text string) {
		sh, err := parseShape(src)
		if err != nil {
			return
		}
		least, most := sh.length()
		folded := fold.New(text)
		for i := range folded.Units {
			end, value := sh.match(folded, i)
			if end != 0 && (len(value) < least || len(value) > most || end <= i || end > len(folded.Units)) {
				t.Fatalf("%q at %d of %q: %d %q", src, i, text, end, value)
			}
		}
	})
}
