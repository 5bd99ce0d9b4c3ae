package corpus

import (
	"fmt"
	"strings"
	"time"
)

// mobilePrefixes are allocated segments of all operators.
var mobilePrefixes = strings.Fields("133 149 153 173 177 180 181 189 191 193 199 134 135 136 137 138 139 147 150 151 152 157 158 159 178 182 183 184 187 188 195 198 130 131 132 145 155 156 166 175 176 185 186 196 192")

func newMobile(r *random) string { return pick(r, mobilePrefixes) + r.digits(8) }

// newIDCard is a citizen's number with the check character of GB 11643.
func newIDCard(r *random, area string) string {
	body := area + newBirth(r).Format("20060102") + r.digits(3)
	weights := [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i, w := range weights {
		sum += w * int(body[i]-'0')
	}
	return body + string("10X98765432"[sum%11])
}

func newBirth(r *random) time.Time {
	return time.Date(r.between(1946, 2006), time.Month(r.between(1, 12)), r.between(1, 28), 0, 0, 0, 0, time.UTC)
}

// luhn gives the check digit of ISO/IEC 7812-1 for body.
func luhn(body string) string {
	sum := 0
	for i := range len(body) {
		d := int(body[len(body)-1-i] - '0')
		if i%2 == 0 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return string(byte('0' + (10-sum%10)%10))
}

func newBankCard(r *random) string {
	body := pick(r, []string{"621700", "622202", "622848", "621660", "622588", "621226"}) + r.digits(12)
	if r.chance(30) {
		body = body[:15]
	}
	return body + luhn(body)
}

func newIMEI(r *random) string {
	body := "86" + r.digits(12)
	return body + luhn(body)
}

func newICCID(r *random) string {
	body := "8986" + pick(r, []string{"00", "01", "03", "11"}) + r.digits(13)
	return body + luhn(body)
}

// newHKID carries the check character of Hong Kong identity cards.
func newHKID(r *random) string {
	letter := byte('A' + r.n(26))
	body := r.digits(6)
	sum := 36*9 + int(letter-'A'+10)*8
	for i := range 6 {
		sum += int(body[i]-'0') * (7 - i)
	}
	return fmt.Sprintf("%c%s(%c)", letter, body, "0123456789A"[(11-sum%11)%11])
}

func newLandline(r *random, dial string) string {
	length := 7
	if len(dial) == 3 {
		length = 8
	}
	separator := pick(r, []string{"-", "-", "", " "})
	return dial + separator + string(byte('2'+r.n(7))) + r.digits(length-1)
}

const lower = "abcdefghijklmnopqrstuvwxyz"

func newWeChat(r *random) string {
	if r.chance(30) {
		return "wxid_" + r.from(lower+"0123456789", 14)
	}
	return r.from(lower, r.between(3, 7)) + pick(r, []string{"", "_"}) + r.digits(r.between(3, 5))
}

func newEmail(r *random) string {
	return r.from(lower, r.between(4, 8)) + pick(r, []string{"", ".", "_"}) + r.digits(r.between(2, 4)) +
		"@" + pick(r, []string{"example.com", "example.cn", "mail.example.com", "example.net"})
}

func newMAC(r *random) string {
	parts := make([]string, 6)
	for i := range parts {
		parts[i] = r.from("0123456789ABCDEF", 2)
	}
	return strings.Join(parts, pick(r, []string{":", "-"}))
}

func newPlate(r *random, province string) string {
	const letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
	body := r.from(letters+"0123456789", 5)
	if r.chance(30) {
		body = r.from("DF", 1) + r.digits(5)
	}
	return province + string(letters[r.n(6)]) + pick(r, []string{"", "·"}) + body
}

// mobileForms write a number as people do.
var mobileForms = []struct {
	weight int
	write  func(string) string
}{
	{60, func(s string) string { return s }},
	{9, func(s string) string { return s[:3] + " " + s[3:7] + " " + s[7:] }},
	{9, func(s string) string { return s[:3] + "-" + s[3:7] + "-" + s[7:] }},
	{5, func(s string) string { return "+86 " + s }},
	{5, fullWidth},
	{5, func(s string) string { return spell(s, "零幺二三四五六七八九") }},
	{3, func(s string) string { return spell(s, "〇一二三四五六七八九") }},
	{2, func(s string) string { return s[:3] + "." + s[3:7] + "." + s[7:] }},
	{2, func(s string) string { return s[:3] + spell(s[3:7], "零幺二三四五六七八九") + s[7:] }},
}

func writeMobile(r *random, number string) string {
	weights := make([]int, len(mobileForms))
	for i := range mobileForms {
		weights[i] = mobileForms[i].weight
	}
	return mobileForms[r.weighted(weights)].write(number)
}

func writeIDCard(r *random, number string) string {
	switch n := r.n(100); {
	case n < 72:
		return number
	case n < 82:
		return number[:6] + " " + number[6:14] + " " + number[14:]
	case n < 90:
		return strings.ToLower(number)
	default:
		return fullWidth(number)
	}
}

func writeBankCard(r *random, number string) string {
	if r.chance(55) {
		return number
	}
	var groups []string
	for len(number) > 4 {
		groups = append(groups, number[:4])
		number = number[4:]
	}
	return strings.Join(append(groups, number), " ")
}

func writeEmail(r *random, address string) string {
	if r.chance(12) {
		return strings.Replace(address, "@", "艾特", 1)
	}
	return address
}

// fullWidth moves ASCII to its full-width forms.
func fullWidth(s string) string {
	return strings.Map(func(c rune) rune { return c + 0xfee0 }, s)
}

// spell replaces digits by the ten characters of names.
func spell(s, names string) string {
	list := []rune(names)
	return strings.Map(func(c rune) rune { return list[c-'0'] }, s)
}
