package discover

import (
	"cmp"
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"time"

	"qingting/textmining/discover/internal/matrix"
	"qingting/textmining/segment"
)

// Doc is a text to cluster. Time, where known, spreads the sample of a large
// corpus over the whole period.
type Doc struct {
	ID   string
	Text string
	Time time.Time
	// Customer is who said it; "" is somebody else than anybody else. It is looked
	// at with MinCustomers alone.
	Customer string
}

// Options says how to cluster. Only the Segmenter is required.
type Options struct {
	Segmenter *segment.Segmenter
	K         int    // number of clusters; 0: as many as are found
	Seed      uint64 // of everything random
	MinSize   int    // clusters with fewer documents are dissolved into the others; 0: 5 when K is 0, else 1
	// MinCustomers dissolves clusters of fewer customers likewise; 0: none.
	MinCustomers int
	Sample       int // fit on at most so many documents, assign the rest; 0: 100,000
	Runs         int // clusterings that the consensus joins; 0: 8, of at most 20,000 different documents 12, of at most 6,000 32
	// Progress, when set, is told after each step how many of all are done.
	Progress func(done, all int)
}

// Cluster is a group of documents that speak of the same.
type Cluster struct {
	ID        int     // 0 … K−1, the largest first
	Size      int     // documents
	Distinct  int     // different documents among those that were fitted
	Weak      int     // documents whose margin is under WeakMargin
	Stability float64 // how often two of its documents stay together over the runs, 0 to 1
	Terms     []Term  // the words that tell it from the others, the best first
	Members   []int32 // indices of its documents, the most typical first
}

// WeakMargin is the margin under which a document is only weakly assigned: the
// odds of its cluster against the next are less than 3 to 1.
const WeakMargin = 0.5

// None is the cluster of a document without one: it is empty, or no word of it
// stands in any other document.
const None = -1

// Result is what Fit found.
type Result struct {
	Clusters []Cluster
	Assign   []int     // cluster of each document, or None
	Margin   []float32 // of each document, see Assigner.Assign
	None     int       // documents without a cluster
	Fitted   int       // documents that the model was fitted on
	Distinct int       // different ones among them
	Opinion  float64   // of GSDMM on how many clusters there are, 0 when it was not asked
	Model    *Model
}

// Fit clusters docs. The result depends on docs, K, Seed and the other options
// alone. Errors are a missing segmenter, a negative option, and the end of ctx.
func Fit(ctx context.Context, docs []Doc, o Options) (*Result, error) {
	return fit(ctx, docs, o, defaultTuning())
}

func fit(ctx context.Context, docs []Doc, o Options, t tuning) (*Result, error) {
	if o.Segmenter == nil {
		return nil, errors.New("discovery needs a segmenter")
	}
	if o.K < 0 || o.MinSize < 0 || o.MinCustomers < 0 || o.Sample < 0 || o.Runs < 0 {
		return nil, errors.New("the number of clusters, the least sizes, the sample and the runs cannot be negative")
	}
	rng := rand.New(rand.NewPCG(o.Seed, 0x71696e6774696e67))
	chosen := sample(docs, cmp.Or(o.Sample, 100_000), rng)
	c, err := readCorpus(ctx, o.Segmenter, func(i int) string { return docs[chosen[i]].Text }, len(chosen), t)
	if err != nil {
		return nil, err
	}
	runs := cmp.Or(o.Runs, t.runsOf(c.counts.Rows))
	step, steps := 0, runs+3
	progress := func() {
		step++
		if o.Progress != nil {
			o.Progress(step, steps)
		}
	}
	res := &Result{Assign: make([]int, len(docs)), Margin: make([]float32, len(docs)), Fitted: len(chosen), Distinct: c.counts.Rows}
	progress()
	f := fitting{corpus: c, tuning: t, weights: c.weights(t)}
	f.byFeature = f.weights.Transpose()
	// The vectors are a property of the corpus, not of the seed: they begin from
	// the same numbers always.
	f.x = embed(c, t, rand.New(rand.NewPCG(1, 0x766563746f7273)))
	f.some = subset(f.x, t.sample, rng)
	progress()
	k := o.K
	if k == 0 {
		found := f.count(rng)
		k, res.Opinion = found.K, found.Opinion
	}
	k = min(k, c.counts.Rows)
	var all [][]int32
	f.kin = newKinship(f.x, f.byFeature)
	for r := range runs {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		rng := rand.New(rand.NewPCG(o.Seed, uint64(r+1)))
		if r == 0 {
			f.kin.calibrate(f.byFeature, f.run(k, rng), k, t.kin)
			rng = rand.New(rand.NewPCG(o.Seed, uint64(r+1)))
		}
		all = append(all, f.run(k, rng))
		progress()
	}
	joined := f.join(all, k)
	f.some = nil
	least := o.MinSize
	if least == 0 && o.K == 0 {
		least = 5
	}
	m, k := f.settle(joined, k, limits{least, o.MinCustomers, f.customers(docs, chosen, o.MinCustomers)})
	res.Model = newModel(o.Segmenter, c, m, t)
	res.describe(docs, f, joined, all, k)
	progress()
	return res, nil
}

