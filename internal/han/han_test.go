package han

import (
	"testing"
	"unicode/utf8"
)

func TestTableIsPairedAndOrdered(t *testing.T) {
	if a, b := utf8.RuneCountInString(traditional), utf8.RuneCountInString(simplified); a != b {
		t.Fatalf("%d traditional characters, %d simplified ones", a, b)
	}
	var previous rune
	for trad, simp := range Pairs() {
		if trad <= previous {
			t.Errorf("%c is out of order or double", trad)
		}
		if trad == simp {
			t.Errorf("%c folds to itself", trad)
		}
		if trad < first || trad > last {
			t.Errorf("%c lies outside the table", trad)
		}
		previous = trad
	}
}

func TestSimplify(t *testing.T) {
	for trad, want := range map[rune]rune{'電': '电', '話': '话', '費': '费', '網': '网', '绝': '绝', 'a': 'a', '￥': '￥'} {
		if got := Simplify(trad); got != want {
			t.Errorf("Simplify(%c) = %c, want %c", trad, got, want)
		}
	}
}
