package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"qingting/ingest"
	"qingting/textmining/discover/follow"
	"qingting/textmining/discover/radar"
	"qingting/textmining/statistics"
)

// discovered is a cluster as JSON has it.
type discovered struct {
	ID        int    `json:"id"`    // number in this run
	Followed  string `json:"theme"` // "d-3", the same in every run
	Kind      string `json:"kind"`  // theme, loose: not yet one, or dismissed
	Certified bool   `json:"certified"`
	radar.Theme
}

// discovery is a report as JSON has it.
type discovery struct {
	Texts     int           `json:"texts"`
	Customers int           `json:"customers"`
	From      time.Time     `json:"from,omitzero"`
	To        time.Time     `json:"to,omitzero"`
	Undated   int           `json:"undated,omitempty"`
	Fitted    int           `json:"fitted"`
	Distinct  int           `json:"distinct"`
	None      int           `json:"without_cluster"`
	Weak      int           `json:"weak"`
	K         int           `json:"k"`
	Withheld  int           `json:"withheld"` // clusters of fewer than k customers
	Seed      uint64        `json:"seed"`
	Lexicon   string        `json:"lexicon"`
	Run       int           `json:"run"`
	Events    []radar.Event `json:"events"`
	Clusters  []discovered  `json:"clusters"`
}

func newDiscovery(f *radar.Found) discovery {
	d := discovery{
		Texts: f.Documents, Customers: f.Customers, From: f.From, To: f.To, Undated: f.Undated, Fitted: f.Fitted, Distinct: f.Distinct, None: f.None,
		Weak: f.Weak, K: f.K, Withheld: f.Withheld, Seed: f.Seed, Lexicon: f.Lexicon, Run: f.Run, Events: f.Events, Clusters: []discovered{},
	}
	for i, list := range [][]radar.Theme{f.Themes, f.Loose, f.Dismissed} {
		for _, t := range list {
			d.Clusters = append(d.Clusters, discovered{t.Clusters[0], t.ID, [...]string{"theme", "loose", "dismissed"}[i], t.Stability >= certified, t})
		}
	}
	return d
}

// write prints a report as JSON or for people.
func (c *discoverFindCmd) write(con *console, f *radar.Found) error {
	if c.JSON {
		return printJSON(con.Out, newDiscovery(f))
	}
	o := reportOptionsFor(con.Out)
	o.English = c.English
	o.Width = min(120, max(64, o.Width))
	p := &reportPage{o: o}
	p.discoveryHead(f, c.Trends)
	p.discoveryEvents(f)
	for i := range f.Themes {
		p.discoveryTheme(&f.Themes[i], c.Trends)
	}
	p.discoveryRest(f)
	_, err := con.Out.Write(p.out.Bytes())
	return err
}

func (p *reportPage) discoveryHead(f *radar.Found, trends bool) {
	title := p.style(styleTitle, p.say("主题发现", "Discovery"))
	if !f.From.IsZero() {
		title += "  " + f.From.In(ingest.China).Format(dayLayout) + " – " + f.To.In(ingest.China).Format(dayLayout)
	}
	p.line(title)
	p.line(fmt.Sprintf(p.say("%s 条反馈，%s 位客户：%d 个主题，%d 类未成主题", "%s texts, %s customers: %d themes, %d clusters not yet a theme"),
		thousands(statistics.Count{N: f.Documents}), thousands(statistics.Count{N: f.Customers}), len(f.Themes), len(f.Loose)))
	notes := []string{
		fmt.Sprintf(p.say("无归属 %d 条", "%d without a cluster"), f.None),
		fmt.Sprintf(p.say("归属较弱 %d 条", "%d weakly assigned"), f.Weak),
		fmt.Sprintf(p.say("✔ 稳定度 ≥ %.0f%%", "✔ stability ≥ %.0f %%"), 100*certified),
	}
	if f.Withheld > 0 {
		notes = append(notes, fmt.Sprintf(p.say("%d 类客户不足 %d 位，不予显示", "%d of fewer than %d customers withheld"), f.Withheld, f.K))
	}
	if trends {
		notes = append(notes, p.say("突发者在前", "those that burst first"))
	}
	p.line(p.style(styleFaint, strings.Join(notes, p.say("；", "; "))))
}

// eventWords are the kinds of event in both languages, and the mark before them.
var eventWords = map[follow.Kind][3]string{
	follow.New: {"＋", "新", "new"}, follow.Grown: {"↑", "增多", "grown"}, follow.Shrunk: {"↓", "减少", "shrunk"}, follow.Returned: {"↻", "重现", "returned"},
	follow.Split: {"⑂", "分出", "split"}, follow.Merged: {"⊕", "并入", "merged"}, follow.Vanished: {"×", "消失", "gone"}, follow.Continued: {"·", "延续", "continued"},
}

