package privacy

import (
	"strings"
	"testing"
	"time"

	"qingting/privacy/rule"
)

// hostile are texts that could make redaction look, join or count again and
// again. Those that are hard on detection alone are in package detect.
var hostile = map[string]string{
	"placeholders":     "⟦手机号⟧",
	"placeholders and": "⟦手机号·kqzmwtbx⟧1",
	"opening marks":    "⟦",
	"broken ones":      "⟦手机号·",
	"one Latin word":   "a",
	"one Han word":     "甲",
	"one number":       "1",
	"zero-width":       "1\u200b",
	"bad bytes":        "\xff1",
	"line feeds":       "\n",
	"values":           "张三13912345678",
	"values in lines":  "13912345678\n",
	"joined values":    "13813812345678张三12345678",
	"glued cards":      "11010519491231002X",
	"glued addresses":  "四川省成都市天府路1号",
	"masked":           "138****5678",
	"coarse":           "成都市1985年",
	"denied":           "听听雨",
	"emoji":            "👨‍👩‍👧‍👦",
	"nested":           "⟦⟦手机号⟧⟧(（[【",
}

// TestHostileTexts: redaction keeps its promises and takes time linear in them.
func TestHostileTexts(t *testing.T) {
	redactors := map[string]*Redactor{
		"default": newRedactor(t, nil, ""),
		"drop":    newRedactor(t, nil, "policy: 1\ndefault: drop\ndeny: [{value: 听听听雨, type: QQ}]"),
		"mask":    newRedactor(t, nil, "policy: 1\ndefault: mask\ntypes: {EMAIL: keep, ADDRESS: generalise, DOB: generalise}"),
	}
	timed := func(r *Redactor, text string) time.Duration {
		best := time.Hour
		for range 3 {
			begin := time.Now()
			r.Redact(text, spoken)
			best = min(best, time.Since(begin))
		}
		return best
	}
	for name, piece := range hostile {
		short, long := strings.Repeat(piece, 1<<12/len(piece)), strings.Repeat(piece, 1<<15/len(piece))
		for policy, r := range redactors {
			checkRedaction(t, r, short)
			checkAccount(t, r, short)
			// Eight times the text takes eight times as long, and not 64 times. What
			// grows with the square of it takes seconds; less may be a busy machine.
			if few, many := timed(r, short), timed(r, long); many > max(30*few, 300*time.Millisecond) {
				t.Errorf("%s under %s: %v for 4 KB, %v for 32 KB", name, policy, few, many)
			}
		}
	}
}

// TestLongText: a megabyte is one text like any other.
func TestLongText(t *testing.T) {
	r := newRedactor(t, nil, "")
	text := strings.Repeat(cleanFeedback+"\n", 1<<20/len(cleanFeedback)) + denseFeedback
	res := r.Redact(text, spoken)
	if back, err := Restore(res.Text, res.Values); err != nil || back != text {
		t.Fatalf("restoring fails: %v", err)
	}
	alone := r.Redact(denseFeedback, spoken)
	if !strings.HasSuffix(res.Text, "\n"+alone.Text) || len(res.Values) != len(alone.Values) {
		t.Errorf("at the end of a long text stands %q, alone %q", res.Text[max(0, len(res.Text)-400):], alone.Text)
	}
}

// TestSmallTexts: no text, one code point, one byte.
func TestSmallTexts(t *testing.T) {
	r := newRedactor(t, nil, "policy: 1\ndefault: mask\ndeny: [{value: 甲, type: QQ}]")
	var texts []string
	for c := range rune(0x3100) {
		texts = append(texts, string(c))
	}
	for b := range 256 {
		texts = append(texts, string([]byte{byte(b)}))
	}
	texts = append(texts, "", "甲", "甲甲", "\ufeff", "\ufeff甲", "甲\u0301", "\u0301甲", "\u202e甲\u202c", "甲\r\n甲\r", "👨‍👩‍👧‍👦", "\xed\xa0\x80", "\U0010ffff", "𠮷")
	for _, text := range texts {
		checkRedaction(t, r, text)
		if res := r.RedactTyped(text, rule.Mobile, spoken); len(res.Values) == 1 {
			if back, err := Restore(res.Text, res.Values); err != nil || back != Sanitise(text) {
				t.Errorf("%q restores to %q, %v", text, back, err)
			}
		}
	}
}
