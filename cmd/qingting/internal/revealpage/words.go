package revealpage

import "strings"

// words are what the page says in one language.
type words struct {
	Lang, Title, Record, Purpose, Reason, Ticket, Approval, Only, All, Optional, ApprovalHint string
	Reveal, Ask, Asked, Hidden, HideNow, Entry, Type, Field, Value, InText, Leaves, Note      string
}

// who is who reveals, beside what they call themselves.
func (t words) who(actor string) string {
	proven, says, found := strings.Cut(strings.TrimSuffix(actor, ")"), " (says: ")
	if !found || t.Lang != mandarin.Lang {
		return actor
	}
	return proven + "（自称 " + says + "）"
}

var mandarin = words{
	Lang: "zh-CN", Title: "合规官控制台", Record: "记录编号", Purpose: "用途", Reason: "理由", Ticket: "工单",
	Approval: "审批编号", Only: "只看一类", All: "全部；或手机号等一类", Optional: "可不填", ApprovalHint: "需要第二人同意时填写",
	Reveal: "调阅", Ask: "申请审批", Asked: "已申请，编号", Hidden: "内容已从屏幕移除。", HideNow: "立即隐藏",
	Entry: "台账条目", Type: "类型", Field: "位置", Value: "原值", InText: "正文",
	Leaves: "秒后自动隐藏", Note: "每次调阅先记入台账，再释放密文；解密只在本机进行，不留缓存。",
}

var english = words{
	Lang: "en", Title: "Officer's console", Record: "Record id", Purpose: "Purpose", Reason: "Reason", Ticket: "Ticket",
	Approval: "Approval", Only: "Only one type", All: "all, or one such as MOBILE", Optional: "if any", ApprovalHint: "where a second person must agree",
	Reveal: "Reveal", Ask: "Ask for approval", Asked: "Asked, as", Hidden: "The values have left the screen.", HideNow: "Hide now",
	Entry: "ledger entry", Type: "Type", Field: "Where", Value: "Value", InText: "text",
	Leaves: "seconds until this page hides itself", Note: "The ledger has each reveal before any ciphertext is released; it is opened on this machine only, and nothing is kept.",
}
