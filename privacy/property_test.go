package privacy

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"qingting/privacy/rule"
)

// pieces make texts in which replacements meet: numbers in parts, cities, years,
// what masks and labels are made of, placeholders whole and broken.
var pieces = rapid.SampledFrom([]string{
	"138", "1234", "5678", "13812345678", "1", "*", "****", "a", "b", "ab", "@", "张", "三", "张三", "李四", "市", "成都市", "四川省", "路", "12号", "1985年", "3月", "生",
	"⟦", "⟧", "·", "手机号", "⟦手机号⟧", "⟦QQ·abcdefgh⟧", "⟦姓名·abc⟧", " ", "\n", "\x00", "\xff", "\u200b", "1\ufe0f\u20e3", "😀", "幺三八", "Z", "０",
})

var texts = rapid.Custom(func(t *rapid.T) string {
	return strings.Join(rapid.SliceOfN(pieces, 0, 12).Draw(t, "pieces"), "")
})

var someTypes = []rule.Type{rule.PersonName, rule.Mobile, rule.Address, rule.DOB, rule.Email, rule.Credential, rule.QQ}

var finders = rapid.Custom(func(t *rapid.T) patterns {
	expressions := rapid.SampledFrom([]string{
		`\d{3,}`, `1\d{10}`, `[\d*]{3,}`, `\d`, `\*+`, `a+b*`, `ab`, `张.?`, `\p{Han}+`, `\p{Han}*市`, `市.*`, `.年`, `\d{4}年`, `[^⟦⟧]+@[^⟦⟧]*`, `(?s).+`, `\s`, `.\z`, `\A.`, `[⟦⟧·]`,
	})
	n := rapid.IntRange(0, 4).Draw(t, "finders")
	var ps patterns
	for range n {
		ps = append(ps, pattern{
			rapid.SampledFrom(someTypes).Draw(t, "type"),
			regexp.MustCompile(expressions.Draw(t, "expression")),
			rapid.Float64Range(0, 1).Draw(t, "confidence"),
		})
	}
	return ps
})

// policies draws the text of a policy.
var policies = rapid.Custom(func(t *rapid.T) string {
	var b strings.Builder
	b.WriteString("policy: 1\n")
	fmt.Fprintf(&b, "labels: %s\n", rapid.SampledFrom([]string{"auto", "zh", "en"}).Draw(t, "labels"))
	fmt.Fprintf(&b, "default: %s\n", rapid.SampledFrom([]Action{Tag, Pseudonym, Mask, Drop}).Draw(t, "default"))
	b.WriteString("types:\n")
	for _, typ := range someTypes {
		choices := []Action{Tag, Pseudonym, Mask, Drop, Keep}
		if canGeneralise(typ) {
			choices = append(choices, Generalise, Generalise)
		}
		fmt.Fprintf(&b, "  %s: {action: %s, threshold: %.2f}\n", typ,
			rapid.SampledFrom(choices).Draw(t, "action"), rapid.Float64Range(0.01, 1).Draw(t, "threshold"))
	}
	for _, list := range []string{"allow", "deny"} {
		values := rapid.SliceOfN(rapid.SampledFrom([]string{"张三", "138", "ab", "a", "市", "成都市", "手机号", "138****5678", "1985年"}), 0, 2).Draw(t, list)
		if len(values) == 0 {
			continue
		}
		fmt.Fprintf(&b, "%s:\n", list)
		for _, v := range values {
			if list == "deny" {
				v = fmt.Sprintf("{value: %q, type: %s}", v, rapid.SampledFrom(someTypes).Draw(t, "type"))
			} else {
				v = fmt.Sprintf("%q", v)
			}
			fmt.Fprintf(&b, "  - %s\n", v)
		}
	}
	return b.String()
})

// TestRedactProperties: with any policy, and a finder worse than any detector,
// redacting twice is redacting once, offsets are exact, and the values restore
// the original.
func TestRedactProperties(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r := newRedactor(t, finders.Draw(rt, "finder"), policies.Draw(rt, "policy"))
		checkRedaction(rt, r, texts.Draw(rt, "text"))
	})
}

// TestRedactTypedProperties: the same for a field of a known type, and nothing
// of a value that a tag stands for is left.
func TestRedactTypedProperties(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r := newRedactor(t, finders.Draw(rt, "finder"), policies.Draw(rt, "policy"))
		typ := rapid.SampledFrom(someTypes).Draw(rt, "type")
		value := texts.Draw(rt, "value")
		res := r.RedactTyped(value, typ, spoken)
		if back, err := Restore(res.Text, res.Values); err != nil || back != Sanitise(value) {
			rt.Errorf("%q restores to %q, %v", value, back, err)
		}
		if again := r.RedactTyped(res.Text, typ, spoken); again.Text != res.Text {
			rt.Errorf("typed %q\nonce  %q\ntwice %q", value, res.Text, again.Text)
		}
	})
}

// TestMaskProperties: a mask hides enough, and masking a mask changes nothing.
func TestMaskProperties(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		typ := rapid.SampledFrom(rule.Types()).Draw(rt, "type")
		canonical := Canonical(typ, texts.Draw(rt, "value"))
		once := mask(typ, canonical)
		if twice := mask(typ, Canonical(typ, once)); twice != once {
			rt.Errorf("%s %q: %q, then %q", typ, canonical, once, twice)
		}
		if typ == rule.Mobile || typ == rule.Landline {
			if shown := len([]rune(strings.ReplaceAll(once, "*", ""))); shown > 7 {
				rt.Errorf("%q shows %d signs of a phone number", once, shown)
			}
		}
	})
}

// FuzzRedact runs the real detector under the default policy and under one that
// masks, drops and keeps.
func FuzzRedact(f *testing.F) {
	for _, s := range []string{
		"我叫张三，电话13812345678，住四川省成都市武侯区天府路12号3栋2单元501室。", "身份证11010519491231002X，1949年12月31日出生",
		"微信abc_12345，邮箱a.b@example.com，密码是123456", "138\x0012345678", "⟦手机号⟧13812345678⟦", "\xff\xfe",
	} {
		f.Add(s)
	}
	redactors := []*Redactor{
		newRedactor(f, nil, ""),
		newRedactor(f, nil, "policy: 1\ndefault: mask\ntypes: {PERSON_NAME: drop, EMAIL: keep, ADDRESS: generalise, DOB: generalise}"),
		newRedactor(f, nil, "policy: 1\ndefault: drop\nlabels: en\ndeny: [{value: 电话, type: QQ}]"),
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, r := range redactors {
			checkRedaction(t, r, text)
		}
	})
}
