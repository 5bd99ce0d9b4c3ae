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
)

// rankWeights say what makes a document rank: BM25's saturation and length
// normalisation, and what each kind of evidence counts. All evidence is in the
// same unit, the rarity (idf) of what matched.
type rankWeights struct {
	K1, B    float64
	Power    float64 // of idf: rare words count for more than their number
	Words    float64 // BM25 of the segmenter's words
	Grams    float64 // BM25 of character pairs
	Runs     float64 // pairs that stand together in both texts
	Order    float64 // words next to each other, or nearly, in both texts
	Coverage float64 // how much of the query is there
	Exact    float64 // how much of the document the query is
	Same     float64 // how much of either text's characters the other has: 怎么 is nearly 怎样
}

// weights were measured by BenchmarkTuneRanking.
var weights = rankWeights{K1: 2, B: 0.75, Power: 1.5, Words: 1, Grams: 2, Runs: 0.1, Order: 0.5, Coverage: 8, Exact: 1.5, Same: 1}

// ranker ranks documents for one query. It is for one goroutine.
type ranker struct {
	weights  rankWeights
	analyzer *analyzer
	texts    []rankText
	groups   int

	words, grams map[string]int32 // the number of each term of the query
	first        map[string]int32 // single characters, which begin pairs
	wordIDF      []float64
	gramIDF      []float64
	chars        map[rune]int32 // the Chinese characters of the query
	charIDF      []float64
	begins       runeSet // what words and pairs of the query begin with
	single       runeSet // words of one character
	length       float64 // of a candidate, on average, in places of pairs

	// What each document uses again.
	best, near   []float64
	said, counts []int32
	last, before []int32
	longest      []int32
	run          []runAt
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
}

// newRanker prepares to rank by the texts that the compiler met.
func newRanker(a *analyzer, w rankWeights, texts []rankedText) *ranker {
	r := &ranker{
		weights: w, analyzer: a,
		words: make(map[string]int32), grams: make(map[string]int32), first: make(map[string]int32), chars: make(map[rune]int32),
	}
	number := func(m map[string]int32, idf *[]float64, term string) int32 {
		n, ok := m[term]
		if !ok {
			n = int32(len(*idf))
			m[term] = n
			*idf = append(*idf, 0)
		}
		return n
	}
	for _, t := range texts {
		f := a.fold(t.text)
		rt := rankText{group: t.group, weight: t.weight, order: t.orderOnly}
		if !t.phrase {
			for _, w := range a.words(nil, f.text) {
				rt.words = append(rt.words, number(r.words, &r.wordIDF, w.term))
				first, size := utf8.DecodeRuneInString(w.term)
				if r.begins.add(first); size == len(w.term) {
					r.single.add(first)
				}
			}
		}
		grams := a.grams(nil, f.text)
		for i, g := range grams {
			first, _ := utf8.DecodeRuneInString(g.term)
			r.begins.add(first)
			switch {
			case t.orderOnly:
			case !isEdge(g.term):
				rt.grams = append(rt.grams, number(r.grams, &r.gramIDF, g.term))
			case alone(grams, i):
				rt.grams = append(rt.grams, number(r.first, &r.gramIDF, g.term))
			default:
				rt.grams = append(rt.grams, -1)
			}
		}
		for _, char := range f.text {
			if !isHan(char) || t.orderOnly || t.phrase {
				continue
			}
			n, ok := r.chars[char]
			if !ok {
				n = int32(len(r.charIDF))
				r.chars[char] = n
				r.charIDF = append(r.charIDF, 0)
			}
			rt.chars = append(rt.chars, n)
		}
		r.groups = max(r.groups, t.group+1)
		r.texts = append(r.texts, rt)
	}
	return r
}

