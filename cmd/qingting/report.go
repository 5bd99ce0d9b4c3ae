package main

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/term"

	"qingting/textmining/statistics"
)

// reportOptions say how a report is drawn.
type reportOptions struct {
	English bool // English first; Chinese first otherwise
	Width   int  // columns; 0 means 100
	Colour  bool
}

// reportOptionsFor suits w: a terminal gets its own width, and colour unless
// NO_COLOR is set (https://no-color.org).
func reportOptionsFor(w io.Writer) reportOptions {
	o := reportOptions{Width: 100}
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return o
	}
	if columns, _, err := term.GetSize(int(f.Fd())); err == nil {
		o.Width = columns
	}
	o.Colour = os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
	return o
}

// themesQuoted is how many themes are drawn with a trend and a quote; the others
// follow in two columns, so that none goes unseen.
const themesQuoted = 10

// writeReport draws r as a table for people: pain points and the first themes
// with their counts, trend and a quote each, every other theme, then the
// dimensions, the risks, what bursts, and what was copied and pasted.
func writeReport(w io.Writer, r statistics.Report, o reportOptions) error {
	if o.Width == 0 {
		o.Width = 100
	}
	o.Width = min(120, max(64, o.Width))
	p := &reportPage{o: o}
	for _, lines := range [][]statistics.Line{r.PainPoints, r.Themes, r.Risks} {
		for _, l := range lines {
			p.changes = p.changes || l.Change != nil
			p.trends = p.trends || moves(l.Series)
		}
	}
	p.head(r)
	p.section(p.say("痛点", "Pain points"), r.PainPoints)
	first := min(len(r.Themes), themesQuoted)
	p.section(p.say("主题", "Themes"), r.Themes[:first])
	p.others(r.Themes[first:])
	p.dimensions(r.Dimensions)
	p.section(p.say("风险信号", "Risks"), withoutQuotes(r.Risks))
	p.bursts(r)
	p.campaigns(r.Campaigns)
	p.foot(r)
	_, err := w.Write(p.out.Bytes())
	return err
}

func withoutQuotes(lines []statistics.Line) []statistics.Line {
	out := make([]statistics.Line, len(lines))
	for i, l := range lines {
		l.Quotes = nil
		out[i] = l
	}
	return out
}

// reportPage is a report being drawn.
type reportPage struct {
	o               reportOptions
	out             bytes.Buffer
	changes, trends bool // some line has one: else its column is left out
}

// The styles, as SGR parameters (ECMA-48, 8.3.117).
const (
	styleBold  = "1"
	styleFaint = "2"
	styleRed   = "31"
	styleGreen = "32"
	styleTitle = "1;36"
)

