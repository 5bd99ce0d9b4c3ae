package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"slices"

	"qingting/privacy/tagger/internal/sequence"
)

// set is one labelled set.
type set uint8

const (
	cluener set = iota
	msra
	weibo
	privacy
	feedback // generated feedback, addresses among words, and clean feedback
	sets
)

func (s set) String() string {
	return [...]string{"cluener", "msra", "weibo", "privacy", "feedback"}[s]
}

// row is a labelled text.
type row struct {
	text  string
	spans []span
	set   set
	fold  int // 0 is held out, 1 is for calibration, 2 to 9 train, last trains once that is done
}

// last is the fold of the rows of fold 1 as they are learnt from in the end.
const last = 10

// span is bytes from to to of a row.
type span struct {
	from, to int
	kind     sequence.Kind
	maybe    bool // the sets disagree whether this is a span: either is right
}

// sources are the files of a data directory, and what their types mean here.
// Types that are not named are no span.
var sources = []struct {
	file  string
	set   set
	kinds map[string]sequence.Kind
	maybe map[string]bool
}{
	{"ner_zh/cluener.jsonl", cluener, map[string]sequence.Kind{
		"name": sequence.Person, "address": sequence.Place,
		"company": sequence.Organisation, "organization": sequence.Organisation, "government": sequence.Organisation,
		"scene": sequence.Place,
	}, map[string]bool{"scene": true}},
	{"ner_zh/msra.jsonl", msra, map[string]sequence.Kind{"PER": sequence.Person, "LOC": sequence.Place, "ORG": sequence.Organisation}, map[string]bool{"LOC": true}},
	{"ner_zh/weibo_ner.jsonl", weibo, map[string]sequence.Kind{
		"PER.NAM": sequence.Person, "GPE.NAM": sequence.Place, "LOC.NAM": sequence.Place, "ORG.NAM": sequence.Organisation,
	}, map[string]bool{"GPE.NAM": true, "LOC.NAM": true}},
	{"pii_zh/privacy_bdci2020.jsonl", privacy, map[string]sequence.Kind{
		"name": sequence.Person, "address": sequence.Place,
		"company": sequence.Organisation, "organization": sequence.Organisation, "government": sequence.Organisation,
		"scene": sequence.Place,
	}, map[string]bool{"scene": true}},
}

type labelled struct {
	Text  string `json:"text"`
	Cat   string `json:"cat"`
	Turns []struct {
		Text string `json:"text"`
	} `json:"turns"`
	Spans []struct {
		Start int    `json:"start"`
		End   int    `json:"end"`
		Type  string `json:"type"`
	} `json:"spans"`
}

// readSets reads the labelled sets of a data directory.
func readSets(dir string) ([]row, error) {
	var rows []row
	for _, src := range sources {
		err := eachLine(filepath.Join(dir, src.file), func(l labelled) {
			rows = append(rows, makeRow(l, src.set, src.kinds, src.maybe))
		})
		if err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// eachLine calls do for each line of a JSONL file. Errors say where, never what.
func eachLine(path string, do func(labelled)) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 1<<24)
	for n := 1; sc.Scan(); n++ {
		if len(bytes.TrimSpace(sc.Bytes())) == 0 {
			continue
		}
		var l labelled
		if json.Unmarshal(sc.Bytes(), &l) != nil {
			return fmt.Errorf("line %d of %s is no labelled text", n, filepath.Base(path))
		}
		do(l)
	}
	return sc.Err()
}

// makeRow maps code points to bytes, and leaves out what lies outside the text.
func makeRow(l labelled, s set, kinds map[string]sequence.Kind, maybe map[string]bool) row {
	at := make([]int, 0, len(l.Text)+1)
	for i := range l.Text {
		at = append(at, i)
	}
	at = append(at, len(l.Text))
	r := row{text: l.Text, set: s, fold: foldOf(l.Text)}
	for _, sp := range l.Spans {
		if k := kinds[sp.Type]; k != sequence.None && sp.Start >= 0 && sp.Start < sp.End && sp.End < len(at) {
			r.spans = append(r.spans, span{at[sp.Start], at[sp.End], k, maybe[sp.Type]})
		}
	}
	slices.SortFunc(r.spans, func(a, b span) int { return a.from - b.from })
	return r
}

// foldOf puts a text into one of ten folds by its hash alone.
func foldOf(text string) int {
	h := fnv.New32a()
	h.Write([]byte(text))
	return int(h.Sum32() >> 8 % 10)
}

// shingle is how many characters two texts share when one was made of the other.
const shingle = 14

// separate drops the rows for training that share a run of characters with a
// row that is held out: some sets were cut from the same pages.
func separate(rows []row) (kept []row, dropped int) {
	seen := map[uint64]bool{}
	for _, r := range rows {
		if r.fold == 0 {
			eachShingle(r.text, func(h uint64) bool { seen[h] = true; return true })
		}
	}
	for _, r := range rows {
		shared := false
		if r.fold != 0 {
			eachShingle(r.text, func(h uint64) bool { shared = seen[h]; return !shared })
		}
		if shared {
			dropped++
			continue
		}
		kept = append(kept, r)
	}
	return kept, dropped
}

func eachShingle(text string, do func(uint64) bool) {
	rs := []rune(text)
	for i := 0; i+shingle <= len(rs); i++ {
		h := uint64(14695981039346656037)
		for _, r := range rs[i : i+shingle] {
			h = (h ^ uint64(r)) * 1099511628211
		}
		if !do(h) {
			return
		}
	}
}
