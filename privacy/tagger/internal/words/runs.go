package words

import "qingting/privacy/fold"

// longestRun bounds a run in units.
const longestRun = 800

// leastLetters is how many letters make a run worth a look: a word or two in
// Latin letters within a Chinese text are left to the rules.
const leastLetters = 40

// Runs calls do with the stretches of t that hold no Han character, in order,
// cut between lines or sentences where they are long. A stretch beside Han
// characters that has only a few letters is left out.
func Runs(t *fold.Text, do func(from, to int)) {
	for i, goesOn := 0, false; i < len(t.Units); {
		if t.Units[i].Class&fold.Han != 0 {
			i++
			goesOn = false
			continue
		}
		from, letters := i, 0
		for i < len(t.Units) && i-from < longestRun && t.Units[i].Class&fold.Han == 0 {
			if t.Units[i].Class&fold.Letter != 0 {
				letters++
			}
			i++
		}
		alone := goesOn || from == 0 && i == len(t.Units)
		if goesOn = i < len(t.Units) && t.Units[i].Class&fold.Han == 0; goesOn {
			i = cut(t, from+longestRun/2, i)
		}
		if letters >= leastLetters || alone && letters > 0 {
			do(from, i)
		}
	}
}

func cut(t *fold.Text, from, to int) int {
	blank := to
	stop := 0
	for i := to - 1; i > from; i-- {
		switch t.Units[i].Rune {
		case '\n':
			return i + 1
		case ' ':
			if blank == to {
				blank = i + 1
			}
			if p := t.Units[i-1]; stop == 0 && (p.Rune == '.' || p.Class&fold.Stop != 0) {
				stop = i + 1
			}
		}
	}
	if stop > 0 {
		return stop
	}
	return blank
}
