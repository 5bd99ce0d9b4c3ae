package sequence

import "qingting/privacy/fold"

// Sentences calls do for each sentence of a text, a run of units between stops,
// line ends and placeholders, which belong to none. One that is too long is cut
// behind its last pause.
func Sentences(t *fold.Text, do func(from, to int)) {
	from, pause := 0, 0
	flush := func(to int) {
		if to > from {
			do(from, to)
		}
		from, pause = to, to
	}
	for i := range t.Units {
		if i-from == MaxSentence {
			if pause > from {
				flush(pause)
			} else {
				flush(i)
			}
		}
		u := &t.Units[i]
		switch {
		case u.Class&(fold.Stop|fold.Placeholder) != 0 || u.Rune == '\n' || u.Rune == '\r':
			flush(i)
			from, pause = i+1, i+1
		case u.Rune == ',' || u.Rune == '、' || u.Rune == ' ' || u.Rune == ':':
			pause = i + 1
		}
	}
	flush(len(t.Units))
}
