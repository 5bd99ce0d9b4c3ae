package words

// Span is a run of tokens, end exclusive.
type Span struct {
	Start, End int // tokens
	Of         Entity
}

// Entity is what a span is.
type Entity uint8

// The entities. Organisations and places are learnt because they are no persons.
const (
	Person Entity = iota
	Address
	Organisation
	Location
	entities
)

// Label is outside (0), or 1 + 2 × entity at a span's first word, one more inside it.
type Label = uint8

// Labels is how many there are.
const Labels = 1 + 2*int(entities)

// First is the label of the first word of a span, First+1 that of the others.
func First(e Entity) Label { return 1 + 2*Label(e) }

// inside says that a label goes on with a span.
func inside(y Label) bool { return y != 0 && y&1 == 0 }

// follows says that label y may stand behind x.
func follows(x, y Label) bool { return !inside(y) || x == y || x == y-1 }

// Spans appends the spans that labels spell.
func Spans(labels []Label, dst []Span) []Span {
	for i := 0; i < len(labels); {
		y := labels[i]
		if y == 0 {
			i++
			continue
		}
		from := i
		for i++; i < len(labels) && labels[i] == (y|1)+1; {
			i++
		}
		dst = append(dst, Span{from, i, Entity((y - 1) / 2)})
	}
	return dst
}
