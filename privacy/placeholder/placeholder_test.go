package placeholder

import "testing"

func TestMatch(t *testing.T) {
	for _, c := range []struct {
		in  string
		n   int
		typ string
	}{
		{"⟦手机号⟧", len("⟦手机号⟧"), "MOBILE"},
		{"⟦MOBILE⟧ rest", len("⟦MOBILE⟧"), "MOBILE"},
		{"⟦手机号·kqzmwtbx⟧x", len("⟦手机号·kqzmwtbx⟧"), "MOBILE"},
		{"⟦ID_CARD·kqzmwtbx⟧", len("⟦ID_CARD·kqzmwtbx⟧"), "ID_CARD"},
		{"⟦香港身份证号⟧", len("⟦香港身份证号⟧"), "HKID"},
		{"⟦手机号·kqzmwtb⟧", 0, ""},
		{"⟦手机号·kqzmwtbxy⟧", 0, ""},
		{"⟦手机号·Kqzmwtbx⟧", 0, ""},
		{"⟦手机号·12345678⟧", 0, ""},
		{"⟦手机⟧", 0, ""},
		{"⟦手机号", 0, ""},
		{"手机号⟧", 0, ""},
		{"⟦", 0, ""},
		{"", 0, ""},
	} {
		if n, typ := Match(c.in); n != c.n || typ != c.typ {
			t.Errorf("Match(%q) = %d, %q; want %d, %q", c.in, n, typ, c.n, c.typ)
		}
	}
}

func TestLabelsAreClosedAndDistinct(t *testing.T) {
	seen := map[string]bool{}
	for _, l := range Labels() {
		for _, w := range []string{l.ZH, l.Type} {
			if w == "" || seen[w] {
				t.Errorf("label %q is empty or taken", w)
			}
			seen[w] = true
			if n, typ := Match(Open + w + Close); n == 0 || typ != l.Type {
				t.Errorf("label %q does not read back as %s", w, l.Type)
			}
		}
	}
}
