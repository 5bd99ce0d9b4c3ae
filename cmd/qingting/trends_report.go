package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"qingting/textmining/statistics"
)

// writeTrends draws a course with its bursts and forecast, a comparison, a table.
func writeTrends(w io.Writer, t statistics.Trends, o reportOptions) error {
	if o.Width == 0 {
		o.Width = 100
	}
	o.Width = min(120, max(64, o.Width))
	p := &reportPage{o: o}
	if t.Course != nil {
		p.course(*t.Course)
	}
	if t.Report != nil {
		p.bursts(*t.Report)
	}
	if t.Comparison != nil {
		p.comparison(*t.Comparison)
	}
	if t.Heat != nil {
		p.heat(*t.Heat)
	}
	p.line("")
	k := 5
	if t.Course != nil {
		k = t.Course.K
	}
	p.line(p.style(styleFaint, fmt.Sprintf(p.say("涉及客户不足 %d 位、或会泄露此类数字的数字不予显示（<%d）。* 为统计显著（错误发现率 5%%）。",
		"Figures on fewer than %d customers, or that would give such a figure away, are withheld (<%d). * significant at a false discovery rate of 5 %%."), k, k)))
	_, err := w.Write(p.out.Bytes())
	return err
}

func (p *reportPage) heading(text string) {
	p.line("")
	p.line(p.style(styleBold, text))
	p.line(p.style(styleFaint, strings.Repeat("─", p.o.Width)))
}

func (p *reportPage) course(c statistics.Course) {
	p.line("")
	p.line(p.style(styleTitle, p.say(c.ZH, c.EN)) + "  " + c.From.Format(dayLayout) + " – " + c.To.AddDate(0, 0, -1).Format(dayLayout))
	p.line(fmt.Sprintf(p.say("%s 条反馈  %s", "%s pieces of feedback  %s"), thousands(c.Documents), sparkline(c.Series, p.o.Width-30)))
	if c.Provisional > 0 {
		text := fmt.Sprintf(p.say("最近 %d 天的数据尚未收齐", "the last %d days are provisional"), c.Provisional)
		if c.Nowcast != nil && *c.Nowcast > 1.02 {
			text += fmt.Sprintf(p.say("，最后一天预计为现有的 %.1f 倍", ", the last is likely to become %.1f times as many"), *c.Nowcast)
		}
		p.line(p.style(styleFaint, text))
	}
	if len(c.Bursts)+len(c.Drifts) > 0 {
		p.heading(p.say("突发与漂移", "Bursts and drifts"))
	}
	for _, b := range c.Bursts {
		days := b.From.Format(dayLayout)
		if b.To.After(b.From) {
			days += " – " + b.To.Format(dayLayout)
		}
		text := fmt.Sprintf(p.say("%s 条，平日约 %.1f 条，峰值 %s", "%s, where about %.1f is usual, peak %s"), thousands(b.Observed), b.Expected, b.Peak.Format(dayLayout))
		if b.Shift {
			text += p.say("，此后水平未回落", ", and the level has stayed")
		}
		p.line(p.style(styleRed, days) + "  " + text)
		for _, cause := range b.Causes {
			times := fmt.Sprintf("×%.1f", cause.Lift)
			if cause.AtLeast {
				times = "≥ " + times
			}
			p.line("    " + fmt.Sprintf(p.say("%s：占比 %s，%s 条，解释增量的 %.0f%%", "%s: share %s, %s, explains %.0f%% of the excess"),
				clip(cause.Value, 30), times, thousands(cause.Documents), 100*cause.Explains))
		}
	}
	for _, d := range c.Drifts {
		mark := p.style(styleGreen, "▼")
		if d.Up {
			mark = p.style(styleRed, "▲")
		}
		p.line(mark + " " + fmt.Sprintf(p.say("自 %s 起缓慢变化，%s 可以确认", "a slow change since %s, sure by %s"), d.Since.Format(dayLayout), d.Sure.Format(dayLayout)))
	}
	if len(c.Forecast) > 0 {
		p.heading(p.say("预测（80% 与 95% 区间）", "Forecast (80 % and 95 % intervals)"))
		for _, f := range c.Forecast[:min(7, len(c.Forecast))] {
			p.line(fmt.Sprintf("%s  %8.1f   %5d – %-5d  %5d – %-5d", f.Day.Format(dayLayout), f.Mean, f.Low80, f.High80, f.Low95, f.High95))
		}
	}
}

