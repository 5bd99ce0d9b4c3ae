package privacy

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"qingting/privacy/detect"
	"qingting/privacy/internal/babble"
	"qingting/privacy/recognise/address"
	"qingting/privacy/recognise/name"
	"qingting/privacy/rule"
)

// ruleExamples are the examples of every rule, which fuzzed texts are made of.
func ruleExamples() (all []string) {
	for _, r := range slices.Concat(detect.Rules(), name.Rules(), address.Rules()) {
		all = append(append(all, r.True...), r.False...)
	}
	return all
}

// ownRecognisers are what a fuzzed policy may describe itself.
var ownRecognisers = []string{
	`{type: CUSTOM_LOYALTY, cue: [会员号, loyalty no], shape: "'V' 9{8}", finds: ["会员号«V20391177»"], leaves: ["订单V20391177"]}`,
	`{type: CUSTOM_PARTY, shape: "'KH-' 9{6,8}", finds: ["见«KH-204417»"], leaves: ["AKH-204417"]}`,
	`{type: CUSTOM_METER, shape: "9{9} C", check: mod11, finds: ["号«2044177553»吗"], leaves: ["号2044177554吗"]}`,
	`{type: QQ, cue: [手机, 电话, 我叫], within: 40, shape: "9{4,11}", finds: ["手机«1391»"], leaves: ["1391"]}`,
	`{type: CUSTOM_ANY, cue: [号码, 密码], shape: "H{4} [GJK]{1,3}", finds: ["密码«B123GJ»"], leaves: ["B123GJ"]}`,
}

// listed are values for the lists of a fuzzed policy beside those of the grammar.
var listed = []string{"张三", "138", "ab", "a", "市", "成都市", "手机号", "138****5678", "1985年", "1985", "电话", "姓名", "******", "·", "⟦手机号⟧", "號", "ＶＩＰ9", "0", "\u200b张\u200b三", "1 3 9", "的", "e"}

// policyOf writes the policy that a program says.
func policyOf(program []byte) string {
	next := func() int {
		if len(program) == 0 {
			return 0
		}
		b := program[0]
		program = program[1:]
		return int(b)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "policy: 1\nlabels: %s\nperiod: %s\ndefault: %s\n", [...]string{"auto", "zh", "en"}[next()%3],
		[...]Period{Year, Quarter, Month, NoPeriods}[next()%4], [...]Action{Tag, Pseudonym, Mask, Drop}[next()%4])
	n := next() % 5
	if n > 0 {
		b.WriteString("recognisers:\n")
	}
	custom := map[rule.Type]bool{}
	for range n {
		own := ownRecognisers[next()%len(ownRecognisers)]
		typ, _, _ := strings.Cut(strings.TrimPrefix(own, "{type: "), ",")
		custom[rule.Type(typ)] = rule.Type(typ).Custom()
		fmt.Fprintf(&b, "  - %s\n", own)
	}
	b.WriteString("types:\n")
	for _, typ := range append(rule.Types(), "CUSTOM_LOYALTY", "CUSTOM_PARTY") {
		choice := next()
		if typ.Custom() && !custom[typ] || choice == 0 {
			continue
		}
		action := actions[choice%len(actions)]
		if action == Generalise && !canGeneralise(typ) {
			action = Mask
		}
		fmt.Fprintf(&b, "  %s: {action: %s", typ, action)
		if choice >= 128 {
			fmt.Fprintf(&b, ", threshold: %.2f", float64(1+next()%100)/100)
		}
		b.WriteString("}\n")
	}
	value := func() string {
		if choice := next(); choice%3 == 0 {
			return babble.Value(babble.Types()[next()%len(babble.Types())], next)
		} else {
			return listed[choice%len(listed)]
		}
	}
	for _, list := range []string{"allow", "deny"} {
		n := next() % 4
		for i := range n {
			v := value()
			if foldLiteral(v) == "" {
				v = "x"
			}
			if i == 0 {
				fmt.Fprintf(&b, "%s:\n", list)
			}
			if list == "deny" {
				fmt.Fprintf(&b, "  - {value: %q, type: %s}\n", v, rule.Types()[next()%len(rule.Types())])
			} else {
				fmt.Fprintf(&b, "  - %q\n", v)
			}
		}
	}
	return b.String()
}

