package search

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"qingting/internal/document"
)

// shown joins a hit's fragments with what matched in brackets.
func shown(fragments []Fragment) string {
	var parts []string
	for _, f := range fragments {
		runes, at := []rune(f.Text), 0
		var b strings.Builder
		for _, m := range f.Marks {
			b.WriteString(string(runes[at:m.Start]) + "[" + string(runes[m.Start:m.End]) + "]")
			at = m.End
		}
		parts = append(parts, b.String()+string(runes[at:]))
	}
	return strings.Join(parts, " … ")
}

func TestHighlight(t *testing.T) {
	for _, c := range []struct{ name, text, query, want string }{
		{"words", "家里网速太慢了", "网速 慢", "家里[网速]太[慢]了"},
		{"unbroken", "手机网速慢，网速很慢", "网速慢", "手机[网速慢]，网速很慢"},
		{"scattered", "手机网速太慢", "网速慢", "手机[网速]太[慢]"},
		{"phrase only where it is whole", "网速慢，网速很慢", `"网速很慢"`, "网速慢，[网速很慢]"},
		{"phrase over punctuation", "太慢了，晚上更慢", `"太慢了晚上"`, "太慢了，晚上更慢"},
		{"phrase with a gap over punctuation", "太慢了，晚上更慢", `"太慢了 晚上"`, "[太慢了，晚上]更慢"},
		{"single character", "慢慢等，很慢。慢", "慢", "[慢慢]等，很[慢]。[慢]"},
		{"phrase ending in a single character", "5G卡顿 5g 卡", `"5g 卡"`, "[5G卡]顿 [5g 卡]"},
		{"near U+FFFD", "\uFFFD网速\uFFFD慢\uFFFD", "网速 慢", "\uFFFD[网速]\uFFFD[慢]\uFFFD"},
		{"invalid bytes", "\xff网速\xe7慢", "网速", "\uFFFD[网速]\uFFFD慢"},
		{"full width", "ＡＰＰ闪退，１００Ｍ", "app 100m", "[ＡＰＰ]闪退，[１００Ｍ]"},
		{"traditional", "測速很慢", "测速", "[測速]很慢"},
		{"zero width", "网\u200b速慢", "网速", "[网\u200b速]慢"},
		{"stem", "They charged me. Charges!", "charge", "They [charged] me. [Charges]!"},
		{"case that changes the length", "İSTANBUL 网速", "网速", "İSTANBUL [网速]"},
		{"four bytes", "😡网速😡慢😡", "网速 😡", "[😡网速😡]慢[😡]"},
		{"placeholder", "号码⟦手机号·kqzmwtbx⟧被骚扰", "⟦手机号·kqzmwtbx⟧", "号码[⟦手机号·kqzmwtbx⟧]被骚扰"},
		{"placeholder stays unmarked inside", "手机号是⟦手机号⟧", "手机号", "[手机号]是⟦手机号⟧"},
		{"what is excluded is not marked", "网速慢，信号好", "网速 -投诉", "[网速]慢，信号好"},
		{"wildcard", "download Downloads", "downl*", "[download] [Downloads]"},
		{"nothing to mark", "网速慢", "channel:x OR 网速", "[网速]慢"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := &analyzer{seg: plainSegmenter{}}
			p, err := parseQuery(c.query, time.Now(), time.UTC)
			if err != nil {
				t.Fatal(err)
			}
			comp := &compiler{analyzer: a}
			comp.compile(p.root)
			got := fragments(c.text, a.highlight(c.text, comp.marks), 100, 2)
			checkFragments(t, validText(c.text), got)
			if shown(got) != c.want {
				t.Errorf("%s in %q is shown as %q, want %q", c.query, c.text, shown(got), c.want)
			}
		})
	}
}

