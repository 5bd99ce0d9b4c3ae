package privacy

import (
	"bytes"
	"errors"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingting/privacy/internal/babble"
	"qingting/privacy/rule"
)

func TestDefaultPolicy(t *testing.T) {
	p := DefaultPolicy()
	want := map[rule.Type]Action{
		rule.PersonName: Pseudonym, rule.Mobile: Pseudonym, rule.IDCard: Pseudonym, rule.BankCard: Tag,
		rule.Address: Generalise, rule.DOB: Generalise, rule.Credential: Tag, rule.USCC: Tag, "NEW_TYPE": Tag,
	}
	got := make(map[rule.Type]Action)
	for typ := range want {
		got[typ] = p.Action(typ)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("actions (-want +got):\n%s", diff)
	}
	for _, typ := range rule.Types() {
		if p.Action(typ) == Keep {
			t.Errorf("the default policy keeps %s", typ)
		}
	}
	if p.Period() != Year || !p.UsesPseudonyms() || len(p.Thresholds()) != 0 {
		t.Errorf("period %s, pseudonyms %t, thresholds %v", p.Period(), p.UsesPseudonyms(), p.Thresholds())
	}
}

func TestPolicyVersion(t *testing.T) {
	const base = "policy: 1\ntypes:\n  MOBILE: mask\n  DOB: {action: drop, threshold: 0.5}\nallow: [a, b]\n"
	same := []string{
		"# a comment\npolicy: 1\n\nlabels: auto\ndefault: tag\nperiod: \"year\"\nallow:\n  - 'B'\n  - Ａ\ntypes:\n    DOB: {threshold: 0.50, action: drop}\n    MOBILE: {action: mask}\n    EMAIL: tag\n",
		base + "deny: []\n",
	}
	other := []string{
		"policy: 1\n",
		strings.Replace(base, "mask", "tag", 1),
		strings.Replace(base, "0.5", "0.6", 1),
		strings.Replace(base, "[a, b]", "[a]", 1),
		base + "labels: zh\n", base + "period: month\n", base + "default: drop\n",
		base + "deny: [{value: a, type: EMAIL}]\n", base + "deny: [{value: a, type: WECHAT}]\n",
	}
	want := mustParse(t, base).Version()
	if len(want) != 12 {
		t.Fatalf("version %q is not 12 digits", want)
	}
	for _, s := range same {
		if got := mustParse(t, s).Version(); got != want {
			t.Errorf("version of another spelling is %s, want %s:\n%s", got, want, s)
		}
	}
	seen := map[string]string{want: base}
	for _, s := range other {
		v := mustParse(t, s).Version()
		if prev, ok := seen[v]; ok {
			t.Errorf("two policies have version %s:\n%s\nand\n%s", v, prev, s)
		}
		seen[v] = s
	}
}

func mustParse(t testing.TB, s string) *Policy {
	t.Helper()
	p, err := ParsePolicy([]byte(s))
	if err != nil {
		t.Fatalf("%v in\n%s", err, s)
	}
	return p
}

