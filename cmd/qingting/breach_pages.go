package main

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"qingting/privacy/grade"
	"qingting/privacy/rule"
)

// typeName is what readers call a type of personal data.
func (t tongue) typeName(typ string) string {
	zh, en := rule.Labels(rule.Type(typ))
	if zh == "" {
		return typ
	}
	return t.say(zh, en)
}

// blank is what a person must fill in by hand.
func (t tongue) blank(zh, en string) string {
	return t.say("【待填写："+zh+"】", "[to be filled in: "+en+"]")
}

// counted is a table of counts, most first.
func counted(counts map[string]int, name func(string) string) (rows [][]string) {
	keys := sortedBy(counts)
	slices.SortStableFunc(keys, func(a, b string) int { return counts[b] - counts[a] })
	for _, k := range keys {
		rows = append(rows, []string{name(k), strconv.Itoa(counts[k])})
	}
	return rows
}

// typeRows are types by records, with whether each is sensitive.
func (t tongue) typeRows(counts map[string]int) (rows [][]string) {
	for _, r := range counted(counts, func(s string) string { return s }) {
		sensitive := t.say("否", "no")
		if grade.Sensitive(rule.Type(r[0])) {
			sensitive = t.say("是", "yes")
		}
		rows = append(rows, []string{t.typeName(r[0]), r[1], sensitive})
	}
	return rows
}

func (t tongue) typeHead() []string {
	return []string{t.say("个人信息类型", "Type of personal data"), t.say("记录数", "Records"), t.say("敏感个人信息", "Sensitive")}
}

func (t tongue) gradeName(level string) string {
	switch level {
	case "1":
		return t.say("1 未发现个人信息", "1 no personal data found")
	case "2":
		return t.say("2 一般个人信息", "2 personal data")
	case "3":
		return t.say("3 敏感个人信息", "3 sensitive personal data")
	case "4":
		return t.say("4 多类敏感个人信息，或可联系到个人的敏感个人信息", "4 several sensitive kinds, or sensitive data of a reachable person")
	}
	return t.say("未分级", "not graded")
}

func (b *breach) span(t tongue) string {
	if b.Records == 0 {
		return t.say("没有符合条件的记录。", "No record matches.")
	}
	return fmt.Sprintf(t.say("收到时间 %s 至 %s（UTC）。", "Received %s to %s (UTC)."), b.First.UTC().Format(time.DateTime), b.Last.UTC().Format(time.DateTime))
}

func (b *breach) sheet(t tongue) sheet {
	same := func(s string) string {
		if s == "" {
			return t.say("未知", "unknown")
		}
		return s
	}
	return sheet{
		Lang: t, Title: t.say("个人信息泄露影响范围", "Reach of a breach of personal data"),
		Notes: []string{
			fmt.Sprintf(t.say("由 %s 于 %s 生成，台账条目 %d。", "Made by %s at %s, ledger entry %d."), b.By, b.Time.UTC().Format(time.RFC3339), b.Entry),
			b.span(t),
			t.say("个人以令牌表示；令牌仅在取得密钥者手中可以比对。明细见 records.csv 与 subjects.csv，汇总见 summary.json。",
				"Persons appear as tokens, which only who holds the key can compare. Details are in records.csv and subjects.csv, figures in summary.json."),
			t.say("原值以密文保存，只有合规官的身份文件能够打开。若泄露的仅是密文或脱敏文档，请在通知中据实说明。",
				"Original values are stored sealed and opened by officers' identities alone. If only ciphertext or redacted documents leaked, say so in the notices."),
		},
		Sections: []sheetSection{
			{Title: t.say("数量", "Figures"), Head: []string{t.say("项目", "What"), t.say("数量", "Count")}, Rows: [][]string{
				{t.say("记录", "Records"), strconv.Itoa(b.Records)},
				{t.say("含密封原值的记录", "Records with sealed values"), strconv.Itoa(b.Sealed)},
				{t.say("客户（按假名）", "Customers, by pseudonym"), strconv.Itoa(b.Persons)},
				{t.say("标识（按令牌）", "Identifiers, by token"), strconv.Itoa(b.Tokens)},
				{t.say("不能归到个人的记录", "Records of nobody known"), strconv.Itoa(b.Unknown)},
			}},
			{Title: t.say("个人信息类型", "Types of personal data"), Head: t.typeHead(), Rows: t.typeRows(b.Types)},
			{Title: t.say("敏感级别", "Sensitivity"), Head: []string{t.say("级别", "Level"), t.say("记录数", "Records")}, Rows: counted(b.Grades, t.gradeName)},
			{Title: t.say("来源", "Sources"), Head: []string{t.say("来源", "Source"), t.say("记录数", "Records")}, Rows: counted(b.BySource, same)},
			{Title: t.say("地区", "Regions"), Head: []string{t.say("地区", "Region"), t.say("记录数", "Records")}, Rows: counted(b.ByRegion, same)},
			{Title: t.say("密钥周期", "Epochs"), Head: []string{t.say("周期", "Epoch"), t.say("记录数", "Records")}, Rows: counted(b.ByEpoch, same)},
		},
	}
}

