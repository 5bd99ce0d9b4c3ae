package match

import (
	"fmt"
	"strings"
)

// class is a kind of expression that a cue names instead of writing it out.
type class uint8

// The classes, by the names that cues give them between <# and >.
const (
	classNumber   class = iota // a number: 三, 十几, 20多, five
	classSeveral               // a number from two to 9,999, also a vague one: 好几, 无数, a dozen
	classCount                 // two times and more: 三次, 好几趟, 一遍遍, four times, twice
	classDuration              // a length of time: 五分钟, 三个多月, two hours
	classWhile                 // one of twenty minutes and more that is no date, no term and no habit
	classDays                  // the same of a day and more
	numClasses
)

var classNames = [numClasses]string{"number", "several", "count", "duration", "while", "days"}

// classMark begins an alternative that names a class. It occurs in no folded text.
const classMark = '\x01'

// parseClass reads a class at the start of s, which begins with <#.
func parseClass(s string) (mark, rest string, err error) {
	end := strings.IndexByte(s, '>')
	if end < 0 {
		return "", "", fmt.Errorf("<# without >")
	}
	for c, name := range classNames {
		if s[2:end] == name {
			return string([]byte{classMark, byte(c)}), s[end+1:], nil
		}
	}
	return "", "", fmt.Errorf("unknown class %q: there are <#%s>", s[:end+1], strings.Join(classNames[:], ">, <#"))
}

// classed reports an element that names a class.
func (e element) classed() bool {
	for _, s := range e {
		if strings.IndexByte(s, classMark) >= 0 {
			return true
		}
	}
	return false
}

// wholly reports that each alternative which names a class is nothing else.
func (e element) wholly() bool {
	for _, s := range e {
		if strings.IndexByte(s, classMark) >= 0 && (len(s) != 2 || s[0] != classMark) {
			return false
		}
	}
	return true
}

// classless is s without the names of classes.
func classless(s string) string {
	for {
		i := strings.Index(s, "<#")
		if i < 0 {
			return s
		}
		n := strings.IndexByte(s[i:], '>')
		if n < 0 {
			return s
		}
		s = s[:i] + s[i+n+1:]
	}
}
