package review

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// maxRuns is how many runs of a class a shape shows.
const maxRuns = 12

// Shape is what a value looks like: the classes of its characters and how many
// of each run on, "digits:3 mark digits:4". Nothing of the value is in it.
func Shape(value []rune) string {
	var runs []string
	for i := 0; i < len(value); {
		class := classOf(value[i])
		n := 1
		for i+n < len(value) && classOf(value[i+n]) == class {
			n++
		}
		if len(runs) == maxRuns {
			runs = append(runs, "…")
			break
		}
		switch {
		case n == 1 && (class == "mark" || class == "space"):
			runs = append(runs, class)
		default:
			runs = append(runs, class+":"+strconv.Itoa(n))
		}
		i += n
	}
	return strings.Join(runs, " ")
}

func classOf(c rune) string {
	switch {
	case strings.ContainsRune("〇零一二三四五六七八九十百幺两壹贰叁肆伍陆柒捌玖拾", c):
		return "numeral" // digits in words, and many names: 张三
	case unicode.Is(unicode.Han, c):
		return "han"
	case unicode.IsDigit(c):
		return "digits"
	case unicode.IsLetter(c) && c < unicode.MaxLatin1, unicode.Is(unicode.Latin, c):
		return "latin"
	case unicode.IsLetter(c):
		return "letter"
	case unicode.IsSpace(c):
		return "space"
	}
	return "mark"
}

// cueReach is how many characters before and after a miss are looked at.
const cueReach = 12

// cueWords may be kept because they stand here, in a fixed list: no word of a
// customer's ever does. Sorted longest first where one lies in another.
var cueWords = [...]string{
	"身份证", "护照", "驾驶证", "社保", "公积金", "工号", "银行卡", "卡号", "账号", "账户", "户名", "密码", "验证码",
	"手机号", "手机", "电话", "座机", "热线", "微信", "邮箱", "邮件", "QQ", "qq", "姓名", "名字", "我叫", "我是", "我姓", "联系人", "联系",
	"先生", "女士", "小姐", "师傅", "经理", "老师", "客服", "本人", "我爸", "我妈", "爱人", "孩子", "邻居",
	"地址", "住址", "家住", "小区", "街道", "号楼", "单元", "门牌", "车牌", "生日", "出生", "年龄", "宽带", "尾号",
	"mobile", "phone", "tel", "call", "email", "mail", "name", "contact", "address", "account", "card", "passport", "id",
	"password", "born", "birthday", "mr", "mrs", "ms", "dear", "agent",
}

// Cues are the words of a fixed list that stand near a place. Latin ones stand
// as words of their own.
func Cues(text []rune, start, end int) (found []string) {
	before := text[max(0, start-cueReach):start]
	after := text[end:min(len(text), end+cueReach)]
	near := [2]string{strings.ToLower(string(before)), strings.ToLower(string(after))}
	for _, cue := range cueWords {
		for side, s := range near {
			if contains(s, strings.ToLower(cue)) {
				word := [2]string{cue + "…", "…" + cue}[side]
				if !slices.Contains(found, word) {
					found = append(found, word)
				}
			}
		}
	}
	slices.Sort(found)
	return found
}

func contains(s, cue string) bool {
	if cue[0] >= 0x80 {
		return strings.Contains(s, cue)
	}
	for i := 0; ; {
		at := strings.Index(s[i:], cue)
		if at < 0 {
			return false
		}
		at += i
		if !latinAt(s, at-1) && !latinAt(s, at+len(cue)) {
			return true
		}
		i = at + 1
	}
}

func latinAt(s string, i int) bool {
	return i >= 0 && i < len(s) && (s[i] >= 'a' && s[i] <= 'z' || s[i] >= '0' && s[i] <= '9')
}
