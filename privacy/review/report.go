package review

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"qingting/privacy/audit"
	"qingting/privacy/review/paper"
	"qingting/privacy/rule"
)

// Facts are what a report states beside the state of the review.
type Facts struct {
	Lang       string // "zh" or "en"
	Time       time.Time
	Log        string // origin of the ledger
	Checkpoint audit.Checkpoint
	Gaps       []Gap
}

// reporter writes a report in one language.
type reporter struct {
	st  *State
	f   Facts
	p   Progress
	r   Result
	zh  bool
	doc *paper.Document
}

// Report sets the residual-risk report of a review: what the sample says of the
// personal data that redaction has left. It holds no value and no text.
func (st *State) Report(f Facts) *paper.Document {
	w := &reporter{st: st, f: f, p: st.Progress(), r: st.Result(), zh: f.Lang != "en"}
	w.doc = &paper.Document{
		Lang:   map[bool]string{true: "zh", false: "en"}[w.zh],
		Title:  w.say("个人信息去标识化残留风险评估报告", "Report on the residual risk of de-identification"),
		Footer: w.say("样本 ", "Sample ") + st.Sample.ID + w.say("，台账 ", ", ledger ") + f.Log,
	}
	w.conclusion()
	w.scope()
	w.method()
	w.sample()
	w.verdicts()
	w.agreement()
	w.gaps()
	w.limits()
	w.ledger()
	return w.doc
}

func (w *reporter) say(zh, en string) string {
	if w.zh {
		return zh
	}
	return en
}

func (w *reporter) heading(zh, en string) {
	w.doc.Blocks = append(w.doc.Blocks, paper.Heading{Level: 2, Text: w.say(zh, en)})
}

func (w *reporter) sub(zh, en string) {
	w.doc.Blocks = append(w.doc.Blocks, paper.Heading{Level: 3, Text: w.say(zh, en)})
}

func (w *reporter) text(zh, en string, args ...any) {
	w.doc.Blocks = append(w.doc.Blocks, paper.Text(fmt.Sprintf(w.say(zh, en), args...)))
}

func (w *reporter) table(t paper.Table) { w.doc.Blocks = append(w.doc.Blocks, t) }

// facts is a table of what is called so and what it is.
func (w *reporter) facts(rows ...[]string) {
	w.table(paper.Table{Head: []string{w.say("项目", "Item"), w.say("内容", "Value")}, Rows: rows, Widths: []float64{0.36, 0.64}})
}

func (w *reporter) row(zh, en, value string) []string { return []string{w.say(zh, en), value} }

func number(n int) string { return strconv.Itoa(n) }

func (w *reporter) typeName(t string) string {
	if t == "" {
		return w.say("合计（任一类型）", "any type")
	}
	zh, en := rule.Labels(rule.Type(t))
	if w.zh && zh != en {
		return zh + " " + t
	}
	return t
}

func (w *reporter) conclusion() {
	s, sure := w.st.Sample, strconv.FormatFloat(w.r.Confidence*100, 'f', -1, 64)+" %"
	w.heading("一、结论", "1. Conclusion")
	if !w.r.Complete || w.p.Undecided > 0 {
		w.text("本报告为中期报告：样本 %d 份文档中 %d 份已复核，%d 处分歧未决。下列数字仅就已复核部分而言，不得作为结论。",
			"This report is interim: of %d documents in the sample %d were judged, disagreements on %d are open. The figures speak of what was judged, and are no conclusion.",
			w.p.Items, w.p.Judged, w.p.Undecided)
	}
	if w.r.Missed.Judged == 0 {
		w.text("还没有复核任何文档，因此什么也不能说明。", "No document was judged yet: nothing follows.")
		return
	}
	w.text("在 %s 的置信水平下，总体 %d 份文档中含有漏遮个人信息的比例不超过 %s，即至多 %d 份。",
		"At a confidence of %s, of %d documents at most a share of %s has personal data left in it: %d documents at most.",
		sure, s.Population, Percent(w.r.Missed.Upper), w.r.Missed.AtMost())
	met := w.say("未达到", "missed")
	if w.r.Met {
		met = w.say("达到", "met")
	}
	more := w.say("不需要", "none")
	switch {
	case w.r.More < 0:
		more = w.say("扩大样本不能达到目标", "no number would do")
	case w.r.More > 0:
		more = number(w.r.More)
	}
	w.facts(
		w.row("漏遮文档比例上限", "Upper bound of documents with a miss", Percent(w.r.Missed.Upper)),
		w.row("漏遮文档比例估计", "Estimated share", Percent(w.r.Missed.Share)),
		w.row("样本中的漏遮文档", "Documents of the sample with a miss", fmt.Sprintf("%d / %d", w.r.Missed.Documents, w.r.Missed.Judged)),
		w.row("目标", "Target", Percent(s.Target)+w.say("，", ", ")+met),
		w.row("达到目标还需复核（其中无漏遮时）", "Documents still needed for the target, with no miss in them", more),
		w.row("遮盖召回率估计（按处，无精确界限）", "Estimated recall, by place, without an exact bound", fmt.Sprintf("%.2f %%", w.r.Recall*100)),
	)
	w.text("密封保存的原值可由合规官恢复，故文档属于去标识化的个人信息，不是匿名化信息（《个人信息保护法》第七十三条）。",
		"Officers can restore the sealed values: the documents are de-identified personal information and not anonymous (PIPL, article 73).")
}

