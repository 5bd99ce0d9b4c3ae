package corpus

import (
	"regexp"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/text/width"
)

// plainDigits undoes the ways of writing: full-width, numerals, separators.
func plainDigits(s string) string {
	s = width.Narrow.String(s)
	for i, names := range [][2]string{{"零", "〇"}, {"幺", "一"}, {"二", "二"}, {"三", "三"}, {"四", "四"}, {"五", "五"}, {"六", "六"}, {"七", "七"}, {"八", "八"}, {"九", "九"}} {
		s = strings.NewReplacer(names[0], strconv.Itoa(i), names[1], strconv.Itoa(i)).Replace(s)
	}
	return strings.NewReplacer(" ", "", "-", "", ".", "").Replace(s)
}

// shapes are what the plain form of a value must look like.
var shapes = map[string]*regexp.Regexp{
	"MOBILE":            regexp.MustCompile(`^(\+86)?1[3-9]\d{9}$|^1[3-9]\d{5}$|^\d{4}$`),
	"ID_CARD":           regexp.MustCompile(`^[1-6]\d{5}(19|20)\d{9}[\dXx]$`),
	"BANK_CARD":         regexp.MustCompile(`^62\d{14}(\d{3})?$`),
	"LANDLINE":          regexp.MustCompile(`^0\d{2,3}[2-8]\d{6,7}$`),
	"IMEI":              regexp.MustCompile(`^\d{15}$`),
	"ICCID":             regexp.MustCompile(`^8986\d{16}$`),
	"EMAIL":             regexp.MustCompile(`^[a-z0-9_]+(@|艾特)(mail)?example(com|cn|net)$`),
	"PERSON_NAME":       regexp.MustCompile(`^\p{Han}{1,4}$|^[A-Z][a-z]+[A-Z][a-z]+$`),
	"ADDRESS":           regexp.MustCompile(`\p{Han}.*(\d+(号|室|组)|\d+(栋|幢|号楼)\d+室)$`),
	"WECHAT":            regexp.MustCompile(`^[a-z][a-z0-9_]{5,}$`),
	"QQ":                regexp.MustCompile(`^[1-9]\d{6,9}$`),
	"BROADBAND_ACCOUNT": regexp.MustCompile(`^[A-Z]+0\d+$`),
	"EMPLOYEE_ID":       regexp.MustCompile(`^\d{4,6}$`),
	"MAC":               regexp.MustCompile(`^([0-9A-F]{2}:?){6}$`),
	"CREDENTIAL":        regexp.MustCompile(`^\d{6}$`),
	"LICENSE_PLATE":     regexp.MustCompile(`^\p{Han}[A-Z]·?[A-Z0-9]{5,6}$`),
	"PASSPORT":          regexp.MustCompile(`^E[A-E]\d{7}$`),
	"DOB":               regexp.MustCompile(`^(19|20)\d\d`),
	"IP":                regexp.MustCompile(`^\d{4,12}$`),
	"SOCIAL_SECURITY":   regexp.MustCompile(`^[A-K]\d{8}$`),
	"HKMO_PERMIT":       regexp.MustCompile(`^[HM]\d{8}$`),
	"HKID":              regexp.MustCompile(`^[A-Z]\d{6}\([\dA]\)$`),
}

func TestSpans(t *testing.T) {
	seen := map[string]int{}
	for seed := range uint64(3) {
		for _, item := range Generate(seed, Options{}) {
			last := map[string]int{}
			for _, s := range item.Truth.Spans {
				field := []rune(item.Text)
				if name, ok := strings.CutPrefix(s.Field, "attributes."); ok {
					field = []rune(item.Attributes[name])
				}
				if s.Start < last[s.Field] || s.End <= s.Start || s.End > len(field) {
					t.Fatalf("%s: span %+v in a field of %d", item.ID, s, len(field))
				}
				last[s.Field] = s.End
				seen[s.Type]++
				plain := plainDigits(string(field[s.Start:s.End]))
				if shape := shapes[s.Type]; shape == nil || !shape.MatchString(plain) {
					t.Errorf("%s: a %s of the shape %q", item.ID, s.Type, plain)
				}
				checkDigit(t, s.Type, plain)
			}
		}
	}
	for kind := range shapes {
		if seen[kind] < 3 {
			t.Errorf("%d spans of type %s", seen[kind], kind)
		}
	}
}