// measure looks up how rare each term is in the whole of s.
func (r *ranker) measure(ctx context.Context, s *snapshot) error {
	documents := uint64(0)
	for _, p := range s.parts {
		n, err := p.reader.DocCount()
		if err != nil {
			return err
		}
		documents += n
	}
	// Robertson and Spärck Jones, kept positive as in Lucene.
	rarity := func(found uint64) float64 {
		return math.Log(1 + (float64(documents)-float64(min(found, documents))+.5)/(float64(found)+.5))
	}
	top := rarity(0)
	for _, t := range []struct {
		terms map[string]int32
		field string
		idf   []float64
	}{{r.words, fieldWords, r.wordIDF}, {r.grams, fieldGrams, r.gramIDF}, {r.first, fieldWords, r.gramIDF}} {
		for term, n := range t.terms {
			found, err := s.documentsWith(t.field, term)
			if err != nil {
				return err
			}
			t.idf[n] = top * math.Pow(rarity(found)/top, r.weights.Power)
		}
	}
	r.rateChars()
	r.levelAlternatives()
	return nil
}

// levelAlternatives lowers what stands for something else, and is longer or
// rarer than that: 网络中断 is three rare pairs, and would come before 断网
// for whoever asked for 断网.
func (r *ranker) levelAlternatives() {
	full := func(t *rankText) float64 { // the score of a text that has all of it once, nearly
		words, grams := 0.0, 0.0
		for _, n := range t.words {
			words += r.wordIDF[n]
		}
		for _, n := range t.grams {
			if n >= 0 {
				grams += r.gramIDF[n]
			}
		}
		covered := words
		if len(t.words) == 0 {
			covered = grams
		}
		return r.weights.Words*words + r.weights.Grams*grams + r.weights.Coverage*covered
	}
	asked := make([]float64, r.groups)
	for i := range r.texts {
		if t := &r.texts[i]; t.weight == 1 && !t.order {
			asked[t.group] = max(asked[t.group], full(t))
		}
	}
	for i := range r.texts {
		t := &r.texts[i]
		if own := full(t); t.weight < 1 && !t.order && asked[t.group] > 0 && own > asked[t.group] {
			t.weight *= asked[t.group] / own
		}
	}
}

// rateChars has each character count half of the commonest pair that it is in:
// how rare characters are by themselves, the index does not say.
func (r *ranker) rateChars() {
	for i := range r.charIDF {
		r.charIDF[i] = math.Inf(1)
	}
	for gram, n := range r.grams {
		for _, char := range gram {
			if c, ok := r.chars[char]; ok {
				r.charIDF[c] = min(r.charIDF[c], r.gramIDF[n]/2)
			}
		}
	}
	for char, n := range r.first {
		first, _ := utf8.DecodeRuneInString(char)
		if c, ok := r.chars[first]; ok {
			r.charIDF[c] = min(r.charIDF[c], r.gramIDF[n]/2)
		}
	}
	for i, v := range r.charIDF {
		if math.IsInf(v, 1) {
			r.charIDF[i] = 0
		}
	}
}

// rescore ranks found anew, by BM25 over words and pairs, by what stands
// together, and by how much of the one text is in the other; the documents'
// texts are read and analysed again. How rare a term is counts over all of s;
// so the score of a document does not depend on how s is cut into segments.
func (ix *Index) rescore(ctx context.Context, s *snapshot, c *compiler, found []candidate) error {
	if len(found) == 0 || len(c.ranked) == 0 {
		return nil
	}
	r := newRanker(ix.analyzer, weights, c.ranked)
	if err := r.measure(ctx, s); err != nil {
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
	const worth = 16 // texts for which it pays to begin another
	docs := make([]docTerms, len(found))
	size := max(worth, (len(found)+runtime.GOMAXPROCS(0)-1)/runtime.GOMAXPROCS(0))
	g, ctx := errgroup.WithContext(ctx)
	for from := 0; from < len(found); from += size {
		to := min(len(found), from+size)
		g.Go(func() (err error) {
			defer ix.recoverDamage(&err)
			return ix.read(ctx, s, r, found[from:to], docs[from:to])
		})
	}
	return docs, g.Wait()
}

// read reads and analyses the texts of candidates, one after another.
func (ix *Index) read(ctx context.Context, s *snapshot, r *ranker, found []candidate, docs []docTerms) error {
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
		r.read(&docs[i], string(text))
	}
	return nil
}

// average sets how long a text is, on average of the candidates.
func (r *ranker) average(docs []docTerms) {
	r.length = 0
	for i := range docs {
		r.length += float64(docs[i].length)
	}
	r.length = max(1, r.length/float64(len(docs)))
}
