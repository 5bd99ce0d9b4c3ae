// Command train learns the weights of the English tagger from a labelled set
// and plain feedback outside the tree, from lists of names, places and words,
// and from invented feedback.
//
//	go run ./privacy/tagger/english/internal/train -data DIR -lists DIR -out privacy/tagger/english/data/weights.bin
//
// The lists are given.txt, family.txt, place.txt and word.txt, one word in lower
// case a line. The same data and settings give the same file. Half of the
// labelled rows, by hash of their text, is never learnt from and judged at the
// end.
package main

import (
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"qingting/privacy/tagger/internal/words"
)

func main() {
	log.SetFlags(0)
	var s settings
	data := flag.String("data", "", "directory of the labelled sets")
	lists := flag.String("lists", "", "directory of the lists of words")
	out := flag.String("out", "", "file to write the weights to")
	flag.IntVar(&s.epochs, "epochs", 6, "passes over the rows")
	flag.Float64Var(&s.rate, "rate", 0.2, "learning rate")
	flag.Float64Var(&s.decay, "decay", 0.001, "weight decay")
	flag.Float64Var(&s.dropout, "dropout", 0.25, "share of templates that sit a row out")
	flag.Float64Var(&s.unknown, "unknown", 0.4, "share of names that the lexicon pretends not to know")
	flag.IntVar(&s.features, "features", 105_000, "features to keep at most")
	flag.IntVar(&s.generated, "generated", 24000, "items of invented feedback")
	flag.IntVar(&s.renamed, "renamed", 10, "times each labelled row is written anew with other names")
	flag.Parse()
	if err := run(*data, *lists, *out, s); err != nil {
		log.Fatal(err)
	}
}

// settings are what besides the data decides the weights.
type settings struct {
	epochs, features, generated, renamed int
	rate, decay, dropout, unknown        float64
}

func run(data, lists, out string, s settings) error {
	if data == "" || lists == "" || out == "" {
		return errors.New("say where the sets are with -data, the lists with -lists, and where the weights go with -out")
	}
	voc, err := readLists(lists)
	if err != nil {
		return err
	}
	labelled, err := readLabelled(filepath.Join(data, "pii_en", "presidio_synth.jsonl"))
	if err != nil {
		return err
	}
	var learn, held []row
	for _, r := range labelled {
		if r.held() {
			held = append(held, r)
		} else {
			learn = append(learn, r, r)
		}
	}
	inv := newInventor(voc, 5)
	for range s.renamed {
		for _, r := range learn[:len(learn):len(learn)] {
			if r.source == labelledSet {
				learn = append(learn, inv.renamed(r))
			}
		}
	}
	for range s.generated {
		learn = append(learn, inv.item())
	}
	plain, err := readPlain(filepath.Join(data, "feedback_en"), voc)
	if err != nil {
		return err
	}
	learn = append(learn, plain...)
	log.Printf("%d rows to learn from, %d plain, %d held out", len(learn), len(plain), len(held))
	lex := words.NewLexicon(voc.classes)
	t := newTrainer(lex, s)
	t.train(learn)
	m, kept := t.export()
	file, err := m.Encode()
	if err != nil {
		return err
	}
	log.Printf("%d features kept, %d bytes", kept, len(file))
	judge(m, held)
	if err := os.WriteFile(out, file, 0o644); err != nil {
		return fmt.Errorf("write the weights: %w", err)
	}
	return nil
}
