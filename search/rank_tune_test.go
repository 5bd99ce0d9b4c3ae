package search

import (
	"bufio"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/blevesearch/bleve/v2/search/query"

	"qingting/internal/document"
	"qingting/search/synonym"
)

// tuneQuery is a text and the documents that answer it.
type tuneQuery struct {
	text  string
	right map[int]bool
}

// judged is a query with its candidates, for weights to be tried.
type judged struct {
	half     int
	answers  int
	right    []bool // of each candidate
	terms    []docTerms
	ranker   *ranker
	evidence []evidence
}

// tuneSet is the queries of one file.
type tuneSet struct {
	name    string
	weight  float64 // files count alike
	queries []*judged
}

// readTuneSet reads rows of a, b, label; of text, reply; of doc, questions; or of text alone.
func readTuneSet(b *testing.B, path string) (docs []string, queries []tuneQuery) {
	f, err := os.Open(path)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	number, asked := map[string]int{}, map[string]int{}
	s := bufio.NewScanner(f)
	s.Buffer(nil, 16<<20)
	for s.Scan() {
		var row struct {
			A, B, Text, Reply, Doc string
			Questions              []string
			Label                  any
		}
		if err := json.Unmarshal(s.Bytes(), &row); err != nil {
			b.Fatal(err)
		}
		d := strings.TrimSpace(row.B + row.Reply + row.Doc)
		alone := d == ""
		if alone {
			d = row.Text
		}
		n, ok := number[d]
		if !ok {
			n = len(docs)
			number[d] = n
			docs = append(docs, d)
		}
		if alone || row.Label != nil && fmt.Sprint(row.Label) != "1" {
			continue
		}
		ask := row.Questions
		if ask == nil {
			ask = []string{strings.TrimSpace(row.A + row.Text)}
		}
		for _, q := range ask {
			i, ok := asked[q]
			if !ok {
				i = len(queries)
				asked[q] = i
				queries = append(queries, tuneQuery{q, map[int]bool{}})
			}
			queries[i].right[n] = true
		}
	}
	return docs, queries
}

// newTuneSet finds the candidates of queries among texts.
func newTuneSet(b *testing.B, name string, ix *Index, queries []tuneQuery) tuneSet {
	s, err := ix.snapshot()
	if err != nil {
		b.Fatal(err)
	}
	defer s.close()
	set := tuneSet{name: name, weight: 1}
	for _, q := range queries {
		c, found := candidatesOf(b, ix, s, Literal(q.text))
		j := &judged{half: halfOf(q.text), answers: len(q.right), ranker: newRanker(ix.analyzer, ix.synonyms.Load(), weights, c.ranked)}
		if err := j.ranker.measure(s); err != nil {
			b.Fatal(err)
		}
		if j.terms, err = ix.texts(b.Context(), s, j.ranker, found); err != nil {
			b.Fatal(err)
		}
		if len(found) > 0 {
			j.ranker.average(j.terms)
		}
		for _, f := range found {
			id, err := s.parts[f.part].reader.ExternalID(f.id)
			if err != nil {
				b.Fatal(err)
			}
			n, err := strconv.Atoi(id)
			if err != nil {
				b.Fatal(err)
			}
			j.right = append(j.right, q.right[n])
		}
		set.queries = append(set.queries, j)
	}
	return set
}

// halfOf puts a query in one of two halves, whatever else is measured.
func halfOf(text string) int {
	h := fnv.New32a()
	h.Write([]byte(text))
	return int(h.Sum32() >> 7 & 1)
}

// candidatesOf finds what rescore is given for a query.
func candidatesOf(b *testing.B, ix *Index, s *snapshot, text string) (*compiler, []candidate) {
	b.Helper()
	q := Query{Text: text}
	asked, err := ix.ask(&q)
	if err != nil {
		return &compiler{}, nil // nothing but punctuation
	}
	found := bestOf(b, ix, s, asked.root)
	if len(found) < fewFound {
		again, err := asked.forgiving(b.Context(), s)
		if err != nil {
			b.Fatal(err)
		}
		if again != nil {
			asked = again
			found = bestOf(b, ix, s, asked.root)
		}
	}
	return asked.compiler, found[:min(len(found), rescored)]
}

// bestOf ranks what a query matches by the score of the index.
func bestOf(b *testing.B, ix *Index, s *snapshot, root query.Query) []candidate {
	p, err := newPass(b.Context(), ix, s, root, nil, passOptions{})
	if err != nil {
		b.Fatal(err)
	}
	found, err := p.top(SortRelevance, rankingQuery(root), rescored, nil)
	if err != nil {
		b.Fatal(err)
	}
	return found
}

// prepare works out the evidence, for the weights that are not linear.
func (s tuneSet) prepare(w rankWeights) {
	for _, j := range s.queries {
		r := j.ranker
		r.weights = w
		r.rate()
		j.evidence = j.evidence[:0]
		for i := range j.terms {
			var sum evidence
			for t := range r.texts {
				e := r.evidence(&r.texts[t], &j.terms[i])
				sum.grams += e.grams
				sum.cosine += e.cosine
				sum.runs += e.runs
				sum.exact += e.exact
				sum.order += e.order
				sum.coverage += e.coverage
				sum.pairs += e.pairs
				sum.same += e.same
				sum.chars += e.chars
				sum.alike += e.alike
				sum.said += e.said
				sum.words += e.words
				sum.length += e.length
				sum.even = max(sum.even, e.even)
			}
			j.evidence = append(j.evidence, sum)
		}
	}
}

