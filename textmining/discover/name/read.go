package name

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"qingting/textmining/segment"
)

// class says what part a word can play in a phrase.
type class uint8

const (
	content class = iota + 1
	short         // one Chinese character that tells something: 差, 慢, 贵
	denial        // 没, 无法: may begin a phrase
	glue          // stands within a phrase, never at its edge: 被, of
	private       // a person or a coded place: part of nothing
)

// stop marks the end of a clause, or something that no phrase may hold.
const stop = int32(-1)

// word is a distinct folded word.
type word struct {
	text  string // as it is written most often, folded
	class class
	tag   string
	runes int
	latin bool
}

// item is a word where it stands.
type item struct {
	word       int32 // stop between runs
	start, end int32 // bytes of the document
}

// corpus is what was read: all documents in order of their customers.
type corpus struct {
	docs      []Document
	order     []int   // place → index into docs
	customer  []int32 // place → customer, from 0, not falling
	cluster   []int32 // place → index into numbers, -1 for none
	first     []int   // place → index of its first item; one more at the end
	items     []item
	words     []word
	forms     []map[string]int // word → how often each form of it is written
	numbers   []int            // cluster numbers, in order
	customers []int            // cluster → its customers
	sizes     []int            // cluster → its documents
	all       int              // customers
	index     map[string]int32 // word → its number
}

func read(docs []Document) *corpus {
	c := &corpus{docs: docs, order: make([]int, len(docs))}
	for i := range docs {
		c.order[i] = i
		if n := docs[i].Cluster; n >= 0 {
			c.numbers = append(c.numbers, n)
		}
	}
	slices.Sort(c.numbers)
	c.numbers = slices.Compact(c.numbers)
	slices.SortStableFunc(c.order, func(a, b int) int { return cmp.Compare(docs[a].Customer, docs[b].Customer) })
	c.customers, c.sizes = make([]int, len(c.numbers)), make([]int, len(c.numbers))
	seen := make([]int32, len(c.numbers))
	c.index = map[string]int32{}
	for place, i := range c.order {
		d := &docs[i]
		if place == 0 || d.Customer == "" || d.Customer != docs[c.order[place-1]].Customer {
			c.all++
		}
		c.customer = append(c.customer, int32(c.all-1))
		n, in := slices.BinarySearch(c.numbers, d.Cluster)
		if !in {
			n = -1
		} else {
			c.sizes[n]++
			if seen[n] != int32(c.all) {
				seen[n] = int32(c.all)
				c.customers[n]++
			}
		}
		c.cluster = append(c.cluster, int32(n))
		c.first = append(c.first, len(c.items))
		c.read(d)
	}
	c.first = append(c.first, len(c.items))
	for n, forms := range c.forms {
		most := 0
		for _, f := range slices.Sorted(maps.Keys(forms)) {
			if forms[f] > most {
				c.words[n].text, most = f, forms[f]
			}
		}
	}
	c.forms = nil
	return c
}

// read enters the items of one document.
func (c *corpus) read(d *Document) {
	cut := func() {
		if n := len(c.items); n > 0 && c.items[n-1].word != stop {
			c.items = append(c.items, item{word: stop})
		}
	}
	defer cut()
	mention, counted := false, false
	for i, t := range d.Tokens {
		text := d.Text[t.Start:t.End]
		after := counted // 3 in 3天, A7 in A7县: what follows belongs to it
		counted = false
		if mention { // @somebody ends at white space or a mark
			if mention = t.Kind == segment.Word || t.Kind == segment.Latin || t.Kind == segment.Number || text == "_" || text == "-"; mention {
				continue
			}
		}
		switch t.Kind {
		case segment.Word, segment.Latin:
		case segment.Space:
			if i == 0 || i+1 == len(d.Tokens) || strings.ContainsAny(text, "\n\r") || d.Tokens[i-1].Kind != segment.Latin && d.Tokens[i+1].Kind != segment.Latin {
				cut()
			}
			continue
		default:
			if text == "-" && i > 0 && i+1 < len(d.Tokens) && d.Tokens[i-1].Kind == segment.Latin && d.Tokens[i+1].Kind == segment.Latin {
				continue // top-up is top up
			}
			mention = text == "@" || text == "＠"
			counted = t.Kind == segment.Number
			cut()
			continue
		}
		folded := plainly(segment.Fold(text))
		if t.Kind == segment.Latin && len(folded) == 1 && i+1 < len(d.Tokens) && d.Tokens[i+1].Kind == segment.Word { // A市
			counted = true
			cut()
			continue
		}
		if dropped[folded] {
			continue
		}
		if after && t.Kind == segment.Word && utf8.RuneCountInString(folded) == 1 {
			continue
		}
		key := folded
		if t.Kind == segment.Latin {
			key = singular(folded)
		}
		n, ok := c.index[key]
		if !ok {
			n = int32(len(c.words))
			c.index[key] = n
			c.words = append(c.words, word{text: folded, class: classOf(folded, t), tag: t.Tag, runes: utf8.RuneCountInString(folded), latin: t.Kind == segment.Latin})
			c.forms = append(c.forms, map[string]int{})
		}
		if t.Kind == segment.Latin {
			c.forms[n][folded]++
		}
		if c.words[n].class == private {
			counted = t.Kind == segment.Latin
			cut()
			continue
		}
		c.items = append(c.items, item{n, int32(t.Start), int32(t.End)})
	}
}

