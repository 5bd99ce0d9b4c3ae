package sequence

// Kind is what a span is.
type Kind uint8

// The kinds. A Place is any named place; an Address goes down to a door.
const (
	None Kind = iota
	Person
	Place
	Organisation
	Address
)

// Label is the part that a unit plays in a span: none, or the beginning,
// inside, end or whole of a span of a kind.
type Label = uint8

// Labels is how many labels there are: outside; begin, inside, end and single
// of persons and places; begin, inside, end of organisations and addresses,
// which are never one character long.
const Labels = 15

const (
	outside      Label = 0
	firstPerson  Label = 1
	firstPlace   Label = 5
	firstOrg     Label = 9
	firstAddress Label = 12
)

// part is a label's place in its span.
type part uint8

const (
	out part = iota
	begin
	inside
	end
	single
)

var kinds = [Labels]Kind{
	None, Person, Person, Person, Person, Place, Place, Place, Place,
	Organisation, Organisation, Organisation, Address, Address, Address,
}

var parts = [Labels]part{
	out, begin, inside, end, single, begin, inside, end, single, begin, inside, end, begin, inside, end,
}

// Edges lists, for each label, the labels that may stand before it. The start
// and the end of a sentence count as outside.
var Edges = edges()

func edges() (before [Labels][]Label) {
	for y := range Label(Labels) {
		for x := range Label(Labels) {
			open := parts[x] == begin || parts[x] == inside
			goesOn := parts[y] == inside || parts[y] == end
			if open == goesOn && (!open || kinds[x] == kinds[y]) {
				before[y] = append(before[y], x)
			}
		}
	}
	return before
}

// The labels by what stands beside them: closed ones may stand before openers,
// goers behind the beginning and the inside of their own kind.
var (
	closed  = [...]Label{outside, firstPerson + 2, firstPerson + 3, firstPlace + 2, firstPlace + 3, firstOrg + 2, firstAddress + 2}
	openers = [...]Label{outside, firstPerson, firstPerson + 3, firstPlace, firstPlace + 3, firstOrg, firstAddress}
	begins  = [...]Label{firstPerson, firstPlace, firstOrg, firstAddress}
	goers   = [...]Label{
		firstPerson + 1, firstPerson + 2, firstPlace + 1, firstPlace + 2,
		firstOrg + 1, firstOrg + 2, firstAddress + 1, firstAddress + 2,
	}
	beginOf = [Labels]Label{
		firstPerson + 1: firstPerson, firstPerson + 2: firstPerson, firstPlace + 1: firstPlace, firstPlace + 2: firstPlace,
		firstOrg + 1: firstOrg, firstOrg + 2: firstOrg, firstAddress + 1: firstAddress, firstAddress + 2: firstAddress,
	}
)

// MayEnd says that a sentence may end with the label.
func MayEnd(y Label) bool { return parts[y] != begin && parts[y] != inside }

// MayStart says that a sentence may start with the label.
func MayStart(y Label) bool { return parts[y] != inside && parts[y] != end }

// Span is units Start to End, end exclusive, of one kind.
type Span struct {
	Start, End int
	Kind       Kind
}

// Spans appends the spans that the labels of a sentence, or of a part of one,
// spell; the first unit counts as offset. What the part cuts off is left out.
func Spans(labels []Label, offset int, dst []Span) []Span {
	for i := 0; i < len(labels); i++ {
		switch y := labels[i]; parts[y] {
		case single:
			dst = append(dst, Span{offset + i, offset + i + 1, kinds[y]})
		case begin:
			from := i
			for i++; i < len(labels) && parts[labels[i]] == inside; {
				i++
			}
			if i == len(labels) {
				break
			}
			dst = append(dst, Span{offset + from, offset + i + 1, kinds[y]})
		}
	}
	return dst
}

// Mark writes a span of units from to to into labels. A single unit of a kind
// that has none is left out.
func Mark(labels []Label, from, to int, k Kind) {
	first := [...]Label{None: outside, Person: firstPerson, Place: firstPlace, Organisation: firstOrg, Address: firstAddress}[k]
	switch {
	case k == None:
	case to-from == 1:
		if first+3 < Labels && kinds[first+3] == k && parts[first+3] == single {
			labels[from] = first + 3
		}
	default:
		labels[from], labels[to-1] = first, first+2
		for i := from + 1; i < to-1; i++ {
			labels[i] = first + 1
		}
	}
}

// Mask has the bits of a kind's labels and of outside.
func Mask(k Kind) (m uint16) {
	for y, of := range kinds {
		if of == k || of == None {
			m |= 1 << y
		}
	}
	return m
}

// Starts is the kind of the span that begins with the label, if one does.
func Starts(y Label) Kind {
	if parts[y] == begin || parts[y] == single {
		return kinds[y]
	}
	return None
}