func policyRedactor(t testing.TB, policy string) *Redactor {
	t.Helper()
	p := mustParse(t, policy)
	d, err := NewDetector(p)
	if err != nil {
		t.Fatal(err)
	}
	r, err := NewRedactor(d, p, newPseudonymizer(t))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// programs draws programs for a grammar: byte by byte, which shrinks well but
// favours small bytes, and evenly.
var programs = rapid.OneOf(rapid.SliceOfN(rapid.Byte(), 0, 120), rapid.Custom(func(t *rapid.T) []byte {
	return babble.Chance(rapid.Uint64().Draw(t, "seed"), rapid.IntRange(1, 120).Draw(t, "length"))
}))

// TestPolicyProperties holds redaction to all it promises, under any policy and
// on texts that reach every rule.
func TestPolicyProperties(t *testing.T) {
	g := babble.New(ruleExamples())
	rapid.Check(t, func(rt *rapid.T) {
		written := policyOf(programs.Draw(rt, "policy"))
		r := policyRedactor(t, written)
		for range 5 { // to build a detector takes longer than to use it
			text := g.Text(programs.Draw(rt, "program"))
			checkRedaction(rt, r, text)
			checkAccount(rt, r, text)
			checkTyped(rt, r, text, rapid.SampledFrom(rule.Types()).Draw(rt, "type"))
		}
		if rt.Failed() {
			rt.Logf("the policy is\n%s", written)
		}
	})
}

// FuzzPolicy is TestPolicyProperties, led by coverage.
func FuzzPolicy(f *testing.F) {
	g := babble.New(ruleExamples())
	for seed := range uint64(50) {
		f.Add(babble.Chance(seed, 60), babble.Chance(seed+1000, 50))
	}
	f.Add([]byte("\xff我叫张三，电话13812345678"), []byte("\x00\x01\x02\x03\x04\x05\x06\x07\x08"))
	f.Fuzz(func(t *testing.T, program, policy []byte) {
		text, written := g.Text(program), policyOf(policy)
		r := policyRedactor(t, written)
		checkRedaction(t, r, text)
		checkAccount(t, r, text)
		checkTyped(t, r, text, rule.Types()[len(program)%len(rule.Types())])
		if t.Failed() {
			t.Logf("the policy is\n%s", written)
		}
	})
}

// checkAccount checks what [checkRedaction] does not: nothing that the policy
// takes out is left, masks hide enough, Explain decides as Redact does.
func checkAccount(t interface{ Errorf(string, ...any) }, r *Redactor, text string) {
	res := r.Redact(text, spoken)
	explained := r.Explain(text, spoken)
	if diff := cmp.Diff(res, explained, cmpopts.IgnoreFields(Result{}, "Values", "Rejected"), cmpopts.IgnoreFields(Span{}, "Evidence")); diff != "" {
		t.Errorf("%q: Redact and Explain differ:\n%s", text, diff)
	}
	if strings.ContainsFunc(res.Text, isControl) {
		t.Errorf("%q: control characters are left in %q", text, res.Text)
	}
	for _, hit := range r.deny.find(res.Text) {
		t.Errorf("%q: the denied %q is left in %q", text, hit.Value, res.Text)
	}
	left, _ := r.detect(res.Text, false)
	for _, f := range left {
		if f.action != Keep {
			t.Errorf("%q: %s by %s is left in %q", text, f.Type, f.Rule, res.Text)
		}
	}
	source, out := []rune(Sanitise(text)), []rune(res.Text)
	for _, rej := range explained.Rejected {
		if rej.SourceStart < 0 || rej.SourceEnd < rej.SourceStart || rej.SourceEnd > len(source) || rej.Why == "" {
			t.Errorf("%q: the rejection %+v does not fit", text, rej)
		}
	}
	for _, s := range res.Spans {
		plain := string(source[s.SourceStart:s.SourceEnd])
		stands := string(out[s.Start:s.End])
		switch s.Action {
		case Mask:
			shown := len(strings.ReplaceAll(stands, string(maskRune), ""))
			if limit := map[rule.Type]int{rule.Mobile: 7, rule.Landline: 4, rule.Phone: 0, rule.Credential: 0}; shown > limit[s.Type] && slices.Contains([]rule.Type{rule.Mobile, rule.Landline, rule.Phone, rule.Credential}, s.Type) {
				t.Errorf("%q: %s as %q shows %d signs", plain, s.Type, stands, shown)
			}
		case Tag, Pseudonym:
			if !onlyPlaceholders(stands) {
				t.Errorf("%s of %s is %q", s.Action, s.Type, stands)
			}
		case Drop:
			if stands != "" {
				t.Errorf("%s is dropped and leaves %q", s.Type, stands)
			}
		}
	}
	for _, s := range explained.Spans {
		for _, e := range s.Evidence {
			if carries(e, string(source[s.SourceStart:s.SourceEnd])) {
				t.Errorf("evidence %q of %s holds the value", e, s.Type)
			}
		}
	}
}

// checkTyped checks what holds for a field of a known type: it can be restored,
// redacting it twice is redacting it once, and nothing of it is left, unless the
// policy keeps the type or lists the value.
func checkTyped(t interface{ Errorf(string, ...any) }, r *Redactor, value string, typ rule.Type) {
	res := r.RedactTyped(value, typ, spoken)
	source := Sanitise(value)
	if back, err := Restore(res.Text, res.Values); err != nil || back != source {
		t.Errorf("%s %q restores to %q, %v", typ, value, back, err)
	}
	if again := r.RedactTyped(res.Text, typ, spoken); again.Text != res.Text {
		t.Errorf("%s %q\nonce  %q\ntwice %q", typ, value, res.Text, again.Text)
	}
	trimmed := strings.TrimSpace(source)
	switch r.policy.Action(typ) {
	case Tag, Pseudonym:
		if !onlyPlaceholders(strings.TrimSpace(res.Text)) && !r.allow.has(typ, trimmed, trimmed) {
			t.Errorf("%s %q becomes %q", typ, value, res.Text)
		}
	case Drop:
		if !onlyPlaceholders(strings.TrimSpace(res.Text)) && res.Text != "" && !r.allow.has(typ, trimmed, trimmed) {
			t.Errorf("%s %q leaves %q", typ, value, res.Text)
		}
	}
}

// carries reports whether an account holds a value: a long number, or Chinese
// that is no label.
func carries(account, plain string) bool {
	return utf8.RuneCountInString(plain) >= 5 && strings.ContainsAny(plain, "0123456789") && strings.Contains(account, plain)
}
