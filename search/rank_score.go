package search

import (
	"math"
	"unicode/utf8"
)

// docTerms is what of a document matters to a query: where its terms stand.
type docTerms struct {
	words, grams []termAt // in the order of the text
	chars        []int32  // of each of the query's characters, how often
	near         []int32  // terms of the query that it has only by what is nearly the same
	nearLength   int      // of the text, if it had these
	length       int      // of the text, in places of pairs: a Chinese character or a word
	said         int      // of the text, in words, about
}

// termAt is a term of the query at a position of the document.
type termAt struct{ term, pos int32 }

// runeSet holds characters, and takes some others for them: those alike in
// their last 12 bits.
type runeSet [64]uint64

func (s *runeSet) add(r rune)      { s[r>>6&63] |= 1 << (r & 63) }
func (s *runeSet) has(r rune) bool { return s[r>>6&63]&(1<<(r&63)) != 0 }

// read analyses a document's text. It may be called by several goroutines.
// Only such Chinese is cut into words as has a pair of the query or a word of
// one character; other words there are taken for as long as two characters.
func (r *ranker) read(d *docTerms, text string) {
	f := r.analyzer.fold(text)
	if len(r.char.found) > 0 {
		d.chars = make([]int32, len(r.char.found))
	}
	words := 0
	var said nearFound
	scan(f.text, func(kind unitKind, start, end int) {
		unit := f.text[start:end]
		if kind == unitHan {
			words += r.readRun(d, unit, words, &said)
			return
		}
		said.unit(&r.nears, unit)
		if n, ok := r.grams[unit]; ok {
			d.grams = append(d.grams, termAt{n, int32(d.length)})
			if int(n) < len(r.charOf) && r.charOf[n] >= 0 {
				d.chars[r.charOf[n]]++
			}
		}
		d.length++
		if len(r.words) == 0 {
			return
		}
		if kind == unitWord {
			unit = stem(unit)
		}
		if n, ok := r.words[unit]; ok {
			d.words = append(d.words, termAt{n, int32(words)})
		}
		words++
	})
	d.said = words
	r.settle(d, &said)
}

// readRun reads characters that are written without spaces, and returns how
// many words they are.
func (r *ranker) readRun(d *docTerms, run string, at int, said *nearFound) (words int) {
	cut, characters := false, 0
	for i := 0; i < len(run); {
		char, size := utf8.DecodeRuneInString(run[i:])
		next := i + size
		if r.begins.has(char) {
			stop := next
			if next < len(run) {
				_, more := utf8.DecodeRuneInString(run[next:])
				stop += more
			}
			place := int32(d.length + characters)
			if n, ok := r.grams[run[i:stop]]; ok {
				d.grams = append(d.grams, termAt{n, place})
				cut = true
			}
			if n, ok := r.first[run[i:next]]; ok && len(r.first) > 0 {
				d.grams = append(d.grams, termAt{n, place})
				cut = true
			}
			cut = cut || r.single.has(char)
		}
		if r.nears.begins.has(char) && said.may(&r.nears, char, run, i) {
			cut = true
		}
		if d.chars != nil {
			if n, ok := r.chars[char]; ok {
				d.chars[n]++
			}
		}
		characters++
		i = next
	}
	d.length += characters
	if !cut || len(r.words) == 0 {
		return (characters + 1) / 2
	}
	r.analyzer.seg.Tokens(run, func(start, end int) {
		if n, ok := r.words[run[start:end]]; ok {
			d.words = append(d.words, termAt{n, int32(at + words)})
		}
		words++
		said.word(start, end)
	})
	said.end()
	return words
}

// evidence is what speaks for a document, each kind in the unit of idf, and how
// far documents are about as long as the text, from 0 to 1.
type evidence struct {
	grams, cosine, runs, exact, order, coverage, pairs, same, chars float64
	alike, said, words, length                                      float64
	even                                                            float64
}

func (w *rankWeights) score(e evidence) float64 {
	long := w.Grams*e.grams + w.Cosine*e.cosine + w.Runs*e.runs + w.Exact*e.exact + w.Order*e.order +
		w.Coverage*e.coverage + w.Pairs*e.pairs + w.Same*e.same + w.Chars*e.chars
	if e.even == 0 {
		return long
	}
	v := &w.Even
	even := v.Cosine*e.cosine + v.Same*e.same + v.Chars*e.chars + v.Alike*e.alike + v.Said*e.said + v.Words*e.words + v.Length*e.length
	return (1-e.even)*long + e.even*even
}

