package custody

import (
	"slices"
	"strings"
)

// Purpose is what sealed values may be revealed for. A reason in words says the
// rest.
type Purpose struct {
	Code   string `json:"code"`
	ZH, EN string
}

// Purposes is the list that a reveal must name one of.
var Purposes = []Purpose{
	{"complaint", "处理投诉", "handle the complaint"},
	{"repair", "故障维修", "repair a fault"},
	{"verify", "核验身份", "verify who asks"},
	{"subject", "办理个人信息主体的请求", "a data subject's request"},
	{"regulator", "监管机构要求", "a regulator asks"},
	{"court", "司法协助", "a court or the police ask"},
	{"incident", "处置安全事件", "a security incident"},
	{"review", "复核脱敏质量", "review of redactions"},
}

// knownPurpose refuses what is not in the list.
func knownPurpose(code string) error {
	if slices.ContainsFunc(Purposes, func(p Purpose) bool { return p.Code == code }) {
		return nil
	}
	codes := make([]string, len(Purposes))
	for i, p := range Purposes {
		codes[i] = p.Code
	}
	if code == "" {
		return refusal(CodePurpose, "a purpose is missing: give --purpose, one of %s", strings.Join(codes, ", "))
	}
	return refusal(CodePurpose, "that is none of the purposes: give --purpose, one of %s", strings.Join(codes, ", "))
}
