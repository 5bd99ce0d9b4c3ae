package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"qingting/ingest/govern"
)

// shownEntries is how many entries of a kind a page lists; audit.json has all.
const shownEntries = 200

// sheet is the pack as a page.
func (a *selfAudit) sheet(t tongue) sheet {
	s := sheet{
		Lang: t, Title: t.say("个人信息保护合规自审计", "Self-audit of the protection of personal data"),
		Notes: []string{
			fmt.Sprintf(t.say("由 %s 于 %s 生成，台账条目 %d。", "Made by %s at %s, ledger entry %d."), a.By, a.Time.UTC().Format(time.RFC3339), a.Entry),
			t.say("依据：《个人信息保护法》第五十四至五十六条、GB/T 46903-2025、GDPR 第三十条。全部数据见 audit.json；台账副本见 ledger 目录，可用 qingting audit verify 离线核验。",
				"Basis: PIPL 54 to 56, GB/T 46903-2025, GDPR 30. All data are in audit.json; a copy of the ledger is in the directory ledger, to be verified offline with qingting audit verify."),
			t.say("密封保存的数据是去标识化数据，而不是匿名化数据。", "What is sealed is de-identified, not anonymous."),
		},
	}
	for _, m := range a.Missing {
		s.Notes = append(s.Notes, t.say("未能取得：", "Not to be had: ")+m)
	}
	s.Sections = []sheetSection{
		a.processing(t), a.problems(t), a.impact(t), a.retention(t), a.covered(t), a.versions(t), a.clocks(t),
		a.entries(t, t.say("还原与释放", "Reveals"), a.Activity.Reveals), a.entries(t, t.say("审批", "Approvals"), a.Activity.Approvals),
		a.entries(t, t.say("删除", "Erasures"), a.Activity.Erasures), a.entries(t, t.say("到期删除的证明", "Proof of retention"), a.Activity.Expiry),
		a.entries(t, t.say("导出与报告", "Exports and reports"), a.Activity.Exports), a.entries(t, t.say("抽样与复核", "Reviews"), a.Activity.Reviews),
		a.entries(t, t.say("设置变更", "Changes of settings"), a.Activity.Settings), a.keyring(t),
		a.entries(t, t.say("密钥事件", "Key events"), a.Activity.Keys), a.entries(t, t.say("失败", "Failures"), a.Activity.Failures), a.chain(t),
	}
	return s
}

func (a *selfAudit) processing(t tongue) sheetSection {
	s := sheetSection{
		Title: t.say("处理活动记录", "Records of processing"),
		Head: []string{
			t.say("来源", "Source"), t.say("目的", "Purposes"), t.say("合法性基础", "Legal basis"), t.say("告知", "Notice"), t.say("个人信息种类", "Categories"),
			t.say("敏感", "Sensitive"), t.say("同意", "Consent"), t.say("存储地", "Stored"), t.say("出境", "Abroad"), t.say("负责人", "Contact"), t.say("受托人", "Processor"),
		},
	}
	for _, r := range a.Sources {
		var bases []string
		for _, b := range govern.Bases() {
			if slices.Contains(r.Bases, b.Code) {
				bases = append(bases, t.say(b.ZH, b.EN))
			}
		}
		abroad := t.say("否", "no")
		if r.Abroad != nil {
			abroad = r.Abroad.To + " (" + r.Abroad.Way + ")"
		}
		s.Rows = append(s.Rows, []string{
			r.Name, strings.Join(r.Purposes, "; "), strings.Join(bases, "; "), strings.TrimSpace(strings.Join([]string{r.Notice.Text, r.Notice.URL, r.Notice.Date}, " ")),
			strings.Join(r.Categories, ", "), yes(t, r.Sensitive), r.Consent, r.Stored, abroad, r.Contact, r.Processor,
		})
	}
	if len(s.Rows) == 0 {
		s.Notes = []string{t.say("没有登记任何来源。", "No source is registered.")}
	}
	return s
}

func yes(t tongue, b bool) string {
	if b {
		return t.say("是", "yes")
	}
	return t.say("否", "no")
}

func (a *selfAudit) problems(t tongue) sheetSection {
	s := sheetSection{Title: t.say("登记中待完善之处", "What the register lacks"), Head: []string{t.say("来源", "Source"), t.say("问题", "Problem")}}
	for _, p := range a.Problems {
		s.Rows = append(s.Rows, []string{p.Source, p.Text})
	}
	for _, name := range sortedBy(a.Coverage.Unknown) {
		s.Rows = append(s.Rows, []string{name, fmt.Sprintf(t.say("未登记，却有 %d 条记录", "not registered, and yet %d records are of it"), a.Coverage.Unknown[name])})
	}
	if len(s.Rows) == 0 {
		s.Notes = []string{t.say("无。", "Nothing.")}
	}
	return s
}