// leastEven is from where on it counts that documents are as long as the query.
const leastEven = 0.01

// even is how far documents of an average length are as long as a text: wholly
// up to half as long again, hardly from three times on.
func even(text, documents float64) float64 {
	if documents == 0 {
		return 0
	}
	return math.Pow(min(1, 1.5*text/documents), 4)
}

// score is how well a document answers the query: of each group the best text,
// and all groups together.
func (r *ranker) score(d *docTerms) float64 {
	r.best = append(r.best[:0], make([]float64, r.groups)...)
	for i := range r.texts {
		t := &r.texts[i]
		r.best[t.group] = max(r.best[t.group], t.weight*r.weights.score(r.evidence(t, d)))
	}
	sum := 0.0
	for _, b := range r.best {
		sum += b
	}
	return sum
}

// evidence compares a text of the query with a document. Each kind is a share,
// of what the text can have at most, and counts for the rarity of the text.
func (r *ranker) evidence(t *rankText, d *docTerms) (e evidence) {
	e.order = r.order(t, d)
	if t.order {
		return e
	}
	length := float64(d.length) / r.length
	r.counts = count(r.counts, d.grams, len(r.gram.found))
	grams := r.field(t.grams, &r.gram, r.counts, length)
	matched := r.matched(t.grams, r.counts)
	short := min(1, r.weights.Short/float64(max(1, len(t.grams))))
	e.order *= short
	mass := t.mass
	there := grams.share()
	square, squares := grams.cosine(len(t.grams), d.length)
	if len(t.words) > 0 {
		r.counts = count(r.counts, d.words, len(r.word.found))
		words := r.field(t.words, &r.word, r.counts, length)
		there = words.share()
		s, all := words.cosine(len(t.words), d.said)
		square, squares = square+s, squares+all
		e.coverage = short * mass * there * there
	}
	if grams.all > 0 {
		e.grams = mass * grams.sum / grams.all
		e.runs = mass * r.runs(t, d) / grams.all
		e.pairs = short * mass * grams.share() * grams.share()
	}
	if squares > 0 {
		e.cosine = mass * square / squares
	}
	if d.length > 0 {
		e.exact = mass * there * float64(matched) / float64(d.length)
	}
	if len(t.chars) > 0 && len(d.chars) > 0 {
		chars := r.field(t.chars, &r.char, d.chars, length)
		shared := float64(chars.shared)
		e.same = short * mass * chars.share() * shared / float64(max(len(t.chars), d.length))
		if s, all := chars.cosine(len(t.chars), d.length); all > 0 {
			e.chars = short * mass * s / all * shared / float64(len(t.chars))
		}
		r.even(&e, t, d, mass)
	}
	return e
}

// fieldScore is what the terms of one field say.
type fieldScore struct {
	sum        float64 // BM25
	all, there float64 // rarity of the query, and of what the document has of it
	square     float64 // tf-idf
	squares    float64 // of all of the query
	shared     int     // terms that both have, as often as both have them
}

func (f *fieldScore) share() float64 {
	if f.all == 0 {
		return 0
	}
	return f.there / f.all
}

// cosine returns the tf-idf and the most that it can be, for texts of these lengths.
func (f *fieldScore) cosine(query, document int) (sum, all float64) {
	if document == 0 {
		return 0, f.squares
	}
	return f.square * math.Sqrt(float64(query)/float64(document)), f.squares
}

// field compares the terms of a text with a document. BM25 is that of Robertson
// and Zaragoza 2009; a term that the query says n times counts log2(1+n) times.
// length is the document's, of the average.
func (r *ranker) field(terms []int32, of *rarities, counts []int32, length float64) (f fieldScore) {
	r.say(terms, len(of.found))
	norm := r.weights.K1 * (1 - r.weights.B + r.weights.B*length)
	for _, n := range terms {
		if n < 0 || r.said[n] == 0 {
			continue
		}
		said := float64(r.said[n])
		weight := of.idf[n] * math.Log2(1+said)
		f.all += weight
		f.squares += said * of.square[n]
		if counts[n] > 0 {
			tf := float64(counts[n])
			f.sum += weight * tf * (r.weights.K1 + 1) / (tf + norm)
			f.there += weight
			f.square += said * of.square[n] * math.Sqrt(tf)
			f.shared += int(min(r.said[n], counts[n]))
		}
		r.said[n] = 0
	}
	return f
}

