package web

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"sync"
)

// RefusedError is why something was not done, in words for who asked for it. Kind is what
// programs are told of it.
type RefusedError struct {
	Text string
	Kind RefusalKind
}

// RefusalKind is what a refusal is of.
type RefusalKind int

// The kinds of refusals.
const (
	RefusedConflict  RefusalKind = iota // it conflicts with how things stand
	RefusedMissing                      // there is no such thing
	RefusedForbidden                    // who asks may not
)

// status is that of an answer.
func (k RefusalKind) status() int {
	switch k {
	case RefusedMissing:
		return http.StatusNotFound
	case RefusedForbidden:
		return http.StatusForbidden
	}
	return http.StatusConflict
}

func (e *RefusedError) Error() string { return e.Text }

// refusedText says what was refused in both languages.
func refusedText(why *RefusedError) say {
	return say{"未能执行：" + inChinese(why.Text), "This could not be done: " + why.Text}
}

// refusals are what the taxonomy, the notes of actions, the discoveries and the custody
// service tell who changes something at the pages.
var refusals = []phrase{
	// What is wrong or suspicious in a taxonomy.
	{"with the entry %q: %s", "编号为 %s 的主题有误：%s"},
	{"the taxonomy has an entry %q already: give the new one an id of its own", "已有编号 %s，请给新主题另取一个编号"},
	{"the taxonomy has no theme %q", "分类体系里没有主题 %s"},
	{"the themes of the taxonomy are written as a flow list: write them as a block, one `- id:` a line", "分类体系的主题写在一行里，无法在此编辑：请改成每个主题一行 `- id:` 的写法"},
	{"the theme %q cannot be found in the file: change it by hand", "文件里找不到主题 %s，请直接修改文件"},
	{"the entry %q cannot be put into this file without changing what it says: change it by hand", "在此修改 %s 会影响文件的其他内容，请直接修改文件"},
	{"the entry %q cannot be put into this file without changing what it says: insert it by hand", "在此添加 %s 会影响文件的其他内容，请直接修改文件"},
	{"%s %d has the id %q: use lower-case letters, digits and hyphens", "编号 %[3]s 不合规则：只能用小写字母、数字和连字符"},
	{"%d entries; at most %d can be compiled", "共 %s 项，最多 %s 项"},
	{"the id is used twice: give each entry an id of its own", "编号重复：每项要有自己的编号"},
	{"a %s needs a name in zh and in en", "中文和英文名称都要填写"},
	{"unknown polarity %q: use complaint, neutral or praise", "褒贬 %s 有误：应为 complaint、neutral 或 praise"},
	{"unknown scope %q: use clause or document", "范围 %s 有误：应为 clause 或 document"},
	{"yields to %q: a theme yields to other themes, by their ids", "让位于 %s：只能写其他主题的编号"},
	{"a %s has no parents: only themes do", "只有主题才能归入维度和痛点"},
	{"unknown dimension %q", "没有维度 %s"},
	{"unknown pain point %q", "没有痛点 %s"},
	{"no cues in zh: the %s will never be found there", "没有中文线索：中文反馈里永远找不到它"},
	{"no cues in en: the %s will never be found there", "没有英文线索：英文反馈里永远找不到它"},
	{"the cue %q is too short to be sure of anything: make it weak, or longer", "线索 %s 太短，容易误判：请改为弱线索，或写长一些"},
	{"the cue %q also belongs to %s: a text will carry both", "线索 %s 也属于主题 %s：同一条反馈会同时归入两者"},
	{"zh %s: %s", "中文 %s：%s"},
	{"en %s: %s", "英文 %s：%s"},
	{"cue %q names the list %s, which `words` does not define", "线索 %s 用到的词表 %s 没有定义"},
	// How cues are written.
	{"cue %q has an empty side", "线索 %s 有一边是空的"},
	{"cue %q has more than two sides", "线索 %s 超过了两边"},
	{"cue %q: a name behind @ stands alone", "线索 %s：@ 之后的名称要单独成一条"},
	{"cue %q: %s", "线索 %s：%s"},
	{"<# without >", "<# 之后缺少 >"},
	{"unknown class %q: there are %s", "没有类别 %s，可用的有 %s"},
	{"a side may be empty", "有一边可能为空"},
	{"in a bracket, a class stands alone between the bars, and none of them is empty", "括号里的类别要单独成一项，且不能有空项"},
	{"a ~ or > stands between blanks", "~ 和 > 的两边要有空格"},
	{"too many alternatives: use fewer or smaller brackets", "可选写法太多：请减少括号或括号里的项"},
	{"alternatives need brackets: (a|b)", "可选写法要放在括号里：(甲|乙)"},
	{"unbalanced bracket", "括号没有配对"},
	{"a bracket has %d alternatives, at most %d are taken", "一个括号里有 %s 项，最多 %s 项"},
	// Notes of actions.
	{"%q is no date: give one such as 2026-05-03", "%s 不是日期，应如 2026-05-03"},
	{"a title of 1 to %d characters is needed", "请填写 1 到 %s 个字的标题"},
	{"%d themes, at most %d", "选了 %s 个主题，最多 %s 个"},
	{"themes and places have at most %d characters", "主题和范围的名称最多 %s 个字"},
	{"the control is the place of the action itself: give another", "对照不能与措施的范围相同"},
	{"say what the action is meant for: a theme, or a place", "请选择措施针对的主题或范围"},
	{"there are %d marks already: remove some", "已有 %s 条记录，请先删除一些"},
	{"there is no mark %q", "没有编号为 %s 的措施"},
	// Saved searches.
	{"a name of 1 to %d characters is needed, on one line", "请填写 1 到 %s 个字的名称，写在一行里"},
	{"a query is needed: an empty one finds everything", "请填写检索式：空的会找到全部反馈"},
	{"the query has more than %d characters", "检索式超过 %s 个字符"},
	{"you have a saved search of this name: %s; remove it, or take another name", "您已有同名的检索（%s）：请删除它，或换个名称"},
	{"you have %d saved searches, which is the most: remove some", "您已保存 %s 个检索，达到上限，请先删除一些"},
	{"there are %d saved searches, which is the most: remove some", "已保存 %s 个检索，达到上限，请先删除一些"},
	{"there is no saved search %q: see \"qingting saved list\"", "没有编号为 %s 的检索：可能已被删除"},
	{"saved search %s belongs to %s, who alone may change it", "检索 %s 属于 %s，只有本人可以更改"},
	{"the name or the query reads as personal data, which a saved search must not hold: search for it without saving, or leave it out", "名称或检索式像是个人信息，不能保存：请只检索不保存，或去掉它"},
	// Discovered themes.
	{"there is no theme %q", "没有话题 %s：可能已被合并或拆分"},
	{"theme %s was merged into %s: decide about that", "话题 %s 已并入 %s，请处理后者"},
	{"theme %s needs a name", "请给话题 %s 起个名字"},
	{"name what is to be merged into %s", "请选择要并入 %s 的话题"},
	{"theme %s cannot be merged into itself", "话题 %s 不能与自己合并"},
	{"theme %s has been split: merge its parts", "话题 %s 已拆分，请合并它的各部分"},
	{"theme %q is merged into nothing", "话题 %s 没有并入别的话题"},
	{"theme %s is a part itself: split %s anew", "话题 %s 本身是拆出的一部分，请重新拆分 %s"},
	{"theme %s has been split before", "话题 %s 已经拆分过"},
	{"splitting %s needs two parts at least", "拆分 %s 至少要写两个部分"},
	{"each part of %s needs a name and terms", "%s 的每个部分都要有名称和区分它的词"},
	{"theme %s is %s: there is nothing to undo", "话题 %s 现在是 %s 状态，没有可恢复的"},
	{"this server does not look for themes: ask one with the ingest role", "这个服务器不查找话题：请访问承担 ingest 角色的进程"},
	{"a name or term reads as personal data, which must not be kept here: choose another", "名称或词像是个人信息，不能保存在这里，请另换一个"},
	{"themes are being looked for just now: try again when that has ended", "正在查找话题，请等它结束后再试"},
	{"the taxonomy in place has no theme %q: add it first", "现在的分类体系里没有主题 %s，请先添加"},
	// The custody service.
	{"an export of more than %d documents needs a second person: narrow the search, or have an officer ask for it with \"qingting approve ask --for export QUERY\"", "超过 %s 条的导出要由另一人批准：请缩小检索范围，或请合规官用 qingting approve ask --for export 申请"},
	{"a rescan is under way: wait until it has ended, or stop it where it was started", "正在重新处理已入库的反馈：请等它结束，或在发起处停止它"},
	{"asking the server: %s", "服务器没有应答：%s"},
	{"there is no such run", "没有这次运行"},
	{"it was stopped", "已被停止"},
}

var inRefusals = sync.OnceValue(func() []spoken { return readied(refusals) })

// inChinese says the lines of a message in Chinese; a line that is not known stays
// English.
func inChinese(message string) string {
	lines := strings.Split(message, "\n")
	for i, line := range lines {
		lines[i] = lineInChinese(line, 0)
	}
	return strings.Join(lines, "；")
}

// mostNested is how many messages one holds, one within the other.
const mostNested = 4

func lineInChinese(message string, depth int) string {
	for _, p := range inRefusals() {
		m := p.is.FindStringSubmatch(message)
		if m == nil {
			continue
		}
		parts := make([]any, len(m)-1)
		for i, part := range m[1:] {
			if parts[i] = part; depth < mostNested {
				parts[i] = lineInChinese(part, depth+1)
			}
		}
		return fmt.Sprintf(p.zh, parts...)
	}
	// An entry of the taxonomy says whose a message is.
	if id, rest, ok := strings.Cut(message, ": "); ok && depth < mostNested && entryID.MatchString(id) {
		if zh := lineInChinese(rest, depth+1); zh != rest {
			return id + "：" + zh
		}
	}
	return message
}

var entryID = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
