package name

import "qingting/textmining/segment"

// Document is a redacted text and where it belongs.
type Document struct {
	Text   string
	Tokens []segment.Token // of Text, as segment.AppendTokens gives them
	// Customer is who said it, as a pseudonym; "" means somebody else than anybody
	// who said another document.
	Customer string
	// Cluster is any number from 0; a negative one means none. Documents of no
	// cluster count as the others that a name should not cover.
	Cluster int
}

// Config says what is wanted. The zero value is ready.
type Config struct {
	K       int // customers who must have said what is shown; 0 means 5
	Phrases int // most key phrases of a cluster; 0 means 10
	Quotes  int // most quotes of a cluster; 0 means 5
}

func (c Config) filled() Config {
	if c.K <= 0 {
		c.K = 5
	}
	if c.Phrases <= 0 {
		c.Phrases = 10
	}
	if c.Quotes <= 0 {
		c.Quotes = 5
	}
	return c
}

// Cluster is what is known of one cluster.
type Cluster struct {
	Number    int    `json:"number"`
	Documents int    `json:"documents"`
	Customers int    `json:"customers"`
	Withheld  bool   `json:"withheld,omitempty"` // fewer than K customers: nothing below is filled
	Name      string `json:"name,omitempty"`     // "" when nothing was said by K customers
	// Composed marks a name that is no phrase but two, side by side: that stand
	// together in texts of K customers (宽带 · 网费), or each for itself (网络、打不开).
	Composed  bool     `json:"composed,omitempty"`
	Score     float64  `json:"score,omitempty"` // of the name, 0 to 1; see the package comment
	Precision float64  `json:"precision,omitempty"`
	Coverage  float64  `json:"coverage,omitempty"`
	Phrases   []Phrase `json:"phrases,omitempty"` // the best first
	Quotes    []Quote  `json:"quotes,omitempty"`  // the most central first
}

// Phrase is something that customers of a cluster say.
type Phrase struct {
	Text      string  `json:"text"`
	Customers int     `json:"customers"` // of the cluster, who said it
	Precision float64 `json:"precision"` // share of the cluster among all who said it
	Coverage  float64 `json:"coverage"`  // share of the cluster's customers who said it
	Score     float64 `json:"score"`     // c-TF-IDF
}

// Quote is a piece of a document that stands for a cluster: whole sentences or
// clauses, in bytes of the text, end exclusive.
type Quote struct {
	Document int     `json:"document"` // index into the documents
	Start    int     `json:"start"`
	End      int     `json:"end"`
	Score    float64 `json:"score"` // likeness to the cluster's words, 0 to 1
}