func (w *reporter) scope() {
	s := w.st.Sample
	w.heading("二、范围", "2. Scope")
	all := w.say("全部", "all")
	or := func(v string) string {
		if v == "" {
			return all
		}
		return v
	}
	rows := [][]string{
		w.row("样本编号", "Sample", s.ID),
		w.row("抽样时间", "Drawn", s.Time.Format(time.RFC3339)),
		w.row("月份", "Months", or(s.Scope.From)+" - "+or(s.Scope.To)),
		w.row("渠道", "Channel", or(s.Scope.Channel)),
		w.row("总体（文档，各取最新版本）", "Population (documents, the latest version of each)", number(s.Population)),
		w.row("总体摘要 SHA-256", "SHA-256 of the population", s.Digest),
		w.row("随机种子", "Seed", s.Seed),
	}
	reasons := map[string]string{"restricted": w.say("限制处理", "restricted"), "outside the scope": w.say("范围之外", "outside the scope"), "unreadable": w.say("无法读取", "unreadable")}
	for _, why := range []string{"outside the scope", "restricted", "unreadable"} {
		if n := s.Left[why]; n > 0 {
			rows = append(rows, w.row("未纳入："+reasons[why], "Left out: "+why, number(n)))
		}
	}
	w.facts(rows...)
	t := paper.Table{
		Head:   []string{w.say("脱敏策略", "Policy"), w.say("检测引擎", "Engine"), w.say("主题词表", "Taxonomy"), w.say("文档", "Documents")},
		Widths: []float64{0.3, 0.2, 0.3, 0.2}, Numbers: []int{3},
	}
	for _, v := range s.Versions {
		t.Rows = append(t.Rows, []string{v.Policy, v.Engine, v.Taxonomy, number(v.Documents)})
	}
	w.table(t)
}

func (w *reporter) method() {
	w.heading("三、方法", "3. Method")
	w.text("依据 GB/T 42460-2023《信息安全技术 个人信息去标识化效果评估指南》，以抽样定量评估直接标识符的残留。抽样单元为文档；未检出任何个人信息的文档与其他文档同样入样，因此漏遮可以被看到。",
		"In the sense of GB/T 42460-2023 (guide for evaluating the effectiveness of de-identification), the direct identifiers that remain are measured on a sample. The unit is the document. Documents in which nothing was found are drawn like all others, so that a miss can be seen.")
	w.text("在各单元（见第四节）内，每份文档入样概率相同。抽取用枢轴法（Deville 与 Tillé，Biometrika 85，1998），沿分层树进行：置信区间，其下检出类型，其下渠道，其下月份；树的每个结点上样本与总体成比例，相差不超过一份。",
		"Within a cell (section 4) every document had the same chance. The draw is the pivotal method (Deville and Tillé, Biometrika 85, 1998) along a tree: confidence band, below it the types found, then channel, then month. At each node the sample is in proportion, to within one document.")
	w.text("上限为 Clopper-Pearson 精确上限（Biometrika 26，1934），不依赖大样本近似：枢轴样本中某类文档数的分布等同于独立试验之和（Brändén 与 Jonasson，Scand. J. Statist. 39，2012），其下尾不重于同均值的二项分布（Hoeffding，Ann. Math. Statist. 27，1956）。多个单元以 Bonferroni 法合并，各自的错误份额在抽样时即已固定。各类型的上限分别成立，并非联合成立。",
		"Upper bounds are those of Clopper and Pearson (Biometrika 26, 1934) and need no large sample: the number of documents of a kind in a pivotal sample is distributed as a sum of independent trials (Brändén and Jonasson, Scand. J. Statist. 39, 2012), whose lower tail is no heavier than the binomial one (Hoeffding, Ann. Math. Statist. 27, 1956). Cells are joined by Bonferroni, with shares of the error that were fixed at the draw. The bound of each type holds by itself; they do not hold jointly.")
	w.text("两名复核人结论不一而未裁定时，任一人所见的漏遮均计为漏遮。",
		"Where two reviewers differ and nobody has decided, a miss that either saw counts.")
}

