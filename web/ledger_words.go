package web

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
)

// The ledger is kept in English: it is hashed as it was written. What the server itself
// wrote there is put into Chinese for readers; what people wrote stays as they wrote it.

// ledgerPhrases are purposes, reasons and outcomes of entries.
var ledgerPhrases = []phrase{
	{"signed in by password", "以密码登录"},
	{"signed in by password and code", "以密码和验证码登录"},
	{"signed in by password and recovery code", "以密码和恢复码登录"},
	{"signed in by issuer", "经统一登录进入"},
	{"locked out for a while", "尝试过多，暂停登录"},
	{"password chosen by link", "用链接设定了密码"},
	{"first password", "设定了第一个密码"},
	{"password changed", "更改了密码"},
	{"second factor on", "打开了验证码"},
	{"second factor off", "关闭了验证码"},
	{"session revoked", "结束了一个会话"},
	{"all sessions revoked", "结束了所有会话"},
	{"pages: link used", "在网页上使用了链接"},
	{"pages: token made", "在网页上生成了令牌"},
	{"pages: token revoked", "在网页上撤销了令牌"},
	{"pages: registered by the issuer", "经统一登录登记"},
	{"pages: roles by groups of the issuer", "角色随统一登录的组"},
	{"pages: first account, by the link on the terminal", "用终端上的链接建立第一个账号"},
	{"seed %s, population %s", "种子 %[1]s，总体 %[2]s"},
	{"upper bound of misses %s at %s, target %s", "漏遮上限 %[1]s（置信水平 %[2]s），目标 %[3]s"},
	{"nothing had expired", "没有到期的"},
	{"announced", "已宣布，随即执行"},
	{"broken off; the next run goes on", "中断，下次继续"},
	{"daily run", "每日例行"},
	{"done", "已完成"},
	{"begun", "已开始"},
	{"broken off", "中断"},
	{"ordered", "已下令"},
	{"not changed", "未更改"},
	{"%s was not carried out to its end", "%s 未执行完"},
	{"freed", "已解除限制"},
	{"consent-withdrawn", "撤回同意"},
	{"in effect", "已生效"},
	{"restored", "已恢复"},
	{"amended", "已修订"},
	{"stamped", "已标记版本"},
	{"relabelled", "已重新标注"},
	{"superseded version deleted", "旧版本已删除"},
	{"rotation begun", "开始重新密封"},
	{"rotation ended", "重新密封完成"},
	{"checked whether it opens", "试验能否打开"},
	{"asked", "已申请"},
	{"granted", "已批准"},
	{"refused", "已拒绝"},
	{"used", "已使用"},
	{"a process started with it", "进程启动时使用"},
	{"a setting changed", "设置更改"},
	{"demonstration", "演示"},
	{"the first register of officers, from the recipients file", "首次登记合规官，来自收件人文件"},
	{"interrupted erasure or restored back-up", "中断的删除，或恢复的备份"},
	{"unreadable", "无法读取"},
	{"reviewed", "已复核"},
	{"decided", "已裁定"},
	{"review", "复核"},
	{"looking for themes", "查找新话题"},
	{"rules %s", "规则版本 %s"},
	{"saved", "已保存"},
	{"note", "记下进展"},
	{"identify", "核对身份"},
	{"open: access, due %s", "受理查阅请求，期限 %s"},
	{"open: copy, due %s", "受理复制请求，期限 %s"},
	{"open: correct, due %s", "受理更正请求，期限 %s"},
	{"open: restrict, due %s", "受理限制处理请求，期限 %s"},
	{"open: withdraw, due %s", "受理撤回同意请求，期限 %s"},
	{"open: erase, due %s", "受理删除请求，期限 %s"},
	{"open: complain, due %s", "受理投诉，期限 %s"},
	{"extend: due %s", "延期至 %s"},
	{"close: done", "办结：完成"},
	{"close: partly", "办结：部分完成"},
	{"close: refused %s", "办结：拒绝（%s）"},
	{"close: abandoned", "办结：撤回"},
	// The purposes that a reveal names.
	{"complaint", "处理投诉"},
	{"repair", "故障维修"},
	{"verify", "核验身份"},
	{"subject", "办理个人请求"},
	{"regulator", "监管机构要求"},
	{"court", "司法协助"},
	{"incident", "处置安全事件"},
	// What an entry is about.
	{"%d documents", "%s 份文档"},
	{"record %s", "记录 %s"},
	{"letter %d", "死信 %s"},
	{"subject %s", "主体 %s"},
	{"retention", "保存期限"},
	{"user:%s", "用户 %s"},
	{"source:%s", "来源 %s"},
	{"review:%s", "样本 %s"},
	{"request:%s", "个人请求 %s"},
	{"approval:%s", "申请 %s"},
	{"intervention:%s", "措施 %s"},
	{"stream:%s", "流 %s"},
	{"epoch:%s", "周期 %s"},
	{"export:%s", "导出 %s"},
	{"pages:%s", "网页 %s"},
	{"discover:%s", "新话题 %s"},
	{"entry:%d", "条目 %s"},
	{"breach", "泄露事件材料"},
	{"self-audit", "自审计材料"},
	{"running: %s engine %s", "脱敏策略 %s，引擎 %s"},
	{"running: %s", "现用版本 %s"},
	{"policy", "脱敏策略"},
	{"taxonomy", "分类体系"},
	{"lexicon", "分词词典"},
	{"sources", "来源登记"},
	{"users", "用户"},
	{"model.themes", "主题模型"},
	{"model.sentiment", "情感模型"},
	{"words.synonyms", "同义词"},
	{"searches", "保存的检索"},
	{"discover.state", "新话题"},
	{"interventions", "措施"},
	{"reveal", "审批规则"},
	{"officers", "合规官名册"},
	{"officers:%s", "合规官名册 %s"},
	// What the register of sources lacks.
	{"a purpose is missing (PIPL 6)", "缺少处理目的（个人信息保护法第六条）"},
	{"a legal basis is missing (PIPL 13): one of %s", "缺少合法性基础（第十三条），应为其一：%s"},
	{"no notice: what were the persons told (PIPL 17)?", "没有告知：向个人告知了什么（第十七条）？"},
	{"the notice has no date", "告知没有日期"},
	{"no categories of personal data", "没有写明个人信息种类"},
	{"not said where it is stored (PIPL 40)", "没有写明存储地（第四十条）"},
	{"nobody answers for it: give --contact a role or department", "没有负责部门：用 --contact 写明"},
	{"no retention of its own: the general one holds (PIPL 19)", "没有自己的保存期限，按一般期限（第十九条）"},
	{"the basis is consent: say how it was given (PIPL 14)", "以同意为基础：请写明如何取得（第十四条）"},
	{"sensitive data need separate consent (PIPL 29)", "敏感个人信息需要单独同意（第二十九条）"},
	{"a transfer abroad needs separate consent (PIPL 39)", "出境需要单独同意（第三十九条）"},
}

