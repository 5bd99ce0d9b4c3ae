package learn

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// Train learns a model from labelled rows. It is the same for the same rows in
// the same order, options and seed. Memory is about 8 bytes for each n-gram of
// each row, and 8 for each row and label, while it trains. It takes seconds for
// thousands of rows, and stops with ctx.
func Train(ctx context.Context, rows []Row, o Options) (*Model, error) {
	m, _, err := train(ctx, rows, o, defaultRecipe())
	return m, err
}

func train(ctx context.Context, rows []Row, o Options, r recipe) (*Model, *trainer, error) {
	t, err := chosen(ctx, rows, o, r)
	if err != nil {
		return nil, nil, err
	}
	m, err := t.finish(ctx)
	return m, t, err
}

// chosen cross-validates and chooses; what is left is to train on all rows.
func chosen(ctx context.Context, rows []Row, o Options, r recipe) (*trainer, error) {
	if err := o.check(len(rows)); err != nil {
		return nil, err
	}
	t, err := newTrainer(rows, o, r)
	if err != nil {
		return nil, err
	}
	if t.m, err = vectorise(ctx, rows, o.Segmenter, &t.recipe); err != nil {
		return nil, err
	}
	if err := t.crossValidate(ctx); err != nil {
		return nil, err
	}
	t.choose()
	return t, nil
}

// trainer is the state of one training.
type trainer struct {
	recipe recipe
	o      Options
	labels []string
	multi  bool
	m      *matrix
	target []target
	gold   []int32 // label of each row, when each has one
	fold   []int32 // of each row
	all    []int32 // 0, 1, 2, …

	held   [parts][][]float32 // scores by label and row, each from a model that has not seen the row
	mixed  [][]float32        // the same of the mixture
	shares mixture
	cal    calibration
	lean   []float64 // added to a label's log-probability before the best is chosen
	least  []float64 // probability from which a label is given
}

func newTrainer(rows []Row, o Options, r recipe) (*trainer, error) {
	t := &trainer{recipe: r, o: o, multi: o.Multi}
	seen := map[string]bool{}
	for i, row := range rows {
		if w := row.Weight; w < 0 || w != w || w > 1e6 {
			return nil, fmt.Errorf("row %d has a weight that is not between 0 and 1e6", i+1)
		}
		if len(row.Labels) != 1 {
			t.multi = true
		}
		for _, l := range row.Labels {
			if err := checkLabel(l); err != nil {
				return nil, fmt.Errorf("row %d: %w", i+1, err)
			}
			seen[l] = true
		}
		t.all = append(t.all, int32(i))
	}
	for l := range seen {
		t.labels = append(t.labels, l)
	}
	slices.Sort(t.labels)
	if len(t.labels) > MaxLabels {
		return nil, fmt.Errorf("%d labels, at most %d can be", len(t.labels), MaxLabels)
	}
	if len(t.labels) == 0 || len(t.labels) == 1 && !t.multi {
		return nil, errors.New("training needs rows of at least two labels, or rows with and without one")
	}
	if len(rows) < max(10, 2*o.Folds) {
		return nil, fmt.Errorf("%d rows are too few to train on, at least %d are needed", len(rows), max(10, 2*o.Folds))
	}
	t.target = make([]target, len(t.labels))
	for l := range t.target {
		t.target[l] = target{sign: make([]int8, len(rows)), cost: make([]float32, len(rows)), seed: o.Seed<<16 + uint64(l)}
	}
	t.gold = make([]int32, len(rows))
	for i, row := range rows {
		for l := range t.target {
			t.target[l].sign[i] = -1
			t.target[l].cost[i] = 1
			if row.Weight > 0 {
				t.target[l].cost[i] = row.Weight
			}
		}
		t.gold[i] = -1
		for _, name := range row.Labels {
			l, _ := slices.BinarySearch(t.labels, name)
			t.target[l].sign[i] = 1
			t.gold[i] = int32(l)
		}
	}
	t.folds(len(rows))
	return t, nil
}

