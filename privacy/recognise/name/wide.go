package name

import (
	"qingting/privacy/fold"
	"qingting/privacy/internal/surname"
)

// notNames are what people write into a name field instead of a name.
const notNames = "本人 同上 自己 无 没有 不详 未知 匿名 客服 家人 老公 老婆 先生 女士 如下 如上 保密 不便 同机主 同户主 我 我本人 用户 客户 他 她 " +
	"我妈 我爸 父亲 母亲 朋友 儿子 女儿 老板 房东 个人 公司 单位 空 暂无 不填 略 见附件 以上 电信 移动 联通 广电 宽带 手机 电话 地址 身份证 号码"

// wideAt takes what stands in a name field though it has no surname: 古丽娜,
// or though it is a dictionary word: 高峰. It must fill the field.
func (s *scan) wideAt(i, to int, c cue) {
	if !c.linked && c.kind == cueField {
		return
	}
	n := to - i
	if at := s.stopAt(i, to); at > 0 {
		n = at - i
	}
	if n < 2 || n > 5 {
		return
	}
	j := i + n
	for _, w := range s.rec.vocab.notNames {
		if len(w) == n && matchAt(s.t, i, w) {
			s.propose(proposal{start: i, end: j, rule: ruleField, rejected: "a filler of a name field"})
			return
		}
	}
	kind := s.rec.lex.Surnames.Of(s.t.Rune(i)).Kind
	foreign := s.transliterated(i, j)
	_, isWord := s.lat.Word(i, j)
	p := proposal{start: i, end: j, rule: ruleField, evidence: []string{"fills a name field"}}
	switch {
	case foreign == n && n >= 3:
		p.confidence = 0.88
		p.evidence = append(p.evidence, "characters of transliterated names")
	case kind != surname.None && n <= 3 && j == to && c.linked && !s.t.Is(j, fold.Han):
		p.confidence = 0.8
	case !isWord && s.givenLike(i, j) && n <= 3:
		p.confidence = 0.7
	default:
		p.rejected, p.confidence = "does not look like a name", 0.2
	}
	s.propose(p)
}

// foreignAt takes transliterated names that fill the clause behind a role:
// 外国人阿列克谢. And nicknames of one character said twice: 孩子糖糖.
// Both only where a long number is near.
func (s *scan) foreignAt(i, to int) {
	if !s.nearNumber(i, i+2) {
		return
	}
	n := s.transliterated(i, min(to, i+7))
	j := i + n
	switch {
	case n >= 3 && j == to && !s.rec.places.Is(s.text(i, j)) && !s.placeBehind(j):
		if _, isWord := s.lat.Word(i, j); !isWord && s.lat.Margin(i, j, -24) > -4 {
			s.propose(proposal{start: i, end: j, rule: ruleField, confidence: 0.64, evidence: []string{"role before", "characters of transliterated names"}})
		}
	case i+2 <= to && s.t.Rune(i) == s.t.Rune(i+1) && !s.rec.lex.Words.Has(s.t.Rune(i), s.t.Rune(i+1)) && s.t.Rune(i+2) != s.t.Rune(i) && s.likable(s.t.Rune(i)):
		s.propose(proposal{start: i, end: i + 2, rule: ruleField, confidence: 0.62, evidence: []string{"role before", "one character twice, and no word"}})
	}
}

// stopAt returns where a name that starts at i must end: before the first word that says more.
func (s *scan) stopAt(i, to int) int {
	for j := i + 2; j < to && j <= i+6; j++ {
		if s.rec.vocab.behind.has(s.t.Rune(j)) {
			return j
		}
		if k, n := s.rec.vocab.cueEndingAt(s.t, j); k == cueField && j+1-n > i {
			return j + 1 - n
		}
	}
	return 0
}

// givenLike says that each of units i to j is at home in given names.
func (s *scan) givenLike(i, j int) bool {
	for ; i < j; i++ {
		g := s.rec.lex.GivenOf(s.t.Rune(i))
		if max(g.Single, g.Mid, g.Last) < -7 {
			return false
		}
	}
	return true
}
