package main

import (
	"bufio"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"qingting/privacy/tagger/internal/words"
)

// row is a text and its spans, in runes.
type row struct {
	source int
	text   []rune
	spans  []span
}

type span struct {
	start, end int
	of         words.Entity
}

// The sources of rows.
const (
	labelledSet = iota
	renamedSet
	invented
	plainSet
)

// held says that the row is judged and not learnt from.
func (r row) held() bool {
	h := sha256.Sum256([]byte(string(r.text)))
	return h[31]&1 == 0
}

var entityOf = map[string]words.Entity{
	"PERSON": words.Person, "STREET_ADDRESS": words.Address, "ZIP_CODE": words.Address,
	"ORGANIZATION": words.Organisation, "GPE": words.Location,
}

func eachLine(path string, do func([]byte) error) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 1<<20)
	for sc.Scan() {
		if err := do(sc.Bytes()); err != nil {
			return fmt.Errorf("%s: %w", filepath.Base(path), err)
		}
	}
	return sc.Err()
}

func readLabelled(path string) (rows []row, err error) {
	err = eachLine(path, func(line []byte) error {
		var x struct {
			Text  string
			Spans []struct {
				Start, End int
				Type       string
			}
		}
		if err := json.Unmarshal(line, &x); err != nil {
			return err
		}
		r := row{text: []rune(x.Text)}
		for _, s := range x.Spans {
			if e, ok := entityOf[s.Type]; ok && (s.Type != "ZIP_CODE" || s.End-s.Start > 0) {
				r.spans = append(r.spans, span{s.Start, s.End, e})
			}
		}
		slices.SortFunc(r.spans, func(a, b span) int { return a.start - b.start })
		rows = append(rows, r)
		return nil
	})
	return rows, err
}

// readPlain reads feedback that is not labelled, without the rows in which a
// name seems to be: a given name in capitals that is no everyday word.
func readPlain(dir string, voc *vocabulary) (rows []row, err error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.jsonl"))
	if err != nil {
		return nil, err
	}
	slices.Sort(files)
	for _, f := range files {
		n := 0
		err := eachLine(f, func(line []byte) error {
			var x struct{ Text string }
			if err := json.Unmarshal(line, &x); err != nil {
				return err
			}
			if n++; n%3 != 0 && !voc.named(x.Text) { // each third row is left to look at
				rows = append(rows, row{source: plainSet, text: []rune(x.Text)})
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// vocabulary is the lists, and the classes of all their words.
type vocabulary struct {
	given, family, place, word []string
	classes                    map[uint64]words.Class
}

const (
	streetWords = "street st road rd avenue ave av boulevard blvd lane ln terrace parkway pkwy highway hwy crescent cres mews freeway expressway drive dr court ct place pl square sq way circle cir trail " +
		"close gardens grove row walk hill quay wharf loop alley plaza pike view rise green park parade path ridge crossing point cove heights bypass route turnpike junction shore shores spur " +
		"strasse straße str platz allee weg gasse damm ufer ring straat laan plein kade gracht vej vejen gade allé gata gatan gate gaten veien vägen väg katu tie kuja polku via viale piazza corso vicolo strada rua avenida " +
		"travessa praça calle carrer paseo plaza camino ronda rue quai impasse chemin allée cours ul ulica aleja osiedle plac utca út útja tér körút ulice náměstí třída ulitsa prospekt cesta trg"
	unitWords = "apt apartment suite ste unit flat floor fl room rm bldg building box psc cmr apo fpo dpo po pobox postbox level block tower door"
	// titles stand before names, and are no part of them.
	titles = "mr mrs ms miss mx dr prof professor sir madam rev capt captain sgt sergeant lt officer judge senator president herr frau mme monsieur señor señora"
	dates  = "january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun"
)

func readLists(dir string) (*vocabulary, error) {
	v := &vocabulary{classes: map[uint64]words.Class{}}
	for _, l := range []struct {
		name string
		to   *[]string
		of   words.Class
	}{{"given", &v.given, words.Given}, {"family", &v.family, words.Family}, {"place", &v.place, words.Place}, {"word", &v.word, words.Everyday}} {
		err := eachLine(filepath.Join(dir, l.name+".txt"), func(line []byte) error {
			*l.to = append(*l.to, string(line))
			v.classes[words.Hash(string(line))] |= l.of
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	for set, of := range map[string]words.Class{streetWords: words.Street, unitWords: words.Unit, titles: words.Title, dates: words.Other} {
		for _, w := range strings.Fields(set) {
			v.classes[words.Hash(w)] |= of
		}
	}
	return v, nil
}

// named says that a name seems to be in text: a given name in capitals that is
// neither an everyday word nor a place, or one that is a place before another
// capitalised word that is no everyday word.
func (v *vocabulary) named(text string) bool {
	before := false
	for _, w := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' && r != '-' }) {
		c := v.classes[words.Hash(strings.ToLower(w))]
		capital := unicode.IsUpper([]rune(w)[0]) && len(w) > 1
		if capital && before && c&(words.Everyday|words.Place) == 0 {
			return true
		}
		before = capital && c&words.Given != 0 && c&(words.Everyday|words.Other) == 0
		if before && c&words.Place == 0 && len(w) > 2 {
			return true
		}
	}
	return false
}
