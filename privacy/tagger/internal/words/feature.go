package words

import "qingting/privacy/fold"

// Features is how many features a word has.
const Features = 48

const pad = 3

// Reader computes the features of words. It holds scratch space and serves one
// goroutine at a time.
type Reader struct {
	Tokens []Token // of the last Read
	lex    *Lexicon
	around []context // pad on either side
}

// context is what the features of its neighbourhood read of one word.
type context struct {
	word, shape, class uint64
	flags              uint64
	line               uint64 // its place in its line, and how the line began
	number             uint64 // how far off the numbers before and behind are
	ahead              uint64 // what telling words stand within six words behind
	behind             uint64
}

// NewReader returns a reader.
func NewReader(l *Lexicon) *Reader { return &Reader{lex: l} }

// Split sets Tokens to those of units from to to.
func (r *Reader) Split(t *fold.Text, from, to int) {
	r.Tokens = r.lex.Split(r.Tokens[:0], t, from, to)
}

// Prepare reads Tokens.
func (r *Reader) Prepare() {
	n := len(r.Tokens) + 2*pad
	if cap(r.around) < n {
		r.around = make([]context, max(n, 256+2*pad))
	}
	r.around = r.around[:n]
	clear(r.around)
	lineAt, first, number := 0, uint64(0), -99
	var recent Class
	since := 99
	for i := range r.Tokens {
		k, c := &r.Tokens[i], &r.around[pad+i]
		c.word, c.shape, c.class = k.Word, uint64(k.Shape), uint64(k.Class)
		if k.Gap == Line {
			lineAt, first = i, uint64(k.Shape)
		}
		c.flags = uint64(k.Gap)
		c.line = uint64(min(i-lineAt, 6))<<8 | first
		c.number = uint64(min(i-number, 7))
		if k.Kind == Digits {
			number = i
		}
		c.behind = uint64(recent)<<4 | uint64(min(since, 6))
		if since++; k.Class&(Street|Unit|Title) != 0 {
			recent, since = k.Class&(Street|Unit|Title), 0
		}
	}
	number, since, recent = 1<<20, 99, 0
	for i := len(r.Tokens) - 1; i >= 0; i-- {
		k, c := &r.Tokens[i], &r.around[pad+i]
		c.number |= uint64(min(number-i, 7)) << 4
		if k.Kind == Digits {
			number = i
		}
		c.ahead = uint64(recent)<<4 | uint64(min(since, 6))
		if since++; k.Class&(Street|Unit) != 0 {
			recent, since = k.Class&(Street|Unit), 0
		}
	}
}

func key(template, value uint64) uint64 {
	h := value ^ template*0x9E3779B97F4A7C15
	h *= 0xD6E8FEB86659FD93
	h ^= h >> 32
	h *= 0xD6E8FEB86659FD93
	return h ^ h>>32
}

func pair(a, b uint64) uint64 { return (a*prime ^ b) * 0x9E3779B97F4A7C15 }

// Keys fills dst with the hashed features of word i, after Prepare.
func (r *Reader) Keys(i int, dst *[Features]uint64) {
	w := (*[2*pad + 1]context)(r.around[i : i+2*pad+1])
	k, a, b, c, d, e := &r.Tokens[i], &w[1], &w[2], &w[3], &w[4], &w[5]
	n := uint64(0)
	put := func(v uint64) {
		dst[n] = key(n+1, v)
		n++
	}
	sh := c.shape<<2 | c.flags
	put(0)
	put(c.word)
	put(b.word)
	put(d.word)
	put(a.word)
	put(e.word)
	put(w[0].word)
	put(pair(b.word, c.shape))
	put(pair(d.word, c.shape))
	put(pair(a.word, b.word))
	put(pair(pair(a.word, b.word), c.shape))
	put(pair(d.word, e.word))
	put(pair(b.word, d.word) ^ c.shape)
	put(pair(a.word, c.shape))
	put(pair(pair(w[0].word, a.word), b.word) ^ c.shape)
	// shapes
	put(sh)
	put(b.shape<<16 | sh)
	put(sh<<16 | d.shape<<2 | d.flags)
	put(a.shape<<24 | b.shape<<16 | sh)
	put(b.shape<<24 | sh<<16 | d.shape<<2 | d.flags)
	put(sh<<24 | d.shape<<18 | d.flags<<16 | e.shape<<2 | e.flags)
	put(a.shape<<48 | b.shape<<32 | sh<<16 | d.shape<<8 | e.shape)
	// spelling
	if k.Kind == Letters {
		t, h := &k.tail, &k.head
		s2 := uint64(t[2])<<21 | uint64(t[3])
		s3 := uint64(t[1])<<42 | s2
		put(s2)
		put(s3)
		put(pair(s3, uint64(t[0])))
		put(uint64(h[0])<<21 | uint64(h[1]))
		put(uint64(h[0])<<42 | uint64(h[1])<<21 | uint64(h[2]))
		put(pair(s3, c.shape<<4|d.shape))
		put(pair(s2, c.class))
		put(uint64(min(k.runes, 12))<<8 | c.shape)
	} else {
		for range 8 {
			dst[n] = 0
			n++
		}
	}
	// what words may be
	put(c.class<<8 | c.shape)
	put(b.class<<16 | c.class<<8 | c.shape)
	put(c.class<<24 | d.class<<16 | c.shape<<8 | d.shape)
	put(b.class<<40 | c.class<<32 | d.class<<24 | b.shape<<16 | c.shape<<8 | d.shape)
	put(pair(b.word, c.class<<8|c.shape))
	put(pair(d.word, c.class<<8|c.shape))
	put(pair(pair(a.word, b.word), c.class<<8|c.shape))
	put(pair(d.word, b.class<<16|c.class<<8|c.shape))
	put(a.class<<32 | b.class<<24 | c.class<<16 | a.shape<<8 | c.shape)
	put(c.class<<32 | d.class<<24 | e.class<<16 | e.shape<<8 | c.shape)
	// lines, numbers, telling words around
	put(c.line<<8 | c.class)
	put(c.line<<16 | c.shape<<8 | b.flags)
	put(c.number<<8 | c.shape)
	put(c.number<<16 | c.class<<8 | c.shape)
	put(c.ahead<<8 | c.shape)
	put(c.behind<<8 | c.shape)
	put(c.ahead<<40 | c.behind<<16 | c.number<<8 | c.shape)
	put(pair(c.line, c.number<<8|c.shape))
	if n != Features {
		panic("words: the count of features is wrong")
	}
}

// Release forgets the text that was read last.
func (r *Reader) Release() {
	clear(r.Tokens)
	clear(r.around)
}
