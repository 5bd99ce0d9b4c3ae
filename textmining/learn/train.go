package learn

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// Train learns a model from labelled rows. It is the same for the same rows in
// the same order, options and seed. Memory is about 8 bytes for each n-gram and
// pair of words of each row, 20 for each row and label, 12 for each different
// feature and fold, and for each worker 4 for each different feature and label (at
// most 256 MB), while it trains. It takes seconds for thousands of rows, half a
// minute where they have dozens of labels, and stops with ctx.
func Train(ctx context.Context, rows []Row, o Options) (*Model, error) {
	m, _, err := train(ctx, rows, o, defaultRecipe())
	return m, err
}

// TrainHeld is Train and returns as well what models that had not seen a row say
// of it: for each row the probability of each of the model's labels. How the
// parts of these models join was learnt with the row in sight.
func TrainHeld(ctx context.Context, rows []Row, o Options) (m *Model, held [][]float64, err error) {
	m, t, err := train(ctx, rows, o, defaultRecipe())
	if err != nil {
		return nil, nil, err
	}
	held = make([][]float64, len(rows))
	byLabel := t.probable()
	for i := range held {
		for l := range byLabel {
			held[i] = append(held[i], byLabel[l][i])
		}
	}
	return m, held, nil
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
	cals   [parts]calibration // of each part on its own
	shares mixture            // of the parts, each calibrated
	cal    calibration        // of the mixture
	lean   []float64          // of labels that are favoured, and what is taken from their probability first:
	toll   []float64          // the label chosen is that of the largest (p − toll)·exp(lean)
	least  []float64          // probability from which a label is given
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

// each runs jobs 0 to n on all workers. Each worker has a bench.
func (t *trainer) each(ctx context.Context, n int, do func(job int, b *bench)) error {
	workers := t.o.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	var next atomic.Int64
	var running sync.WaitGroup
	for range min(workers, n) {
		running.Go(func() {
			var b bench
			for ctx.Err() == nil {
				job := int(next.Add(1)) - 1
				if job >= n {
					return
				}
				do(job, &b)
			}
		})
	}
	running.Wait()
	return ctx.Err()
}
