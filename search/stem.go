package search

import "strings"

// stem strips the commonest English endings, so that "charges", "charged" and
// "charging" meet. It is light on purpose (plural, past, participle, final e;
// compare Harman 1991, "How effective is suffixing?"): words of other kinds
// stay apart, and words that are not lower-case ASCII are left alone.
func stem(word string) string {
	for i := range len(word) {
		if c := word[i]; !isLower(c) && c != '\'' {
			if rest, ok := strings.CutSuffix(word, "’s"); ok {
				return stem(rest)
			}
			return word
		}
	}
	word, _ = strings.CutSuffix(word, "'s")
	if len(word) < 4 {
		return word
	}
	switch {
	case strings.HasSuffix(word, "ies"):
		word = word[:len(word)-2] // bodies → bodi, as body
	case hasAnySuffix(word, "sses", "xes", "ches", "shes", "zes"):
		word = word[:len(word)-2]
	case hasAnySuffix(word, "ss", "us", "is"):
	case word[len(word)-1] == 's':
		word = word[:len(word)-1]
	}
	for _, suffix := range []string{"ing", "ed"} {
		if base, ok := strings.CutSuffix(word, suffix); ok && len(base) > 2 && strings.ContainsAny(base, "aeiouy") {
			word = base
			break
		}
	}
	if n := len(word); n > 3 {
		switch last := word[n-1]; {
		case last == 'e':
			word = word[:n-1]
		case last == 'y' && !strings.ContainsRune("aeiou", rune(word[n-2])):
			word = word[:n-1] + "i"
		case last == word[n-2] && !strings.ContainsRune("aeiou", rune(last)):
			word = word[:n-1]
		}
	}
	return word
}

func hasAnySuffix(s string, suffixes ...string) bool {
	for _, suffix := range suffixes {
		if strings.HasSuffix(s, suffix) {
			return true
		}
	}
	return false
}
