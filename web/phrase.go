package web

import "regexp"

// phrase is a message of another package, as it is formatted there, and how to say the
// same in Chinese: %s is what stands there, in its order or by number.
type phrase struct{ en, zh string }

// spoken is a phrase, ready to be recognised.
type spoken struct {
	is *regexp.Regexp
	zh string
}

var verb = regexp.MustCompile(`%[sdqv]`)

// readied readies phrases to be recognised.
func readied(phrases []phrase) (list []spoken) {
	for _, p := range phrases {
		pattern := verb.ReplaceAllStringFunc(regexp.QuoteMeta(p.en), func(v string) string {
			switch v {
			case "%q":
				return `("(?:[^"\\]|\\.)*")`
			case "%d":
				return `(\d+)`
			}
			return `((?s:.+?))`
		})
		list = append(list, spoken{regexp.MustCompile("^" + pattern + "$"), p.zh})
	}
	return list
}