func TestFragmentsKeepPlaceholdersWhole(t *testing.T) {
	text := strings.Repeat("前", 30) + "⟦银行卡号·abcdefgh⟧" + "网速慢" + "⟦手机号·kqzmwtbx⟧" + strings.Repeat("后", 30)
	at := strings.Index(text, "网速")
	for size := 1; size < 60; size++ {
		got := fragments(text, []document.Span{{Start: at, End: at + len("网速")}}, size, 1)
		checkFragments(t, text, got)
		if s := got[0].Text; strings.Count(s, "⟦") != strings.Count(s, "⟧") || !strings.Contains(s, "网速") {
			t.Fatalf("size %d: a placeholder is cut in %q", size, s)
		}
	}
	if got := fragments(text, nil, 35, 1)[0].Text; !strings.HasSuffix(got, "⟧") {
		t.Errorf("the beginning of the text is cut inside a placeholder: %q", got)
	}
}

// TestAnalysisIsExact: for any text, tokens lie in order on whole characters,
// fold back to their terms, and fragments are where they say.
func TestAnalysisIsExact(t *testing.T) {
	a := &analyzer{seg: plainSegmenter{}}
	alphabet := []rune("网速慢測發ＡｂZ9９５G.'’，。 -⟦⟧·手机号abckqz\u200b\ufeff\u00ad\uFFFD😡👍🏽İßǅ々〇ーカ한é\u0301\n")
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.OneOf(rapid.SampledFrom(alphabet), rapid.Rune())).Draw(t, "text")
		f := a.fold(text)
		source := validText(text)
		for name, tokens := range map[string][]token{"words": a.words(nil, f.text), "grams": a.grams(nil, f.text)} {
			last := 0
			for i, tok := range tokens {
				start, end := f.span(tok.start, tok.end)
				if tok.pos != i+1 || start < last || start >= end || end > len(source) ||
					!utf8.ValidString(source[start:end]) || !utf8.ValidString(tok.term) || tok.term == "" {
					t.Fatalf("%s: token %+v of %q at %d–%d", name, tok, text, start, end)
				}
				last = start
				if again := a.fold(source[start:end]).text; again != f.text[tok.start:tok.end] {
					t.Fatalf("%s: %q folds to %q, not to %q", name, source[start:end], again, f.text[tok.start:tok.end])
				}
			}
		}
		marks := []mark{{grams: setOf([]string{"网速", "慢"}), words: setOf([]string{"速"}), prefix: "a"}}
		size := rapid.IntRange(1, 30).Draw(t, "size")
		got := fragments(text, a.highlight(text, marks), size, 3)
		end := 0
		runes := []rune(source)
		for _, fr := range got {
			n := utf8.RuneCountInString(fr.Text)
			if fr.Start < end || fr.Start+n > len(runes) || string(runes[fr.Start:fr.Start+n]) != fr.Text {
				t.Fatalf("fragment %q is not at %d of %q", fr.Text, fr.Start, source)
			}
			end = fr.Start + n
		}
	})
}

func TestStem(t *testing.T) {
	for _, family := range [][]string{
		{"charge", "charges", "charged", "charging", "charge's"},
		{"call", "calls", "called", "calling"},
		{"bill", "bills", "billed", "billing"},
		{"cancel", "cancels", "cancelled", "cancelling", "canceled"},
		{"body", "bodies"},
		{"company", "companies", "company’s"},
		{"box", "boxes"},
		{"switch", "switches", "switched"},
	} {
		for _, w := range family[1:] {
			if stem(w) != stem(family[0]) {
				t.Errorf("stem(%s) = %s, stem(%s) = %s", family[0], stem(family[0]), w, stem(w))
			}
		}
	}
	for _, pair := range [][2]string{{"bus", "bu"}, {"this", "thi"}, {"ring", "r"}, {"red", "r"}, {"5gs", "5g"}, {"class", "clas s"}} {
		if stem(pair[0]) == stem(pair[1]) {
			t.Errorf("%s and %s have the stem %s", pair[0], pair[1], stem(pair[0]))
		}
	}
}
