package detect

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"qingting/privacy/internal/babble"
	"qingting/privacy/recognise/address"
	"qingting/privacy/recognise/name"
)

// everyRule is the rules of all families.
func everyRule() (examples []string) {
	for _, r := range slices.Concat(Rules(), name.Rules(), address.Rules()) {
		examples = append(append(examples, r.True...), r.False...)
	}
	return examples
}

// far are paragraphs that may stand before or behind a text: none may change
// what is found in it. paragraph parts them from it.
var far = []string{
	"", "电话13912345678。", "⟦手机号⟧1", "订单号", "my name is", "hello world. Regards,", "18号！", "\xff\x00", "密码：", "12、34、56", "前七位1391234", "后四位5678", "《", "”（", "微信 vx qq",
	strings.Repeat("很慢", 400) + "。", "IMEI:", "我们 姓名", "住：", "St, Apt 4", "成都市武侯区天府路", "3栋2单元", "😀", "\u202e",
}

const paragraph = "\n\n网速一直很慢，请尽快处理。\n\nThe line is slow again.\n\n"

// checkLocality checks that what is found in text depends on neither what
// stands two paragraphs away nor on what was read before.
func checkLocality(t interface{ Fatalf(string, ...any) }, d *Detector, text, head, tail string) {
	alone := d.Detect(text)
	place := func(head, tail string) []Finding {
		whole := head + paragraph + text + paragraph + tail
		from := len(head) + len(paragraph)
		var inside []Finding
		for _, f := range d.Detect(whole) {
			if f.Start >= from && f.Start < from+len(text) {
				f.Start, f.End = f.Start-from, f.End-from
				inside = append(inside, f)
			}
		}
		return inside
	}
	near := place("", "")
	if diff := cmp.Diff(near, place(head, tail)); diff != "" {
		t.Fatalf("%q between %q and %q (-without +with):\n%s", text, head, tail, diff)
	}
	if diff := cmp.Diff(alone, d.Detect(text)); diff != "" {
		t.Fatalf("%q reads otherwise after another text (-before +after):\n%s", text, diff)
	}
}

// programs draws programs for a grammar: byte by byte, which shrinks well but
// favours small bytes, and evenly.
var programs = rapid.OneOf(rapid.SliceOfN(rapid.Byte(), 0, 120), rapid.Custom(func(t *rapid.T) []byte {
	return babble.Chance(rapid.Uint64().Draw(t, "seed"), rapid.IntRange(1, 120).Draw(t, "length"))
}))

// TestDetectProperties holds detection to its promises on texts that reach
// every rule.
func TestDetectProperties(t *testing.T) {
	d, g := newDetector(t), babble.New(everyRule())
	rapid.Check(t, func(rt *rapid.T) {
		text := g.Text(programs.Draw(rt, "program"))
		invariants(rt, d, text)
		checkLocality(rt, d, text, rapid.SampledFrom(far).Draw(rt, "head"), rapid.SampledFrom(far).Draw(rt, "tail"))
	})
}

// FuzzGrammar is TestDetectProperties, led by coverage.
func FuzzGrammar(f *testing.F) {
	d, g := newDetector(f), babble.New(everyRule())
	for seed := range uint64(100) {
		f.Add(babble.Chance(seed, 60), byte(seed), byte(seed*7))
	}
	f.Fuzz(func(t *testing.T, program []byte, head, tail byte) {
		text := g.Text(program)
		invariants(t, d, text)
		checkLocality(t, d, text, far[int(head)%len(far)], far[int(tail)%len(far)])
	})
}

// TestGrammarReachesTheRules: the texts would prove little if they left rules
// untried.
func TestGrammarReachesTheRules(t *testing.T) {
	d, g := newDetector(t), babble.New(everyRule())
	found := map[string]int{}
	for seed := range uint64(6000) {
		for _, f := range d.Detect(g.Text(babble.Chance(seed, 80))) {
			found[f.Rule]++
		}
	}
	for _, r := range slices.Concat(Rules(), name.Rules(), address.Rules()) {
		if !r.Mute && found[r.ID] == 0 {
			t.Errorf("%s finds nothing in 6000 texts", r.ID)
		}
	}
}
