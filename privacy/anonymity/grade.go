package anonymity

// Grade is the de-identification grade of a file, by GB/T 42460-2023, 5: how
// well its rows still identify persons.
type Grade int

// The grades. The first, data with direct identifiers, is never exported; the
// fourth, aggregates, is no file of rows.
const (
	Direct     Grade = 1 // holds direct identifiers
	Quasi      Grade = 2 // direct identifiers taken out; may be linked or identified in its context
	Resisting  Grade = 3 // and quasi-identifiers are k-anonymous, re-identification under the limit
	Aggregated Grade = 4 // counts of persons only
)

// Facts is what the grade of a file of rows depends on.
type Facts struct {
	K, Want int  // smallest class, and the one asked for
	Text    bool // free text: redacted, and yet it may tell of a person
	Linked  bool // a pseudonym or record id, by which rows are joined
}

// GradeOf grades a file of rows, with the reasons in Chinese and English. Free
// text and pseudonyms keep a file at grade 2, whatever its k: detection is not
// complete, and a pseudonym singles out by definition.
func GradeOf(f Facts) (g Grade, zh, en string) {
	switch {
	case f.Text && f.Linked:
		return Quasi, "含去标识化后的自由文本和可关联的假名", "holds redacted free text, and pseudonyms that join rows"
	case f.Text:
		return Quasi, "含去标识化后的自由文本", "holds redacted free text"
	case f.Linked:
		return Quasi, "含可关联的假名或记录号", "holds pseudonyms or record ids that join rows"
	case f.K < f.Want:
		return Quasi, "准标识符等价类小于要求", "a class of quasi-identifiers is smaller than asked for"
	}
	return Resisting, "准标识符满足 k 匿名，无自由文本和假名", "quasi-identifiers are k-anonymous, no free text and no pseudonyms"
}