// folds deals the rows out, label by label, so that each fold has its share of
// the rare ones.
func (t *trainer) folds(n int) {
	rng := rand.New(rand.NewPCG(t.o.Seed, 0x666f6c64))
	order := slices.Clone(t.all)
	rng.Shuffle(n, func(i, j int) { order[i], order[j] = order[j], order[i] })
	slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(t.gold[a], t.gold[b]) })
	t.fold = make([]int32, n)
	for i, row := range order {
		t.fold[row] = int32(i % t.o.Folds)
	}
}

// crossValidate fills t.held.
func (t *trainer) crossValidate(ctx context.Context) error {
	seen, unseen := make([][]int32, t.o.Folds), make([][]int32, t.o.Folds)
	for i, f := range t.fold {
		for g := range seen {
			if int(f) == g {
				unseen[g] = append(unseen[g], int32(i))
			} else {
				seen[g] = append(seen[g], int32(i))
			}
		}
	}
	for part := range t.held {
		t.held[part] = make([][]float32, len(t.labels))
		for l := range t.held[part] {
			t.held[part][l] = make([]float32, t.m.Rows())
		}
	}
	return t.each(ctx, len(t.labels)*t.o.Folds, func(job int, w []float64) {
		l, f := job/t.o.Folds, job%t.o.Folds
		for part := range t.held {
			bias := t.recipe.fit(t.m, &t.target[l], seen[f], part, w)
			for _, row := range unseen[f] {
				t.held[part][l][row] = float32(t.m.Dot(row, w) + bias)
			}
		}
	})
}

// each runs jobs 0 to n on all workers. Each worker has a vector of weights.
func (t *trainer) each(ctx context.Context, n int, do func(job int, w []float64)) error {
	workers := t.o.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	var next atomic.Int64
	var running sync.WaitGroup
	for range min(workers, n) {
		running.Go(func() {
			w := make([]float64, t.m.Features)
			for ctx.Err() == nil {
				job := int(next.Add(1)) - 1
				if job >= n {
					return
				}
				do(job, w)
			}
		})
	}
	running.Wait()
	return ctx.Err()
}

// choose takes the mixture of parts that the held-out rows like best,
// calibrates it and sets how labels are decided on.
func (t *trainer) choose() {
	best := math.Inf(1)
	for _, shares := range t.recipe.mixtures {
		mixed := t.mix(shares)
		cal := t.calibrate(mixed)
		if loss := t.loss(mixed, cal); loss < best {
			best, t.shares, t.mixed, t.cal = loss, shares, mixed, cal
		}
	}
	t.decide()
}

func (t *trainer) mix(shares mixture) [][]float32 {
	out := make([][]float32, len(t.labels))
	for l := range out {
		out[l] = make([]float32, t.m.Rows())
		for part, share := range shares {
			for i, s := range t.held[part][l] {
				out[l][i] += float32(share) * s
			}
		}
	}
	return out
}

func (t *trainer) calibrate(scores [][]float32) calibration {
	if !t.multi {
		return fitSingle(scores, t.gold)
	}
	var c calibration
	for l := range scores {
		slope, offset := fitLabel(scores[l], t.target[l].sign)
		c.slope, c.offset = append(c.slope, slope), append(c.offset, offset)
	}
	return c
}

// loss is the mean negative log-likelihood of the held-out rows.
func (t *trainer) loss(scores [][]float32, c calibration) float64 {
	sum := 0.0
	p := make([]float64, len(t.labels))
	for i := range t.m.Rows() {
		c.probabilities(t.multi, p, func(l int) float64 { return float64(scores[l][i]) })
		for l := range p {
			switch {
			case t.target[l].sign[i] > 0:
				sum -= math.Log(max(p[l], 1e-12))
			case t.multi:
				sum -= math.Log(max(1-p[l], 1e-12))
			}
		}
	}
	return sum / float64(t.m.Rows())
}

// probabilities writes to p the calibrated probabilities of scores.
func (c *calibration) probabilities(multi bool, p []float64, score func(l int) float64) {
	for l := range p {
		p[l] = c.slope[l]*score(l) + c.offset[l]
		if multi {
			p[l] = logistic(p[l])
		}
	}
	if !multi {
		softmax(p, p)
	}
}
