package recognise

import (
	"sync"

	"qingting/privacy/fold"
)

// Page is a folded text with its labels found and its digits gathered. It is
// valid only while a rule's Find runs.
type Page struct {
	*fold.Text
	Hits   []Hit  // label words, by position; none lies within another
	Reads  []Read // every digit reading that belongs to a run
	Runs   []Run
	Tokens []Token

	cues    Cue     // every cue that the page has
	longest int     // digits in the longest run
	digits  string  // the values of Reads: every Value is a part of it
	signs   []int32 // the units that EachSign calls for
	raw     []fold.Hit
	buf     []byte
}

// Hit is one label word: units Start to End, end exclusive.
type Hit struct {
	Start, End int
	Cue        Cue
}

// Kind is how a digit was written.
type Kind uint8

// The kinds of digit.
const (
	Plain   Kind = 1 << iota // a digit of any style
	Numeral                  // 一 壹 幺
	Look                     // O l Z
)

// Read is one digit of a run.
type Read struct {
	At    int  // its unit
	Gap   int  // separators between it and the digit before, 0 at the start of a run
	Sep   rune // the first of these
	Value byte // '0' to '9'
	Kind  Kind
}

// Run is a maximal sequence of digits with at most maxGap separators between
// two of them: Reads[Lo:Hi].
type Run struct{ Lo, Hi int }

const (
	maxGap = 3
	minRun = 3
)

var pages = sync.Pool{New: func() any { return new(Page) }}

// release forgets the text: the pool must not keep personal data.
func (p *Page) release() {
	clear(p.Reads)
	clear(p.buf)
	*p = Page{Hits: p.Hits[:0], Reads: p.Reads[:0], Runs: p.Runs[:0], Tokens: p.Tokens[:0], signs: p.signs[:0], raw: p.raw[:0], buf: p.buf[:0]}
	pages.Put(p)
}

func (p *Page) read(t *fold.Text) {
	p.Text = t
	p.label()
	p.mark()
	if t.Seen&(fold.Digit|fold.Numeral) != 0 {
		p.gather()
	}
	if t.Seen&fold.Digit != 0 && t.Seen&fold.Letter != 0 {
		p.tokenise()
	}
}

const word = fold.Digit | fold.Numeral | fold.Letter | fold.Lookalike

// gather builds the runs. Letters that pass for digits count as digits only in
// a block (characters that touch) which holds a digit and no other letter, or
// between two blocks of digits.
func (p *Page) gather() {
	units := p.Units
	lo := len(p.Reads)
	last := -1 // unit of the last read
	flush := func() {
		if n := len(p.Reads) - lo; n >= minRun {
			p.Runs = append(p.Runs, Run{lo, len(p.Reads)})
			p.longest = max(p.longest, n)
		} else {
			p.Reads = p.Reads[:lo]
		}
		lo, last = len(p.Reads), -1
	}
	for i := 0; i < len(units); {
		c := units[i].Class
		if c&word == 0 {
			if last >= 0 && (c&fold.Separator == 0 || i-last > maxGap) {
				flush()
			}
			i++
			continue
		}
		j, digits, others, looks := i, 0, 0, 0
		for ; j < len(units) && units[j].Class&word != 0; j++ {
			switch k := units[j].Class; {
			case k&(fold.Digit|fold.Numeral) != 0:
				digits++
			case k&fold.Lookalike != 0:
				looks++
			case digits+looks >= 14 && (units[j].Rune == 'X' || units[j].Rune == 'x') && (j+1 == len(units) || units[j+1].Class&word == 0):
				// the check character of an identity card
			default:
				others++
			}
		}
		asDigits := others == 0 && (digits > 0 || last >= 0 && p.between(i, j))
		for ; i < j; i++ {
			u := &units[i]
			kind := Plain
			switch {
			case u.Class&fold.Digit != 0:
			case u.Class&fold.Numeral != 0:
				kind = Numeral
			case asDigits && u.Value >= 0:
				kind = Look
			default:
				flush()
				continue
			}
			r := Read{At: i, Value: '0' + byte(u.Value), Kind: kind}
			if last >= 0 {
				if r.Gap = i - last - 1; r.Gap > 0 {
					r.Sep = units[last+1].Rune
				}
			}
			p.Reads = append(p.Reads, r)
			last = i
		}
	}
	flush()
	p.transcribe()
}

// transcribe joins the values of all reads, so that a window of them costs
// nothing to spell.
func (p *Page) transcribe() {
	b := p.buf[:0]
	for i := range p.Reads {
		b = append(b, p.Reads[i].Value)
	}
	p.digits, p.buf = string(b), b
}

// between reports whether the block of letters i to j, all of which pass for
// 0 or 1, stands before more digits: 138 OOOO 1234.
func (p *Page) between(i, j int) bool {
	if j-i < 2 {
		return false
	}
	for k := i; k < j; k++ {
		if p.Units[k].Class&fold.Lookalike == 0 || p.Units[k].Value > 1 {
			return false
		}
	}
	return p.Is(j, fold.Separator) && p.Is(j+1, fold.Digit)
}
