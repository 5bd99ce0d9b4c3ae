package main

import (
	"context"
	"io"
	"math/rand/v2"
	"time"

	"qingting/textmining/learn/measure"
	"qingting/textmining/sentiment"
)

// sentimentTrial counts what is said of judged texts, by one model or by several
// one after the other.
type sentimentTrial struct {
	seed    uint64
	judge   *judge
	neutral bool // the file knows neutral texts

	ours, theirs measure.Tally
	spent        time.Duration
	tested       int
	training     time.Duration
	models       int // that were trained or read
	bytes        int64
	byFold       []float64
}

func shuffleRows(rows []sentiment.Row, seed uint64) {
	rng := rand.New(rand.NewPCG(seed, 0))
	rng.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
}

// folds tests each of n parts with what is trained on the others.
func (e *sentimentTrial) folds(ctx context.Context, rows []sentiment.Row, n int) error {
	for f := range n {
		var seen, unseen []sentiment.Row
		for i, row := range rows {
			if i%n == f {
				unseen = append(unseen, row)
			} else {
				seen = append(seen, row)
			}
		}
		// Each part is counted on its own, too.
		part := sentimentTrial{seed: e.seed, judge: e.judge, neutral: e.neutral}
		if err := part.train(ctx, seen, unseen); err != nil {
			return err
		}
		e.byFold = append(e.byFold, part.ours.Report().Accuracy)
		e.ours.Merge(&part.ours)
		e.theirs.Merge(&part.theirs)
		e.spent, e.tested = e.spent+part.spent, e.tested+part.tested
		e.training, e.models, e.bytes = e.training+part.training, e.models+part.models, e.bytes+part.bytes
	}
	return nil
}

// train learns from some rows and tests on others.
func (e *sentimentTrial) train(ctx context.Context, seen, unseen []sentiment.Row) error {
	began := cpuTime()
	model, err := sentiment.Train(ctx, seen, sentiment.TrainOptions{Segmenter: e.judge.segmenter, Analyzer: e.judge.analyzer, Seed: e.seed})
	if err != nil {
		return err
	}
	e.training += cpuTime() - began
	return e.test(ctx, unseen, model)
}

// test counts what is said of rows, by the lexicon and by model unless it is nil.
func (e *sentimentTrial) test(ctx context.Context, rows []sentiment.Row, model *sentiment.Model) error {
	for _, row := range rows {
		if ctx.Err() != nil {
			return interrupted(ctx)
		}
		began := time.Now()
		plain, heard := e.judge.hear(row.Text, model)
		e.spent += time.Since(began)
		if plain.Label == sentiment.Neutral && !e.neutral {
			plain.Label = sentiment.Negative
			if plain.Score > 0 {
				plain.Label = sentiment.Positive
			}
		}
		e.theirs.Add([]string{row.Label}, []string{plain.Label})
		if model != nil {
			e.ours.Add([]string{row.Label}, []string{heard.Label})
		}
	}
	e.tested += len(rows)
	if model == nil {
		return nil
	}
	n, err := model.WriteTo(io.Discard)
	e.models, e.bytes = e.models+1, e.bytes+n
	return err
}

// report fills in what was counted.
func (e *sentimentTrial) report(r *sentimentReport) {
	r.Untrained = e.theirs.Report()
	if e.models == 0 {
		return
	}
	r.Trained = &trainedReport{
		Report: e.ours.Report(), Bytes: e.bytes / int64(e.models), Training: e.training.Seconds() / float64(e.models),
		Micros: float64(e.spent.Microseconds()) / float64(max(1, e.tested)), Folds: e.byFold,
	}
}
