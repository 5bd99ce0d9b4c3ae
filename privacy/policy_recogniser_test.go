package privacy

import (
	"strings"
	"testing"

	"qingting/privacy/detect"
	"qingting/privacy/rule"
)

const withLoyalty = `policy: 1
default: pseudonym
recognisers:
  - type: CUSTOM_LOYALTY
    cue: [会员号, loyalty number]
    shape: "'V' 9{8}"
    within: 6
    finds: ["会员号：«V20391177»"]
    leaves: ["订单V20391177"]
  - type: EMPLOYEE_ID
    shape: "'ZW-' 9{6}"
    finds: ["师傅«ZW-204417»来过"]
    leaves: ["ZW-20441"]
`

func TestPolicyRecognisers(t *testing.T) {
	p := mustParse(t, withLoyalty)
	d, err := NewDetector(p)
	if err != nil {
		t.Fatal(err)
	}
	r, err := NewRedactor(d, p, newPseudonymizer(t))
	if err != nil {
		t.Fatal(err)
	}
	token := r.names.Token("CUSTOM_LOYALTY", "V20391177", "2026")
	for text, want := range map[string]string{
		"我的会员号是v2039 1177。":               "我的会员号是⟦CUSTOM_LOYALTY·" + token + "⟧。",
		"loyalty number V20391177 please": "loyalty number ⟦CUSTOM_LOYALTY·" + token + "⟧ please",
		"订单V20391177没到":                   "订单V20391177没到",
		"师傅zw204417没来":                    "师傅⟦工号·" + r.names.Token(rule.EmployeeID, "ZW204417", "2026") + "⟧没来",
	} {
		if got := r.Redact(text, spoken).Text; got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		checkRedaction(t, r, text)
	}
	builtin, err := detect.New()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := NewRedactor(builtin, p, newPseudonymizer(t)); err == nil {
		t.Error("a detector without the recognisers of the policy is accepted")
	}
	if !mustParse(t, strings.Replace(withLoyalty, "default: pseudonym", "default: tag\ntypes: {CUSTOM_LOYALTY: pseudonym}", 1)).UsesPseudonyms() {
		t.Error("the pseudonym of a custom type is not seen")
	}
	if p.Version() == mustParse(t, "policy: 1\ndefault: pseudonym").Version() {
		t.Error("recognisers do not change the version")
	}
}

func TestPolicyRecogniserRefuses(t *testing.T) {
	for name, change := range map[string][2]string{
		"an unknown key":               {"    within: 6", "    regexp: .*"},
		"a shape that breaks":          {`"'V' 9{8}"`, `"'V' 9{8"`},
		"an example that breaks":       {`"会员号：«V20391177»"`, `"会员号：«V2039117»7"`},
		"a reach out of bounds":        {"within: 6", "within: 400"},
		"an unknown type":              {"CUSTOM_LOYALTY", "LOYALTY"},
		"a custom type without finder": {"default: pseudonym", "default: tag\ntypes: {CUSTOM_OTHER: tag}"},
		"generalise":                   {"default: pseudonym", "default: tag\ntypes: {CUSTOM_LOYALTY: generalise}"},
		"an unknown check":             {"within: 6", "check: crc"},
		"denied without finder":        {"default: pseudonym", "default: tag\ndeny: [{value: 听雨轩, type: CUSTOM_OTHER}]"},
	} {
		text := strings.Replace(withLoyalty, change[0], change[1], 1)
		_, err := ParsePolicy([]byte(text))
		if text == withLoyalty || err == nil {
			t.Errorf("%s is accepted", name)
		} else if strings.Contains(err.Error(), "20391177") {
			t.Errorf("%s: the error quotes an example: %v", name, err)
		}
	}
}