func TestPolicyErrors(t *testing.T) {
	for _, c := range []struct{ policy, want string }{
		{"", `policy: empty; begin with "policy: 1"`},
		{"types: {}", `policy line 1: no format version; add "policy: 1"`},
		{"policy: 2", "policy line 1: unknown policy format; this version of qingting reads 1"},
		{"policy: [1]", "policy line 1: policy must be a single value"},
		{"policy: 1\ncolour: red", `policy line 2: unknown key "colour"; use one of policy, labels, period, default, types, allow, deny`},
		{"policy: 1\n\ntypes:\n  MOBILE: hide\n", `policy line 4: unknown action "hide"; use one of tag, pseudonym, mask, generalise, drop, keep`},
		{"policy: 1\ntypes:\n  PHONE: tag\n", `policy line 3: unknown type "PHONE"; use one of PERSON_NAME, `},
		{"policy: 1\ntypes:\n  MOBILE: generalise\n", "policy line 3: MOBILE cannot be generalised, only ADDRESS and DOB can"},
		{"policy: 1\ntypes:\n  MOBILE: {threshold: 0.5}\n", "policy line 3: MOBILE has no action; use one of"},
		{"policy: 1\ntypes:\n  MOBILE: {action: tag, threshold: 7}\n", "policy line 3: threshold of MOBILE must be a number above 0 and at most 1"},
		{"policy: 1\ntypes:\n  MOBILE: {action: tag, threshold: .nan}\n", "policy line 3: threshold"},
		{"policy: 1\ntypes:\n  MOBILE: {acton: tag}\n", `policy line 3: unknown key "acton" of MOBILE; use action and threshold`},
		{"policy: 1\ntypes: tag\n", "policy line 2: types must be a mapping"},
		{"policy: 1\ndefault: keep\n", "policy line 2: the default action cannot be keep"},
		{"policy: 1\ndefault: generalise\n", "policy line 2: the default action cannot be generalise"},
		{"policy: 1\nlabels: fr\n", `policy line 2: unknown label language "fr"; use one of auto, zh, en`},
		{"policy: 1\nperiod: week\n", `policy line 2: unknown period "week"; use one of year, quarter, month, none`},
		{"policy: 1\nallow: 10086\n", "policy line 2: allow must be a list"},
		{"policy: 1\nallow: ['- ']\n", "policy line 2: an allowed value has no letter"},
		{"policy: 1\ndeny: [secretvalue]\n", "policy line 2: a denied value must be a mapping"},
		{"policy: 1\ndeny:\n  - {value: secretvalue}\n", "policy line 3: a denied value needs both value and type"},
		{"policy: 1\ndeny:\n  - {value: secretvalue, type: X}\n", `policy line 3: unknown type "X"`},
		{"policy: 1\ntypes:\n  MOBILE: tag\n  MOBILE: mask\n", "policy line 4: malformed YAML"},
		{"policy: 1\ndeny:\n  - \"secretvalue\n", "malformed YAML"},
		{"policy: 1\n---\npolicy: 1\n", "a second document; keep one policy a file"},
		{"policy: 1\nallow: &a [x]\n", "policy line 2: allow must be a list"},
		{"policy: 1\ndeny: [{13812345678: MOBILE}]\n", "policy line 2: a key of a denied value must be a plain word"},
		{"policy: 1\ndeny: [{张三: PERSON_NAME}]\n", "policy line 2: unknown key of a denied value"},
		{"policy: 1\ndeny: [{zhangsan: PERSON_NAME}]\n", "policy line 2: unknown key of a denied value"},
		{"policy: 1\ndeny: [{type: 13812345678, value: MOBILE}]\n", "policy line 2: unknown type; use one of"},
		{"policy: 1\n张三: x\n", "policy line 2: unknown key; use one of"},
		{"policy: 1\ntypes:\n  A13812345678: tag\n", "policy line 3: unknown type; use one of"},
		{"policy: 1\nrecognisers: [{type: '13812345678'}]\n", "policy line 2: unknown type; use one of ours, or CUSTOM_"},
		{"policy: 1\nallow:\n  " + strings.Repeat("[", 1000), "policy line 3: nested too deeply"},
		{"policy: 1\nallow:\n  " + strings.Repeat("- ", 1000), "policy line 3: nested too deeply"},
		{strings.Repeat("#", MaxPolicy+1), "policy: larger than 4 MiB"},
	} {
		_, err := ParsePolicy([]byte(c.policy))
		var policyErr *PolicyError
		if !errors.As(err, &policyErr) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error of\n%s\nis %v, want %s", c.policy, err, c.want)
		}
		for _, secret := range []string{"secretvalue", "13812345678", "张三", "zhangsan"} {
			if err != nil && strings.Contains(err.Error(), secret) {
				t.Errorf("an error shows what may be a person's: %v", err)
			}
		}
	}
}

// FuzzParsePolicy: a policy or an error, never both; what a policy says decides
// its version; it serves a redactor; and an error shows nothing that could be a
// person's.
func FuzzParsePolicy(f *testing.F) {
	f.Add(defaultPolicy)
	f.Add([]byte("policy: 1\ndeny:\n  - {value: x, type: EMAIL}\nallow: [010, 1e5]\n"))
	for seed := range uint64(20) {
		f.Add([]byte(policyOf(babble.Chance(seed, 60))))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := ParsePolicy(data)
		if (p == nil) == (err == nil) {
			t.Fatal("neither a policy nor an error, or both")
		}
		if p == nil {
			var policyErr *PolicyError
			if !errors.As(err, &policyErr) || policyErr.Line < 0 || policyErr.Line > bytes.Count(data, []byte("\n"))+bytes.Count(data, []byte("\r"))+2 {
				t.Errorf("the error is %v", err)
			}
			if run := longNumber.FindString(err.Error()); run != "" {
				t.Errorf("the error shows %s: %v", run, err)
			}
			return
		}
		if again, err := ParsePolicy(data); err != nil || again.Version() != p.Version() || len(p.Version()) != 12 || p.Action("NEW_TYPE") == Keep {
			t.Errorf("a policy without a version, with two, or that fails open: %v", err)
		}
		d, err := NewDetector(p)
		if err != nil {
			t.Fatal(err)
		}
		r, err := NewRedactor(d, p, newPseudonymizer(t))
		if err != nil {
			t.Fatal(err)
		}
		checkRedaction(t, r, denseFeedback)
		checkAccount(t, r, denseFeedback)
	})
}

var longNumber = regexp.MustCompile(`[0-9]{5,}`)
