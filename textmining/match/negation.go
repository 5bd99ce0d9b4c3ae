package match

import (
	"slices"
	"strings"
)

// What denies a cue that follows it in the clause, with nothing but light
// words between: 没有(被)乱扣费, 不用转人工, never (been) charged.
var negators = []string{
	"(从来|从|一直|)(没有|没|未|未曾)", "不会", "不", "无", "无需", "无须", "不用", "不需要", "不必", "并未", "并非", "毫无", "零",
	"不是", "并不是", "不算", "免去", "省去", "避免了", "杜绝了", "不存在", "告别了",
	"not", "no", "never", "without", "none of", "nothing", "no longer", "isn't", "wasn't", "aren't", "weren't",
	"don't", "doesn't", "didn't", "haven't", "hasn't", "hadn't", "won't", "wouldn't", "no need to",
}

// What looks like a negator and denies nothing: a question, a command, a wish,
// a set phrase.
var pseudoNegators = []string{
	"有没有", "会不会", "是不是", "能不能", "要不要", "可不可以", "不仅", "不但", "不光", "不只", "不止", "不断", "不停", "不得不",
	"不知道", "不知", "不明", "不小心", "不料", "没想到", "想不到", "没办法", "没完没了", "不能", "不要", "不该", "不应该", "不许",
	"不准", "不可以", "不得", "不是说", "不是吗", "要不是", "不然", "不懂", "不明白", "不理解", "不清楚", "无法", "无故", "无缘无故",
	"不同意", "没经过", "未经", "没同意", "不愿", "不想", "动不动", "不就是", "就不能", "不经", "不顾", "不再相信", "不解",
	"无耻", "受不了", "忍不了", "忍无可忍", "不得已", "无理", "无端", "无良", "无语", "无奈", "无赖", "没事就", "没事", "没几天", "没多久", "没过", "没用几天", "没到", "不到",
	"not only", "not just", "why not", "couldn't", "no idea why", "don't know why", "no wonder", "not sure why", "can't", "cannot", "no reason",
	"isn't this", "isn't that", "not to mention", "don't understand why", "why don't", "why didn't", "no explanation", "not even",
}

// lightHan are the characters that may stand between a negator and what it denies.
const lightHan = "有被过再什么任何出现发生遇到存在会是让给我你们他一次在因为的了那种这啥碰见受任太很怎用多去要"

// lightLatin are the words that may.
var lightLatin = map[string]bool{
	"a": true, "an": true, "any": true, "the": true, "been": true, "be": true, "ever": true, "had": true, "have": true, "has": true,
	"is": true, "was": true, "were": true, "are": true, "get": true, "got": true, "getting": true, "being": true, "to": true,
	"once": true, "me": true, "more": true, "such": true, "one": true, "it": true, "see": true, "of": true, "really": true, "so": true,
	"going": true, "gonna": true, "planning": true, "about": true,
}

// light reports whether gap, the text between a negator and a cue, lets the
// negation through.
func light(gap string) bool {
	if strings.ContainsFunc(gap, func(r rune) bool { return r >= 0x2E80 }) {
		n := 0
		for _, r := range gap {
			if r == ' ' {
				continue
			}
			if n++; n > 6 || !strings.ContainsRune(lightHan, r) {
				return false
			}
		}
		return true
	}
	if len(gap) > 28 {
		return false
	}
	for len(gap) > 0 {
		word := gap
		if i := strings.IndexByte(gap, ' '); i >= 0 {
			word, gap = gap[:i], gap[i+1:]
		} else {
			gap = ""
		}
		if word != "" && !lightLatin[word] && !lightLatin[strings.ToLower(word)] {
			return false
		}
	}
	return true
}

// denied reports whether a negator before the text from byte start on, in the
// clause it lies in, denies it.
func (s *Set) denied(text string, sc *Scratch, f *Firing) bool {
	if f.Kind == Praise && unearned(text, sc, f) {
		return true
	}
	for i := range sc.negators {
		n := &sc.negators[i]
		if n.clause != f.Clause || n.end > f.Start || n.masked {
			continue
		}
		if !light(text[n.end:f.Start]) {
			continue
		}
		if rhetorical(text, n, f, sc) {
			continue
		}
		return true
	}
	return s.deniedAfter(text, sc, f)
}

// praiseReach is how far before praise, in bytes, any negator takes it back.
const praiseReach = 24