// dropped are words that a phrase says as well without: degree, time, particles.
var dropped = set(`的 地 得 了 着 过 很 太 非常 真 真的 好 特别 超 超级 极 极其 十分 更 最 挺 也 都 就 才 又 再 还 还是 却 竟 竟然 居然 总 总是 老 老是 一直 经常 常常 时常 已 已经 仍 仍然 依然 始终 至今 这么 那么 这样 那样
the a an my our your their his her its this that these those so very really too just still also always even is are was were be been am has have had`)

// empty are words that feedback of every kind is made of and that name nothing
// at the edge of a phrase.
var empty = set(`投诉 反映 咨询 请求 恳请 恳求 希望 建议 要求 情况 相关 有关 部门 领导 上级 工作 工作人员 尊敬 您好 你好 谢谢 感谢 求 帮忙 麻烦 有限公司 公司
打 打电话 怎么回事 电话打 的话 没想到 时间 时候 现在 今天 昨天 明天 今年 去年 目前 近期 每天 晚上 早上 东西 事情 事 多次 严重 严重影响 呵呵 哈哈 无语 坑爹 垃圾 他妈的 你妈 妈的 尼玛 特么 卧槽 我靠 滚蛋 混蛋 王八蛋 不要脸 无耻 去死 干什么 为什么 用户 客户 消费者 老用户 莫名其妙 看看 全国 外地 一个 一次 本人 内 外 里 中 间 上 下 前 后
complaint complaints against continued please help thanks thank today yesterday time times day days week weeks month months year years thing things people person get got getting want wanted told said say go going make made`)

// particle ends a phrase of an English verb, though it tells nothing: top up. Others
// (call back, flying out) are rather what stands there by chance.
const particle = "up"

// denials may begin a phrase: 没信号, 无法上网.
var denials = set(`没 没有 不 未 无 无法 不能 没法 不让 不给 拒绝 未能 不肯 不予 被 乱 no not never without cannot can't won't`)

// singular takes the s of the plural, so that data cap and data caps are one.
func singular(folded string) string {
	n := len(folded)
	switch {
	case n > 4 && strings.HasSuffix(folded, "ies"):
		return folded[:n-3] + "y"
	case n > 3 && folded[n-1] == 's' && !strings.ContainsRune("sui'", rune(folded[n-2])):
		return folded[:n-1]
	}
	return folded
}

// plainly takes the degree from in front of a single character: 太差 says 差.
func plainly(folded string) string {
	if utf8.RuneCountInString(folded) == 2 {
		if r, size := utf8.DecodeRuneInString(folded); strings.ContainsRune("太很超极挺", r) {
			if rest := folded[size:]; strings.ContainsAny(rest, "差慢贵烂卡坑黑弱低高大吵脏乱") {
				return rest
			}
		}
	}
	return folded
}

