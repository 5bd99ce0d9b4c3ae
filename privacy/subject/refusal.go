package subject

// Refusal is a reason for which a request may be refused, in whole or part. Who
// is refused is told it, and that they may go to court (PIPL 50).
type Refusal struct {
	Code, Basis, ZH, EN string
}

// Refusals are the reasons there are.
func Refusals() []Refusal {
	return []Refusal{
		{"identity", "GB/T 35273-2020 8.7; GDPR 12(6)", "无法核实申请人的身份", "the identity of who asks could not be verified"},
		{"not-held", "PIPL 45", "我们未持有您的个人信息", "we hold no personal information of yours"},
		{"secrecy", "PIPL 18, 45", "法律、行政法规规定应当保密或者不需要告知", "law or administrative regulation demands secrecy, or no notice"},
		{"state-duty", "PIPL 35, 45", "告知将妨碍国家机关履行法定职责", "it would impede a state organ in its statutory duty"},
		{"retention", "PIPL 47", "法律、行政法规规定的保存期限未届满；期间仅存储并采取必要的安全保护措施", "a statutory period of retention has not ended; until then the data are only stored and protected"},
		{"impossible", "PIPL 47", "删除从技术上难以实现；已停止除存储和必要安全保护措施之外的处理", "erasure is technically hard; processing other than storage and protection has ended"},
		{"others", "GB/T 35273-2020 8.7; GDPR 15(4)", "响应请求将严重损害其他个人、组织的合法权益", "it would gravely harm the rights of others"},
		{"public-interest", "GB/T 35273-2020 8.7", "与国家安全、公共安全、公共卫生或者刑事司法直接相关", "it directly concerns national or public security, public health or criminal justice"},
		{"secret", "GB/T 35273-2020 8.7", "涉及商业秘密", "trade secrets are involved"},
		{"excessive", "GB/T 35273-2020 8.7; GDPR 12(5)", "请求明显没有依据，或者在一定时期内多次重复", "it is plainly unfounded, or repeated beyond measure"},
		{"no-consent", "PIPL 13, 15", "处理并非基于个人同意，不适用撤回同意", "the processing does not rest on consent, so none can be withdrawn"},
	}
}

// RefusalOf returns the reason with a code.
func RefusalOf(code string) (Refusal, bool) {
	for _, r := range Refusals() {
		if r.Code == code {
			return r, true
		}
	}
	return Refusal{}, false
}

func refusalCodes() (codes []string) {
	for _, r := range Refusals() {
		codes = append(codes, r.Code)
	}
	return codes
}
