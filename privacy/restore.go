package privacy

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Restore puts values back into the redacted text they were taken out of and
// returns the sanitised original. The values may come in any order, but those
// of one place in theirs. It fails when they cannot belong to this text: when
// one reaches past its end or into another.
func Restore(redacted string, values []Value) (string, error) {
	values = slices.Clone(values)
	slices.SortStableFunc(values, func(a, b Value) int { return a.Start - b.Start })
	runes := []rune(redacted)
	var b strings.Builder
	at := 0
	for _, v := range values {
		switch {
		case v.secret == nil:
			return "", errors.New("restore: a value without content")
		case v.Start < at || v.End < v.Start || v.End > len(runes):
			return "", fmt.Errorf("restore: %v does not fit the text; are these the values of this text?", v)
		}
		b.WriteString(string(runes[at:v.Start]))
		plain, _ := v.secret()
		b.WriteString(plain)
		at = v.End
	}
	b.WriteString(string(runes[at:]))
	return b.String(), nil
}
