package newword

import (
	"cmp"
	"slices"
	"unicode/utf8"

	"qingting/textmining/segment"
)

// A unit is a Chinese character or a word of Latin letters, numbered by its
// frequency from 1; 0 ends a run.
type unit = uint16

// mark tells of a place in the row: whether the lexicons have a word begin with
// the unit there, or what stood where the edge is.
type mark uint8

const (
	plain  mark = iota // inside a word; an edge: a placeholder, an address, a rare unit
	begins             // of a unit
	clause             // of an edge: the end of a clause
	number             // of an edge
)

const (
	edge     unit = 0
	maxUnits      = 1<<16 - 1
	maxWord       = 24 // characters of a Latin word; longer ones end a run
)

// corpus is the texts as one row of units. A run ends with an edge, and a
// document with two.
type corpus struct {
	row    []unit
	marks  []mark  // by place in row
	starts []int32 // of each document in row
	owner  []int32 // customer of each document
	names  []string
	latin  []bool
	total  float64 // units that are no edges
	rate   float64 // clauses for one of those

	customers int32 // how many
}

// numbering gives each unit an id as it comes.
type numbering struct {
	characters map[rune]int32
	words      map[string]int32
	names      []string
	counts     []int32
}

// add counts a unit and returns its id: a character, or when that is 0 a word.
func (n *numbering) add(r rune, word []byte) int32 {
	var id int32
	var ok bool
	if r != 0 {
		id, ok = n.characters[r]
	} else {
		id, ok = n.words[string(word)]
	}
	if !ok {
		id = int32(len(n.names))
		if r != 0 {
			n.characters[r] = id
			n.names = append(n.names, string(r))
		} else {
			n.words[string(word)] = id
			n.names = append(n.names, string(word))
		}
		n.counts = append(n.counts, 0)
	}
	n.counts[id]++
	return id
}

// build numbers the units. Those that occur less often than a term must are
// edges: no term can hold them.
func (m *Miner) build() *corpus {
	n := numbering{characters: map[rune]int32{}, words: map[string]int32{}}
	var raw []int32 // ids plus one; 0 is an edge
	c := &corpus{}
	customers := map[string]int32{}
	for _, d := range m.documents {
		c.starts = append(c.starts, int32(len(raw)))
		owner, known := customers[d.Customer]
		if !known || d.Customer == "" {
			owner = c.customers
			customers[d.Customer] = owner
			c.customers++
		}
		c.owner = append(c.owner, owner)
		m.scan(d.Text, func(r rune, word []byte, of mark) {
			switch {
			case r != 0 || len(word) > 0:
				raw = append(raw, n.add(r, word)+1)
				c.marks = append(c.marks, of)
			case len(raw) > 0 && (raw[len(raw)-1] != 0 || c.marks[len(raw)-1] != of):
				raw = append(raw, 0)
				c.marks = append(c.marks, of)
			}
		})
		raw = append(raw, 0)
		c.marks = append(c.marks, clause)
	}
	c.starts = append(c.starts, int32(len(raw)))
	c.number(raw, n, int32(m.config.Count))
	return c
}

// number gives the frequent units their numbers.
func (c *corpus) number(raw []int32, n numbering, least int32) {
	counts, names := n.counts, n.names
	byCount := make([]int32, 0, len(names))
	for id, n := range counts {
		if n >= least {
			byCount = append(byCount, int32(id))
		}
	}
	slices.SortFunc(byCount, func(a, b int32) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(names[a], names[b]))
	})
	byCount = byCount[:min(len(byCount), maxUnits)]
	c.names = append(c.names, "")
	c.latin = append(c.latin, false)
	to := make([]unit, len(names)+1)
	for i, id := range byCount {
		to[id+1] = unit(i + 1)
		c.names = append(c.names, names[id])
		c.latin = append(c.latin, names[id][0] < utf8.RuneSelf)
	}
	c.row = make([]unit, len(raw))
	clauses := 0.0
	for i, id := range raw {
		c.row[i] = to[id]
		switch {
		case to[id] != edge:
			c.total++
		case id != 0:
			c.marks[i] = plain // a rare unit
		case c.marks[i] == clause:
			clauses++
		}
	}
	c.rate = clauses / max(c.total, 1)
}

// emitter takes a unit: a character, or 0 and a word, or 0 and nothing where a
// run ends.
type emitter func(r rune, word []byte, of mark)

// scan gives emit the units of a text.
func (m *Miner) scan(text string, emit emitter) {
	m.tokens = m.config.Segmenter.AppendTokens(m.tokens[:0], text)
	mention := false
	latin := false // the last token was a word of letters
	for i, t := range m.tokens {
		raw := text[t.Start:t.End]
		switch t.Kind {
		case segment.Word, segment.Latin:
			if mention {
				continue
			}
			if t.Tag == "url" || t.Tag == "email" || t.Kind == segment.Latin && len(raw) > maxWord {
				emit(0, nil, plain)
				latin = false
				continue
			}
			m.word = segment.AppendFold(m.word[:0], raw)
			units(m.word, emit)
			latin = t.Kind == segment.Latin
		case segment.Space:
			mention = false
			// One space joins two words of letters, and parts everything else.
			if !latin || raw != " " || i+1 == len(m.tokens) || m.tokens[i+1].Kind != segment.Latin {
				emit(0, nil, clause)
			}
		default:
			mention = raw == "@" || raw == "＠"
			latin = false
			switch t.Kind {
			case segment.Number:
				emit(0, nil, number)
			case segment.Placeholder:
				emit(0, nil, plain)
			default:
				emit(0, nil, clause)
			}
		}
	}
	emit(0, nil, clause)
}

// at is the mark of the unit at byte i of a token.
func at(i int) mark {
	if i == 0 {
		return begins
	}
	return plain
}

// units cuts a folded word: characters, and runs of letters and digits; digits
// alone end a run.
func units(word []byte, emit emitter) {
	for i := 0; i < len(word); {
		r, n := utf8.DecodeRune(word[i:])
		if r >= 0x250 {
			if r == utf8.RuneError {
				r = 0
			}
			emit(r, nil, at(i))
			i += n
			continue
		}
		end, digits := i, true
		for end < len(word) {
			r, n := utf8.DecodeRune(word[end:])
			if r >= 0x250 {
				break
			}
			digits = digits && (r < 'A' || r > 'z' && r < 0xc0)
			end += n
		}
		if digits {
			emit(0, nil, number)
		} else {
			emit(0, word[i:end], at(i))
		}
		i = end
	}
}
