package segment

import "strings"

// address returns the end of an e-mail address or a URL at i and its tag, or 0.
func (s scanner) address(i int) (end int, tag string) {
	text := s.text[i:]
	if n := urlPrefix(text); n > 0 {
		for n < len(text) && isURL(text[n]) {
			n++
		}
		for strings.IndexByte(".,;:!?'", text[n-1]) >= 0 {
			n--
		}
		return i + n, "url"
	}
	at := 0
	for at < len(text) && at < 64 && isLocal(text[at]) {
		at++
	}
	if at == 0 || at >= len(text) || text[at] != '@' {
		return 0, ""
	}
	n, point := at+1, 0
	for n < len(text) && n < at+254 && (isAlnum(text[n]) || text[n] == '-' || text[n] == '.') {
		if text[n] == '.' {
			point = n
		}
		n++
	}
	for n > at+1 && (text[n-1] == '.' || text[n-1] == '-') {
		n--
	}
	if point == 0 || point >= n-1 || point == at+1 {
		return 0, ""
	}
	return i + n, "email"
}

func urlPrefix(text string) int {
	if c := text[0] | 0x20; c != 'h' && c != 'w' {
		return 0
	}
	for _, p := range [...]string{"http://", "https://", "www."} {
		if len(text) > len(p) && strings.EqualFold(text[:len(p)], p) && isAlnum(text[len(p)]) {
			return len(p)
		}
	}
	return 0
}

func isAlnum(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

func isLocal(c byte) bool {
	return isAlnum(c) || c == '.' || c == '_' || c == '%' || c == '+' || c == '-'
}

// isURL holds the characters of RFC 3986, quotes and brackets aside.
func isURL(c byte) bool { return isAlnum(c) || strings.IndexByte("-._~:/?#@!$&*+,;=%", c) >= 0 }