func (w *reporter) sample() {
	s := w.st.Sample
	w.heading("四、样本", "4. Sample")
	t := paper.Table{
		Head:    []string{w.say("单元", "Cell"), w.say("置信区间", "Bands"), w.say("总体", "Population"), w.say("样本", "Sample"), w.say("错误份额", "Share of the error")},
		Numbers: []int{2, 3, 4}, Widths: []float64{0.12, 0.4, 0.16, 0.14, 0.18},
	}
	for i, c := range s.Cells {
		var bands []string
		for _, b := range c.Bands {
			bands = append(bands, w.bandName(string(b)))
		}
		t.Rows = append(t.Rows, []string{number(i + 1), strings.Join(bands, w.say("、", ", ")), number(c.Population), number(c.Size), strconv.FormatFloat(c.Alpha, 'f', 5, 64)})
	}
	w.table(t)
	for _, dim := range []struct{ name, zh, en string }{
		{"band", "按最低置信度", "By the lowest confidence"},
		{"type", "按检出类型（一份文档可有多种）", "By type found (a document may have several)"},
		{"channel", "按渠道", "By channel"},
		{"month", "按月份", "By month"},
	} {
		t := paper.Table{Head: []string{"", w.say("总体", "Population"), w.say("样本", "Sample")}, Numbers: []int{1, 2}, Widths: []float64{0.6, 0.2, 0.2}}
		for _, st := range s.Strata {
			if st.Dimension != dim.name {
				continue
			}
			name := st.Value
			switch {
			case dim.name == "band":
				name = w.bandName(name)
			case dim.name == "type" && name == "":
				name = w.say("未检出", "nothing found")
			case dim.name == "type":
				name = w.typeName(name)
			case name == "":
				name = w.say("未注明", "not given")
			}
			t.Rows = append(t.Rows, []string{name, number(st.Population), number(st.Size)})
		}
		w.sub(dim.zh, dim.en)
		w.table(t)
	}
}

func (w *reporter) bandName(b string) string {
	return map[Band]string{
		None: w.say("未检出", "nothing found"), Low: w.say("低于 0.7", "below 0.7"), Mid: w.say("0.7 至 0.9", "0.7 to 0.9"), High: w.say("0.9 及以上", "0.9 and above"),
	}[Band(b)]
}

func (w *reporter) verdicts() {
	w.heading("五、复核结果", "5. Verdicts")
	counts := make(map[string]int)
	reviewers := make(map[string]bool)
	for i := range w.st.Items {
		s := &w.st.Items[i]
		for _, v := range s.Counts() {
			counts[v.Outcome]++
		}
		for _, r := range s.Readings {
			reviewers[r.Reviewer] = true
		}
	}
	var names []string
	for n := range reviewers {
		names = append(names, n)
	}
	slices.Sort(names)
	w.facts(
		w.row("复核人", "Reviewers", strings.Join(names, w.say("、", ", "))),
		w.row("已复核文档", "Documents judged", fmt.Sprintf("%d / %d", w.p.Judged, w.p.Items)),
		w.row("复核前已删除或限制处理", "Erased or restricted before", number(w.p.Gone)),
		w.row("抽样后版本有变", "Judged as another version than was drawn", number(w.p.Changed)),
		w.row("遮盖正确（处）", "Hidden and right (places)", number(counts[Right])),
		w.row("类型错误（处）", "Wrong type (places)", number(counts[WrongType])),
		w.row("遮盖过宽（处）", "Too wide (places)", number(counts[TooWide])),
		w.row("误遮（处）", "Should not have been hidden (places)", number(counts[NotPersonal])),
		w.row("漏遮（处）", "Missed (places)", number(counts[Missed])),
	)
	w.sub("漏遮：占总体文档的比例", "Missed: share of all documents")
	w.estimates(slices.Concat([]Estimate{w.r.Missed}, w.r.MissedTypes))
	w.sub("误遮：占有该类遮盖的文档的比例", "Hidden and not personal: share of the documents in which the type was hidden")
	w.estimates(slices.Concat([]Estimate{w.r.False}, w.r.FalseTypes))
}

func (w *reporter) estimates(list []Estimate) {
	t := paper.Table{
		Head: []string{
			w.say("类型", "Type"), w.say("样本中", "Seen"), w.say("复核", "Judged"), w.say("估计", "Estimate"), w.say("上限", "At most"), w.say("至多（文档）", "Documents"),
		},
		Numbers: []int{1, 2, 3, 4, 5}, Widths: []float64{0.38, 0.11, 0.11, 0.13, 0.13, 0.14},
	}
	for _, e := range list {
		t.Rows = append(t.Rows, []string{
			w.typeName(e.Type), number(e.Documents), number(e.Judged), Percent(e.Share), Percent(e.Upper), fmt.Sprintf("%d / %d", e.AtMost(), e.Of),
		})
	}
	w.table(t)
}

