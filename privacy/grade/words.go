package grade

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"qingting/privacy/rule"
)

// childAge is the age from which a person is no child (PIPL art. 31).
const childAge = 14

// healthWords tell of a person's health. Words that a line, a bill or a router
// can have as well (毛病, 诊断, "health check") are left out.
var healthWords = []string{
	"癌", "肿瘤", "化疗", "透析", "白血病", "心脏病", "冠心病", "糖尿病", "高血压", "抑郁症", "精神病", "艾滋", "乙肝", "癫痫", "哮喘", "脑梗", "中风",
	"住院", "做手术", "刚手术", "术后", "病历", "病危", "重病", "生病", "看病", "确诊", "怀孕", "孕妇", "流产", "残疾", "截瘫", "失明", "失聪", "尿毒症", "起搏器",
}

var healthEnglish = regexp.MustCompile(`(?i)\b(?:cancer|tumou?r|chemo(?:therapy)?|dialysis|diabet(?:es|ic)|leuk(?:a)?emia|hiv|epilep(?:sy|tic)|asthma(?:tic)?|` +
	`heart (?:disease|attack|condition)|pacemaker|depression|dementia|alzheimer'?s|pregnan(?:t|cy)|miscarriage|disab(?:led|ility) (?:person|customer|son|daughter|mother|father|husband|wife)|` +
	`my disability|i(?:'m| am) (?:disabled|blind|deaf)|hospitali[sz]ed|in (?:the )?hospital|surgery|wheelchair)\b`)

func tellsHealth(text string) bool {
	for _, w := range healthWords {
		if strings.Contains(text, w) {
			return true
		}
	}
	return hasLatin(text) && healthEnglish.MatchString(text)
}

// hasLatin reports whether a text has any English: most have none, and
// expressions are slow.
func hasLatin(text string) bool {
	run := 0
	for i := range len(text) {
		if c := text[i] | 0x20; c < 'a' || c > 'z' {
			run = 0
		} else if run++; run == 3 {
			return true
		}
	}
	return false
}

// childWords are people under fourteen whatever their age.
var childWords = []string{"小学生", "幼儿园", "未满十四", "不满十四", "未满14", "不满14", "婴儿", "宝宝才", "上小学"}

var (
	// An age, not that of a device or a contract: 岁 is said of people.
	ageChinese = regexp.MustCompile(`([0-9０-９]{1,3}|[一二两三四五六七八九十]{1,3})\s*(?:周岁|岁)`)
	ageEnglish = regexp.MustCompile(`(?i)\b(?:([0-9]{1,2})|(one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen))[ -]years?[ -]olds?\b[ -]*([a-z]*)`)
	aged       = regexp.MustCompile(`(?i)\b(?:aged?|is) ([0-9]{1,2})(?: and|,|\.|$)`)
)

// things are what may be some years old in English besides children.
var things = []string{"phone", "router", "modem", "handset", "device", "contract", "account", "plan", "line", "sim", "tablet", "laptop", "computer", "mobile", "cable", "box", "bill", "deal", "issue", "problem", "complaint"}

func tellsChild(text string) bool {
	for _, w := range childWords {
		if strings.Contains(text, w) {
			return true
		}
	}
	if strings.Contains(text, "岁") {
		for _, m := range ageChinese.FindAllStringSubmatch(text, -1) {
			if n := number(m[1]); n >= 0 && n < childAge {
				return true
			}
		}
	}
	if !hasLatin(text) {
		return false
	}
	for _, m := range ageEnglish.FindAllStringSubmatch(text, -1) {
		young := m[2] != ""
		if n, err := strconv.Atoi(m[1]); err == nil {
			young = n < childAge
		}
		if young && !isThing(m[3]) {
			return true
		}
	}
	if strings.Contains(text, "son") || strings.Contains(text, "daughter") || strings.Contains(text, "child") || strings.Contains(text, "kid") {
		for _, m := range aged.FindAllStringSubmatch(text, -1) {
			if n, err := strconv.Atoi(m[1]); err == nil && n < childAge {
				return true
			}
		}
	}
	return false
}

func isThing(word string) bool {
	word = strings.TrimSuffix(strings.ToLower(word), "s")
	for _, t := range things {
		if word == t {
			return true
		}
	}
	return false
}

// number reads an age in digits of either width or in Chinese; -1 when it is none.
func number(s string) int {
	n, tens, chinese := 0, 0, false
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			n = 10*n + int(r-'0')
		case r >= '０' && r <= '９':
			n = 10*n + int(r-'０')
		case r == '十':
			chinese = true
			tens, n = max(n, 1)*10, 0
		default:
			chinese = true
			i := strings.IndexRune("一二三四五六七八九", r)
			if r == '两' {
				i = strings.Index("一二", "二")
			}
			if i < 0 || n > 0 {
				return -1
			}
			n = i/len("一") + 1
		}
	}
	if chinese {
		return tens + n
	}
	return n
}

// Child reports whether a value, in its canonical form, is the date of birth of
// somebody who is under fourteen at a time, or the identity card of one. The
// value goes no further.
func Child(t rule.Type, canonical string, at time.Time) bool {
	var digits []byte
	for i := range len(canonical) {
		if c := canonical[i]; c >= '0' && c <= '9' {
			digits = append(digits, c)
		}
	}
	date := string(digits)
	switch t {
	case rule.IDCard, rule.ForeignPR:
		if len(date) < 17 {
			return false
		}
		date = date[6:14]
	case rule.DOB:
	default:
		return false
	}
	if len(date) < 4 {
		return false
	}
	born, err := time.Parse("20060102", date[:min(8, len(date))])
	if err != nil {
		year, err := strconv.Atoi(date[:4])
		if err != nil || year < 1900 || year > at.Year() {
			return false
		}
		// Of the year alone, the last day: rather a child too many.
		born = time.Date(year, 12, 31, 0, 0, 0, 0, time.UTC)
	}
	return !born.After(at) && born.AddDate(childAge, 0, 0).After(at)
}
