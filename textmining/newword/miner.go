package newword

import (
	"strings"
	"unicode/utf8"

	"qingting/textmining/segment"
)

// Config says what is mined.
type Config struct {
	// Segmenter reads the texts, and its lexicons hold what is no news. Required.
	Segmenter *segment.Segmenter
	// Count is how often a term must occur at least; 0 means 5.
	Count int
	// Customers is how many must have used it at least; 0 means 5.
	Customers int
	// Characters bounds the text that is kept; 0 means 8,000,000.
	Characters int
	// Contexts is how many examples a term gets; 0 means 3.
	Contexts int
	// All proposes also what the lexicons hold, to measure by.
	All bool
}

const (
	defaultCount      = 5
	defaultCustomers  = 5
	defaultCharacters = 8_000_000
	defaultContexts   = 3
)

// Document is one redacted text. Customer is a pseudonym, or empty.
type Document struct{ Text, Customer string }

// Miner gathers texts. It is not safe for concurrent use.
type Miner struct {
	config    Config
	documents []kept
	seen      int
	units     int
	limit     uint64 // documents whose hash is above are not kept
	tokens    []segment.Token
	word      []byte
}

// kept is a document of the sample.
type kept struct {
	Document
	hash  uint64
	units int // characters, about
}

// New makes an empty Miner.
func New(c Config) *Miner {
	def := func(v *int, to int) {
		if *v <= 0 {
			*v = to
		}
	}
	def(&c.Count, defaultCount)
	def(&c.Customers, defaultCustomers)
	def(&c.Characters, defaultCharacters)
	def(&c.Contexts, defaultContexts)
	return &Miner{config: c, limit: ^uint64(0)}
}

// Add takes a document in, or passes it over when the sample is full.
func (m *Miner) Add(d Document) {
	m.seen++
	h := hash(d)
	if h > m.limit {
		return
	}
	n := utf8.RuneCountInString(d.Text)
	m.documents = append(m.documents, kept{Document{strings.Clone(d.Text), strings.Clone(d.Customer)}, h, n})
	m.units += n
	for m.units > m.config.Characters && m.limit > 1 {
		m.limit /= 2
		still := m.documents[:0]
		m.units = 0
		for _, d := range m.documents {
			if d.hash <= m.limit {
				still = append(still, d)
				m.units += d.units
			}
		}
		clear(m.documents[len(still):])
		m.documents = still
	}
}

// hash is FNV-1a with a finaliser: the same on every machine, so that a sample
// can be drawn again.
func hash(d Document) uint64 {
	h := uint64(0xcbf29ce484222325)
	for _, s := range [...]string{d.Text, "\x00", d.Customer} {
		for i := range len(s) {
			h = (h ^ uint64(s[i])) * 0x100000001b3
		}
	}
	h ^= h >> 32
	h *= 0xd6e8feb86659fd93
	return h ^ h>>32
}

// Sampled says how many of the documents are mined, and how many there were.
func (m *Miner) Sampled() (mined, seen int) { return len(m.documents), m.seen }
