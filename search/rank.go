package search

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"
	"unicode/utf8"

	"golang.org/x/sync/errgroup"

	"qingting/search/synonym"
)

// longText is from how many units on – Chinese characters, other words – a text
// is ranked by its pairs alone: its words do not make the order better, and to cut
// every candidate into words takes most of the time.
const longText = 64

// ranker ranks documents for one query. It is for one goroutine.
type ranker struct {
	weights  rankWeights
	analyzer *analyzer
	texts    []rankText
	groups   int

	words, grams map[string]int32 // the number of each term of the query
	first        map[string]int32 // single characters, which begin pairs
	chars        map[rune]int32   // the Chinese characters of its short texts
	charOf       []int32          // of a pair's number, for units that are no Chinese; else -1
	word, gram   rarities
	char         rarities
	documents    float64
	asked        int     // characters of the longest of its short texts
	begins       runeSet // what words and pairs of the query begin with
	nears        nears
	single       runeSet // words of one character
	length       float64 // of a candidate, on average, in places of pairs

	// What each document uses again.
	best, near   []float64
	said, counts []int32
	last, before []int32
	longest      []int32
	run          []runAt
}

// rarities say how rare the terms of a field are.
type rarities struct {
	found  []float64 // documents that have it
	idf    []float64 // of Robertson and Spärck Jones, with a power
	square []float64 // of 1+ln(N/n), as in tf-idf
}

func (r *rarities) add() int32 {
	r.found, r.idf, r.square = append(r.found, 0), append(r.idf, 0), append(r.square, 0)
	return int32(len(r.found) - 1)
}

// rankedText is a text that counts for the ranking, as the compiler met it.
type rankedText struct {
	text   string
	phrase bool
	weight float64
	group  int
	// orderOnly counts how near its words stand, and nothing else.
	orderOnly bool
}

// rankText is one text of the query: a word, an unbroken text, a phrase or
// something that stands for one of these.
type rankText struct {
	group  int     // those of a group are alternatives: the best one counts
	weight float64 // beside the other alternatives
	words  []int32 // in the order of the text
	grams  []int32 // likewise; -1 where a run ends
	chars  []int32 // likewise
	order  bool    // ranked by its order alone: its words are ranked already
	mass   float64 // the rarity of its terms
}

// newRanker prepares to rank by the texts that the compiler met.
func newRanker(a *analyzer, e *synonym.Expander, w rankWeights, texts []rankedText) *ranker {
	r := &ranker{
		weights: w, analyzer: a,
		words: make(map[string]int32), grams: make(map[string]int32), first: make(map[string]int32),
		chars: make(map[rune]int32),
	}
	number := func(m map[string]int32, of *rarities, term string) int32 {
		n, ok := m[term]
		if !ok {
			n = of.add()
			m[term] = n
		}
		return n
	}
	for _, t := range texts {
		f := a.fold(t.text)
		grams := a.grams(nil, f.text)
		rt := rankText{group: t.group, weight: t.weight, order: t.orderOnly}
		long := len(grams) > longText
		if !t.phrase && !(long && slices.ContainsFunc(grams, func(g token) bool { return startsCJK(g.term) })) {
			for _, w := range a.words(nil, f.text) {
				rt.words = append(rt.words, number(r.words, &r.word, w.term))
				first, size := utf8.DecodeRuneInString(w.term)
				if r.begins.add(first); size == len(w.term) {
					r.single.add(first)
				}
			}
		}
		for i, g := range grams {
			first, _ := utf8.DecodeRuneInString(g.term)
			r.begins.add(first)
			switch {
			case t.orderOnly:
			case !isEdge(g.term):
				rt.grams = append(rt.grams, number(r.grams, &r.gram, g.term))
			case alone(grams, i):
				rt.grams = append(rt.grams, number(r.first, &r.gram, g.term))
			default:
				rt.grams = append(rt.grams, -1)
			}
			if !t.orderOnly && !t.phrase && !long {
				rt.chars = append(rt.chars, r.character(g.term))
			}
		}
		if !t.orderOnly && len(rt.words) > 0 {
			r.equate(e, f.text)
			r.asked = max(r.asked, utf8.RuneCountInString(f.text))
		}
		r.groups = max(r.groups, t.group+1)
		r.texts = append(r.texts, rt)
	}
	return r
}