// fitting is the state of one fit.
type fitting struct {
	*corpus
	tuning    tuning
	weights   *matrix.CSR // rows × features, as the mixture counts them
	byFeature *matrix.CSR
	kin       *kinship
	x, some   *matrix.Dense // a vector for each row; those that centres are sought on
}

func (c *corpus) weights(t tuning) *matrix.CSR {
	return weighted(c.counts, func(j int32, n float32) float32 { return t.evidence(c.features[j], n) })
}

// run is one clustering.
func (f *fitting) run(k int, rng *rand.Rand) []int32 {
	if k < 2 {
		return make([]int32, f.x.Rows)
	}
	assign := kmeans(f.x, f.some, k, f.tuning, rng)
	refine(f.weights, f.byFeature, assign, k, f.tuning.emRounds, f.tuning.smooth, f.kin)
	return assign
}

func (f *fitting) join(runs [][]int32, k int) []int32 {
	if k < 2 {
		return runs[0]
	}
	return consensus(append([][]int32{pooled(f.x, runs, k)}, runs...), runs, k)
}

// reorder returns the mixture of the clusters named, in that order.
func (m *mixture) reorder(order []int32) *mixture {
	k := len(order)
	out := &mixture{k: k, prior: make([]float32, k), word: make([]float32, len(m.word)/max(m.k, 1)*k)}
	for to, from := range order {
		out.prior[to] = m.prior[from]
		for j := range len(out.word) / k {
			out.word[j*k+to] = m.word[j*m.k+int(from)]
		}
	}
	return out
}

func newModel(s *segment.Segmenter, c *corpus, m *mixture, t tuning) *Model {
	model := &Model{segmenter: s, features: c.features, ids: make(map[string]int32, len(c.features)), mixture: m, tuning: t}
	for i, f := range c.features {
		model.ids[f] = int32(i)
	}
	return model
}

// describe assigns all documents and says what each cluster is.
func (res *Result) describe(docs []Doc, f fitting, assign []int32, runs [][]int32, k int) {
	matrix.Blocks(len(docs), readBlock, func(_, lo, hi int) {
		a := res.Model.Assigner()
		for i := lo; i < hi; i++ {
			res.Assign[i], res.Margin[i] = a.Assign(docs[i].Text)
		}
	})
	stable := stability(assign, runs, k)
	terms := f.terms(assign, k)
	res.Clusters = make([]Cluster, k)
	for c := range res.Clusters {
		res.Clusters[c] = Cluster{ID: c, Stability: stable[c], Terms: terms[c]}
	}
	for _, c := range assign {
		res.Clusters[c].Distinct++
	}
	for i, c := range res.Assign {
		if c == None {
			res.None++
			continue
		}
		cluster := &res.Clusters[c]
		cluster.Size++
		cluster.Members = append(cluster.Members, int32(i))
		if res.Margin[i] < WeakMargin {
			cluster.Weak++
		}
	}
	for c := range res.Clusters {
		slices.SortStableFunc(res.Clusters[c].Members, func(a, b int32) int { return cmp.Compare(res.Margin[b], res.Margin[a]) })
	}
}
