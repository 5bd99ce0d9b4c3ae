package sentiment

import (
	"math"
	"strings"
	"unicode/utf8"

	"qingting/textmining/segment"
)

// The weights of the rules; the lexicon holds those of words. They were set by
// hand on development data and then left alone.
const (
	scope      = 5    // tokens that a negation or a degree reaches
	scaleScope = 5    // tokens between a noun and its scale
	negated    = -0.8 // praise turned round
	notSo      = -0.6 // praise turned round softly: 不是很好
	lifted     = 0.45 // complaint turned round: 不贵
	twice      = 0.7  // two negations
	bareNot    = -0.3 // a negation with nothing to turn
	wished     = -0.1 // praise that is only wished for tells that it lacks
	wishing    = -0.3
	asked      = 0.4 // what is left of praise in a question
	asking     = -0.4
	enquiring  = -0.1 // 免初装费吗: somebody wants to know, and no word complains
	doubted    = 1.2  // what a leaning question takes of its praise: 难道这就是优质服务
	shout      = 1.2
	assetMore  = 1.4
	bareLess   = -0.5
	mockDegree = 1.3
	mocked     = -0.6
	beforeBut  = 0.7
	afterBut   = 1.3
	conceded   = 0.6
	butReach   = 3 // tokens from the start of a clause in which 但是 opens it
	mockEnough = -1.5
)

// AppendClauses appends the clauses of text with their polarity. tokens are
// those of segment.AppendTokens over the same text. Beyond growing dst it
// allocates nothing.
func (a *Analyzer) AppendClauses(dst []Clause, text string, tokens []segment.Token) []Clause {
	first, sentence, at := len(dst), len(dst), 0
	weight, mocks := 1.0, 0.0
	var mocking [16]int
	nmock := 0
	for span := range segment.Clauses(text) {
		for at < len(tokens) && tokens[at].End <= span.Start {
			at++
		}
		from := at
		for at < len(tokens) && tokens[at].Start < span.End {
			at++
		}
		r := reader{lex: a.lex, text: text, tokens: tokens[from:at], clause: text[span.Start:span.End]}
		r.read()
		if r.but {
			for i := sentence; i < len(dst); i++ {
				dst[i].weight *= beforeBut
			}
			weight = afterBut
		}
		c := Clause{Start: span.Start, End: span.End, raw: r.sum, weight: weight}
		if r.though {
			c.weight *= conceded
		}
		if r.mock && r.sum > 0 && nmock < len(mocking) {
			mocking[nmock] = len(dst)
			nmock++
		} else {
			mocks += r.sum
		}
		dst = append(dst, c)
		if endsSentence(r.clause) { // 但是 reaches no further
			sentence, weight = len(dst), 1
		}
	}
	if mocks <= mockEnough {
		for _, i := range mocking[:nmock] {
			dst[i].raw *= mocked
		}
	}
	for i := first; i < len(dst); i++ {
		dst[i].Score = math.Round(squash(dst[i].raw, clauseHalf)*1000) / 1000
	}
	return dst
}

// reader goes through one clause.
type reader struct {
	lex    *lexicon
	text   string
	clause string
	tokens []segment.Token

	sum    float64
	praise float64 // the part of sum above 0
	but    bool
	though bool
	mock   bool

	rhetorical bool // the clause ends in 吗 or 么

	at        int     // token that is read
	nots      int     // negations that wait for their word
	lacks     bool    // a lack waits: it turns praise, leaves complaint
	donts     bool    // a dont waits likewise
	notAt     int     // where the last of them stood
	degree    float64 // that waits, 1 none
	degreeAt  int
	softly    bool // the degree came after the negation
	wish      bool
	ask       bool
	noun      kind // asset or burden that waits for a scale
	nounAt    int
	last      float64 // what the last word gave
	lastAt    int     // first token after it
	leadAt    int     // first token after a lead that was just counted, 0 none
	leadValue float64
}

func (r *reader) read() {
	r.degree = 1
	r.lastAt = -1
	r.rhetorical = endsAsking(r.clause)
	for r.at < len(r.tokens) {
		h, ok := r.lex.find(r.text, r.tokens, r.at)
		if !ok {
			if t := &r.tokens[r.at]; t.Kind == segment.Word && t.Tag != "nr" && t.Tag != "ns" && t.Tag != "i" {
				r.lex.parts(r.text[t.Start:t.End], func(e entry) { r.take(e, r.at+1) })
			}
			r.at++
			continue
		}
		r.take(h.entry, h.next)
		r.at = h.next
	}
	if r.nots%2 == 1 && r.notAt >= 0 {
		r.sum += bareNot
	}
	question := strings.ContainsAny(r.clause[max(0, len(r.clause)-6):], "?？") || r.rhetorical
	if question {
		if r.ask {
			r.sum -= r.praise * doubted
		} else {
			weight := asking
			if r.rhetorical && r.sum == 0 {
				weight = enquiring
			}
			r.sum += weight - r.praise*(1-asked)
		}
	}
	if strings.ContainsAny(r.clause[max(0, len(r.clause)-6):], "!！") {
		r.sum *= shout
	}
}