// figures are nDCG@10, recall@50 and MRR@10 of the queries of a half,
// and the share of the answers among the candidates.
func (s tuneSet) figures(w rankWeights, half int) (ndcg, recall, mrr, held float64) {
	n := 0.0
	for _, j := range s.queries {
		if j.half != half {
			continue
		}
		n++
		scores := make([]float64, len(j.evidence))
		for i, e := range j.evidence {
			scores[i] = w.score(e)
		}
		best, gain, first := 0.0, 0.0, 0.0
		for k := range min(10, j.answers) {
			best += 1 / math.Log2(float64(k)+2)
		}
		for d, right := range j.right {
			if !right {
				continue
			}
			k := 0
			for o, score := range scores {
				if score > scores[d] || score == scores[d] && o < d {
					k++
				}
			}
			held += 1 / float64(j.answers)
			if k < 50 {
				recall += 1 / float64(j.answers)
			}
			if k < 10 {
				gain += 1 / math.Log2(float64(k)+2)
				first = max(first, 1/float64(k+1))
			}
		}
		ndcg += gain / best
		mrr += first
	}
	return ndcg / n, recall / n, mrr / n, held / n
}

// BenchmarkTuneRanking looks for the weights of rank.go on one half of the
// queries of the files that QINGTING_JUDGED lists, colons between them, and
// says what they make of the other half: judged pairs, messages with replies,
// passages with questions, or texts alone, whose pieces are looked up. Without
// QINGTING_QUERIES, likewise with colons, is how many queries of each file are taken. Without
// QINGTING_TUNE it measures the weights there are.
func BenchmarkTuneRanking(b *testing.B) {
	if os.Getenv("QINGTING_JUDGED") == "" {
		b.Skip("QINGTING_JUDGED is not set")
	}
	builtin, err := synonym.Builtin()
	if err != nil {
		b.Fatal(err)
	}
	numbers := strings.Split(os.Getenv("QINGTING_QUERIES"), ":")
	var sets []tuneSet
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for i, path := range strings.Split(os.Getenv("QINGTING_JUDGED"), ":") {
		most := 300
		if n, err := strconv.Atoi(numbers[min(i, len(numbers)-1)]); err == nil {
			most = n
		}
		texts, queries := readTuneSet(b, path)
		docs := make([]*document.Document, len(texts))
		for i, t := range texts {
			docs[i] = doc(strconv.Itoa(i), t)
			docs[i].Time = at
		}
		ix := benchIndex(b, docs)
		ix.SetSynonyms(builtin)
		if len(queries) > 0 {
			rand.New(rand.NewPCG(5, 5)).Shuffle(len(queries), func(i, j int) { queries[i], queries[j] = queries[j], queries[i] })
			sets = append(sets, newTuneSet(b, strings.TrimSuffix(filepath.Base(path), ".jsonl"), ix, queries[:min(most, len(queries))]))
			continue
		}
		ways := remembered(ix.analyzer)
		for _, kind := range slices.Sorted(maps.Keys(ways)) {
			r := rand.New(rand.NewPCG(5, 5))
			queries = queries[:0]
			for len(queries) < most {
				if d := r.IntN(len(texts)); len([]rune(texts[d])) > 14 {
					queries = append(queries, tuneQuery{ways[kind](r, texts[d]), map[int]bool{d: true}})
				}
			}
			sets = append(sets, newTuneSet(b, kind, ix, queries))
			sets[len(sets)-1].weight = 1 / float64(len(ways))
		}
	}
	value := func(w rankWeights, half int) (sum float64) {
		for _, s := range sets {
			ndcg, recall, _, _ := s.figures(w, half)
			sum += s.weight * (math.Log(max(ndcg, .01)) + .3*math.Log(max(recall, .01)))
		}
		return sum
	}
	prepare := func(w rankWeights) {
		for _, s := range sets {
			s.prepare(w)
		}
	}
	say := func(best rankWeights) {
		fmt.Fprintf(os.Stderr, "%.4f, other half %.4f: %+v\n", value(best, 0), value(best, 1), best)
		for _, s := range sets {
			for half := range 2 {
				ndcg, recall, mrr, held := s.figures(best, half)
				fmt.Fprintf(os.Stderr, "  %-26s half %d: nDCG %.4f recall %.4f MRR %.4f, %.4f among the candidates\n", s.name, half, ndcg, recall, mrr, held)
			}
		}
	}
	for b.Loop() {
		best := weights
		prepare(best)
		say(best)
		bestValue := value(best, 0)
		if os.Getenv("QINGTING_TUNE") != "" {
			for _, change := range nonlinear() {
				w := best
				change(&w)
				prepare(w)
				w = ascend(w, func(w rankWeights) float64 { return value(w, 0) })
				v := value(w, 0)
				fmt.Fprintf(os.Stderr, "%.4f, other half %.4f: %+v\n", v, value(w, 1), w)
				if v > bestValue {
					best, bestValue = w, v
				}
			}
			prepare(best)
		}
		if best != weights {
			say(best)
		}
	}
}
