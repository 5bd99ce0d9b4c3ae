// Package babble writes texts for fuzz targets: a program of bytes becomes a
// text of labels, values with valid check digits, names, places, placeholders
// whole and broken, noise and disguises. Mutating the program reaches the deep
// rules of detection far sooner than mutating the text.
//
//	g := babble.New(examples)
//	text := g.Text(program)
//
// The same program gives the same text, any program gives one, and a text is at
// most [MaxText] bytes, UTF-8 but for the bad bytes among the noise. A program that begins with [Raw] is the text behind it,
// so that a target can take both. Everything in it is invented. The package is
// for tests; nothing that ships imports it.
package babble

import (
	"math/rand/v2"
	"strings"
	"unicode"
	"unicode/utf8"

	"qingting/privacy/evade"
	"qingting/privacy/rule"
	"qingting/privacy/score"
)

const (
	// MaxText bounds the text of a program, in bytes.
	MaxText = 4096
	// Raw begins a program that is a text itself, Latin one that writes no Han
	// characters: some rules are for such texts alone.
	Raw   = 0xff
	Latin = 0xfe
)

// Grammar writes texts. It is immutable and safe for concurrent use.
type Grammar struct {
	examples  []string
	fragments []string
	evasions  []evade.Evasion
}

// New returns a grammar that also knows examples: whole, and in the fragments
// that their marks « » or 〔 〕 part. The rules' own examples keep it abreast of them.
func New(examples []string) *Grammar {
	g := &Grammar{examples: []string{""}, fragments: []string{""}, evasions: evade.All()}
	for _, e := range examples {
		parts := strings.FieldsFunc(e, func(r rune) bool { return strings.ContainsRune("«»〔〕", r) })
		g.examples = append(g.examples, strings.Join(parts, ""))
		g.fragments = append(g.fragments, parts...)
	}
	return g
}

// Chance returns a program of n bytes that the seed alone decides, to seed a
// corpus with.
func Chance(seed uint64, n int) []byte {
	r := rand.New(rand.NewPCG(seed, uint64(n)))
	program := make([]byte, n)
	for i := range program {
		program[i] = byte(r.IntN(Raw))
	}
	if n > 0 && r.IntN(6) == 0 {
		program[0] = Latin
	}
	return program
}

// Text runs a program.
func (g *Grammar) Text(program []byte) string {
	if len(program) > 0 && program[0] == Raw {
		return string(program[1:])
	}
	w := writer{g: g, program: program}
	if len(program) > 0 && program[0] == Latin {
		w.program, w.latin = program[1:], true
	}
	for len(w.program) > 0 && w.size < MaxText {
		w.step()
	}
	return cut(strings.Join(w.pieces, ""), MaxText)
}

// writer is the state of one program.
type writer struct {
	g       *Grammar
	program []byte
	pieces  []string
	typ     rule.Type // of the last piece, "" when it is no value
	size    int
	latin   bool
}

// next takes a byte of the program; past its end there are zeros.
func (w *writer) next() int {
	if len(w.program) == 0 {
		return 0
	}
	b := w.program[0]
	w.program = w.program[1:]
	return int(b)
}

func (w *writer) wide() int { return w.next()<<8 | w.next() }

func (w *writer) write(s string, t rule.Type) {
	if w.latin && strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
		return
	}
	w.pieces, w.typ = append(w.pieces, s), t
	w.size += len(s)
}

// last is the piece written last; ops that change it need one.
func (w *writer) last() *string {
	if len(w.pieces) == 0 {
		w.pieces = append(w.pieces, "")
	}
	return &w.pieces[len(w.pieces)-1]
}

// step runs one instruction.
func (w *writer) step() {
	switch op := w.next() % 20; op {
	case 0, 1:
		w.write(w.g.fragments[w.wide()%len(w.g.fragments)], "")
	case 2:
		w.write(w.g.examples[w.wide()%len(w.g.examples)], "")
	case 3, 4, 5:
		t := valueTypes[w.next()%len(valueTypes)]
		w.write(Value(t, w.next), t)
	case 6, 7:
		w.write(cues[w.next()%len(cues)], "")
	case 8:
		w.write(Value(rule.PersonName, w.next), rule.PersonName)
	case 9:
		w.write(Value(rule.Address, w.next), rule.Address)
	case 10:
		w.write(placeholders[w.next()%len(placeholders)], "")
	case 11, 12:
		w.write(noise[w.next()%len(noise)], "")
	case 13:
		w.write(joints[w.next()%len(joints)], "")
	case 14:
		w.disguise()
	case 15:
		n := min(w.next()%8, len(w.program))
		w.write(string(w.program[:n]), "")
		w.program = w.program[n:]
	case 16:
		p := w.last()
		if n := w.next()%4 + 2; len(*p)*n <= MaxText/2 {
			w.size += len(*p) * (n - 1)
			*p = strings.Repeat(*p, n)
		}
	case 17: // a part of the last piece
		p := w.last()
		runes := []rune(*p)
		at := w.next() % (len(runes) + 1)
		if w.next()%2 == 0 {
			*p = string(runes[:at])
		} else {
			*p = string(runes[at:])
		}
	case 18: // a mark inside the last piece
		p := w.last()
		runes := []rune(*p)
		at := w.next() % (len(runes) + 1)
		*p = string(runes[:at]) + noise[w.next()%len(noise)] + string(runes[at:])
	case 19: // an earlier piece once more
		p := w.last()
		if n := len(w.pieces); n > 1 {
			p = &w.pieces[w.next()%n]
		}
		w.write(*p, w.typ)
	}
}

// disguise writes the last piece in another way, as evasions do.
func (w *writer) disguise() {
	e := w.g.evasions[w.next()%len(w.g.evasions)]
	if w.latin {
		return
	}
	p := w.last()
	t := w.typ
	if t == "" {
		t = rule.Mobile
	}
	before := len(*p)
	*p, _, _ = e.Apply(uint64(w.next()), *p, []score.Span{{End: utf8.RuneCountInString(*p), Type: string(t)}})
	w.size += len(*p) - before
}

// cut shortens s to at most n bytes of whole characters.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
