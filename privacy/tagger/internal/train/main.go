// Command train learns the weights of the tagger from labelled sets outside
// the tree, from generated feedback and from invented names.
//
//	go run ./privacy/tagger/internal/train -data DIR -out privacy/tagger/data/weights.bin
//
// The same data and settings give the same file. A tenth of the rows, by hash
// of their text, is never learnt from and judged at the end; another tenth
// calibrates. Weights that are there already are judged with
//
//	go run ./privacy/tagger/internal/train -data DIR -judge privacy/tagger/data/weights.bin
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"slices"
	"sync"
	"time"

	"qingting/privacy/tagger/internal/sequence"
)

// settings are what besides the data decides the weights.
type settings struct {
	learner
	features  int // kept at most
	generated int // items of generated feedback
	composed  int // rows composed of each kind by the grammar
}

func main() {
	log.SetFlags(0)
	s := settings{learner: learner{log: os.Stderr}}
	data := flag.String("data", "", "directory of the labelled sets")
	out := flag.String("out", "", "file to write the weights to")
	old := flag.String("judge", "", "only judge this file of weights on the rows held out")
	flag.IntVar(&s.epochs, "epochs", 6, "passes over the rows")
	flag.Float64Var(&s.rate, "rate", 0.2, "learning rate")
	flag.Float64Var(&s.decay, "decay", 0.001, "weight decay")
	flag.Float64Var(&s.dropout, "dropout", 0.35, "share of templates that sit out a sentence")
	flag.IntVar(&s.features, "features", 700_000, "features to keep at most")
	flag.IntVar(&s.generated, "generated", 4000, "items of generated feedback")
	flag.IntVar(&s.composed, "composed", 4000, "rows composed of each kind by the grammar")
	flag.Parse()
	do := func() error { return run(*data, *out, s) }
	if *old != "" {
		do = func() error { return judgeFile(*data, *old, s.log) }
	}
	if err := do(); err != nil {
		log.Fatal(err)
	}
}

func run(data, out string, s settings) error {
	if data == "" || out == "" {
		return errors.New("say where the sets are with -data and where the weights go with -out")
	}
	start := time.Now()
	rows, err := gather(data, s)
	if err != nil {
		return err
	}
	dict := number(rows)
	all := dict.sentences(rows)
	// What calibrates is not learnt from by the weights that are calibrated. Those
	// that are kept learn from it as well.
	most := slices.DeleteFunc(slices.Clone(all), func(x sentence) bool { return x.fold < 2 || x.fold == last })
	more := slices.DeleteFunc(slices.Clone(all), func(x sentence) bool { return x.fold < 2 })
	fmt.Fprintf(s.log, "%d and %d sentences, %d features, %v\n", len(most), len(more), len(dict.keys)-1, time.Since(start).Round(time.Second))
	w, final := newWeights(len(dict.keys)), newWeights(len(dict.keys))
	var both sync.WaitGroup
	both.Go(func() { s.train(w, most) })
	both.Go(func() { s.train(final, more) })
	both.Wait()
	settled, _ := export(dict, w, s.features)
	chain := &sequence.Chain{Trans: &settled.Trans}
	chain.Prepare()
	calibrate(settled, all, tagger(settled, dict, chain), chain)
	settled.Gate.Weights = learnGate(rows)
	openGate(settled, rows)
	report(s.log, "calibration", judge(all, 1, tagger(settled, dict, chain)))
	m, kept := export(dict, final, s.features)
	m.Logit, m.Gate = settled.Logit, settled.Gate
	file, err := m.Encode()
	if err != nil {
		return err
	}
	fmt.Fprintf(s.log, "%d features kept, %d bytes, calibration %.2f, gate %d %d %.2f %.2f, %v\n", kept, len(file), m.Logit[sequence.Person], m.Gate.Early, m.Gate.Least, m.Gate.First, m.Gate.Second, time.Since(start).Round(time.Second))
	report(s.log, "held out", judge(all, 0, tagger(m, dict, &sequence.Chain{Trans: &m.Trans})))
	return os.WriteFile(out, file, 0o644)
}

// gather reads and makes every row.
func gather(data string, s settings) ([]row, error) {
	rows, err := readSets(data)
	if err != nil {
		return nil, err
	}
	rows, dropped := separate(rows)
	fmt.Fprintf(s.log, "%d labelled rows; %d more share text with rows held out and are left\n", len(rows), dropped)
	for i, r := range rows {
		switch {
		case r.fold == 0:
			continue
		case r.fold == 1: // it stays as it is for calibration
			r = titled(r)
			r.fold = last
			rows = append(rows, r)
		default:
			r = titled(r)
			rows[i] = r
		}
		if r.set == weibo || r.set == privacy { // the smallest sets
			rows = append(rows, r, r)
		}
	}
	rows = append(rows, generated(41, s.generated)...)
	door, err := addresses(data)
	if err != nil {
		return nil, err
	}
	rows = append(rows, thin(door, 3)...)
	clean, err := unlabelled(data)
	if err != nil {
		return nil, err
	}
	rows = append(rows, clean...)
	invent := newInventor()
	for _, r := range rows {
		if r.fold < 2 || r.set != feedback {
			continue
		}
		if other, ok := invent.renamed(r); ok {
			rows = append(rows, other)
		}
	}
	c := newComposer(invent)
	for _, kind := range composed {
		rows = append(rows, c.compose(kind, s.composed)...)
	}
	writeCounts(s.log, rows)
	return rows, nil
}

// writeCounts says how many rows of each set there are.
func writeCounts(w io.Writer, rows []row) {
	var n [sets]int
	for _, r := range rows {
		n[r.set]++
	}
	for s := range sets {
		fmt.Fprintf(w, "%s: %d rows\n", s, n[s])
	}
}
