package search

import (
	"math"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// plainWordsOut are frequent words that say nothing about what a text is about.
// Words of one character are out anyway.
var plainWordsOut = sync.OnceValue(func() map[string]bool {
	set := make(map[string]bool)
	for _, w := range strings.Fields(`没有 怎么 一直 还是 已经 就是 可以 什么 这个 那个 因为 所以 但是 我们 你们 他们 自己 现在 时候 知道 觉得 如果 不是 不能
		一个 一下 这样 那样 这么 那么 为什么 然后 而且 或者 还有 都是 只是 不会 不要 有点 非常 比较 真的 时间 今天 昨天 今年 一次 每次 这种 之后 以后 之前
		the and for that this with you your are was were have has had not but they them their from would could been when what which will can there our out
		about into than then just get got all any one its my me we he she it is in of to on at as be by an or so do did no if up`) {
		set[stemOr(w)] = true
	}
	return set
})

func stemOr(w string) string {
	if s := stem(w); s != "" {
		return s
	}
	return w
}

// tells reports whether a word can say what a text is about: a word, no
// placeholder, no number, no single character, none of the plain ones.
func tells(term string) bool {
	if utf8.RuneCountInString(term) < 2 || strings.HasPrefix(term, "⟦") || plainWordsOut()[term] {
		return false
	}
	return strings.ContainsFunc(term, unicode.IsLetter)
}

// frequency counts the documents of the snapshot that have a term, deleted ones
// among them as long as they are in the files.
func (p *pass) frequency(field, term string) (uint64, error) {
	n := uint64(0)
	for i := range p.s.parts {
		for _, s := range p.s.parts[i].segments {
			dict, err := s.Segment().Dictionary(field)
			if err != nil {
				return 0, err
			}
			list, err := dict.PostingsList([]byte(term), nil, nil)
			if err != nil {
				return 0, err
			}
			n += list.Count()
		}
	}
	return n, nil
}

// size counts the documents of the snapshot as frequency does.
func (p *pass) size() uint64 {
	n := uint64(0)
	for i := range p.cols {
		for _, cols := range p.cols[i] {
			n += uint64(cols.size)
		}
	}
	return n
}

// idf is the weight of a term in BM25 (Robertson and Zaragoza 2009), never negative.
func idf(of, all uint64) float64 {
	of = min(of, all)
	return math.Log(1 + (float64(all-of)+0.5)/(float64(of)+0.5))
}

// sample picks up to n of the documents that match, evenly.
func (p *pass) sample(n int) []place {
	total := 0
	for i := range p.docs {
		for _, docs := range p.docs[i] {
			total += int(docs.GetCardinality())
		}
	}
	if total == 0 {
		return nil
	}
	n = min(n, total)
	out := make([]place, 0, n)
	passed := 0
	for i := range p.docs {
		for j, docs := range p.docs[i] {
			size := int(docs.GetCardinality())
			for len(out) < n {
				at := len(out) * total / n
				if at >= passed+size {
					break
				}
				doc, err := docs.Select(uint32(at - passed))
				if err != nil {
					break
				}
				out = append(out, place{i, j, doc})
			}
			passed += size
		}
	}
	return out
}