// harm lists what may come of it, by what was found.
func (b *breach) harm(t tongue) (list []string) {
	kinds := maps.Clone(b.because)
	for typ := range b.Types {
		kinds[grade.Kind(rule.Type(typ))] = true
	}
	for _, h := range []struct{ kind, zh, en string }{
		{grade.Identity, "证件号码被冒用", "identity documents used in somebody's name"},
		{grade.Account, "账户、密码被盗用，造成财产损失", "accounts and passwords abused, loss of money"},
		{grade.Location, "住址、行踪暴露，人身安全受到威胁", "home or whereabouts known, danger to the person"},
		{grade.Health, "健康状况被知悉，受到歧视", "state of health known, discrimination"},
		{grade.Minor, "未成年人受到侵害", "harm to a child"},
		{grade.Contact, "骚扰、诈骗电话和短信", "nuisance and fraudulent calls and messages"},
		{grade.Device, "设备、线路被识别和跟踪", "devices and lines recognised and tracked"},
		{grade.Name, "与其他信息结合后身份被识别", "identification together with other data"},
	} {
		if kinds[h.kind] {
			list = append(list, t.say(h.zh, h.en))
		}
	}
	if len(list) == 0 {
		list = append(list, t.blank("可能的危害", "possible harm"))
	}
	return list
}

func (b *breach) typesInWords(t tongue) string {
	var names []string
	for _, typ := range sortedBy(b.Types) {
		names = append(names, t.typeName(typ))
	}
	if len(names) == 0 {
		return t.say("未发现", "none found")
	}
	return strings.Join(names, t.say("、", ", "))
}

// contents are the three points of PIPL art. 57, for either reader.
func (b *breach) contents(t tongue, advice []string) []sheetSection {
	return []sheetSection{
		{Title: t.say("一、信息种类、原因和可能造成的危害", "1. What, why, and what may come of it"), Notes: append([]string{
			t.say("涉及的个人信息种类：", "Types of personal data: ") + b.typesInWords(t) + t.say("。", "."),
			t.say("原因：", "Cause: ") + t.blank("泄露、篡改或者丢失的原因和经过", "how it leaked, was changed or lost"),
			t.say("可能造成的危害：", "Possible harm:"),
		}, b.harm(t)...)},
		{Title: t.say("二、补救措施与减轻危害的措施", "2. What was done, and what lessens the harm"), Notes: append([]string{
			t.say("已采取的补救措施：", "Measures taken: ") + t.blank("补救措施", "measures"),
			t.say("已有的保护：原值以密文保存，密钥由合规官另行保管；对外展示的文本已去标识化。", "Protection in place: original values are stored sealed, their keys kept apart by officers; the texts on show are de-identified."),
		}, advice...)},
		{Title: t.say("三、联系方式", "3. Whom to ask"), Notes: []string{
			t.blank("个人信息处理者名称、个人信息保护负责人和联系方式", "name of the controller, person in charge of personal data, how to reach them"),
		}},
	}
}

func (b *breach) toAuthority(t tongue) sheet {
	s := sheet{
		Lang: t, Title: t.say("个人信息安全事件报告（草稿）", "Report of a breach of personal data (draft)"),
		Notes: []string{
			t.say("致：", "To: ") + t.blank("履行个人信息保护职责的部门", "authority in charge of protecting personal information"),
			t.say("依据《中华人民共和国个人信息保护法》第五十七条报告如下。", "Under art. 57 of the Personal Information Protection Law of the PRC (GDPR art. 33 alike) we report:"),
			fmt.Sprintf(t.say("涉及记录 %d 条、客户 %d 人（按假名计）、不能归到个人的记录 %d 条。", "%d records, %d customers (by pseudonym), %d records of nobody known."), b.Records, b.Persons, b.Unknown) + " " + b.span(t),
			t.say("发现时间：", "Discovered: ") + t.blank("发现时间", "when"),
		},
	}
	s.Sections = append(b.contents(t, nil), sheetSection{
		Title: t.say("附：影响范围", "Annex: reach"), Head: t.typeHead(), Rows: t.typeRows(b.Types),
	})
	return s
}

func (b *breach) toPersons(t tongue) sheet {
	return sheet{
		Lang: t, Title: t.say("关于个人信息安全事件的通知（草稿）", "Notice of a breach of your personal data (draft)"),
		Notes: []string{
			t.say("尊敬的客户：", "Dear customer,"),
			t.say("我们在处理您的反馈意见时发生了个人信息安全事件，现依据《个人信息保护法》第五十七条告知您。", "personal data in your feedback to us was affected by a breach. Under art. 57 of the Personal Information Protection Law we tell you:"),
		},
		Sections: b.contents(t, []string{
			t.say("您可以采取的措施：警惕自称客服、公检法的来电；不要向任何人提供验证码；修改在反馈中提到过的密码；关注账户变动。",
				"What you can do: be wary of callers who say they are our staff or the police; give no code to anybody; change any password you told us in feedback; watch your accounts."),
		}),
	}
}