// difference draws a ratio and its interval.
func difference(d *statistics.Difference) string {
	if d == nil {
		return ""
	}
	ratio, high := "∞", "∞"
	if d.Ratio != nil {
		ratio = strconv.FormatFloat(*d.Ratio, 'f', 2, 64)
	}
	if d.High != nil {
		high = strconv.FormatFloat(*d.High, 'f', 2, 64)
	}
	out := fmt.Sprintf("×%s [%.2f, %s]", ratio, d.Low, high)
	if d.Significant {
		out += "*"
	}
	return out
}

// comparedLines is how many lines of a comparison are drawn.
const comparedLines = 15

func (p *reportPage) comparison(c statistics.Comparison) {
	p.heading(fmt.Sprintf(p.say("对比：%s（%s 条）与 %s（%s 条）", "Compared: %s (%s) with %s (%s)"), sideName(c.A), thousands(c.A.Documents), sideName(c.B), thousands(c.B.Documents)))
	for _, l := range c.Lines[:min(comparedLines, len(c.Lines))] {
		p.line(padRight(clip(p.say(l.ZH, l.EN), 35), 36) + padLeft(thousands(l.A), 9) + padLeft(thousands(l.B), 9) + "  " + difference(l.Difference))
	}
}

func sideName(s statistics.Side) string {
	out := s.Period.From.Format(dayLayout) + " – " + s.Period.To.AddDate(0, 0, -1).Format(dayLayout)
	for _, place := range []string{s.Channel, s.Region, s.Product} {
		if place != "" {
			out += " " + clip(place, 20)
		}
	}
	return out
}

// heatRows and heatValues are how much of a table is drawn.
const heatRows, heatValues = 12, 12

func (p *reportPage) heat(h statistics.Heat) {
	titles := map[string]string{"channel": p.say("按渠道", "By channel"), "region": p.say("按地区", "By region"), "product": p.say("按产品", "By product"), "weekday": p.say("按星期", "By weekday")}
	p.heading(titles[h.Column])
	if len(h.Rows) == 1 { // one label: a line a value
		for v, c := range h.Rows[0].Cells[:min(len(h.Values), 2*heatValues)] {
			p.line(padRight(clip(p.valueName(h.Column, h.Values[v]), 23), 24) + padLeft(thousands(c.Documents), 9) + "  " + difference(c.Difference))
		}
		return
	}
	const name, column = 24, 9
	values := min(len(h.Values), heatValues, (p.o.Width-name)/column)
	line := padRight("", name)
	for _, v := range h.Values[:values] {
		line += padLeft(clip(p.valueName(h.Column, v), column-1), column)
	}
	p.line(p.style(styleFaint, line))
	for _, r := range h.Rows[:min(len(h.Rows), heatRows)] {
		line := padRight(clip(p.say(r.ZH, r.EN), name-1), name)
		for _, c := range r.Cells[:values] {
			text, style := thousands(c.Documents), ""
			if c.Difference != nil && c.Significant {
				text += "*"
				style = styleGreen
				if c.Ratio == nil || *c.Ratio > 1 {
					style = styleRed
				}
			}
			cell := padLeft(text, column)
			if style != "" {
				cell = p.style(style, cell)
			}
			line += cell
		}
		p.line(line)
	}
}

// valueName writes a value of a column; days of the week have names.
func (p *reportPage) valueName(column, value string) string {
	if column != "weekday" {
		return value
	}
	zh := map[string]string{"1": "周一", "2": "周二", "3": "周三", "4": "周四", "5": "周五", "6": "周六", "7": "周日"}
	en := map[string]string{"1": "Mon", "2": "Tue", "3": "Wed", "4": "Thu", "5": "Fri", "6": "Sat", "7": "Sun"}
	return p.say(zh[value], en[value])
}