func (p *reportPage) discoveryEvents(f *radar.Found) {
	if f.Run < 2 {
		p.line(p.style(styleFaint, p.say("首次查找：没有以前可比，不说哪些是新的", "the first look: nothing to compare with, so nothing is called new")))
		return
	}
	p.line("")
	head := fmt.Sprintf(p.say("第 %d 次，较上次的变化（按占全部的比例）", "Run %d, changes since the one before (of shares)"), f.Run)
	if len(f.Events) == 0 {
		p.line(p.style(styleBold, head) + p.say("：无", ": none"))
		return
	}
	p.line(p.style(styleBold, head))
	for _, e := range f.Events {
		w := eventWords[e.Kind]
		line := "  " + w[0] + " " + padRight(p.say(w[1], w[2]), 9) + padRight(e.ID, 6) + " " + clip(e.Name, p.o.Width/3)
		switch {
		case e.Kind == follow.Vanished && e.Before != nil:
			line += fmt.Sprintf(p.say("  曾 %d 条", "  %d before"), *e.Before)
		case e.Before != nil && e.After != nil:
			line += fmt.Sprintf("  %d → %d", *e.Before, *e.After)
		case e.After != nil:
			line += fmt.Sprintf(p.say("  %d 条", "  %d texts"), *e.After)
		}
		if len(e.With) > 0 {
			line += "  ← " + strings.Join(e.With, ", ")
			if e.Kind != follow.Merged {
				line = strings.Replace(line, "←", "→", 1)
			}
		}
		p.line(line)
	}
}

func (p *reportPage) discoveryTheme(t *radar.Theme, trends bool) {
	mark := " "
	if t.Stability >= certified {
		mark = "✔"
	}
	facts := fmt.Sprintf(p.say("%d 条 %.1f%%", "%d texts %.1f %%"), t.Size, 100*t.Share)
	if t.Change != "" && t.Change != follow.Continued {
		w := eventWords[t.Change]
		facts += "  " + w[0] + p.say(w[1], w[2])
	}
	if t.Before != nil {
		facts += p.say("（上次 ", " (before ") + strconv.Itoa(*t.Before) + p.say("）", ")")
	}
	name := p.o.Width - 45
	p.line("")
	p.line(padRight(t.ID, 6) + mark + " " + p.style(styleBold, padRight(clip(t.Name, name), name)) + " " + facts)
	details := []string{fmt.Sprintf(p.say("%d 位客户", "%d customers"), t.Customers), fmt.Sprintf(p.say("稳定 %.0f%%", "stability %.0f %%"), 100*t.Stability)}
	if t.Weak > 0 {
		details = append(details, fmt.Sprintf(p.say("较弱 %d", "weak %d"), t.Weak))
	}
	if t.Since != "" {
		details = append(details, p.say("始于 ", "since ")+t.Since)
	}
	if t.Promoted != "" {
		details = append(details, p.say("已入分类体系：", "in the taxonomy: ")+t.Promoted)
	}
	p.line("        " + p.style(styleFaint, strings.Join(details, " · ")))
	if trends {
		p.discoveryAlarm(t.Alarm)
	}
	if r := t.Rising; r != nil && (!trends || t.Alarm == nil) {
		p.line("        " + p.style(styleRed, p.say("增多", "more of it")+" "+r.From+" – "+r.To) + fmt.Sprintf(p.say("  %d 条（预期 %.1f）", "  %d texts (%.1f expected)"), r.Documents, r.Expected))
	}
	if line := p.phrases(t); line != "" {
		p.line("        " + clip(line, p.o.Width-8))
	}
	if len(t.Quotes) > 0 {
		for i, l := range wrap(t.Quotes[0].Text, p.o.Width-12, 2) {
			p.line("        " + [2]string{"“ ", "  "}[min(i, 1)] + l)
		}
	}
}

// phrases are those that the name does not say already.
func (p *reportPage) phrases(t *radar.Theme) string {
	var out []string
	for _, phrase := range t.Phrases {
		if phrase.Text != t.Name {
			out = append(out, phrase.Text)
		}
	}
	return strings.Join(out, " · ")
}

func (p *reportPage) discoveryAlarm(a *radar.Alarm) {
	if a == nil {
		p.line("        " + p.style(styleFaint, p.say("无突发", "no burst")))
		return
	}
	for i, b := range a.Bursts {
		word := p.say("突发", "burst")
		if i == 0 {
			word = p.say("首次突发", "first burst")
		}
		days := b.From
		if b.To != b.From {
			days += " – " + b.To
		}
		p.line("        " + p.style(styleRed, word+" "+days) + fmt.Sprintf(p.say("  %d 条（预期 %.1f）", "  %d texts (%.1f expected)"), b.Documents, b.Expected))
	}
}

// discoveryRest lists what is no theme, in a line each.
func (p *reportPage) discoveryRest(f *radar.Found) {
	for _, s := range []struct {
		title string
		list  []radar.Theme
	}{
		{p.say("未成主题：词语零散，暂不命名", "Not yet a theme: its texts have no phrase in common"), f.Loose},
		{p.say("已搁置", "Dismissed"), f.Dismissed},
	} {
		if len(s.list) == 0 {
			continue
		}
		p.line("")
		p.line(p.style(styleBold, s.title))
		for i := range s.list {
			t := &s.list[i]
			p.line(padRight(t.ID, 6) + padLeft(strconv.Itoa(t.Size), 6) + p.say(" 条  ", " texts  ") + padRight(fmt.Sprintf(p.say("%d 位客户", "%d customers"), t.Customers), 16) + padRight(fmt.Sprintf("%.0f%%", 100*t.Stability), 6) + clip(p.phrases(t), p.o.Width-42))
		}
	}
}
