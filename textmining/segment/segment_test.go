package segment

import (
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// shared is one Segmenter for all tests: loading takes some tenths of a second.
var shared = sync.OnceValues(func() (*Segmenter, error) { return New() })

func segmenter(t testing.TB) *Segmenter {
	t.Helper()
	s, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func cutWords(s *Segmenter, text string) string {
	var b strings.Builder
	for _, tok := range s.AppendTokens(nil, text) {
		if tok.Kind == Space {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('|')
		}
		b.WriteString(text[tok.Start:tok.End])
	}
	return b.String()
}

func TestAppendTokens(t *testing.T) {
	s := segmenter(t)
	for _, test := range []struct{ text, want string }{
		{"", ""},
		{"你们的宽带又断网了", "你们|的|宽带|又|断网|了"},
		{"携号转网被拒绝", "携号转网|被|拒绝"},
		{"達量限速太坑了，寬帶費用", "達量限速|太|坑|了|，|寬帶|費用"},
		{"ＶＩＰ客户，５Ｇ套餐", "ＶＩＰ|客户|，|５Ｇ|套餐"},
		{"iPhone15每月12.5元1,000条", "iPhone15|每月|12.5|元|1,000|条"},
		{"100M宽带99%", "100M|宽带|99|%"},
		{"联系⟦手机号·kqzmwtbx⟧或⟦MOBILE⟧。", "联系|⟦手机号·kqzmwtbx⟧|或|⟦MOBILE⟧|。"},
		{"⟦手机号", "⟦|手机号"},
		{"I don't like it, it's slow.", "I|don't|like|it|,|it's|slow|."},
		{"mail zhang.san@example.com now", "mail|zhang.san@example.com|now"},
		{"见https://example.com/a?b=1。好", "见|https://example.com/a?b=1|。|好"},
		{"好👍🏽👨‍👩‍👧🇨🇳1️⃣", "好|👍🏽|👨‍👩‍👧|🇨🇳|1️⃣"},
		{"气死了[怒][怒]", "气死|了|[怒]|[怒]"},
	} {
		if got := cutWords(s, test.text); got != test.want {
			t.Errorf("%q:\n got %s\nwant %s", test.text, got, test.want)
		}
	}
}

func TestKinds(t *testing.T) {
	s := segmenter(t)
	text := "宽带 5G 12.5 ⟦姓名⟧ 👍 ，\xff"
	var got []string
	for _, tok := range s.AppendTokens(nil, text) {
		got = append(got, tok.Kind.String())
	}
	want := []string{"word", "space", "latin", "space", "number", "space", "placeholder", "space", "emoji", "space", "punct", "punct"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// checkCover fails unless the tokens cover text without gaps, on rune boundaries.
func checkCover(t *testing.T, text string, tokens []Token) {
	t.Helper()
	at := 0
	for _, tok := range tokens {
		if tok.Start != at || tok.End <= tok.Start || tok.End > len(text) {
			t.Fatalf("%q: token %+v does not follow byte %d", text, tok, at)
		}
		if tok.Kind < Word || tok.Kind > Emoji {
			t.Fatalf("%q: token %+v has no kind", text, tok)
		}
		if utf8.ValidString(text) && !utf8.RuneStart(text[tok.Start]) {
			t.Fatalf("%q: token %+v starts inside a character", text, tok)
		}
		at = tok.End
	}
	if at != len(text) {
		t.Fatalf("%q: tokens end at %d of %d", text, at, len(text))
	}
}
