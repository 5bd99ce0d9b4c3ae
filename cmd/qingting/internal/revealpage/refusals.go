package revealpage

// refusals are the texts of a refusal in Chinese, by its code. In English the
// service's own words stand.
var refusals = map[string]string{
	"unproven":         "NATS 服务器未说明请求人是谁：请以独立账户中的用户连接（见运维手册）。",
	"forbidden":        "该用户未登记、已停用，或没有办理此事的角色。",
	"malformed":        "请求的格式不对，服务未予办理。",
	"actor":            "自报的名字不能写入台账：请用字母开头的用户名，不要用姓名或号码。",
	"reason-missing":   "请填写理由：台账须写明为何调阅。",
	"purpose":          "请从列表中选择用途。",
	"record-id":        "这不是记录编号：应为 26 位小写字母与数字 2–7，检索结果中可见。",
	"nothing-sealed":   "该记录没有密封的原值：本无个人信息，或已删除、已到期。",
	"approval-needed":  "此事须经第二人同意：请先“申请审批”，获准后填写审批编号再试。",
	"unknown":          "没有这个编号。",
	"approval-unknown": "没有这个审批编号。",
	"approval-open":    "该申请尚未审批。",
	"approval-refused": "该申请已被驳回。",
	"approval-used":    "该审批已经用过：一次审批只能用一次，请重新申请。",
	"busy":             "同类任务尚未结束：请等它结束后再试。",
	"approval-begun":   "该审批正在使用中：请一分钟后再看。",
	"approval-expired": "该审批已过期，请重新申请。",
	"approval-others":  "该审批是给别人的。",
	"approval-else":    "该审批是为另一条记录、另一种用途或另一件事给的。",
	"approval-self":    "申请人不能审批自己的申请；同一个人的另一个用户也不行。",
	"approval-person":  "用户登记中没有写明申请人或审批人是谁，无法确认是两个人：请运维用 qingting users person 登记工号。",
	"approval-decided": "该申请已有人审批过。",
	"no-settings":      "这台服务器不保存设置，因此没有审批。",
	"ledger":           "台账无法写入，因此什么也没有做。请联系运维。",
	"unreachable":      "服务器没有应答：请确认它在运行，且该用户可以访问。",
	"not-opened":       "密文已释放并记入台账，但所给的身份密钥打不开它。",
	"failed":           "未能完成。服务的说明：",
}

// refused says why something was not done, in the page's language. What has no
// text of its own is told in the service's words.
func (t words) refused(code, text string) string {
	if t.Lang != mandarin.Lang {
		return text
	}
	said, ok := refusals[code]
	if !ok || code == "failed" {
		return refusals["failed"] + text
	}
	return said
}
