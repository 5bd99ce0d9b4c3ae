package english

import "qingting/privacy/tagger/internal/words"

// reach is how many words beside a telling one are read with it.
const reach = 6

// numbered is within how many words of a number a street counts.
const numbered = 8

// mark says, for each word, whether it is worth reading: whether one that may
// be of a name or of an address stands within reach. It returns nil when none is.
func mark(ks []words.Token, dst []bool) []bool {
	for range ks {
		dst = append(dst, false)
	}
	some, number, street, upTo := false, -100, -100, 0
	for i := range ks {
		k := &ks[i]
		telling := false
		switch {
		case k.Kind == words.Digits:
			number = i
			telling = i-street < numbered
		case k.Kind == words.Letters:
			telling = tells(ks, i)
			if k.Class&(words.Street|words.Unit) != 0 {
				street = i
				telling = telling || i-number < numbered
			}
		}
		if !telling {
			continue
		}
		some = true
		for j := max(upTo, i-reach); j < min(len(ks), i+reach+1); j++ {
			dst[j] = true
		}
		upTo = i
	}
	if !some {
		return nil
	}
	return dst
}

// tells says that a word may be of a name: what is known as one, what is not
// known at all, what has a capital without need.
func tells(ks []words.Token, i int) bool {
	k := &ks[i]
	switch everyday, name := k.Class&words.Everyday != 0, k.Class&(words.Given|words.Family) != 0; {
	case k.End-k.Start < 2:
		return false
	case !k.Capital():
		return !everyday && (name || k.Class == 0 && k.End-k.Start > 2)
	case !everyday || name:
		return true
	}
	if i == 0 || k.Gap == words.Line {
		return false
	}
	last := &ks[i-1]
	if last.Kind == words.Mark {
		return !last.Stop()
	}
	return !last.Capital() // not one of many, as titles have them
}