func endsSentence(clause string) bool {
	r, _ := utf8.DecodeLastRuneInString(clause)
	return strings.ContainsRune("。！？!?.…；;", r)
}

// endsAsking says whether a clause ends in the particle of a question.
func endsAsking(clause string) bool {
	clause = strings.TrimRight(clause, "，,。. …~～!！?？")
	return strings.HasSuffix(clause, "吗") || strings.HasSuffix(clause, "么") && !strings.HasSuffix(clause, "什么")
}

// take acts on an entry that ends before token next.
func (r *reader) take(e entry, next int) {
	switch e.kind {
	case word:
		r.say(e.weight, next)
	case lead:
		if r.achieved(next) {
			return
		}
		r.say(e.weight, next)
		r.leadAt, r.leadValue = next, r.last
	case lack:
		r.sum += e.weight
		r.lacks, r.notAt = true, next
	case not:
		if r.at-r.notAt > scope {
			r.nots = 0
		}
		r.nots++
		r.notAt = next
		r.softly = false
	case dont:
		r.sum += e.weight
		r.donts, r.notAt = true, next
	case degree:
		r.degree, r.degreeAt = e.weight, next
		r.softly = r.nots > 0
	case after:
		if r.lastAt == r.at || r.lastAt == r.at-1 {
			r.sum += r.last * (e.weight - 1)
		} else {
			r.degree, r.degreeAt = e.weight, next
		}
	case mock:
		r.mock = true
		r.degree, r.degreeAt = mockDegree, next
		r.softly = r.nots > 0
	case but:
		r.but = r.but || r.at <= butReach
	case though:
		r.though = true
	case wish:
		if !r.wish {
			r.sum += e.weight
		}
		r.wish = true
	case ask:
		r.sum += e.weight
		r.ask = true
	case asset, burden:
		r.noun, r.nounAt = e.kind, next
	case more, less:
		r.scale(e.kind, next)
	}
}

// achieved says that 好 tells of an act that is done and of nothing good: 找好方位,
// between a verb of one character and its object.
func (r *reader) achieved(next int) bool {
	if r.at == 0 || next >= len(r.tokens) {
		return false
	}
	verb, object := &r.tokens[r.at-1], &r.tokens[next]
	said := r.text[verb.Start:verb.End]
	return strings.HasPrefix(verb.Tag, "v") && len(said) == len("好") && !strings.Contains("是有要会能可想说", said) && strings.HasPrefix(object.Tag, "n")
}

// scale weighs a scale by the noun it belongs to.
func (r *reader) scale(k kind, next int) {
	if r.noun == 0 || r.at-r.nounAt > scaleScope {
		if k == less {
			r.say(bareLess, next)
		}
		return
	}
	w := assetMore
	if (r.noun == asset) != (k == more) {
		w = -w
	}
	r.noun = 0
	r.say(w, next)
}

// say counts a word of polarity under the negation and degree that wait for it.
func (r *reader) say(w float64, next int) {
	if r.leadAt > 0 && r.leadAt == r.at {
		// 好慢: the 好 before was a degree after all
		r.sum -= r.leadValue
		r.praise -= max(r.leadValue, 0)
		r.degree, r.degreeAt = 1.5, r.at
	}
	r.leadAt = 0
	if r.at-r.degreeAt > scope {
		r.degree = 1
	}
	near := r.at-r.notAt <= scope
	v := w * r.degree
	switch {
	case near && r.nots > 1 && r.nots%2 == 0:
		v *= twice
	case near && r.nots%2 == 1 && w > 0 && r.softly:
		v = w * notSo
	case near && r.nots%2 == 1 && w > 0:
		v *= negated
	case near && r.nots%2 == 1 && r.rhetorical:
		// 这不是坑人吗 says that it is
	case near && r.nots%2 == 1:
		v = -w * lifted
	case near && (r.lacks || r.donts) && w > 0:
		v = w * negated / 2
	case r.wish && w > 0:
		v *= wished
	}
	r.sum += v
	r.praise += max(v, 0)
	r.last, r.lastAt = v, next
	r.nots, r.lacks, r.donts, r.softly, r.degree = 0, false, false, false, 1
	r.notAt = -scope - 1
}
