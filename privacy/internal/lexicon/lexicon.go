package lexicon

import (
	_ "embed"
	"fmt"
	"math"
	"strconv"
	"strings"
	"sync"

	"github.com/klauspost/compress/zstd"

	"qingting/privacy/internal/surname"
)

//go:embed data/words.txt.zst
var wordsZst []byte

//go:embed data/given.txt
var givenTxt string

//go:embed data/famous.txt
var famousTxt string

// unknownWord is ln p of a character that the word list lacks.
const unknownWord = -16

// How much of ln p of a surname's character as a word is due to names.
const (
	plainDiscount = 2.5
	mixedDiscount = 0.7
)

// Characters that the given-name table saw, and that in running text are words
// of grammar beside a surname's character: 车才, 汤里, 钟才.
const (
	grammarChars  = "开本会里给到说的了都也太特是在我你他她它不没很就还要把被让从与及等个这那得地着过去来上下后前外能多少点并公家和为时于以因吗呢吧啊么最更再又只卡费网号线钱修装换停缴充办查退打"
	particleChars = "才之好有中可大小老连同子一二三四五六七八九十氏府王爷"
	grammarLoss   = 6.5
)

// GivenScore is ln p of a character at each place of a given name.
type GivenScore struct{ Single, Mid, Last float32 }

// Lexicon is what is known of words and of names. Read-only.
type Lexicon struct {
	Words    WordTable
	Surnames *surname.Table
	scores   []GivenScore    // 0 is that of a character the table lacks
	given    [0x10000]uint16 // by rune of the basic plane: an index into scores
	pairs    map[uint32]int  // by both runes
	Famous   map[string]bool // read like names, but bare they are none worth redacting
	flags    [0x10000]charFlag
}

// charFlag says what a character does in running text, and in pairs.
type charFlag uint8

const (
	flagGrammar  charFlag = 1 << iota
	flagParticle          // of grammar only behind a surname
	flagPair              // begins a given name of two characters that is listed
)

func (l *Lexicon) flag(r rune) charFlag {
	if uint32(r) < 0x10000 {
		return l.flags[r]
	}
	return 0
}

// Shared is built once a process: 250,000 words take some 60 ms.
var Shared = sync.OnceValue(loadLexicon)

// loadLexicon panics on malformed tables: they are compiled in, so that is a
// broken build and no state a caller could handle.
func loadLexicon() *Lexicon {
	dec, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
	if err != nil {
		panic(fmt.Errorf("lexicon: open the word list: %w", err))
	}
	defer dec.Close()
	words, err := dec.DecodeAll(wordsZst, nil)
	if err != nil {
		panic(fmt.Errorf("lexicon: unpack the word list: %w", err))
	}
	l := &Lexicon{Surnames: surname.New(), scores: make([]GivenScore, 1, 3000), pairs: make(map[uint32]int, 2500)}
	l.Words.init(330_000)
	for line := range strings.Lines(string(words)) {
		w, score, ok := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		n, err := strconv.Atoi(score)
		if !ok || err != nil {
			panic("lexicon: malformed line in the word list")
		}
		l.Words.add([]rune(w), -float32(n)/10)
	}
	l.discountSurnames()
	for _, w := range strings.Fields(moreWords) {
		l.Words.add([]rune(w), -11)
	}
	l.Famous = wordSet(famousTxt)
	for _, r := range grammarChars {
		l.flags[r] |= flagGrammar
	}
	for _, r := range particleChars {
		l.flags[r] |= flagParticle
	}
	l.loadGiven()
	return l
}

// discountSurnames corrects the word list, which counts 张 as a word of its own
// mostly where it was somebody's surname.
func (l *Lexicon) discountSurnames() {
	for r := range rune(0x10000) {
		switch l.Surnames.Of(r).Kind {
		case surname.Plain:
			l.Words.discount(r, plainDiscount)
		case surname.Mixed:
			l.Words.discount(r, mixedDiscount)
		}
	}
}

func (l *Lexicon) loadGiven() {
	for line := range strings.Lines(givenTxt) {
		f := strings.Fields(line)
		nums := make([]int, len(f)-1)
		for i := range nums {
			n, err := strconv.Atoi(f[i+1])
			if err != nil {
				panic("lexicon: malformed line in the given-name table")
			}
			nums[i] = n
		}
		key := []rune(f[0])
		switch {
		case len(nums) == 3:
			s := GivenScore{-float32(nums[0]) / 10, -float32(nums[1]) / 10, -float32(nums[2]) / 10}
			if f[0] == "*" {
				l.scores[0] = s
			} else {
				l.given[key[0]] = uint16(len(l.scores))
				l.scores = append(l.scores, s)
			}
		case len(nums) == 1 && len(key) == 2:
			l.pairs[uint32(key[0])<<16|uint32(key[1])] = nums[0]
			l.flags[key[0]] |= flagPair
		default:
			panic("lexicon: malformed line in the given-name table")
		}
	}
}

// GivenOf returns what is known of a character as part of a given name.
func (l *Lexicon) GivenOf(r rune) GivenScore {
	if uint32(r) < 0x10000 {
		return l.scores[l.given[r]]
	}
	return l.scores[0]
}

