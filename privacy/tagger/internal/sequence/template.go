package sequence

// Features is how many features a unit has.
const Features = 50

// around are the words before and behind the one that unit i belongs to.
func (r *Reader) around(i int) (before, behind uint64) {
	u := r.at(i)
	if u.start > 0 {
		before = r.at(r.from + int(u.start) - 1).word
	}
	if next := r.from + int(u.next); next < r.to {
		behind = r.at(next).word
	}
	return before, behind
}

// beside are the classes of the units before and behind the word that unit i belongs to.
func (r *Reader) beside(u *unit) uint64 {
	before, behind := uint64(0), uint64(0)
	if u.start > 0 {
		before = class(&r.t.Units[r.from+int(u.start)-1])
	}
	if next := r.from + int(u.next); next < r.to {
		behind = class(&r.t.Units[next])
	}
	return before<<4 | behind
}

// key hashes the value of a template.
func key(template, value uint64) uint64 {
	h := value ^ template*0x9E3779B97F4A7C15
	h *= 0xD6E8FEB86659FD93
	h ^= h >> 32
	h *= 0xD6E8FEB86659FD93
	return h ^ h>>32
}

// Keys fills dst with the hashed features of unit i of the text, which is prepared.
func (r *Reader) Keys(i int, dst *[Features]uint64) {
	w := (*[2*pad + 1]unit)(r.units[i-r.from : i-r.from+2*pad+1])
	prev, next := r.around(i)
	a, b, c, d, e, f, g := w[1].code, w[2].code, w[3].code, w[4].code, w[5].code, w[6].code, w[7].code
	n := uint64(0)
	put := func(v uint64) {
		dst[n] = key(n+1, v)
		n++
	}
	put(0)
	// characters
	for _, v := range [...]uint64{a, b, c, d, e, f, g} {
		put(v)
	}
	put(a<<16 | b)
	put(b<<16 | c)
	put(c<<16 | d)
	put(d<<16 | e)
	put(e<<16 | f)
	put(f<<16 | g)
	put(c<<16 | e)
	put(a<<32 | b<<16 | c)
	put(b<<32 | c<<16 | d)
	put(c<<32 | d<<16 | e)
	put(d<<32 | e<<16 | f)
	put(e<<32 | f<<16 | g)
	put(a<<48 | b<<32 | c<<16 | d)
	put(b<<48 | c<<32 | d<<16 | e)
	put(c<<48 | d<<32 | e<<16 | f)
	put(d<<48 | e<<32 | f<<16 | g)
	// words
	u := &w[4]
	put(u.seg<<16 | d)
	put(u.word)
	put(u.word ^ u.seg<<57)
	put(prev ^ u.seg<<60)
	put(next ^ u.seg<<60)
	put(prev*31 + u.word ^ u.seg<<60)
	put(next*37 + u.word ^ u.seg<<60)
	put(w[3].seg<<32 | u.seg<<16 | w[5].seg)
	// names
	put(u.surname<<16 | w[5].given<<8 | w[6].given)
	put(w[3].surname<<16 | u.given<<8 | w[5].given)
	put(w[2].surname<<16 | w[3].given<<8 | u.given)
	put(u.name)
	put(w[3].name)
	put(w[2].name)
	put(u.name<<32 | w[3].name<<16 | w[2].name<<8)
	put(u.name<<32 | c<<16 | u.class)
	put(w[3].name<<32 | e<<16 | f)
	put(w[2].name<<32 | e<<16)
	// shapes, places, what lies ahead
	put(w[3].class<<8 | u.class<<4 | w[5].class)
	put(w[2].class<<16 | w[3].class<<12 | u.class<<8 | w[5].class<<4 | w[6].class)
	put(w[3].place<<16 | u.place<<8 | w[5].place)
	put(u.ahead<<16 | d)
	// Latin words, transliterations
	put(r.beside(u)<<32 | u.surname<<16 | u.seg)
	put(w[3].surname<<32 | w[5].surname<<24 | u.surname<<16 | u.class)
	put(u.foreign<<16 | u.seg)
	put(u.foreign<<32 | c<<16 | u.class)
	if n != Features {
		panic("sequence: the count of features is wrong")
	}
}
