package recognise

import "qingting/privacy/fold"

// Window is n digits of a run, with no digit of the same kind touching either end.
type Window struct {
	Start, End int    // units, end exclusive
	Value      string // the digits
	Kinds      Kind   // every kind among them
	Looks      int    // how many are look-alikes
	Groups     int    // blocks of touching digits
	Shape      uint64 // block lengths, four bits each, first block lowest; 0 past 16 blocks
	Seps       int    // distinct separators between blocks
	Letter     bool   // a Latin letter touches an end
	Masked     bool   // a mask character touches an end
	Decimal    bool   // one of its separators is a point with digits touching on both sides of it, other than in 1.3.9.1.2.3.4
	Torn       bool   // every digit is parted from the next, and so is one before it or behind it: part of a longer number, or of two
}

// Window returns the n digits from Reads[k] on, if they lie in run r and stand
// alone there: a touching digit belongs to a longer number. A touching numeral
// or look-alike does not count when the window itself has none of that kind.
func (p *Page) Window(r Run, k, n int) (w Window, ok bool) {
	if k < r.Lo || k+n > r.Hi || n == 0 {
		return w, false
	}
	reads := p.Reads[k : k+n]
	left := k > r.Lo && reads[0].Gap == 0
	right := k+n < r.Hi && p.Reads[k+n].Gap == 0
	if left && p.Reads[k-1].Kind == reads[0].Kind || right && p.Reads[k+n].Kind == reads[n-1].Kind {
		return w, false
	}
	for i := range reads {
		w.Kinds |= reads[i].Kind
		if reads[i].Kind == Look {
			w.Looks++
		}
	}
	if left && w.Kinds&p.Reads[k-1].Kind != 0 || right && w.Kinds&p.Reads[k+n].Kind != 0 {
		return w, false
	}
	w.Start, w.End = reads[0].At, reads[n-1].At+1
	var seps [4]rune
	begin, shift := 0, 0
	for i := 1; i < n; i++ {
		rd := &reads[i]
		if rd.Gap == 0 {
			continue
		}
		w.Shape |= min(uint64(i-begin), 15) << shift
		w.Groups++
		begin, shift = i, shift+4
		if w.Seps == 0 || rd.Sep != seps[w.Seps-1] && w.Seps < len(seps) && !contains(seps[:w.Seps], rd.Sep) {
			seps[w.Seps] = rd.Sep
			w.Seps++
		}
		w.Decimal = w.Decimal || rd.Gap == 1 && rd.Sep == '.'
	}
	w.Shape |= min(uint64(n-begin), 15) << shift
	if w.Groups++; w.Groups > 16 {
		w.Shape = 0
	}
	if w.Value = p.digits[k : k+n]; w.Spread() {
		w.Decimal = false
		w.Torn = k > r.Lo && p.parted(r, k-1, reads[1].Sep) && p.parted(r, k, reads[1].Sep) || k+n < r.Hi && p.parted(r, k+n, reads[1].Sep) && !p.item(k+n) && (k+n+1 == r.Hi || p.Reads[k+n+1].Gap > 0)
	}
	if w.Seps > 1 && w.Groups == n && n >= minSpread && r.Hi-r.Lo > n { // 1,3,9…4、1,3,8…: it reaches from one number into the next
		w.Torn = true
	}
	w.Letter = !p.Free(w.Start) && p.Is(w.Start-1, fold.Letter) || p.Is(w.End, fold.Letter)
	w.Masked = p.Is(w.Start-1, fold.Mask) || p.Is(w.End, fold.Mask)
	return w, true
}

// Spread reports that every digit is parted from the next by the same sign, as
// in 1.3.9.1.2.3.4: a way to write one number past a filter.
func (w *Window) Spread() bool {
	return w.Groups == len(w.Value) && w.Groups >= minSpread && w.Seps == 1
}

// item reports that read k numbers an item of a list: 2.某某, 3、某某.
func (p *Page) item(k int) bool {
	at := p.Reads[k].At
	r := p.Rune(at + 1)
	return (r == '.' || r == '、' || r == ')') && p.Is(at+2, fold.Han|fold.Letter)
}

// minSpread is how many digits, each parted from the next by the same sign, are
// one number and no list of amounts.
const minSpread = 7

// parted reports whether read k of r is the first of r or parted from the one
// before by a single sep.
func (p *Page) parted(r Run, k int, sep rune) bool {
	return k == r.Lo || p.Reads[k].Gap == 1 && p.Reads[k].Sep == sep
}

// Starts calls yield for each read at which a number may begin: the start of
// the run, after a separator, or where the writing changes.
func (p *Page) Starts(r Run, yield func(k int)) {
	for k := r.Lo; k < r.Hi; k++ {
		if k == r.Lo || p.Reads[k].Gap > 0 || p.Reads[k].Kind != p.Reads[k-1].Kind {
			yield(k)
		}
	}
}

// Digits returns the value of n reads from k, or "" past the run's end.
func (p *Page) Digits(r Run, k, n int) string {
	if k < r.Lo || k+n > r.Hi {
		return ""
	}
	return p.digits[k : k+min(n, 24)]
}

// ShapeOf packs block lengths as Window.Shape does.
func ShapeOf(groups ...int) uint64 {
	var s uint64
	for i, g := range groups {
		s |= uint64(g) << (4 * i)
	}
	return s
}

func contains(set []rune, r rune) bool {
	for _, s := range set {
		if s == r {
			return true
		}
	}
	return false
}
