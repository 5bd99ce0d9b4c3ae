package main

import (
	"fmt"
	"strconv"
	"strings"

	"qingting/textmining/statistics"
)

// campaignsShown is how many campaigns are drawn.
const campaignsShown = 5

// campaigns draws what many customers sent word for word.
func (p *reportPage) campaigns(all []statistics.Campaign) {
	if len(all) == 0 {
		return
	}
	p.heading(p.say("复制粘贴", "Copied and pasted"))
	for _, c := range all[:min(campaignsShown, len(all))] {
		days := c.First.Format(dayLayout)
		if c.Last.After(c.First) {
			days += " – " + c.Last.Format(dayLayout)
		}
		var names []string
		for _, n := range c.Themes {
			names = append(names, p.say(n.ZH, n.EN))
		}
		text := fmt.Sprintf(p.say("%d 条 / %d 人", "%d pieces / %d customers"), c.Documents, c.Customers) + "  " + days
		if len(names) > 0 {
			text += "  " + strings.Join(names, p.say("、", ", "))
		}
		p.line(clip(text, p.o.Width))
		if c.Template == "" {
			continue
		}
		for i, part := range wrap("“"+strings.Join(strings.Fields(c.Template), " ")+"”", p.o.Width-rankWidth-2, 3) {
			if i > 0 {
				part = "  " + part
			}
			p.line(strings.Repeat(" ", rankWidth) + p.style(styleFaint, part))
		}
	}
	if more := len(all) - campaignsShown; more > 0 {
		p.line(p.style(styleFaint, p.say("另有 "+strconv.Itoa(more)+" 起", "and "+strconv.Itoa(more)+" more")))
	}
}

// repeated says how much of the feedback says nothing new; nothing when all is new.
func (p *reportPage) repeated(r statistics.Report) (facts []string) {
	if r.Repeats.N > 0 {
		facts = append(facts, p.say("同一客户重复 "+thousands(r.Repeats)+" 条", thousands(r.Repeats)+" said again by the same customer"))
	}
	if r.Copies.N > 0 {
		facts = append(facts, p.say("与他人雷同 "+thousands(r.Copies)+" 条", thousands(r.Copies)+" copies of another's"))
	}
	if len(facts) > 0 && !r.Distinct.Withheld() {
		facts = append([]string{p.say("去重后 "+thousands(r.Distinct)+" 条", thousands(r.Distinct)+" distinct")}, facts...)
	}
	return facts
}