// character numbers the character that a pair begins with, or another unit.
func (r *ranker) character(gram string) int32 {
	first, _ := utf8.DecodeRuneInString(gram)
	if isCJK(first) {
		n, ok := r.chars[first]
		if !ok {
			n = r.char.add()
			r.chars[first] = n
		}
		return n
	}
	g := int(r.grams[gram])
	for len(r.charOf) <= g {
		r.charOf = append(r.charOf, -1)
	}
	if r.charOf[g] < 0 {
		r.charOf[g] = r.char.add()
	}
	return r.charOf[g]
}

// measure looks up how rare each term is in the whole of s.
func (r *ranker) measure(s *snapshot) error {
	all, err := s.size()
	if err != nil {
		return err
	}
	r.documents = float64(all)
	for _, t := range []struct {
		terms map[string]int32
		field string
		found []float64
	}{{r.words, fieldWords, r.word.found}, {r.grams, fieldGrams, r.gram.found}, {r.first, fieldWords, r.gram.found}} {
		for term, n := range t.terms {
			found, err := s.documentsWith(t.field, term)
			if err != nil {
				return err
			}
			t.found[n] = float64(found)
		}
	}
	// How many documents have a character the index does not say: about twice as
	// many as have its commonest pair of the query, or have it as a word.
	common := func(char rune, found float64) {
		if c, ok := r.chars[char]; ok {
			r.char.found[c] = max(r.char.found[c], min(2*found, r.documents))
		}
	}
	for gram, n := range r.grams {
		if int(n) < len(r.charOf) && r.charOf[n] >= 0 {
			r.char.found[r.charOf[n]] = r.gram.found[n]
			continue
		}
		for _, char := range gram {
			common(char, r.gram.found[n])
		}
	}
	for char := range r.chars {
		found, err := s.documentsWith(fieldWords, string(char))
		if err != nil {
			return err
		}
		common(char, float64(found))
	}
	r.rate()
	return nil
}

// rate works out the rarities.
func (r *ranker) rate() {
	top := r.rarity(0)
	for _, of := range []*rarities{&r.word, &r.gram, &r.char} {
		for n, found := range of.found {
			of.idf[n] = top * math.Pow(r.rarity(found)/top, r.weights.Power)
			idf := max(0, 1+math.Log(r.documents/(found+1)))
			of.square[n] = idf * idf
		}
	}
	r.rateTexts()
}

// rarity is the idf of a term that so many documents have, kept positive, as in Lucene.
func (r *ranker) rarity(found float64) float64 {
	return math.Log(1 + (r.documents-min(found, r.documents)+.5)/(found+.5))
}

// rateTexts works out what each text of the query can count. What stands for
// something else counts no more than that, however long and rare it is: 网络中断
// is three rare pairs, and would come before 断网 for whoever asked for 断网.
func (r *ranker) rateTexts() {
	asked := make([]float64, r.groups)
	for i := range r.texts {
		t := &r.texts[i]
		t.mass = max(r.mass(t.words, &r.word), r.mass(t.grams, &r.gram))
		if t.weight == 1 && !t.order {
			asked[t.group] = max(asked[t.group], t.mass)
		}
	}
	for i := range r.texts {
		if t := &r.texts[i]; t.weight < 1 && asked[t.group] > 0 {
			t.mass = min(t.mass, asked[t.group])
		}
	}
}

// mass is the rarity of terms; one that is said n times counts log2(1+n) times.
func (r *ranker) mass(terms []int32, of *rarities) (sum float64) {
	r.say(terms, len(of.idf))
	for _, n := range terms {
		if n >= 0 && r.said[n] > 0 {
			sum += of.idf[n] * math.Log2(1+float64(r.said[n]))
			r.said[n] = 0
		}
	}
	return sum
}