// count counts the places of each of size terms.
func count(counts []int32, places []termAt, size int) []int32 {
	counts = append(counts[:0], make([]int32, size)...)
	for _, p := range places {
		counts[p.term]++
	}
	return counts
}

// say counts terms into r.said; who calls it puts them to 0 again.
func (r *ranker) say(terms []int32, size int) {
	if len(r.said) < size {
		r.said = make([]int32, size)
	}
	for _, n := range terms {
		if n >= 0 {
			r.said[n]++
		}
	}
}

// matched is how many places of the document hold a term of the text.
func (r *ranker) matched(terms, counts []int32) (n int) {
	r.say(terms, len(counts))
	for _, t := range terms {
		if t >= 0 && r.said[t] > 0 {
			n += int(counts[t])
			r.said[t] = 0
		}
	}
	return n
}

// runAt is a run that ends right before pos.
type runAt struct{ pos, length int32 }

// runs is the rarity of those pairs of the text that stand in the document next
// to what they stand next to in the text: a pair in a run of n counts 1−1/n.
func (r *ranker) runs(t *rankText, d *docTerms) float64 {
	if len(t.grams) < 2 || len(d.grams) < 2 {
		return 0
	}
	at := r.positions(t.grams, len(r.gram.found))
	r.longest = append(r.longest[:0], make([]int32, len(t.grams))...)
	r.run = append(r.run[:0], make([]runAt, len(t.grams)+1)...) // of q+1: what ends with q
	for _, p := range d.grams {
		// From the end of the text, so that run[q] is still that of the place before.
		for q := at[p.term]; q >= 0; q = r.before[q] {
			length := int32(1)
			if prev := r.run[q]; prev.pos == p.pos && prev.length > 0 {
				length = prev.length + 1
			}
			r.run[q+1] = runAt{pos: p.pos + 1, length: length}
			if length > r.longest[q] {
				for k := range length {
					r.longest[q-k] = max(r.longest[q-k], length)
				}
			}
		}
	}
	sum := 0.0
	for q, n := range r.longest {
		if n > 1 {
			sum += r.gram.idf[t.grams[q]] * (1 - 1/float64(n))
		}
	}
	return sum
}

// positions returns for each term its last position in terms, from which
// r.before leads to the others; -1 ends.
func (r *ranker) positions(terms []int32, size int) []int32 {
	r.last = r.last[:0]
	for range size {
		r.last = append(r.last, -1)
	}
	r.before = append(r.before[:0], make([]int32, len(terms))...)
	for q, n := range terms {
		if n >= 0 {
			r.before[q] = r.last[n]
			r.last[n] = int32(q)
		}
	}
	return r.last
}

// nearWords is how far apart two words may stand and still count as near.
const nearWords = 6

// order is the rarity of those neighbours in the text that are near each other
// in the document: the nearer the more, and half as much the other way round.
func (r *ranker) order(t *rankText, d *docTerms) float64 {
	if len(t.words) < 2 || len(d.words) < 2 {
		return 0
	}
	at := r.positions(t.words, len(r.word.found))
	r.near = append(r.near[:0], make([]float64, len(t.words))...)
	for i, p := range d.words {
		for _, o := range d.words[i+1:] {
			distance := o.pos - p.pos
			if distance > nearWords {
				break
			}
			for q := at[p.term]; q >= 0; q = r.before[q] {
				if int(q)+1 < len(t.words) && t.words[q+1] == o.term {
					r.near[q] = max(r.near[q], 1/float64(distance))
				}
				if q > 0 && t.words[q-1] == o.term {
					r.near[q-1] = max(r.near[q-1], .5/float64(distance))
				}
			}
		}
	}
	sum := 0.0
	for q, n := range r.near {
		if n > 0 {
			sum += n * min(r.word.idf[t.words[q]], r.word.idf[t.words[q+1]])
		}
	}
	return sum
}
