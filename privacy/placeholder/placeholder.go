// Package placeholder is the closed vocabulary of what stands in a redacted
// text where personal data stood, and the grammar that tells a well-formed
// placeholder from text that merely looks like one.
//
//	⟦手机号⟧            a tag in Chinese text      ⟦MOBILE⟧            in English text
//	⟦手机号·kqzmwtbx⟧   a pseudonym                ⟦MOBILE·kqzmwtbx⟧
//
// The label is one of [Labels], or one that a policy adds: see [Custom]. A token is exactly [TokenLen] lower-case Latin
// letters, so that nothing inside a placeholder can be read as a number.
// The package imports nothing of ours: fold, rule and the redactor share it.
package placeholder

import "strings"

// CustomPrefix begins the labels that a policy adds to the vocabulary.
const CustomPrefix = "CUSTOM_"

// The marks of a placeholder, and the length of a pseudonym's token in letters.
const (
	Open     = "⟦"
	Close    = "⟧"
	Dot      = "·"
	TokenLen = 8
)

// Label is the pair of words that stand for a type of personal data.
type Label struct {
	Type string // PERSON_NAME …, also the English label
	ZH   string
}

// Labels returns the closed vocabulary, in the order of the types. The caller
// must not change it.
func Labels() []Label { return labels[:] }

// The Chinese labels are distinct from one another, and no label begins
// another followed by Dot or Close, so that Match needs no backtracking.
var labels = [...]Label{
	{"PERSON_NAME", "姓名"},
	{"MOBILE", "手机号"},
	{"LANDLINE", "固定电话"},
	{"ID_CARD", "身份证号"},
	{"FOREIGN_PR", "永居证号"},
	{"HKID", "香港身份证号"},
	{"HKMO_PERMIT", "回乡证号"},
	{"TW_PERMIT", "台胞证号"},
	{"EEP", "通行证号"},
	{"PASSPORT", "护照号"},
	{"BANK_CARD", "银行卡号"},
	{"SOCIAL_SECURITY", "社保号"},
	{"USCC", "信用代码"},
	{"LICENSE_PLATE", "车牌号"},
	{"VIN", "车架号"},
	{"IMEI", "设备串号"},
	{"IMSI", "用户识别码"},
	{"ICCID", "电话卡号"},
	{"MAC", "物理地址"},
	{"IP", "网络地址"},
	{"EMAIL", "邮箱"},
	{"WECHAT", "微信号"},
	{"QQ", "QQ号"},
	{"BROADBAND_ACCOUNT", "宽带账号"},
	{"EMPLOYEE_ID", "工号"},
	{"CREDENTIAL", "密码"},
	{"DOB", "出生日期"},
	{"GPS", "定位"},
	{"ADDRESS", "地址"},
	{"PHONE_NUMBER", "电话号码"},
	{"US_SSN", "社会安全号"},
	{"DRIVER_LICENSE", "驾驶证号"},
	{"CUSTOMER", "客户资料"},
}

// Match returns the length in bytes of the well-formed placeholder that s
// begins with, and its type; 0 and "" when s begins with none.
func Match(s string) (n int, typ string) {
	if !strings.HasPrefix(s, Open) {
		return 0, ""
	}
	body := s[len(Open):]
	if strings.HasPrefix(body, CustomPrefix) {
		word := body[:customLen(body)]
		if n := closes(body, word); n > 0 {
			return len(Open) + n, word
		}
		return 0, ""
	}
	for i := range labels {
		for _, word := range [2]string{labels[i].ZH, labels[i].Type} {
			if n := closes(body, word); n > 0 {
				return len(Open) + n, labels[i].Type
			}
		}
	}
	return 0, ""
}

// closes returns the length of word, a token if there is one, and the closing
// mark at the start of body; 0 when body begins otherwise.
func closes(body, word string) int {
	rest, ok := strings.CutPrefix(body, word)
	if !ok || word == "" {
		return 0
	}
	if strings.HasPrefix(rest, Close) {
		return len(word) + len(Close)
	}
	if token, ok := strings.CutPrefix(rest, Dot); ok && isToken(token) && strings.HasPrefix(token[TokenLen:], Close) {
		return len(word) + len(Dot) + TokenLen + len(Close)
	}
	return 0
}

// Custom reports whether typ is well formed as a type that a policy adds:
// CustomPrefix, then 2 to 24 capitals with single underscores between them. No
// digit, so that nothing in a placeholder can be read as a number.
func Custom(typ string) bool {
	return customLen(typ) == len(typ) && typ != ""
}

// customLen returns the length of the custom type that s begins with, or 0.
func customLen(s string) int {
	if !strings.HasPrefix(s, CustomPrefix) {
		return 0
	}
	n := len(CustomPrefix)
	for n < len(s) && (s[n] >= 'A' && s[n] <= 'Z' || s[n] == '_' && s[n-1] != '_') {
		n++
	}
	if k := n - len(CustomPrefix); k < 2 || k > 24 || s[n-1] == '_' {
		return 0
	}
	return n
}

func isToken(s string) bool {
	if len(s) < TokenLen {
		return false
	}
	for i := range TokenLen {
		if s[i] < 'a' || s[i] > 'z' {
			return false
		}
	}
	return true
}
