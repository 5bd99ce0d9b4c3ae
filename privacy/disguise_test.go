package privacy

import (
	"math/rand/v2"
	"testing"
	"unicode/utf8"

	"qingting/privacy/evade"
	"qingting/privacy/internal/babble"
	"qingting/privacy/rule"
	"qingting/privacy/score"
)

// labelOf is what stands before a value in TestOneTokenForAllDisguises.
var labelOf = map[rule.Type]string{
	rule.PersonName: "我叫", rule.Mobile: "电话", rule.Landline: "座机", rule.IDCard: "身份证号", rule.BankCard: "银行卡号", rule.Email: "邮箱", rule.QQ: "QQ号",
	rule.WeChat: "微信号", rule.Address: "住", rule.LicensePlate: "车牌", rule.IMEI: "IMEI：", rule.IMSI: "IMSI：", rule.ICCID: "ICCID：", rule.MAC: "MAC地址：", rule.VIN: "车架号", rule.IP: "IP：",
	rule.EmployeeID: "工号", rule.BroadbandAccount: "宽带账号", rule.Passport: "护照号", rule.HKID: "香港身份证", rule.EEP: "港澳通行证", rule.DOB: "生日",
}

// TestOneTokenForAllDisguises: however a value is written, where it is found
// and found as the same type its canonical form is the same, and with it its
// pseudonym; else repeat complaints and a subject's records fall apart.
func TestOneTokenForAllDisguises(t *testing.T) {
	r := newRedactor(t, nil, "policy: 1\ndefault: pseudonym")
	chance := rand.New(rand.NewPCG(1, 2))
	next := func() int { return chance.IntN(256) }
	same, missed, wrong := map[rule.Type]int{}, 0, map[string]int{}
	for typ, label := range labelOf {
		for range 30 {
			plain := babble.Value(typ, next)
			want, ok := canonicalIn(r, typ, label, plain)
			if !ok {
				continue
			}
			for _, e := range evade.All() {
				out, changed, _ := e.Apply(uint64(next()), plain, []score.Span{{End: utf8.RuneCountInString(plain), Type: string(typ)}})
				if len(changed) == 0 {
					continue
				}
				switch got, ok := canonicalIn(r, typ, label, out); {
				case !ok:
					missed++
				case got == want:
					same[typ]++
				default:
					if wrong[e.Name+" "+string(typ)]++; wrong[e.Name+" "+string(typ)] == 1 {
						t.Errorf("%s %s as %s: %q is canonically %q, and %q", e.Name, typ, out, plain, want, got)
					}
				}
			}
		}
	}
	for typ := range labelOf {
		if same[typ] < 10 {
			t.Errorf("%s: %d disguises are found, too few to prove anything", typ, same[typ])
		}
	}
	t.Logf("%v are the same, %d missed or found in part", same, missed)
}

// canonicalIn returns the canonical form of a value behind its label, when it
// is found whole, or in parts that agree.
func canonicalIn(r *Redactor, typ rule.Type, label, value string) (string, bool) {
	res := r.Redact("您好，"+label+value+"，请处理。", spoken)
	from, to := utf8.RuneCountInString("您好，"+label), utf8.RuneCountInString("您好，"+label+value)
	canonical := ""
	for i, s := range res.Spans {
		_, c := res.Values[i].Open()
		if s.Type != typ || s.SourceStart < from || s.SourceEnd > to || i > 0 && c != canonical {
			return "", false
		}
		canonical = c
	}
	if len(res.Spans) == 0 || res.Spans[0].SourceStart != from || res.Spans[len(res.Spans)-1].SourceEnd != to {
		return "", false
	}
	return canonical, true
}
