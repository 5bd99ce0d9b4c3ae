package learn

import (
	"errors"
	"fmt"
	"strings"

	"qingting/textmining/segment"
)

// Row is a labelled text. Put a title before its text, on a line of its own.
type Row struct {
	Text   string
	Labels []string // none means that no label is right
	Weight float32  // 0 means 1
}

// Options say how to train. Only the segmenter is required.
type Options struct {
	Segmenter *segment.Segmenter

	// Multi lets a text have any number of labels, each decided on its own. Rows
	// with none or several labels ask for it by themselves.
	Multi bool
	// Folds is into how many parts the rows are cut so that each is scored by a
	// model that has not seen it. 0 means 10, and 5 from 3,000 rows on.
	Folds int
	// Seed draws the folds and the order of the solver.
	Seed uint64
	// Entries bounds the weights that the model keeps, and so its size: the
	// smallest go first. 0 means 800,000, at most about 800 KB of file.
	Entries int
	// Workers is how many goroutines train. 0 means one a processor. The model is
	// the same whatever it is.
	Workers int
}

// The bounds of a training set and of a model.
const (
	MaxLabels  = 1 << 12
	maxLabel   = 256 // bytes of one label
	maxFolds   = 20
	maxEntries = 1 << 25
)

func (o *Options) check(rows int) error {
	if o.Segmenter == nil {
		return errors.New("training needs a segmenter")
	}
	if o.Folds == 0 {
		o.Folds = 5
		if rows < 3000 {
			o.Folds = min(10, max(2, rows/2))
		}
	}
	if o.Folds < 2 || o.Folds > maxFolds {
		return fmt.Errorf("%d folds are not between 2 and %d", o.Folds, maxFolds)
	}
	if o.Entries == 0 {
		o.Entries = 800_000
	}
	if o.Entries < 1 || o.Entries > maxEntries {
		return fmt.Errorf("%d entries are not between 1 and %d", o.Entries, maxEntries)
	}
	return nil
}

// checkLabel says what is wrong with the name of a label.
func checkLabel(name string) error {
	switch {
	case name == "":
		return errors.New("a label is empty")
	case len(name) > maxLabel:
		return fmt.Errorf("a label has %d bytes, at most %d can be", len(name), maxLabel)
	case strings.ToValidUTF8(name, "") != name:
		return errors.New("a label is not UTF-8")
	}
	return nil
}
