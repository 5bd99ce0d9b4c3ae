package segment

// Kind says what a Token is.
type Kind uint8

// The kinds of token.
const (
	Word        Kind = iota + 1 // a lexicon word, or a single character outside of one
	Latin                       // a run of letters, or letters and digits: iPhone15, 5G, don't, an address
	Number                      // digits with their points and commas: 12.5, 1,000
	Punct                       // any other visible character
	Space                       // white space, control and zero-width characters
	Placeholder                 // a redaction placeholder, ⟦手机号⟧
	Emoji                       // an emoji sequence, [微笑], or an emoticon such as T_T
)

// String names the kind in lower case.
func (k Kind) String() string {
	switch k {
	case Word:
		return "word"
	case Latin:
		return "latin"
	case Number:
		return "number"
	case Punct:
		return "punct"
	case Space:
		return "space"
	case Placeholder:
		return "placeholder"
	case Emoji:
		return "emoji"
	}
	return "none"
}

// Token is a piece of a text: text[Start:End].
type Token struct {
	Start, End int // bytes, end exclusive
	Kind       Kind
	// Bits is what the word tells, −log2 of its probability in the dictionary;
	// Unknown for what no lexicon holds. Single characters weigh as in gse, all alike.
	Bits float32
	// Tag is the part of speech as gse's dictionary gives it (n, v, a, nr, ns …),
	// "telecom" words included; outside the lexicons one of
	// x (unknown), eng, m, w, email, url, emo, or "" for space and placeholder.
	Tag string
}

// Unknown is the cost in bits of a character that no lexicon holds, as in gse.
const Unknown = 32
