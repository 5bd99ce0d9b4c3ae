package web

import (
	"fmt"
	"slices"
	"strings"

	"qingting/internal/access"
)

// fieldNames are the facets' names for readers.
var fieldNames = map[string]say{
	"theme":     {"主题", "Theme"},
	"dimension": {"满意度维度", "Dimension"},
	"painpoint": {"痛点", "Pain point"},
	"sentiment": {"情感", "Sentiment"},
	"risk":      {"风险", "Risk"},
	"channel":   {"渠道", "Channel"},
	"region":    {"地区", "Region"},
	"product":   {"产品", "Product"},
	"source":    {"来源", "Source"},
	"language":  {"语言", "Language"},
	"pii":       {"已去除的信息", "Removed data"},
	"grade":     {"敏感级别", "Sensitivity"},
	"day":       {"日期", "Day"},
	"rating":    {"评分", "Rating"},
}

// roleNames are what readers call roles.
var roleNames = map[access.Role]say{
	access.Analyst: {"分析员", "analyst"}, access.Officer: {"合规官", "officer"}, access.Auditor: {"审计员", "auditor"}, access.Approver: {"审批人", "approver"},
	access.Operator: {"运维员", "operator"}, access.Publisher: {"发布方", "publisher"}, access.Pages: {"网页服务", "pages"}, access.Local: {"本机", "local"},
}

// roleName is what readers call a role: its id when it is a new one.
func roleName(l language, role access.Role) string {
	if name, ok := roleNames[role]; ok {
		return name.in(l)
	}
	return string(role)
}

// rolesIn names roles for readers.
func rolesIn(l language, roles []access.Role) string {
	names := make([]string, len(roles))
	for i, role := range roles {
		names[i] = roleName(l, role)
	}
	return strings.Join(names, say{"、", ", "}.in(l))
}

// fieldName is what readers call a facet: its id when it is a new one.
func fieldName(field string) say {
	if name, ok := fieldNames[field]; ok {
		return name
	}
	return say{field, field}
}

// The values that the program itself writes, and the common ids of channels and
// products; others are names already.
var (
	channelNames = map[string]say{
		"hotline": {"热线", "Hotline"},
		"app":     {"App", "App"},
		"wechat":  {"微信", "WeChat"},
		"store":   {"营业厅", "Store"},
		"survey":  {"问卷", "Survey"},
		"sms":     {"短信", "SMS"},
		"email":   {"邮件", "Email"},
		"web":     {"网站", "Website"},
		"import":  {"导入", "Import"},
	}
	productNames = map[string]say{
		"mobile":    {"手机", "Mobile"},
		"broadband": {"宽带", "Broadband"},
		"5g":        {"5G", "5G"},
		"iptv":      {"IPTV", "IPTV"},
		"iot":       {"物联网", "IoT"},
		"cloud":     {"云", "Cloud"},
	}
	sourceNames = map[string]say{
		"demo": {"演示", "Demo"},
	}
	sentimentNames = map[string]say{
		"positive": {"正面", "Positive"},
		"neutral":  {"中性", "Neutral"},
		"negative": {"负面", "Negative"},
	}
	gradeNames = map[string]say{
		"1": {"1 级：未见个人信息", "1: no personal data found"},
		"2": {"2 级：个人信息", "2: personal data"},
		"3": {"3 级：敏感个人信息", "3: sensitive personal data"},
		"4": {"4 级：高度敏感", "4: highly sensitive"},
	}
	languageNames = map[string]say{
		"zh": {"中文", "Chinese"},
		"en": {"英文", "English"},
	}
)

// valueName is what readers call a value of a facet: by the taxonomy, or by the
// program's own words; what else came with the feedback stays as it is.
func (s *server) valueName(l language, field, value string) string {
	names := map[string]map[string]say{
		"channel": channelNames, "product": productNames, "source": sourceNames, "sentiment": sentimentNames, "language": languageNames, "grade": gradeNames,
	}[field]
	if name, ok := names[value]; ok {
		return name.in(l)
	}
	switch field {
	case "theme", "dimension", "painpoint", "risk":
		return s.cfg.Statistics.Name(value, string(l))
	case "pii":
		if zh := s.cfg.TypeName(value); zh != "" {
			return say{zh, typeInEnglish(value)}.in(l)
		}
	}
	return value
}

// acronyms are the parts of types that stay in capitals.
var acronyms = []string{"ID", "PR", "HKID", "HKMO", "TW", "EEP", "USCC", "VIN", "IMEI", "IMSI", "ICCID", "MAC", "IP", "QQ", "DOB", "GPS", "US", "SSN"}

// typeNames are types whose words alone would not say what they are.
var typeNames = map[string]string{
	"MOBILE": "Mobile number", "LANDLINE": "Landline number", "WECHAT": "WeChat ID", "QQ": "QQ number", "DOB": "Date of birth", "IP": "IP address", "MAC": "MAC address",
}

// typeInEnglish makes words of a type: "Bank card" of BANK_CARD.
func typeInEnglish(typ string) string {
	if name, ok := typeNames[typ]; ok {
		return name
	}
	words := strings.Split(typ, "_")
	for i, w := range words {
		switch {
		case w == "" || slices.Contains(acronyms, w):
		case i == 0:
			words[i] = w[:1] + strings.ToLower(w[1:])
		default:
			words[i] = strings.ToLower(w)
		}
	}
	return strings.Join(words, " ")
}

func lastDays(n int) say {
	if n == 1 {
		return say{"最近 1 天", "Last day"}
	}
	return say{fmt.Sprintf("最近 %d 天", n), fmt.Sprintf("Last %d days", n)}
}
