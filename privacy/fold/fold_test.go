package fold

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func digits(t *Text) string {
	var b strings.Builder
	for _, u := range t.Units {
		if u.Value >= 0 {
			b.WriteByte('0' + byte(u.Value))
		}
	}
	return b.String()
}

func TestDigitsOfEveryStyleRead(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"0123456789", "0123456789"},
		{"０１２３４５６７８９", "0123456789"},
		{"⓪①②③④⑤⑥⑦⑧⑨", "0123456789"},
		{"⓿❶❷❸➍➄⓺⒎⑻", "012345678"},
		{"0️⃣1️⃣2⃣", "012"},
		{"𝟎𝟏𝟚𝟥𝟰𝟻𝟞𝟩𝟠𝟿", "0123456789"},
		{"⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₉", "0123456789019"},
		{"٠١٢٣٤٥٦٧٨٩०१९", "0123456789019"},
		{"🯰🯹", "09"},
		{"〇零一二三四五六七八九", "00123456789"},
		{"壹贰叁肆伍陆柒捌玖貳參陸", "123456789236"},
		{"幺两洞拐勾兩", "120792"},
		{"OoIl|ZzBS", "001112285"},
		{"1\u200b3\u20608\ufeff", "138"},
		{"1̶3̶8̶", "138"},
		{"十百千", ""},
	} {
		if got := digits(New(c.in)); got != c.want {
			t.Errorf("New(%q) reads %q, want %q", c.in, got, c.want)
		}
	}
}

func TestRunesFold(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"電話號碼身份證手機", "电话号码身份证手机"},
		{"ＡｂＣ＠：．", "AbC@:."},
		{"𝐀𝐛ⓒ", "Abc"},
		{"e\u0301", "e"},
		{"\xff中", "\ufffd中"},
	} {
		var b strings.Builder
		for _, u := range New(c.in).Units {
			b.WriteRune(u.Rune)
		}
		if b.String() != c.want {
			t.Errorf("New(%q) folds to %q, want %q", c.in, b.String(), c.want)
		}
	}
}

func TestPlaceholderIsOneUnit(t *testing.T) {
	tx := New("打⟦手机号·kqzmwtbx⟧和⟦手机号x⟧")
	if u := tx.Units[1]; u.Class != Placeholder || u.Off != 3 || tx.Source[u.Off:u.End] != "⟦手机号·kqzmwtbx⟧" {
		t.Errorf("placeholder unit = %+v", u)
	}
	if tx.Units[3].Class&Placeholder != 0 {
		t.Error("a malformed placeholder is opaque")
	}
}

func TestSpanIsExact(t *testing.T) {
	tx := New("电1️⃣\u200b３x")
	if a, b := tx.Span(1, 3); tx.Source[a:b] != "1️⃣\u200b３" {
		t.Errorf("span = %q", tx.Source[a:b])
	}
	if a, b := tx.Span(2, 2); a != b {
		t.Errorf("empty span = %d, %d", a, b)
	}
}

func TestMatcherFindsLongestWords(t *testing.T) {
	m := NewMatcher([]string{"手机", "手机号", "tel", "號碼"})
	var got []string
	tx := New("手機號碼TEL:1 hotel 号码")
	for _, h := range m.Scan(tx, nil) {
		a, b := tx.Span(int(h.Start), int(h.End))
		got = append(got, tx.Source[a:b])
	}
	if want := "手機號 號碼 TEL 号码"; strings.Join(got, " ") != want {
		t.Errorf("hits %q, want %q", got, want)
	}
}

func FuzzNew(f *testing.F) {
	for _, s := range []string{"", "电话１3八", "0️⃣\xff⟦MOBILE⟧", "⟦⟦手机号·aaaaaaaa⟧"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		tx := New(s)
		end := int32(0)
		for i, u := range tx.Units {
			if u.Off < end || u.End <= u.Off || int(u.End) > len(s) {
				t.Fatalf("unit %d spans %d to %d after %d in %d bytes", i, u.Off, u.End, end, len(s))
			}
			if utf8.ValidString(s) && (!utf8.RuneStart(s[u.Off]) || int(u.End) < len(s) && !utf8.RuneStart(s[u.End])) {
				t.Fatalf("unit %d splits a rune", i)
			}
			if u.Value < -1 || u.Value > 9 || u.Class&(Digit|Numeral|Lookalike) != 0 != (u.Value >= 0) {
				t.Fatalf("unit %d: class %b, value %d", i, u.Class, u.Value)
			}
			if u.Class&^tx.Seen != 0 {
				t.Fatalf("unit %d: class not seen", i)
			}
			end = u.End
		}
	})
}

func BenchmarkFold(b *testing.B) {
	s := strings.Repeat("您好，我的宽带又断网了，打了三次客服电话１３800138000都没人处理，really disappointed。", 200)
	b.SetBytes(int64(len(s)))
	b.ReportAllocs()
	for b.Loop() {
		New(s)
	}
}

// TestWholeSeesWhatItsPartsHave: classes are told without folding.
func TestWholeSeesWhatItsPartsHave(t *testing.T) {
	for _, text := range []string{"", "电话１３８-零零", "a1️⃣", "⟦手机号⟧", "⟦手机", "\xff\x00 𝟏2", "*。！O\u200b", "\U0001F110, \U00020000"} {
		if got, want := NewWhole(text, []int{0, len(text)}).seen, New(text).Seen; got != want {
			t.Errorf("%q: %b, want %b", text, got, want)
		}
	}
}