// vague are words that say too little of what is wrong to carry a name.
var vague = set(`使用 办理 解决 收到 出现 处理 提供 服务 建设 管理 教育 生活 规划 发展 设置 带来 申请 政策 项目 系统 信息 规定 质量 不能 无法 合理 解释 实际 通知 活动 业务 配套 公共 生效 参加 推出 问题 解决问题 所在地 说好 买 住 用 看 说 收 办 不支持 组织 看病 安全 人身安全 财产安全 生命财产安全 公安机关 日新月异 收到 产生 给予 增加 要求 打造 立案 提示 查询 显示 案情 案件 进展 身份证 身份证号码 联系电话 影响 造成 导致
issue issues problem problems service use using customer pay paying provide receive receiving`)

// bystanders are whom or what feedback of every kind speaks of: they take nothing
// from a name, and make none.
var bystanders = set(`居民 市民 群众 村民 人民群众 老百姓 人民 生命 财产 出行 便民 便民服务`)

// actors are who is to act: a name says what, rather.
var actors = set(`政府 市政府 区政府 县政府 市委 区委 县委 市委市政府 开发商 政府部门 教育部门 教育局 住建局 住建委 规划局 城管 城管局 交警 交警部门 交通部门
街道办 居委会 派出所 公安局 法院 电力公司 物业公司 施工方 施工单位 建设单位 承建商`)

// actor says whether a word is who is to act: one of actors, or an office.
func actor(w *word) bool {
	return actors[w.text] || w.runes >= 3 && (strings.HasSuffix(w.text, "局") || strings.HasSuffix(w.text, "部门") || strings.HasSuffix(w.text, "政府") || strings.HasSuffix(w.text, "办事处"))
}

// head says whether a word says by itself what is wrong, as one of heads or by one
// at its end: 服务态度.
func head(w *word) bool {
	if heads[w.text] {
		return true
	}
	for i := range w.text {
		if heads[w.text[i:]] {
			return true
		}
	}
	return false
}

// light are verbs that say little before a thing: 收到短信.
var light = set(`收到 出现 产生 使用 提供 带来 给予 增加 影响 造成 导致`)

// heads are nouns that say by themselves what is wrong: 宽带故障, 服务态度.
var heads = set(`故障 态度 速度 网速 费用 噪音 异味 隐患 纠纷 违约金 欠费 广告 诈骗 垃圾短信 骚扰短信 骚扰电话 诈骗电话 诈骗短信`)

// houses are the operators of the country: a name need not say whose network.
var houses = set(`移动 联通 电信 铁通 网通 广电 中国移动 中国联通 中国电信 中国广电 移动公司 联通公司 电信公司 运营商`)

// nameless are words that name nothing by themselves.
func nameless(w *word) bool {
	return vague[w.text] || houses[w.text] || bystanders[w.text] || actor(w) || w.tag == "ns" || w.tag == "nt"
}

func set(text string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(text) {
		out[w] = true
	}
	return out
}

func classOf(folded string, t segment.Token) class {
	size := utf8.RuneCountInString(folded)
	switch {
	case denials[folded]:
		return denial
	case empty[folded]:
		return glue
	case t.Kind == segment.Latin:
		switch {
		case t.Tag == "email" || t.Tag == "url":
			return private
		case t.Bits < segment.Unknown || t.Bits > segment.Unknown: // a term of the lexicon: 5G, WiFi
			return content
		case segment.Stop(folded):
			return glue
		case size < 2 || strings.ContainsFunc(folded, unicode.IsDigit):
			return private
		}
		return content
	case t.Tag == "nr" || t.Tag == "nrt" || t.Tag == "nrfg":
		return private
	case !strings.ContainsFunc(folded, func(r rune) bool { return unicode.Is(unicode.Han, r) }):
		return private
	case segment.Stop(folded):
		return glue
	case size == 1:
		switch {
		case strings.Contains("市区县省镇乡村路街号年月日时分元块天次个人等事点", folded):
			return glue
		case t.Tag == "a" || t.Tag == "v" || t.Tag == "n" || t.Tag == "vn" || t.Tag == "an" || t.Tag == "z":
			return short
		}
		return glue
	case t.Tag == "f" || t.Tag == "s" || t.Tag == "m" || t.Tag == "mq" || t.Tag == "t" || t.Tag == "r" || t.Tag == "p" || t.Tag == "c" || t.Tag == "y" || t.Tag == "e" || t.Tag == "d":
		return glue
	}
	return content
}
