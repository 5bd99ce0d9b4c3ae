package name

import (
	"sort"

	"qingting/privacy/fold"
)

// nearby is how far, in units, a long number speaks for names around it.
const nearby = 30

// count gathers the long numbers of the text: eight digits and more, separators
// within.
func (s *scan) count() {
	s.numbers = s.numbers[:0]
	if s.t.Seen&(fold.Digit|fold.Numeral) == 0 {
		return
	}
	units := s.t.Units
	for i := 0; i < len(units); i++ {
		if units[i].Class&(fold.Digit|fold.Numeral) == 0 {
			continue
		}
		n, j, end := 0, i, i
		for j < len(units) && j-end <= 1 && (units[j].Class&(fold.Digit|fold.Numeral) != 0 || n > 0 && joinsDigits(units[j].Rune)) {
			if units[j].Class&(fold.Digit|fold.Numeral) != 0 {
				n++
				end = j + 1
			}
			j++
		}
		if n >= besideDigits {
			s.numbers = append(s.numbers, [2]int{i, end})
		}
		i = max(i, end-1)
	}
}

func joinsDigits(r rune) bool { return r == ' ' || r == '-' || r == '.' || r == '_' }

// nearNumber says that a long number stands near units i to j, as in texts that
// tell who somebody is.
func (s *scan) nearNumber(i, j int) bool {
	k := sort.Search(len(s.numbers), func(k int) bool { return s.numbers[k][1] >= i-nearby })
	return k < len(s.numbers) && s.numbers[k][0] <= j+nearby
}
