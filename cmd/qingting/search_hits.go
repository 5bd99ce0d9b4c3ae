package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode"

	"qingting/internal/document"
	"qingting/search"
)

// hitOptions say how search results are drawn.
type hitOptions struct {
	reportOptions
	From     int // the number of hits before the first
	Location *time.Location
}

// writeHits draws results for people: per hit its number, time, channel,
// region, product and themes, then what matched with its surroundings; last
// the facets, if there are any. Without colour, what matched is in 【】.
func writeHits(w io.Writer, res *search.Results, o hitOptions) error {
	if o.Location == nil {
		o.Location = time.Local
	}
	p := &reportPage{o: o.reportOptions}
	for i, h := range res.Hits {
		p.hit(o.From+i+1, h, o.Location)
	}
	for _, f := range res.Facets {
		p.facet(f)
	}
	switch shown := len(res.Hits); {
	case res.Total == 0:
		p.line(p.say("没有找到匹配的反馈。", "No feedback matches."))
	case uint64(shown) == res.Total:
		p.line(p.style(styleFaint, p.say(fmt.Sprintf("共 %d 条", shown), fmt.Sprintf("%d found", shown))))
	case shown == 0:
		p.line(p.style(styleFaint, p.say(fmt.Sprintf("共 %d 条", res.Total), fmt.Sprintf("%d found", res.Total))))
	default:
		from, to := o.From+1, o.From+shown
		p.line(p.style(styleFaint, p.say(
			fmt.Sprintf("第 %d–%d 条，共 %d 条", from, to, res.Total), fmt.Sprintf("%d–%d of %d", from, to, res.Total))))
	}
	_, err := w.Write(p.out.Bytes())
	return err
}

func (p *reportPage) hit(number int, h search.Hit, loc *time.Location) {
	d := h.Document
	facts := []string{d.Time.In(loc).Format("2006-01-02 15:04")}
	if d.Time.IsZero() {
		facts = nil
	}
	for _, fact := range []string{d.Channel, d.Region, d.Product} {
		if fact != "" {
			facts = append(facts, onScreen(fact))
		}
	}
	if d.Rating != nil {
		facts = append(facts, p.say("评分 ", "rating ")+strconv.FormatFloat(*d.Rating, 'g', -1, 64))
	}
	head := p.style(styleBold, strconv.Itoa(number)+".") + " " + strings.Join(facts, " · ")
	if tags := tagNames(d.Themes); tags != "" {
		head += "  " + p.style(styleTitle, tags)
	}
	p.line(head + "  " + p.style(styleFaint, onScreen(d.Record)))
	var b strings.Builder
	for i, f := range h.Fragments {
		if f.Start > 0 || i > 0 {
			b.WriteString("…")
		}
		p.marked(&b, f)
		if i == len(h.Fragments)-1 && f.Start+len([]rune(f.Text)) < len([]rune(d.Text)) {
			b.WriteString("…")
		}
	}
	p.line("   " + b.String())
	p.line("")
}

// marked writes a fragment with what matched set off.
func (p *reportPage) marked(b *strings.Builder, f search.Fragment) {
	runes, at := []rune(f.Text), 0
	for _, m := range f.Marks {
		b.WriteString(onScreen(string(runes[at:m.Start])))
		match := onScreen(string(runes[m.Start:m.End]))
		if p.o.Colour {
			b.WriteString(p.style(styleBold+";"+styleRed, match))
		} else {
			b.WriteString("【" + match + "】")
		}
		at = m.End
	}
	b.WriteString(onScreen(string(runes[at:])))
}

func (p *reportPage) facet(f search.Facet) {
	if len(f.Cells) == 0 {
		return
	}
	cells := make([]string, 0, len(f.Cells)+1)
	for _, c := range f.Cells {
		count := strconv.Itoa(c.Count)
		if c.Suppressed {
			count = p.say("少", "few")
		}
		cells = append(cells, onScreen(c.Value)+" "+p.style(styleFaint, count))
	}
	if f.More > 0 {
		cells = append(cells, p.style(styleFaint, p.say(fmt.Sprintf("另有 %d 个", f.More), fmt.Sprintf("%d more", f.More))))
	}
	p.line(p.style(styleBold, f.Name) + "  " + strings.Join(cells, "  "))
}

func tagNames(tags []document.Tag) string {
	names := make([]string, len(tags))
	for i, t := range tags {
		names[i] = onScreen(t.ID)
	}
	return strings.Join(names, " ")
}

// onScreen makes text from outside harmless on a terminal: control characters,
// which can move the cursor or rewrite what was printed, become spaces, and
// so do those that turn the direction of writing.
func onScreen(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return ' '
		}
		return r
	}, text)
}

// writeHitsJSON writes results as one JSON object on one line.
func writeHitsJSON(w io.Writer, res *search.Results) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(res); err != nil {
		return err
	}
	_, err := w.Write(b.Bytes())
	return err
}