// impact is data for an impact assessment (PIPL 55, 56): when one is due, and
// what it has to weigh.
func (a *selfAudit) impact(t tongue) sheetSection {
	sensitive, abroad, processors := 0, 0, 0
	for _, r := range a.Sources {
		if r.Sensitive {
			sensitive++
		}
		if r.Abroad != nil {
			abroad++
		}
		if r.Processor != "" {
			processors++
		}
	}
	grave := a.Coverage.Grades["3"] + a.Coverage.Grades["4"]
	rows := [][]string{
		{t.say("预期含敏感个人信息的来源", "Sources with sensitive data expected"), strconv.Itoa(sensitive)},
		{t.say("敏感级别 3、4 的记录", "Records of sensitivity 3 and 4"), strconv.Itoa(grave)},
		{t.say("委托处理的来源", "Sources with a processor"), strconv.Itoa(processors)},
		{t.say("出境的来源", "Sources that go abroad"), strconv.Itoa(abroad)},
		{t.say("按策略保留明文的值", "Values that the policy leaves in the clear"), strconv.Itoa(total(a.Coverage.Kept))},
	}
	note := t.say("未发现应当进行影响评估的情形。", "Nothing here that calls for an impact assessment.")
	if sensitive+abroad+processors+grave > 0 {
		note = t.say("处理敏感个人信息、委托处理或者向境外提供的，应当事前进行影响评估，报告和处理情况记录至少保存三年（第五十五、五十六条）。",
			"Sensitive data, a processor or a transfer abroad call for an impact assessment beforehand, whose report is kept three years at least (PIPL 55, 56).")
	}
	return sheetSection{Title: t.say("影响评估数据", "Data for an impact assessment"), Notes: []string{note}, Head: []string{t.say("项目", "What"), t.say("数量", "Count")}, Rows: rows}
}

func total(counts map[string]int) (n int) {
	for _, c := range counts {
		n += c
	}
	return n
}

func (a *selfAudit) retention(t tongue) sheetSection {
	s := sheetSection{Title: t.say("保存期限", "Retention"), Head: []string{t.say("范围", "What"), t.say("密封值", "Sealed values"), t.say("文档", "Documents")}}
	if a.Retention == nil {
		s.Notes = []string{t.say("未设置：密封值由存储流按期限丢弃，台账没有逐次证明。", "None was set: sealed values are dropped by the age of their stream, without proof in the ledger.")}
		return s
	}
	days := func(n int) string {
		if n == 0 {
			return t.say("长期", "for ever")
		}
		return fmt.Sprintf(t.say("%d 天", "%d days"), n)
	}
	s.Rows = append(s.Rows, []string{t.say("一般", "In general"), days(a.Retention.Vault.Days), days(a.Retention.Docs.Days)})
	for _, r := range a.Retention.Sources {
		s.Rows = append(s.Rows, []string{t.say("来源 ", "Source ") + r.Source, days(r.Vault), days(r.Docs)})
	}
	for _, typ := range sortedBy(a.Retention.Vault.Types) {
		s.Rows = append(s.Rows, []string{t.typeName(typ), days(a.Retention.Vault.Types[typ]), ""})
	}
	for _, typ := range sortedBy(a.Retention.Docs.Types) {
		s.Rows = append(s.Rows, []string{t.typeName(typ), "", days(a.Retention.Docs.Types[typ])})
	}
	return s
}

func (a *selfAudit) covered(t tongue) sheetSection {
	c := a.Coverage
	s := sheetSection{
		Title: t.say("脱敏覆盖", "Redaction coverage"),
		Notes: []string{
			fmt.Sprintf(t.say("文档 %d 份，其中 %d 份发现个人信息，%d 份有密封值，%d 份被限制处理。", "%d documents: personal data found in %d, sealed values of %d, %d restricted."),
				c.Documents, c.Redacted, c.Sealed, c.Restricted),
			t.say("此处只计已发现者；遗漏的比例须由抽样复核估计。", "What was found is counted here; how much was missed is for reviews of samples to estimate."),
		},
		Head: []string{t.say("类型", "Type"), t.say("值", "Values"), t.say("记录", "Records"), t.say("其中保留明文", "Of these in the clear")},
	}
	for _, r := range counted(c.Values, func(s string) string { return s }) {
		s.Rows = append(s.Rows, []string{t.typeName(r[0]), r[1], strconv.Itoa(c.Records[r[0]]), strconv.Itoa(c.Kept[r[0]])})
	}
	return s
}