var inLedger = sync.OnceValue(func() []spoken { return readied(ledgerPhrases) })

// ledgerSaid is what the server wrote, for a reader; between is what joins several phrases.
func ledgerSaid(text string, l language, between string) string {
	if l == english || text == "" {
		return text
	}
	list := []string{text}
	if between != "" {
		list = strings.Split(text, between)
	}
	for i, one := range list {
		for _, p := range inLedger() {
			if m := p.is.FindStringSubmatch(one); m != nil {
				parts := make([]any, len(m)-1)
				for j := range parts {
					parts[j] = m[j+1]
				}
				list[i] = fmt.Sprintf(p.zh, parts...)
				break
			}
		}
	}
	return strings.Join(list, between)
}

// after is the end of what an entry is about: a hash, or a version, of what it left.
var after = regexp.MustCompile(`(?:^|, )→ ([^,]*)$`)

// parted is what an entry is about, and what it left.
func parted(about string) (what, left string) {
	if m := after.FindStringSubmatchIndex(about); m != nil {
		return about[:m[0]], about[m[2]:m[3]]
	}
	return about, ""
}

// saysWho is what who acts calls themselves, beside the user that is proven.
var saysWho = regexp.MustCompile(`^(.+) \(says: (.+)\)$`)

// actorSpoken is who acted, for a reader.
func actorSpoken(actor string, l language) string {
	switch m := saysWho.FindStringSubmatch(actor); {
	case l == english:
		return actor
	case actor == "server":
		return "服务器"
	case m != nil:
		return m[1] + "（自称 " + m[2] + "）"
	}
	return actor
}
