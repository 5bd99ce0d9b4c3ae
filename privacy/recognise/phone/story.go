package phone

import (
	"strings"
	"sync"

	"qingting/privacy/fold"
	"qingting/privacy/recognise"
)

// story is what is told around the blocks of a number.
type story struct {
	p        *recognise.Page
	told     []block
	distinct int  // blocks that are no echo
	twice    bool // blocks that look like an echo are none
}

// lead is what the words before the first block announce.
type lead uint8

const (
	nothing lead = iota
	telephone
	identity
	bank
	order // the number of an order, an amount: nobody's
)

// cue is the nearest word before the first block that says what is told.
func (s *story) cue() lead {
	p, start := s.p, s.told[0].start
	for at := start - 1; at >= start-maxLead && at >= 0 && !p.Is(at, fold.Placeholder); at-- {
		h, ok := p.HitFrom(at)
		switch {
		case !ok || h.End > start:
		case h.Cue&(recognise.Phone|recognise.Line) != 0:
			return telephone
		case h.Cue&recognise.ID != 0:
			return identity
		case h.Cue&recognise.Bank != 0:
			return bank
		case h.Cue&(recognise.Order|recognise.Amount) != 0 && s.announcement()-h.End <= maxOrder:
			return order
		}
	}
	return nothing
}

// maxOrder is how far before its number the word for an order may stand.
const maxOrder = 4

// announcement is where the word for a part right before the first block starts,
// or else the block.
func (s *story) announcement() int {
	start := s.told[0].start
	for at := start - 1; at >= start-8 && at >= 0; at-- {
		if h, ok := s.p.HitFrom(at); ok && h.Cue&recognise.Part != 0 && h.End <= start {
			return at
		}
	}
	return start
}

// mobile says how far the words bear out a mobile number.
func (s *story) mobile() (confidence float64, why []string) {
	w := s.words()
	if w.broken || w.counted || !w.said || w.turns && s.twice {
		return 0, nil
	}
	cue := s.cue()
	announced, _ := s.p.Label(s.told[0].start)
	switch {
	case years(s.told) && announced&recognise.Part == 0: // 1920 1080 720
		return 0, nil
	case w.loose:
		if cue != telephone || w.numerals && !(w.spoken && s.distinct > 2) || s.p.Before(s.told[0].start, 16)&recognise.Phone == 0 {
			return 0, nil
		}
		return 0.7, []string{"blocks of digits that make up a mobile number", "word for a telephone before"}
	case cue == telephone:
		return 0.85, []string{"parts that make up a mobile number", "word for a telephone before"}
	case announced&recognise.Part != 0 && part(s.p, s.told[0].start, heads+"位半"):
		return 0.85, []string{"parts that make up a mobile number"}
	case w.turns && s.distinct > 2:
		return 0.75, []string{"parts that make up a mobile number", "told in turns"}
	case w.spoken && s.distinct > 2:
		return 0.7, []string{"parts that make up a mobile number", "digits as on the telephone"}
	case s.distinct > 2 && s.named():
		return 0.8, []string{"parts that make up a mobile number", "word for a telephone after"}
	}
	return 0, nil
}

// years reports blocks that look like a list of years, of prices or of pixels
// which make up a number by chance.
func years(told []block) bool {
	return told[0].plain && len(told[0].value) == 4 && told[0].value[:2] == "19"
}

// fixed says how far the words bear out a fixed line or a card of a bank, of
// which nothing but the word before them tells.
func (s *story) fixed(want lead) (confidence float64, why []string) {
	if w := s.words(); w.broken || w.counted || w.loose || !w.said || w.turns && s.twice || s.cue() != want {
		return 0, nil
	}
	return 0.8, []string{"parts that make up the number", "its word before"}
}

// card says how far the words bear out the number of an identity card.
func (s *story) card(valid bool) (confidence float64, why []string) {
	w := s.words()
	if w.broken || w.counted || !w.said || w.turns && s.twice {
		return 0, nil
	}
	cued := s.cue() == identity
	announced, _ := s.p.Label(s.told[0].start)
	why = []string{"parts that make up the number of an identity card"}
	if valid {
		why = append(why, "check character")
	}
	switch {
	case w.loose && !(cued && valid):
		return 0, nil
	case w.loose:
		return 0.85, why
	case valid:
		return 0.96, why
	case cued, announced&recognise.Part != 0:
		return 0.95, why
	}
	return 0, nil
}

// Of the word for a part: what says that it is the start of a number, its
// middle or its end.
const (
	heads   = "前开头"
	middles = "中"
	tails   = "后尾末剩"
)

// part reports that the word for a part which stands right before unit at has
// any of signs.
func part(p *recognise.Page, at int, signs string) bool {
	for i := at - 1; i >= at-8 && i >= 0; i-- {
		if h, ok := p.HitFrom(i); ok && h.Cue&recognise.Part != 0 {
			return strings.ContainsAny(p.Folded(h.Start, h.End), signs)
		}
	}
	return false
}

// named reports that 是我手机号 or the like follows the last block.
func (s *story) named() bool {
	p, says := s.p, false
	end := s.told[len(s.told)-1].end
	for i := end; i < end+10; i++ {
		if h, ok := p.HitFrom(i); ok && h.Cue&recognise.Phone != 0 {
			return says
		}
		says = says || strings.ContainsRune("是就这我", p.Rune(i)) && p.Rune(i) != 0
	}
	return false
}