// wishes say that what follows is asked for, not given.
var wishes = []string{"希望", "能不能", "能否", "可否", "可不可以", "要是", "如果", "应该", "建议", "什么时候", "何时", "以前", "之前", "原来", "hope", "wish", "if ", "should"}

// additive negators praise twice: 不仅…
var additive = []string{"不仅", "不但", "不光", "不只", "不止", "没想到", "想不到", "not only", "not just"}

// unearned reports praise that is denied at some distance (没有正面主动回复), or
// only wished for. Praise is taken back more easily than complaint.
func unearned(text string, sc *Scratch, f *Firing) bool {
	for _, list := range [2][]hit{sc.negators, sc.pseudos} {
		for i := range list {
			n := &list[i]
			if n.clause == f.Clause && n.end <= f.Start && f.Start-n.end <= praiseReach && !spoken(sc.firings, n) &&
				!slices.ContainsFunc(additive, func(a string) bool { return strings.Contains(text[n.start:min(len(text), n.end+6)], a) }) {
				return true
			}
		}
	}
	before := text[sc.Clauses[f.Clause].Start:f.Start]
	return slices.ContainsFunc(wishes, func(w string) bool { return strings.Contains(before, w) })
}

// spoken reports a negator that belongs to a complaint, as in 信号不好: what it
// denies has been counted.
func spoken(firings []Firing, n *hit) bool {
	return slices.ContainsFunc(firings, func(f Firing) bool {
		return f.Kind != Praise && f.Kind != Except && f.Start <= n.start && n.end <= f.End
	})
}

// rhetorical reports a question that affirms: 这不是乱扣费吗.
func rhetorical(text string, n *hit, f *Firing, sc *Scratch) bool {
	switch neg := text[n.start:n.end]; neg {
	case "不是", "不", "不就是", "isn't", "isnt", "is not", "not":
	default:
		return false
	}
	rest := text[f.End:sc.Clauses[f.last].End]
	if strings.ContainsAny(rest, "吗嘛么") {
		return true
	}
	after := text[sc.Clauses[f.last].End:]
	return strings.HasPrefix(after, "?") || strings.HasPrefix(after, "？")
}

// deniedAfter reports a denial that follows: 乱扣费的情况没有发生.
func (s *Set) deniedAfter(text string, sc *Scratch, f *Firing) bool {
	rest := text[f.End:sc.Clauses[f.last].End]
	const reach = 30 // ten characters
	if len(rest) > reach+12 {
		rest = rest[:reach+12]
	}
	for _, d := range [...]string{"不存在", "没有发生", "没发生", "没有出现", "没出现过", "没再出现", "没有再"} {
		if i := strings.Index(rest, d); i >= 0 && i <= reach {
			return true
		}
	}
	return false
}

// mended says that what was complained of is over: 信号问题终于解决了.
var mended = []string{
	"解决了", "解决啦", "解决掉了", "处理好了", "处理完了", "修好了", "修复了", "弄好了", "搞定了", "恢复了", "恢复正常", "得到解决", "得到了解决", "圆满解决", "好多了", "好了很多", "好很多了", "变好了", "改善了很多",
	"was fixed", "is fixed", "got fixed", "been fixed", "was resolved", "is resolved", "got resolved", "been resolved", "was solved", "been solved", "is solved", "was sorted", "been sorted",
}

// mendedReach is how far behind a cue, in bytes, its being over is looked for.
const mendedReach = 36

// over reports a complaint whose clause says, soon after it, that it is over,
// and neither asks, denies nor wishes it.
func over(text string, sc *Scratch, f *Firing) bool {
	end := sc.Clauses[f.last].End
	rest := text[f.End:end]
	for _, m := range mended {
		i := strings.Index(rest, m)
		if i < 0 || i > mendedReach {
			continue
		}
		between, after := rest[:i], rest[i+len(m):]+text[end:min(len(text), end+3)]
		if strings.ContainsAny(between, "没未不才就要等") || strings.ContainsAny(after, "吗么嘛没?？再才就") ||
			strings.Contains(between, "not ") || strings.Contains(between, "until") || strings.Contains(between, "never") {
			return false
		}
		before := text[sc.Clauses[f.Clause].Start:f.Start] + between
		return !slices.ContainsFunc(wishes, func(w string) bool { return strings.Contains(before, w) })
	}
	return false
}