func (w *reporter) agreement() {
	w.heading("六、复核一致性", "6. Agreement")
	documents, places := w.st.Agreements()
	if documents.Items == 0 {
		w.text("没有文档由第二人独立复核，因此本报告对复核人自身的疏漏没有任何依据。",
			"No document was judged by a second reviewer: nothing tells what the reviewer overlooked.")
		return
	}
	w.text("第二复核人在界面中看不到第一复核人的结论。未决分歧 %d 处。", "The second reviewer's desk does not show what the first one said. Documents with open disagreements: %d.", w.p.Undecided)
	t := paper.Table{
		Head:    []string{"", w.say("项目数", "Items"), w.say("一致", "Same"), w.say("一致率", "Raw agreement"), "Cohen κ"},
		Numbers: []int{1, 2, 3, 4}, Widths: []float64{0.4, 0.15, 0.15, 0.15, 0.15},
	}
	for _, a := range []struct {
		name string
		Agreement
	}{{w.say("文档是否漏遮", "Documents: anything missed"), documents}, {w.say("已遮盖处的结论", "Places hidden: the verdict"), places}} {
		kappa := w.say("无定义", "undefined")
		if a.Defined {
			kappa = fmt.Sprintf("%.2f", a.Kappa)
		}
		raw := w.say("无", "none")
		if a.Items > 0 {
			raw = fmt.Sprintf("%.1f %%", a.Raw*100)
		}
		t.Rows = append(t.Rows, []string{a.name, number(a.Items), number(a.Same), raw, kappa})
	}
	w.table(t)
}

func (w *reporter) gaps() {
	w.heading("七、规则缺口", "7. Gaps in the rules")
	if len(w.f.Gaps) == 0 {
		w.text("未见漏遮。", "Nothing was seen to be missed.")
		return
	}
	w.text("漏遮之处以字符类别及附近的提示词记录，不含原文。", "What was missed is described by classes of characters and by cue words near by; the values are not recorded.")
	t := paper.Table{
		Head:    []string{w.say("次数", "Times"), w.say("类型", "Type"), w.say("形态", "Shape"), w.say("附近", "Near by")},
		Numbers: []int{0}, Widths: []float64{0.1, 0.3, 0.3, 0.3},
	}
	for _, g := range w.f.Gaps {
		t.Rows = append(t.Rows, []string{number(g.Times), w.typeName(g.Type), g.Shape, strings.Join(g.Cues, " ")})
	}
	w.table(t)
}

func (w *reporter) limits() {
	w.heading("八、本报告不能说明的", "8. What this report does not show")
	for _, t := range [][2]string{
		{"复核人自己看漏的内容：一致性只能间接反映。", "What reviewers overlooked: agreement tells of it only indirectly."},
		{"抽样之后到达或改动的文档。", "Documents that came or changed after the draw."},
		{"准标识符组合造成的重标识风险：小数抑制与导出时的 k 值另行评估。", "Re-identification by combinations of quasi-identifiers: small counts and the k of exports are assessed apart."},
		{"样本不足以看到的罕见类型：其上限接近总体上限，不代表其风险高，也不代表其风险低。", "Types too rare for the sample: their bound says neither that the risk is high nor that it is low."},
		{"抽样后、复核前被删除的文档：不计入样本。", "Documents that were erased between draw and review: they are left out."},
		{"重复抽样而只报告其一：台账记有每一次抽样。", "A sample that was drawn again until it pleased: the ledger has every draw."},
	} {
		w.text("· "+t[0], "· "+t[1])
	}
}

func (w *reporter) ledger() {
	w.heading("九、台账与核验", "9. Ledger and verification")
	entries := w.say("无", "none")
	if w.st.First >= 0 {
		entries = fmt.Sprintf("%d - %d", w.st.First, w.st.Last)
	}
	w.facts(
		w.row("台账", "Ledger", w.f.Log),
		w.row("抽样记录", "Entry of the draw", strconv.FormatInt(w.st.Entry, 10)),
		w.row("复核记录", "Entries of the review, from - to", entries),
		w.row("检查点（条数）", "Checkpoint, entries", strconv.FormatInt(w.f.Checkpoint.Size, 10)),
		w.row("检查点（根）", "Checkpoint, root", w.f.Checkpoint.Root.String()),
		w.row("报告时间", "Report made", w.f.Time.UTC().Format(time.RFC3339)),
	)
	w.text("本文件的 SHA-256 记入台账；随附的证明文件（文件名加 .proof）证明该记录在签名检查点之内。核验：qingting audit report --verify 文件 --key ledger.pub",
		"The SHA-256 of this file is in the ledger; the proof beside it (its name and .proof) shows that entry to be under a signed checkpoint. To verify: qingting audit report --verify FILE --key ledger.pub")
}