// between is what stands between the blocks of a number.
type between struct {
	said     bool // words, and not only signs
	turns    bool // several speakers
	loose    bool // words that say nothing of a number
	broken   bool // so many words, or other numbers, that nothing is told
	counted  bool // a block counts or measures something
	numerals bool // a block has numerals
	spoken   bool // 幺 洞 拐 are among the digits
}

// maxLoose is how many units may stand between two blocks that no word
// announces, when some say nothing of a number; maxAside how many such units
// may stand beside a word that announces.
const (
	maxLoose = 8
	maxAside = 12
)

func (s *story) words() (w between) {
	p := s.p
	for i := range s.told {
		b := &s.told[i]
		w.spoken = w.spoken || b.spoken
		w.numerals = w.numerals || !b.plain
		w.counted = w.counted || measured(p, b)
		if i == 0 {
			continue
		}
		unknown, announced := 0, false
		from := s.told[i-1].end
		for at := from; at < b.start; {
			if h, ok := p.HitFrom(at); ok && h.Cue&recognise.Part != 0 && h.End <= b.start {
				announced, w.said = true, true
				at = h.End
				continue
			}
			n := filler(p, at, b.start)
			switch {
			case n > 0:
				w.said = true
				if r := p.Rune(at + n); r == ':' {
					w.turns = true
				}
				at += n
				continue
			case p.Is(at, fold.Placeholder), p.Is(at, fold.Digit):
				w.broken = true
			case p.Is(at, fold.Han|fold.Letter):
				unknown++
				w.said = true
			case strings.ContainsRune("“”\"'‘’「」『』【】[]<>《》", p.Rune(at)):
				w.said = true
			}
			at++
		}
		switch {
		case unknown == 0:
		case announced && unknown <= maxAside:
		case b.start-from <= maxLoose:
			w.loose = true
		default:
			w.broken = true
		}
	}
	return w
}

// measures follow what is counted or measured.
const measures = "元块个分兆次年月日条张天小秒岁万亿度%人名台米点时积单笔倍级层户楼栋室路型"

// measured reports that a block is no part of a number that is told: it counts
// something, or is the first of its kind, or an amount.
func measured(p *recognise.Page, b *block) bool {
	at := b.end
	if p.Rune(at) == ' ' {
		at++
	}
	if r := p.Rune(at); r != 0 && strings.ContainsRune(measures, r) {
		return true
	}
	if u := p.Upper(at, at+2); p.Is(at, fold.Letter) && b.cross == 0 && (u == "GB" || u == "MB") {
		return true
	}
	r := p.Rune(b.start - 1)
	return r != 0 && strings.ContainsRune("第约共¥￥$€.", r)
}

// fillers are what people say between the parts of a number: words that part
// and join, that hesitate and assent, the names of who speaks.
var fillers = sync.OnceValue(func() map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(`
		然后 接着 再 再接 再加 再来 再记 再是 还有 跟着 紧接着 后面 后边 后头 之后 随后 再来是 完了 完了是 末了 连起来 停顿 前面 前边 中间 当中 中段 最后 最末 末尾 尾巴 结尾 开头 开头的 打头 打头的 头 尾 剩下 剩下的 下面 接下来 其次 往后
		那个 这个 什么 那什么 等等 就是 那就是 嗯 啊 哦 噢 喔 呃 额 唔 哎 诶 欸 喂 对 对的 对啊 对吧 对不对 对吗 是 是的 是吧 是吗 好 好的 好嘞 行 可以 没错 明白 收到 吧 呢 吗 哈 呀 了 的 嘛 啦
		您说 你说 您讲 请讲 请说 请 继续 请继续 您继续 你继续 接着说 记 先记 记下 记下了 记一下 您记 你记 您记一下 你记一下 复述 重复 重复一下 确认 确认一下 核对 核对一下 我报 报号 我说 稍等 等一下 等下 我看看 我想想 我看一下 让我看看 慢点 听着 听好 听清
		客户 用户 坐席 座席 客服 客服代表 话务员 接线员 顾客 机主 来电人 来电者 主叫 被叫 投诉人 申诉人 话务 坐席员 服务员 男 女 甲 乙 问 答 主 客
		四位 三位 八位 六位 五位 七位 几位 两位 四个 三个 四个数 三个数 四个数字 三个数字 个数 位 位数 位是 数 数字 号码 尾数 尾号 前 后 中 末 的是 为 和 加 加上 跟 与 及 到 空格 横杠 杠 逗号 顿号 四 三 六 八 七 头 段 第一段 第二段 第三段 一段
		生日 是生日 出生 年月日 出生年月日 出生年月 出生日期 日期 顺序码 校验码 地区码 区号
		then and finally next ok okay so uh um er well is its plus last first middle yes yeah right three four digits agent customer caller user a b q`) {
		m[w] = true
	}
	return m
})

const maxFiller = 5 // the longest Chinese filler, in units

// filler returns the length of the filler at unit at, which ends by unit end, or 0.
func filler(p *recognise.Page, at, end int) int {
	words := fillers()
	if p.Is(at, fold.Letter) {
		stop := at
		for stop < end && stop-at < 10 && p.Is(stop, fold.Letter) {
			stop++
		}
		if words[strings.ToLower(p.Folded(at, stop))] {
			return stop - at
		}
		return 0
	}
	if !p.Is(at, fold.Han) {
		return 0
	}
	for n := min(maxFiller, end-at); n > 0; n-- {
		if words[p.Folded(at, at+n)] {
			return n
		}
	}
	return 0
}
