package privacy

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"qingting/privacy/placeholder"
	"qingting/privacy/rule"
)

func newPseudonymizer(t testing.TB) *Pseudonymizer {
	t.Helper()
	ps, err := NewPseudonymizer([]byte("0123456789abcdef0123456789ABCDEF"))
	if err != nil {
		t.Fatal(err)
	}
	return ps
}

func TestToken(t *testing.T) {
	ps := newPseudonymizer(t)
	// Computed apart: HMAC-SHA-256 over the four length-prefixed fields, first 8
	// bytes as a big-endian number, 8 digits to base 26 from the lowest, a = 0.
	if got := ps.Token(rule.Mobile, "13812345678", "2026"); got != "qtciacfo" {
		t.Errorf("token is %s", got)
	}
	seen := make(map[string]string)
	for _, typ := range []rule.Type{rule.Mobile, rule.WeChat} {
		for _, value := range []string{"13812345678", "13812345679", ""} {
			for _, period := range []string{"", "2026", "2027"} {
				token := ps.Token(typ, value, period)
				if n, _ := placeholder.Match("⟦手机号·" + token + "⟧"); n == 0 {
					t.Errorf("token %q makes no placeholder", token)
				}
				what := fmt.Sprint(typ, value, period)
				if prev, ok := seen[token]; ok {
					t.Errorf("%s and %s share a token", prev, what)
				}
				seen[token] = what
			}
		}
	}
	if ps.Token("A", "BC", "") == ps.Token("AB", "C", "") {
		t.Error("fields run into each other")
	}
}

func TestPseudonymizerKey(t *testing.T) {
	if _, err := NewPseudonymizer(make([]byte, KeySize-1)); err == nil {
		t.Error("a short key is taken")
	}
	key := bytes.Repeat([]byte("k"), KeySize)
	ps, err := NewPseudonymizer(key)
	if err != nil {
		t.Fatal(err)
	}
	before := ps.Token(rule.QQ, "1", "")
	clear(key)
	if ps.Token(rule.QQ, "1", "") != before {
		t.Error("the key is shared with the caller")
	}
}

func TestSecretsHide(t *testing.T) {
	ps, err := NewPseudonymizer([]byte("canary-canary-canary-canary-canary"))
	if err != nil {
		t.Fatal(err)
	}
	type nested struct {
		Public  any
		private any
		value   Value
		pointer *Pseudonymizer
	}
	v := NewValue(rule.Mobile, 1, 2, "canary", "canary")
	var shown strings.Builder
	for _, x := range []any{ps, *ps, v, &v, []Value{v}, nested{ps, ps, v, ps}, nested{v, &v, v, ps}, Result{Values: []Value{v}}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
			fmt.Fprintf(&shown, verb, x)
		}
		j, err := json.Marshal(x)
		if err != nil {
			t.Fatal(err)
		}
		shown.Write(j)
		slog.New(slog.NewTextHandler(&shown, nil)).Info("", "x", x)
		slog.New(slog.NewJSONHandler(&shown, nil)).Info("", "x", x)
	}
	for _, trace := range []string{"canary", fmt.Sprintf("%x", "canary"), fmt.Sprintf("%X", "canary"), "99 97 110 97"} {
		if strings.Contains(shown.String(), trace) {
			t.Errorf("a secret shows as %q", trace)
		}
	}
	if plain, canonical := v.Open(); plain != "canary" || canonical != "canary" {
		t.Error("the sealer cannot open a value")
	}
}

func TestPeriod(t *testing.T) {
	at := time.Date(2026, 9, 30, 23, 0, 0, 0, time.FixedZone("", -2*3600)) // 1 October in UTC
	for p, want := range map[Period]string{Year: "2026", Quarter: "2026Q4", Month: "2026-10", NoPeriods: ""} {
		if got := p.At(at); got != want {
			t.Errorf("%s is %q, want %q", p, got, want)
		}
	}
}

func TestCanonical(t *testing.T) {
	for _, c := range []struct {
		typ   rule.Type
		value string
		want  string
	}{
		{rule.Mobile, "13812345678", "13812345678"},
		{rule.Mobile, "+86 138-1234-5678", "13812345678"},
		{rule.Mobile, "（0086）１３８ 1234 5678", "13812345678"},
		{rule.Mobile, "8613812345678", "13812345678"},
		{rule.Mobile, "幺三八幺二三四五六七八", "13812345678"},
		{rule.Mobile, "138****5678", "138****5678"},
		{rule.Landline, "(028) 8333-1234", "02883331234"},
		{rule.IDCard, "11010519491231002x", "11010519491231002X"},
		{rule.LicensePlate, "川a·12345", "川A12345"},
		{rule.MAC, "00:1a:2B-3c:4d:5e", "001A2B3C4D5E"},
		{rule.Email, " Zhang.San@Example.COM ", "zhang.san@example.com"},
		{rule.PersonName, " John  SMITH", "john smith"},
		{rule.PersonName, "張三", "张三"},
		{rule.Address, "成都市 武侯区", "成都市武侯区"},
		{rule.Credential, " aB c ", "aB c"},
		{rule.QQ, "- -", "- -"},
	} {
		got := Canonical(c.typ, c.value)
		if got != c.want {
			t.Errorf("%s %q is %q, want %q", c.typ, c.value, got, c.want)
		}
		if again := Canonical(c.typ, got); again != got {
			t.Errorf("%s %q is %q the second time", c.typ, got, again)
		}
	}
}
