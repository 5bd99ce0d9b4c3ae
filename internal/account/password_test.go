package account

import (
	"context"
	"strings"
	"testing"
	"time"
)

var cheap = Cost{Memory: 64, Time: 1, Lanes: 1}

// Whatever is wrong, one password is derived at one cost: names cannot be told by
// the time it takes.
func TestVerifyCostsTheSame(t *testing.T) {
	h, err := newHasher(cheap)
	if err != nil {
		t.Fatal(err)
	}
	phc, err := h.hash(t.Context(), "right")
	if err != nil {
		t.Fatal(err)
	}
	if c, _, _, err := parsePHC(h.dummy); err != nil || c != cheap {
		t.Errorf("the stand-in costs %v (%v)", c, err)
	}
	for name, c := range map[string]struct {
		phc, password string
		want          bool
	}{
		"right": {phc, "right", true}, "wrong": {phc, "wrong", false}, "empty": {phc, "", false}, "too long": {phc, strings.Repeat("x", MaxPassword+1), false},
		"nobody": {"", "right", false}, "nobody, empty": {"", "", false},
	} {
		before := h.runs.Load()
		got, _, err := h.verify(t.Context(), c.phc, c.password)
		if err != nil || got != c.want || h.runs.Load() != before+1 {
			t.Errorf("%s: %v after %d derivations (%v)", name, got, h.runs.Load()-before, err)
		}
	}
}

func TestHashGrows(t *testing.T) {
	old, err := newHasher(cheap)
	if err != nil {
		t.Fatal(err)
	}
	phc, err := old.hash(t.Context(), "right")
	if err != nil {
		t.Fatal(err)
	}
	h, err := newHasher(Cost{Memory: 128, Time: 1, Lanes: 1})
	if err != nil {
		t.Fatal(err)
	}
	if right, weak, err := h.verify(t.Context(), phc, "right"); !right || !weak || err != nil {
		t.Errorf("of less cost: right %v, weak %v, %v", right, weak, err)
	}
	if right, weak, err := old.verify(t.Context(), phc, "right"); !right || weak || err != nil {
		t.Errorf("of this cost: right %v, weak %v, %v", right, weak, err)
	}
	if DefaultCost.Memory < 19456 || DefaultCost.Time < 2 {
		t.Error("the default costs less than OWASP asks")
	}
}

func TestMalformedHashes(t *testing.T) {
	h, err := newHasher(cheap)
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{
		"x", "$argon2i$v=19$m=64,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAA", "$argon2id$v=18$m=64,t=1,p=1$a$b",
		strings.Replace(h.dummy, "m=64", "m=99999999", 1), strings.Replace(h.dummy, "t=1", "t=0", 1), strings.Replace(h.dummy, "p=1", "p=0", 1), h.dummy + "A",
	} {
		if _, _, err := h.verify(t.Context(), bad, "x"); err == nil {
			t.Errorf("taken: %.40s", bad)
		}
	}
}

// Memory is bounded: who comes while all are at work waits, and not for ever.
func TestHashersAreFew(t *testing.T) {
	h, err := newHasher(cheap)
	if err != nil {
		t.Fatal(err)
	}
	for range hashers {
		h.slots <- struct{}{}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, _, err := h.verify(ctx, "", "x"); err == nil {
		t.Errorf("more than %d at once", hashers)
	}
}

func TestWeaknessOf(t *testing.T) {
	for password, want := range map[string]Weakness{
		"":                           TooShort,
		"elf chars 1":                TooShort,
		"十一个汉字的密码不够长":                TooShort,
		"aaaaaaaaaaaaaaaaaaaa":       TooSimple,
		"abababababababab":           TooSimple,
		"1234567890123456":           TooNear,
		"qwertyuiop1234":             TooNear,
		"password1234":               TooNear,
		"Qingting2026!":              TooNear,
		"linnaeus2026":               "",
		"linna linna linna":          TooNear,
		"correct horse battery":      "",
		"三只猫走过七座桥去看海":                TooShort,
		"三只猫走过七座桥去看大海":               "",
		strings.Repeat("a b c ", 60): TooLong,
	} {
		if got := WeaknessOf(password, "linna"); got != want {
			t.Errorf("%.20q is %q, want %q", password, got, want)
		}
	}
}

func FuzzParsePHC(f *testing.F) {
	f.Add("$argon2id$v=19$m=64,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
	f.Fuzz(func(t *testing.T, phc string) {
		c, _, key, err := parsePHC(phc)
		if err == nil && (c.Memory > maxCost.Memory || c.Time > maxCost.Time || c.Lanes == 0 || len(key) != keyBytes) {
			t.Errorf("taken: %q", phc)
		}
	})
}

func BenchmarkVerify(b *testing.B) {
	h, err := newHasher(DefaultCost)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, _, err := h.verify(b.Context(), "", "a password"); err != nil {
			b.Fatal(err)
		}
	}
}