// GivenOne is ln p of a given name of one character, given that there is a name.
func (l *Lexicon) GivenOne(r rune) float32 {
	p := l.GivenOf(r).Single - 1.4
	if l.flag(r)&(flagGrammar|flagParticle) != 0 {
		p -= grammarLoss
	}
	return p - l.neverLoss(r)
}

// Stock says that surname and given name are those of example persons, whom
// people and forms are named after: 张三.
func Stock(family, given rune) bool {
	switch family {
	case '张':
		return given == '三'
	case '李':
		return given == '四'
	case '王':
		return given == '五' || given == '二'
	case '赵':
		return given == '六'
	}
	return false
}

// neverLoss keeps the most frequent words of grammar out of names altogether.
func (l *Lexicon) neverLoss(r rune) float32 {
	switch r {
	case '的', '了', '是', '我', '你', '您', '他', '她', '们', '这', '那', '被', '把', '不', '没', '吗', '呢', '吧':
		return 15
	}
	return 0
}

// GivenTwo is the same for two characters. A pair that several families chose
// is likelier than its characters apart.
func (l *Lexicon) GivenTwo(a, b rune) float32 {
	p := l.GivenOf(a).Mid + l.GivenOf(b).Last - 0.3 - l.neverLoss(a) - l.neverLoss(b)
	if a == b { // 婷婷, 磊磊
		p += 2
	}
	if l.flag(a)&flagPair != 0 && uint32(b) < 0x10000 {
		if n := l.pairs[uint32(a)<<16|uint32(b)]; n > 0 {
			return p + 1.5 + float32(math.Log(float64(n)))
		}
	}
	if l.flag(a)&flagGrammar != 0 {
		p -= grammarLoss
	}
	if l.flag(b)&flagGrammar != 0 {
		p -= grammarLoss
	}
	return p
}

// WordTable maps words of one to four characters of the basic plane to ln p.
// An open-addressing table: the lattice asks it several times a character, so
// characters alone have a table of their own, and most of what is no word is
// turned away by a bit that stays in a cache where the table does not.
type WordTable struct {
	keys   []uint64
	vals   []float32
	mask   uint64
	single [0x10000]float32
	maybe  [maybeBits / 64]uint64 // a bit for each hash of more than one character
}

const maybeBits = 1 << 21

// PrefixOnly marks two characters that begin longer words and are none themselves.
const PrefixOnly = 1

func (t *WordTable) init(capacity int) {
	size := 1
	for size < capacity*3/2 {
		size *= 2
	}
	t.keys, t.vals, t.mask = make([]uint64, size), make([]float32, size), uint64(size-1)
}

func pack(w []rune) (key uint64, ok bool) {
	for _, r := range w {
		if r > 0xffff || r <= 0 {
			return 0, false
		}
		key = key<<16 | uint64(r)
	}
	return key, len(w) > 0 && len(w) <= 4
}

func (t *WordTable) slot(key uint64) uint64 {
	i := hash(key) & t.mask
	for t.keys[i] != 0 && t.keys[i] != key {
		i = (i + 1) & t.mask
	}
	return i
}

func (t *WordTable) add(w []rune, logp float32) {
	key, ok := pack(w)
	if !ok {
		return
	}
	if len(w) == 1 {
		if v := &t.single[key]; *v == 0 || *v < logp {
			*v = logp
		}
		return
	}
	i := t.slot(key)
	if t.keys[i] == 0 || t.vals[i] == PrefixOnly || t.vals[i] < logp {
		t.put(i, key, logp)
	}
	if len(w) > 2 {
		head, _ := pack(w[:2])
		if j := t.slot(head); t.keys[j] == 0 {
			t.put(j, head, PrefixOnly)
		}
	}
}

func (t *WordTable) put(i, key uint64, v float32) {
	t.keys[i], t.vals[i] = key, v
	h := hash(key) % maybeBits
	t.maybe[h/64] |= 1 << (h % 64)
}

func hash(key uint64) uint64 { return key * 0x9E3779B97F4A7C15 >> 20 }

// Has says that the two characters a, b are a word.
func (t *WordTable) Has(a, b rune) bool {
	return a > 0 && a <= 0xffff && b > 0 && b <= 0xffff && t.Get(uint64(a)<<16|uint64(b)) < 0
}

// discount lowers ln p of a character that is listed as a word.
func (t *WordTable) discount(r rune, by float32) {
	if v := &t.single[r]; *v < 0 {
		*v -= by
	}
}

// Get returns ln p of the packed word, PrefixOnly, or 0 when unknown.
func (t *WordTable) Get(key uint64) float32 {
	if key <= 0xffff {
		return t.single[key]
	}
	if h := hash(key) % maybeBits; t.maybe[h/64]&(1<<(h%64)) == 0 {
		return 0
	}
	i := t.slot(key)
	if t.keys[i] == 0 {
		return 0
	}
	return t.vals[i]
}

func wordSet(s string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(s) {
		m[w] = true
	}
	return m
}
