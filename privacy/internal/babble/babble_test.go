package babble

import (
	"math/rand/v2"
	"strings"
	"testing"

	"qingting/privacy/recognise/check"
	"qingting/privacy/rule"
)

// drawn returns a source of choices for Value.
func drawn(seed uint64) func() int {
	r := rand.New(rand.NewPCG(seed, 1))
	return func() int { return r.IntN(256) }
}

func TestValuesCheck(t *testing.T) {
	for seed := range uint64(50) {
		for _, typ := range Types() {
			v := Value(typ, drawn(seed))
			if v == "" || v != Value(typ, drawn(seed)) {
				t.Fatalf("%s: %q is empty, or another one the second time", typ, v)
			}
			if typ == rule.IDCard && !check.CitizenID(v) || (typ == rule.BankCard || typ == rule.IMEI) && !check.Luhn(v) || typ == rule.VIN && !check.VIN(v) {
				t.Errorf("%s %s: the check digit is wrong", typ, v)
			}
		}
	}
}

// TestTextWritesEverything: chance programs reach every piece, and each text is
// within its bound.
func TestTextWritesEverything(t *testing.T) {
	g := New([]string{"会员号«KH204417»退费", "〔周慧敏〕来电"})
	var all strings.Builder
	for seed := range uint64(3000) {
		program := Chance(seed, int(seed%120))
		text := g.Text(program)
		if len(text) > MaxText || text != g.Text(program) {
			t.Fatalf("%d bytes, or another text the second time", len(text))
		}
		all.WriteString(text)
	}
	for _, want := range []string{"会员号KH204417退费", "周慧敏", "⟦手机号·kqzmwtbx⟧", "⟦手机号·⟧", "前七位", "👨‍👩‍👧‍👦", "\ufeff", "\u202e", "①", "０", "欧阳", "文三路"} {
		if !strings.Contains(all.String(), want) {
			t.Errorf("no text has %q", want)
		}
	}
	if got := g.Text([]byte("\xffa\xffb")); got != "a\xffb" {
		t.Errorf("a raw program is %q", got)
	}
}