// rescore ranks found anew, by BM25 and tf-idf over words and pairs, by what stands
// together, and by how much of the one text is in the other; the documents'
// texts are read and analysed again. How rare a term is counts over all of s;
// so the score of a document does not depend on how s is cut into segments.
func (ix *Index) rescore(ctx context.Context, s *snapshot, c *compiler, found []candidate) error {
	if len(found) == 0 || len(c.ranked) == 0 {
		return nil
	}
	r := newRanker(ix.analyzer, ix.synonyms.Load(), weights, c.ranked)
	if err := r.measure(s); err != nil {
		return fmt.Errorf("ranking: %w", err)
	}
	docs, err := ix.texts(ctx, s, r, found)
	if err != nil {
		return err
	}
	r.average(docs)
	for i := range found {
		// Sums of floats differ in the last places by the order of the terms.
		found[i].score = math.Round(r.score(&docs[i])*1e6) / 1e6
	}
	slices.SortFunc(found, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(b.time, a.time), cmp.Compare(a.key, b.key))
	})
	return nil
}

// texts reads and analyses the texts of candidates, on all cores.
func (ix *Index) texts(ctx context.Context, s *snapshot, r *ranker, found []candidate) ([]docTerms, error) {
	plain, docs := make([]string, len(found)), make([]docTerms, len(found))
	if err := parallel(ctx, len(found), func(ctx context.Context, from, to int) (err error) {
		defer ix.recoverDamage(&err)
		return ix.read(ctx, s, found[from:to], plain[from:to])
	}); err != nil {
		return nil, err
	}
	r.prepare(plain)
	return docs, parallel(ctx, len(found), func(ctx context.Context, from, to int) error {
		for i := from; i < to; i++ {
			if err := ctx.Err(); err != nil {
				return err
			}
			r.read(&docs[i], plain[i])
			plain[i] = ""
		}
		return nil
	})
}

// parallel divides n texts among the cores.
func parallel(ctx context.Context, n int, do func(ctx context.Context, from, to int) error) error {
	const worth = 16 // texts for which it pays to begin another
	size := max(worth, (n+runtime.GOMAXPROCS(0)-1)/runtime.GOMAXPROCS(0))
	g, ctx := errgroup.WithContext(ctx)
	for from := 0; from < n; from += size {
		g.Go(func() error { return do(ctx, from, min(n, from+size)) })
	}
	return g.Wait()
}

// read reads the texts of candidates, one after another.
func (ix *Index) read(ctx context.Context, s *snapshot, found []candidate, texts []string) error {
	readers := make([]*bodyReader, len(s.parts))
	var plain []byte
	for i, c := range found {
		if err := ctx.Err(); err != nil {
			return err
		}
		if readers[c.part] == nil {
			b, err := newBodyReader(s.parts[c.part].reader)
			if err != nil {
				return err
			}
			readers[c.part] = b
		}
		body, err := readers[c.part].read(c.id)
		if err != nil {
			return fmt.Errorf("%w: %s: %w", ErrDamaged, ix.dir, err)
		}
		text, _, _, err := ix.store.open(body, plain)
		if err != nil {
			return fmt.Errorf("%w: %s: %w", ErrDamaged, ix.dir, err)
		}
		plain = text[:0]
		texts[i] = string(text)
	}
	return nil
}

// prepare has documents be read for what is nearly the same where that may count.
func (r *ranker) prepare(texts []string) {
	sum := 0
	for _, t := range texts {
		sum += utf8.RuneCountInString(t)
	}
	if even(float64(r.asked), float64(sum)/float64(max(1, len(texts)))) < leastEven {
		r.nears = nears{}
	}
}

// average sets how long a text is, on average of the candidates.
func (r *ranker) average(docs []docTerms) {
	r.length = 0
	for i := range docs {
		r.length += float64(docs[i].length)
	}
	r.length = max(1, r.length/float64(len(docs)))
}
