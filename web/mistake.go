package web

import (
	"fmt"
	"strings"

	"qingting/search"
)

// mistake is a query that cannot be read: what is wrong, and the stretch of the
// query where, cut in three at the character.
type mistake struct {
	Lang              language
	Message           string
	Before, At, After string
	Fixed             *link // the query as it was probably meant
}

const mistakeContext = 40 // characters shown on either side

func newMistake(e *search.SyntaxError, l language) *mistake {
	m := &mistake{Lang: l, Message: mistakeOf(e).in(l)}
	runes := []rune(strings.ToValidUTF8(e.Query, "\uFFFD"))
	at := min(e.Offset, len(runes))
	if from := max(0, at-mistakeContext); from > 0 {
		m.Before = "…" + string(runes[from:at])
	} else {
		m.Before = string(runes[:at])
	}
	if at < len(runes) {
		m.At = string(runes[at : at+1])
		m.After = string(runes[at+1:])
		if len(runes)-at-1 > mistakeContext {
			m.After = string(runes[at+1:at+1+mistakeContext]) + "…"
		}
	}
	return m
}

// mistakeOf says what is wrong with a query.
func mistakeOf(e *search.SyntaxError) say {
	return say{
		ZH: fmt.Sprintf("检索式第 %d 个字符处有误：%s。%s", e.Offset+1, mistakeInChinese(e.Message), suggestionInChinese(e.Suggestion)),
		EN: e.Error(),
	}
}

func suggestionInChinese(s string) string {
	if s == "" {
		return ""
	}
	return "您是不是要写“" + s + "”？"
}

// mistakes are the messages of package search, as they begin and end, and how
// to say the same in Chinese; %s is what stands between.
var mistakes = []struct{ begin, end, zh string }{
	{"unknown field ", "; quote it to search for it as text", "没有 %s 这个字段；若要按文字检索，请加引号"},
	{"unknown order ", " (relevance, newest, oldest, rating or -rating)", "没有 %s 这种排序；可写 relevance、newest、oldest、rating 或 -rating"},
	{"", " is not a number; write rating:4, rating:>=3 or rating:1..2", "%s 不是数字；可写 rating:4、rating:>=3 或 rating:1..2"},
	{"", " is not a date; write 2026-01-31, 2026-01, 2026, today or 7d, or two of them with .. between", "%s 不是日期；可写 2026-01-31、2026-01、2026、今天 或 7天，两者之间加 .. 表示一段时间"},
	{"", ": needs a value", "%s: 之后要有值"},
	{"too many values (at most ", ")", "值太多（最多 %s 个）"},
	{"the query is too long (at most ", " characters)", "检索式太长（最多 %s 个字符）"},
	{"the query is nested too deeply (at most ", " levels)", "括号套得太深（最多 %s 层）"},
	{"the query has too many parts (at most ", ")", "检索式的条件太多（最多 %s 个）"},
	{"the query has too many wildcards (at most ", ")", "通配符太多（最多 %s 个）"},
	{"the query is not valid UTF-8", "", "不是有效的 UTF-8 文字"},
	{"a wildcard * may stand at the end of a value only", "", "通配符 * 只能放在值的末尾"},
	{"a wildcard * may stand at the end of a word only", "", "通配符 * 只能放在词的末尾"},
	{"a wildcard * needs at least one character before it", "", "通配符 * 之前至少要有一个字"},
	{"sort: orders the whole query; ", "", "sort: 是对整个检索式排序，不能排除，也不能放在括号里"},
	{"sort: may be given once only", "", "sort: 只能写一次"},
	{"collapse: is on or off", "", "collapse: 只能是 on 或 off，即 重复:折叠 或 重复:展开"},
	{"collapse: is of the whole query; ", "", "collapse: 是对整个检索式的，不能排除，也不能放在括号里"},
	{"collapse: may be given once only", "", "collapse: 只能写一次"},
	{"a range needs at least one end", "", "范围至少要有一端"},
	{"this range is empty: ", "", "这个范围是空的：起点在终点之后"},
	{"this parenthesis closes nothing", "", "这个右括号没有对应的左括号"},
	{"this parenthesis is not closed", "", "这个括号没有闭合"},
	{"there is nothing between these parentheses", "", "括号里没有内容"},
	{"this quotation mark opens nothing", "", "这个引号没有对应的开始引号"},
	{"this quotation mark is not closed", "", "这个引号没有闭合"},
	{"there is nothing between these quotation marks", "", "引号里没有内容"},
	{"OR needs something on both sides", "", "OR 两边都要有内容"},
	{"AND needs something on both sides", "", "AND 两边都要有内容"},
	{"NOT needs something after it", "", "NOT 之后要有内容"},
	{"there is nothing here to exclude", "", "这里没有可排除的内容"},
	{"there is nothing here to search for", "", "这里没有可检索的内容"},
}

// mistakeInChinese translates a message; one that is not known stays English.
func mistakeInChinese(message string) string {
	for _, m := range mistakes {
		rest, ok := strings.CutPrefix(message, m.begin)
		if !ok {
			continue
		}
		if !strings.Contains(m.zh, "%s") {
			return m.zh
		}
		if middle, ok := strings.CutSuffix(rest, m.end); ok {
			return fmt.Sprintf(m.zh, middle)
		}
	}
	return message
}
