package main

import (
	"strconv"
	"strings"

	"qingting/textmining/statistics"
)

// The columns of the themes that have no quote.
const (
	otherCount  = 7
	otherShare  = 7
	otherChange = 8
	otherGap    = 3  // between the two halves
	otherName   = 21 // ten Chinese characters; a half with less goes without shares, or takes the whole width
)

// others draws lines in two columns: without shares on a narrow page, in one
// column on a very narrow one. Those withheld are named together.
func (p *reportPage) others(lines []statistics.Line) {
	var shown []statistics.Line
	var few []string
	for _, l := range lines {
		if l.Documents.Withheld() {
			few = append(few, p.say(l.ZH, l.EN))
		} else {
			shown = append(shown, l)
		}
	}
	if len(shown)+len(few) == 0 {
		return
	}
	halves, shares, name := 2, true, p.otherNameWidth((p.o.Width-otherGap)/2)
	if name < otherName {
		shares, name = false, name+otherShare
	}
	if name < otherName {
		halves, shares, name = 1, true, min(40, p.otherNameWidth(p.o.Width))
	}
	columns := p.say("  反馈", "  count")
	if shares {
		columns += p.say(" · 占比", " · share")
	}
	if p.changes {
		columns += p.say(" · 环比", " · change")
	}
	p.line("")
	p.line(p.style(styleBold, padRight("", rankWidth)+p.say("其余主题", "Other themes")) + p.style(styleFaint, columns))
	p.line(p.style(styleFaint, strings.Repeat("─", p.o.Width)))
	rows := (len(shown) + halves - 1) / halves
	for i := range rows {
		text := p.other(i, shown[i], name, shares)
		if j := i + rows; j < len(shown) {
			text += strings.Repeat(" ", otherGap) + p.other(j, shown[j], name, shares)
		}
		p.line(text)
	}
	if len(few) > 0 {
		note := p.say("不予显示（<"+strconv.Itoa(lines[len(lines)-1].Documents.Below)+"）：", "Withheld (<"+strconv.Itoa(lines[len(lines)-1].Documents.Below)+"): ") +
			strings.Join(few, p.say("、", ", "))
		for _, part := range wrap(note, p.o.Width-rankWidth, 6) {
			p.line(strings.Repeat(" ", rankWidth) + p.style(styleFaint, part))
		}
	}
}

func (p *reportPage) otherNameWidth(columns int) int {
	n := columns - rankWidth - otherCount - otherShare
	if p.changes {
		n -= otherChange
	}
	return n
}

func (p *reportPage) other(i int, l statistics.Line, name int, shares bool) string {
	text := padRight(strconv.Itoa(themesQuoted+i+1), rankWidth) + padRight(clip(p.say(l.ZH, l.EN), name-1), name) +
		padLeft(thousands(l.Documents), otherCount)
	if shares {
		text += padLeft(shareOf(l), otherShare)
	}
	if p.changes {
		text += p.change(l.Change, l.Significant, otherChange)
	}
	return text
}