func (a *selfAudit) versions(t tongue) sheetSection {
	s := sheetSection{Title: t.say("版本与敏感级别", "Versions and sensitivity"), Head: []string{t.say("项目", "What"), t.say("记录", "Records")}}
	for _, part := range []struct {
		name   string
		counts map[string]int
		say    func(string) string
	}{
		{t.say("策略", "Policy"), a.Coverage.Policies, func(s string) string { return s }},
		{t.say("引擎", "Engine"), a.Coverage.Engines, func(s string) string { return s }},
		{t.say("敏感级别", "Sensitivity"), a.Coverage.Grades, t.gradeName},
		{t.say("来源", "Source"), a.Coverage.Sources, func(s string) string { return s }},
	} {
		for _, r := range counted(part.counts, part.say) {
			s.Rows = append(s.Rows, []string{part.name + " " + r[0], r[1]})
		}
	}
	return s
}

func (a *selfAudit) clocks(t tongue) sheetSection {
	r := a.Requests
	s := sheetSection{Title: t.say("个人权利请求与时限", "Requests of data subjects, with their clocks"), Head: []string{t.say("项目", "What"), t.say("数量", "Count")}}
	s.Rows = [][]string{
		{t.say("受理", "Opened"), strconv.Itoa(r.Opened)},
		{t.say("办理中", "Open"), strconv.Itoa(r.Open)},
		{t.say("已超期未办结", "Overdue"), strconv.Itoa(r.Overdue)},
		{t.say("办结", "Closed"), strconv.Itoa(r.Closed)},
		{t.say("超期办结", "Closed late"), strconv.Itoa(r.Late)},
		{t.say("平均办理天数", "Mean days to close"), strconv.FormatFloat(r.Days, 'f', 1, 64)},
	}
	for _, k := range sortedBy(r.ByKind) {
		s.Rows = append(s.Rows, []string{t.say("类别 ", "Kind ") + k, strconv.Itoa(r.ByKind[k])})
	}
	for _, k := range sortedBy(r.Outcome) {
		s.Rows = append(s.Rows, []string{t.say("结果 ", "Outcome ") + k, strconv.Itoa(r.Outcome[k])})
	}
	return s
}

// entries is a list from the ledger, the latest of it.
func (a *selfAudit) entries(t tongue, title string, list []listed) sheetSection {
	s := sheetSection{Title: fmt.Sprintf("%s (%d)", title, len(list)), Head: []string{t.say("条目", "Entry"), t.say("时间", "Time"), t.say("操作人", "Actor"), t.say("操作", "Action"), t.say("对象", "About"), t.say("事由", "Why"), t.say("审批人", "Approver")}}
	if len(list) == 0 {
		s.Notes = []string{t.say("无。", "None.")}
	}
	if n := len(list); n > shownEntries {
		s.Notes = []string{fmt.Sprintf(t.say("仅列最近 %d 条，其余见 audit.json。", "The latest %d; all are in audit.json."), shownEntries)}
		list = list[n-shownEntries:]
	}
	for _, l := range list {
		s.Rows = append(s.Rows, []string{strconv.FormatInt(l.Index, 10), l.Time.UTC().Format(time.DateTime), l.Actor, string(l.Action), about(l.Entry), why(l.Entry), l.Approver})
	}
	return s
}

func (a *selfAudit) keyring(t tongue) sheetSection {
	s := sheetSection{Title: t.say("合规官密钥", "The officers' keys"), Head: []string{t.say("合规官", "Officer"), t.say("种类", "Kind"), t.say("指纹", "Fingerprint"), t.say("加入", "Added"), t.say("退役", "Retired")}}
	for _, o := range a.Officers {
		retired := ""
		if o.Retired != nil {
			retired = o.Retired.UTC().Format(time.DateOnly)
		}
		s.Rows = append(s.Rows, []string{o.Name, string(o.Kind), o.Fingerprint(), o.Added.UTC().Format(time.DateOnly), retired})
	}
	return s
}

func (a *selfAudit) chain(t tongue) sheetSection {
	l := a.Ledger
	s := sheetSection{Title: t.say("台账核验", "The ledger, verified"), Head: []string{t.say("操作", "Action"), t.say("条目数", "Entries")}, Rows: counted(a.Activity.ByAction, func(s string) string { return s })}
	s.Notes = []string{fmt.Sprintf(t.say("共 %d 条，始于 %s。", "%d entries, the first of %s."), l.Entries, l.First.UTC().Format(time.RFC3339))}
	switch v := l.Verified; {
	case v == nil:
		s.Notes = append(s.Notes, t.say("未核验。", "Not verified."))
	case v.OK():
		s.Notes = append(s.Notes, fmt.Sprintf(t.say("%s：%d 条已签名，%d 个检查点，%d 个见证，全部相符。", "%s: %d entries signed, %d checkpoints, %d witnesses, all as signed."), v.Origin, v.Size, v.Checkpoints, len(v.Witnesses)))
	default:
		for _, f := range v.Faults {
			s.Notes = append(s.Notes, string(f.Kind)+": "+f.Text)
		}
	}
	return s
}