func (p *reportPage) style(code, text string) string {
	if !p.o.Colour || text == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

// scale says of what a rating is so much: 4.2 of 5.
func (p *reportPage) scale(end float64) string {
	if end == 0 {
		return ""
	}
	return p.say("（满分 ", " of ") + strconv.FormatFloat(end, 'f', -1, 64) + p.say("）", "")
}

func (p *reportPage) say(zh, en string) string {
	if p.o.English {
		return en
	}
	return zh
}

func (p *reportPage) line(text string) { p.out.WriteString(strings.TrimRight(text, " ") + "\n") }

const dayLayout = "2006-01-02"

func (p *reportPage) head(r statistics.Report) {
	p.line("")
	p.line(p.style(styleTitle, p.say("倾听", "qingting")) + "  " + period(r) + scopeOf(r))
	facts := []string{
		p.say(thousands(r.Documents)+" 条反馈", thousands(r.Documents)+" pieces of feedback"),
		p.say(thousands(r.Customers)+" 位客户", thousands(r.Customers)+" customers"),
	}
	if r.Change != nil {
		facts = append(facts, p.say("较上期 ", "on the period before ")+p.change(r.Change, false, 0))
	}
	if r.Sentiment != nil {
		facts = append(facts, fmt.Sprintf(p.say("负面 %s  中性 %s  正面 %s", "negative %s  neutral %s  positive %s"),
			percentOf(r.Sentiment.Negative), percentOf(r.Sentiment.Neutral), percentOf(r.Sentiment.Positive)))
	}
	facts = append(facts, p.repeated(r)...)
	if r.MeanRating != nil {
		facts = append(facts, p.say("平均评分 ", "mean rating ")+strconv.FormatFloat(*r.MeanRating, 'f', 2, 64)+p.scale(r.RatingScale))
	}
	line := ""
	for _, fact := range facts {
		switch {
		case line == "":
			line = fact
		case plainWidth(line)+3+plainWidth(fact) > p.o.Width:
			p.line(line)
			line = fact
		default:
			line += " · " + fact
		}
	}
	p.line(line)
}

// period names the days of r: one when all its feedback is of one.
func period(r statistics.Report) string {
	first, last := r.From, r.To.AddDate(0, 0, -1)
	if only := spoken(r.Series); len(only) == 1 && r.StepDays == 1 {
		first = first.AddDate(0, 0, only[0])
		last = first
	}
	if !first.Before(last) {
		return last.Format(dayLayout)
	}
	return first.Format(dayLayout) + " – " + last.Format(dayLayout)
}

// spoken returns the points of a series that are not zero.
func spoken(series []statistics.Count) []int {
	var out []int
	for i, c := range series {
		if c.Withheld() || c.N > 0 {
			out = append(out, i)
		}
	}
	return out
}

// moves reports a series that has a course to draw.
func moves(series []statistics.Count) bool { return len(spoken(series)) > 1 }

var styles = regexp.MustCompile("\x1b\\[[0-9;]*m")

// plainWidth is the width of text without its styles.
func plainWidth(text string) int { return displayWidth(styles.ReplaceAllString(text, "")) }

func scopeOf(r statistics.Report) string {
	var parts []string
	for _, s := range []string{r.Channel, r.Region, r.Product} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return "  [" + strings.Join(parts, " · ") + "]"
}

// The columns right of the name.
const (
	rankWidth   = 3
	countWidth  = 8
	shareWidth  = 8
	changeWidth = 10
	sparkWidth  = 16
)

func (p *reportPage) nameWidth() int {
	n := p.o.Width - rankWidth - countWidth - shareWidth - 4
	if p.changes {
		n -= changeWidth
	}
	if p.trends {
		n -= sparkWidth
	}
	return n
}

func (p *reportPage) section(title string, lines []statistics.Line) {
	if len(lines) == 0 {
		return
	}
	p.line("")
	p.line(p.style(styleBold, padRight("", rankWidth)+padRight(title, p.nameWidth())+
		padLeft(p.say("反馈", "count"), countWidth)+padLeft(p.say("占比", "share"), shareWidth)+p.columns(
		padLeft(p.say("环比", "change"), changeWidth), p.say("走势", "trend"))))
	p.line(p.style(styleFaint, strings.Repeat("─", p.o.Width)))
	for i, l := range lines {
		p.row(i+1, l)
	}
}

// columns draws the two right-hand columns, as far as there are any.
func (p *reportPage) columns(change, trend string) string {
	out := ""
	if p.changes {
		out = change
	}
	if p.trends {
		out += "  " + trend
	}
	return out
}

func (p *reportPage) row(rank int, l statistics.Line) {
	first, second := l.ZH, l.EN
	if p.o.English {
		first, second = l.EN, l.ZH
	}
	name := first
	if second != first && displayWidth(first)+displayWidth(second)+4 <= p.nameWidth() {
		name = first + "  " + p.style(styleFaint, second)
		name += strings.Repeat(" ", p.nameWidth()-displayWidth(first)-displayWidth(second)-2)
	} else {
		name = padRight(clip(name, p.nameWidth()-1), p.nameWidth())
	}
	p.line(padRight(strconv.Itoa(rank), rankWidth) + name + padLeft(thousands(l.Documents), countWidth) +
		padLeft(shareOf(l), shareWidth) + p.columns(p.change(l.Change, l.Significant, changeWidth), trendOf(l)))
	for _, q := range l.Quotes {
		indent := strings.Repeat(" ", rankWidth)
		for i, part := range wrap("“"+strings.Join(strings.Fields(q.Text), " ")+"”", p.o.Width-rankWidth-2, 3) {
			if i > 0 {
				part = "  " + part
			}
			p.line(indent + p.style(styleFaint, part))
		}
	}
}

// change draws a growth, right-aligned in width columns.
func (p *reportPage) change(c *float64, significant bool, width int) string {
	if c == nil {
		return strings.Repeat(" ", width)
	}
	mark, style := "▲", styleRed
	switch x := math.Round(*c * 100); {
	case x == 0:
		mark, style = "=", styleFaint
	case x < 0:
		mark, style = "▼", styleGreen
	}
	text := mark + " " + strconv.Itoa(int(math.Abs(math.Round(*c*100)))) + "%"
	if significant {
		text += "*"
	} else if width > 0 {
		text += " "
	}
	pad := strings.Repeat(" ", max(0, width-displayWidth(text)))
	return pad + p.style(style, text)
}

func (p *reportPage) dimensions(lines []statistics.Line) {
	if len(lines) == 0 {
		return
	}
	p.line("")
	p.line(p.style(styleBold, padRight("", rankWidth)+padRight(p.say("满意度维度", "Dimensions of satisfaction"), p.nameWidth())+
		padLeft(p.say("反馈", "count"), countWidth)+padLeft(p.say("得分", "score"), shareWidth)+"  0 ········ 100"))
	p.line(p.style(styleFaint, strings.Repeat("─", p.o.Width)))
	const bar = 20
	for i, l := range lines {
		score, drawn := "", ""
		if l.Satisfaction != nil {
			score = strconv.FormatFloat(*l.Satisfaction, 'f', 0, 64)
			full := int(math.Round(*l.Satisfaction / 100 * bar))
			style := styleRed
			if *l.Satisfaction >= 50 {
				style = styleGreen
			}
			drawn = p.style(style, strings.Repeat("█", full)) + p.style(styleFaint, strings.Repeat("░", bar-full))
		}
		p.line(padRight(strconv.Itoa(i+1), rankWidth) + padRight(clip(p.say(l.ZH, l.EN), p.nameWidth()-1), p.nameWidth()) +
			padLeft(thousands(l.Documents), countWidth) + padLeft(score, shareWidth) + "  " + drawn)
	}
}

func (p *reportPage) bursts(r statistics.Report) {
	first := true
	for _, list := range [][]statistics.Line{r.PainPoints, r.Themes} {
		for _, l := range list {
			if l.Burst == nil {
				continue
			}
			if first {
				p.line("")
				p.line(p.style(styleBold, p.say("突发", "Bursts")))
				p.line(p.style(styleFaint, strings.Repeat("─", p.o.Width)))
				first = false
			}
			p.line(fmt.Sprintf(p.say("%s  %s：%d 条，平日约 %.1f 条", "%s  %s: %d, where about %.1f is usual"),
				p.style(styleRed, l.Burst.Day.Format(dayLayout)), p.say(l.ZH, l.EN), l.Burst.Observed, l.Burst.Expected))
		}
	}
}

func (p *reportPage) foot(r statistics.Report) {
	p.line("")
	k := strconv.Itoa(r.K)
	note := p.say("涉及客户不足 "+k+" 位、或会泄露此类数字的数字不予显示（<"+k+"）。",
		"Figures on fewer than "+k+" customers, or that would give such a figure away, are withheld (<"+k+").")
	if r.Provisional > 0 {
		note = fmt.Sprintf(p.say("最后 %d 天的数据尚未收齐。", "Days at the end that are provisional: %d. "), r.Provisional) + note
	}
	if p.changes {
		note = p.say("环比为与上一等长周期相比，* 表示统计显著。", "Change is against the period of equal length before, * where it is significant. ") + note
	}
	for _, part := range wrap(note, p.o.Width, 3) {
		p.line(p.style(styleFaint, part))
	}
}

func shareOf(l statistics.Line) string {
	if l.Share == nil {
		return ""
	}
	return percentOf(*l.Share)
}

func trendOf(l statistics.Line) string {
	if !moves(l.Series) {
		return ""
	}
	return sparkline(l.Series, sparkWidth)
}

func percentOf(x float64) string { return strconv.FormatFloat(100*x, 'f', 1, 64) + "%" }

// thousands writes a count with separators: 12,345.
func thousands(c statistics.Count) string {
	s := c.String()
	if c.Withheld() {
		return s
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
