// Package check computes the check digits of identifiers. Every function takes
// the identifier as ASCII, letters in upper case, and reports false for any
// other shape.
package check

import "strings"

// Luhn is ISO/IEC 7812-1 annex B: bank cards, IMEI, ICCID.
func Luhn(s string) bool {
	if len(s) < 2 {
		return false
	}
	sum := 0
	for i := range len(s) {
		d := int(s[len(s)-1-i] - '0')
		if d < 0 || d > 9 {
			return false
		}
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// CitizenID is GB 11643-1999, ISO 7064 MOD 11-2 over 18 characters.
func CitizenID(s string) bool {
	if len(s) != 18 {
		return false
	}
	weights := [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i, w := range weights {
		d := int(s[i] - '0')
		if d < 0 || d > 9 {
			return false
		}
		sum += d * w
	}
	return s[17] == "10X98765432"[sum%11]
}

const usccAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"

// USCC is GB 32100-2015 over 18 characters: 31 − Σ v·3^(i−1) mod 31.
func USCC(s string) bool {
	if len(s) != 18 {
		return false
	}
	sum, weight := 0, 1
	for i := range 17 {
		v := strings.IndexByte(usccAlphabet, s[i])
		if v < 0 {
			return false
		}
		sum += v * weight
		weight = weight * 3 % 31
	}
	return s[17] == usccAlphabet[(31-sum%31)%31]
}

// Organisation is GB 11714-1997 over 9 characters: 8 of the body, one check.
func Organisation(s string) bool {
	if len(s) != 9 {
		return false
	}
	weights := [8]int{3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i, w := range weights {
		v := alnum(s[i])
		if v < 0 {
			return false
		}
		sum += v * w
	}
	return s[8] == "0X987654321"[sum%11]
}

// alnum values 0–9 as such and A–Z from 10.
func alnum(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'A' && c <= 'Z':
		return int(c-'A') + 10
	}
	return -1
}

// HKID is the Hong Kong identity card: one or two letters, six digits and the
// check character, mod 11 with a space (36) before a single letter.
func HKID(s string) bool {
	if len(s) != 8 && len(s) != 9 {
		return false
	}
	letters := len(s) - 7
	sum, weight := 0, len(s)
	if letters == 1 {
		sum, weight = 36*9, 8
	}
	for i := range len(s) - 1 {
		v := alnum(s[i])
		if v < 0 || (i < letters) != (v >= 10) {
			return false
		}
		sum += v * weight
		weight--
	}
	return s[len(s)-1] == "0A987654321"[sum%11]
}

// VIN is ISO 3779 with the check digit of 49 CFR 565 at place nine.
func VIN(s string) bool {
	if len(s) != 17 {
		return false
	}
	weights := [17]int{8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2}
	sum := 0
	for i, w := range weights {
		v := vinValue(s[i])
		if v < 0 {
			return false
		}
		sum += v * w
	}
	return s[8] == "0123456789X"[sum%11]
}

func vinValue(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'A' && c <= 'H':
		return int(c-'A') + 1
	case c >= 'J' && c <= 'N':
		return int(c-'J') + 1
	case c == 'P':
		return 7
	case c == 'R':
		return 9
	case c >= 'S' && c <= 'Z':
		return int(c-'S') + 2
	}
	return -1
}

// Date reports whether y, m, d is a day of the Gregorian calendar between 1880
// and 2079.
func Date(y, m, d int) bool {
	if y < 1880 || y > 2079 || m < 1 || m > 12 || d < 1 {
		return false
	}
	days := [...]int{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}[m-1]
	if m == 2 && (y%4 == 0 && y%100 != 0 || y%400 == 0) {
		days = 29
	}
	return d <= days
}

// DateDigits is Date over the digits yyyymmdd.
func DateDigits(s string) bool {
	if len(s) != 8 {
		return false
	}
	return Date(Atoi(s[:4]), Atoi(s[4:6]), Atoi(s[6:]))
}

// Atoi reads digits; -1 when there is anything else or nothing.
func Atoi(s string) int {
	if s == "" || len(s) > 9 {
		return -1
	}
	n := 0
	for i := range len(s) {
		d := int(s[i] - '0')
		if d < 0 || d > 9 {
			return -1
		}
		n = n*10 + d
	}
	return n
}