// checkDigit recomputes what the standards say, by other formulas than value.go.
func checkDigit(t *testing.T, kind, plain string) {
	t.Helper()
	switch kind {
	case "ID_CARD": // ISO 7064 MOD 11-2: the weighted sum of all 18 is 1
		sum := 0
		for _, c := range strings.ToUpper(plain) {
			digit := int(c - '0')
			if c == 'X' {
				digit = 10
			}
			sum = (sum*2 + digit) % 11
		}
		if sum != 1 {
			t.Errorf("an identity number fails its check")
		}
	case "BANK_CARD", "IMEI", "ICCID":
		sum := 0
		for i := range len(plain) {
			d := int(plain[len(plain)-1-i] - '0')
			if i%2 == 1 {
				d = d*2/10 + d*2%10
			}
			sum += d
		}
		if sum%10 != 0 {
			t.Errorf("a %s fails Luhn", kind)
		}
	case "HKID":
		sum := 36*9 + int(plain[0]-'A'+10)*8
		for i := 1; i <= 6; i++ {
			sum += int(plain[i]-'0') * (8 - i)
		}
		check := strings.IndexByte("0123456789A", plain[8])
		if (sum+check)%11 != 0 {
			t.Errorf("an HKID fails its check")
		}
	}
}

func TestEvents(t *testing.T) {
	opts := Options{}.withDefaults()
	items := Generate(1, Options{})
	first := opts.End.AddDate(0, 0, -opts.Days)
	days := map[string]map[int]int{}
	halves := [2]int{}
	visits := map[int]int{}
	phones := map[int]string{}
	byID := map[string]Item{}
	copies := 0
	for _, item := range items {
		byID[item.ID] = item
		day := int(item.Time.Sub(first).Hours() / 24)
		event := item.Truth.Event
		if days[event] == nil {
			days[event] = map[int]int{}
		}
		days[event][day]++
		switch {
		case event == "billing-change" && item.Region != "湖北":
			t.Errorf("%s: billing change in %s", item.ID, item.Region)
		case event == "outage" && item.Attributes["city"] != "佛山":
			t.Errorf("%s: outage in %s", item.ID, item.Attributes["city"])
		case event == "vas-growth":
			halves[min(day*2/opts.Days, 1)]++
		}
		if number := item.Truth.Complainer; number > 0 {
			visits[number]++
			if phone := item.Customer["phone"]; phones[number] != "" && phones[number] != phone {
				t.Errorf("complainer %d has two numbers", number)
			}
			phones[number] = item.Customer["phone"]
		}
		if id := item.Truth.DuplicateOf; id != "" {
			copies++
			if source, ok := byID[id]; !ok || source.Truth.DuplicateOf != "" {
				t.Errorf("%s was pasted from %q, which did not come before", item.ID, id)
			}
		}
	}
	for event, most := range map[string]int{"billing-change": 8, "outage": 2, "harassment": 14, "copypaste": 3} {
		if n := len(days[event]); n == 0 || n > most {
			t.Errorf("%s lasts %d days, want 1 to %d", event, n, most)
		}
	}
	if halves[1] < 2*halves[0] {
		t.Errorf("vas-growth: %d complaints in the first half, %d in the second", halves[0], halves[1])
	}
	if len(visits) < 50 || copies < 20 {
		t.Errorf("%d complainers, %d copies", len(visits), copies)
	}
	for number, n := range visits {
		if n < 2 || n > 6 {
			t.Errorf("complainer %d came %d times", number, n)
		}
	}
}
