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
	From     int  // the number of hits before the first
	After    bool // the page goes on after another: its hits have no numbers in all
	Location *time.Location
	// Name is what a theme or another label of the taxonomy is called in "zh" or
	// "en"; nil shows ids.
	Name func(id, language string) string
}

// name is what people call a value of a field.
func (o hitOptions) name(field, value string) string {
	language, at := "zh", 0
	if o.English {
		language, at = "en", 1
	}
	switch field {
	case "theme", "dimension", "painpoint", "risk":
		if o.Name != nil {
			return o.Name(value, language)
		}
	case "sentiment":
		if known, ok := sentimentWords[value]; ok {
			return known[at]
		}
	}
	return value
}

// sentimentWords and facetWords are the names, in Chinese and English, of
// sentiments and facets.
var (
	sentimentWords = map[string][2]string{"positive": {"正面", "positive"}, "neutral": {"中性", "neutral"}, "negative": {"负面", "negative"}}
	facetWords     = map[string][2]string{
		"theme": {"主题", "theme"}, "dimension": {"维度", "dimension"}, "painpoint": {"痛点", "pain point"}, "risk": {"风险", "risk"},
		"sentiment": {"情感", "sentiment"}, "channel": {"渠道", "channel"}, "region": {"地区", "region"}, "product": {"产品", "product"},
		"source": {"来源", "source"}, "language": {"语言", "language"}, "pii": {"已去除", "removed"}, "grade": {"敏感级别", "sensitivity"},
		"day": {"日期", "day"}, "week": {"周", "week"}, "month": {"月", "month"}, "rating": {"评分", "rating"},
	}
)

// writeHits draws results for people: per hit its number, time, channel,
// region, product and themes, then what matched with its surroundings; last
// the facets, if there are any. Without colour, what matched is in 【】.
func writeHits(w io.Writer, res *search.Results, o hitOptions) error {
	if o.Location == nil {
		o.Location = time.Local
	}
	p := &reportPage{o: o.reportOptions}
	for i, h := range res.Hits {
		p.hit(o, o.From+i+1, h)
	}
	for _, f := range res.Facets {
		p.facet(o, f)
	}
	for _, n := range res.Notes {
		note := p.say("没有 "+n.Field+":"+n.Value+" 的反馈", "no feedback has "+n.Field+":"+n.Value)
		if n.Suggestion != "" {
			note += p.say("；是不是要写 ", "; did you mean ") + n.Suggestion + p.say("？", "?")
		}
		p.line(onScreen(note))
	}
	total := strconv.FormatUint(res.Total, 10)
	if res.TotalAtLeast {
		total = p.say("至少 ", "at least ") + total
	}
	switch shown := len(res.Hits); {
	case res.Total == 0:
		p.line(p.say("没有找到匹配的反馈。", "No feedback matches."))
	case o.After:
		p.line(p.style(styleFaint, p.say(fmt.Sprintf("接着 %d 条，共 %s 条", shown, total), fmt.Sprintf("%d more of %s", shown, total))))
	case uint64(shown) == res.Total:
		p.line(p.style(styleFaint, p.say(fmt.Sprintf("共 %d 条", shown), fmt.Sprintf("%d found", shown))))
	case shown == 0:
		p.line(p.style(styleFaint, p.say(fmt.Sprintf("共 %s 条", total), fmt.Sprintf("%s found", total))))
	default:
		from, to := o.From+1, o.From+shown
		p.line(p.style(styleFaint, p.say(
			fmt.Sprintf("第 %d–%d 条，共 %s 条", from, to, total), fmt.Sprintf("%d–%d of %s", from, to, total))))
	}
	if res.Next != "" {
		p.line(p.style(styleFaint, p.say("下一页：", "next page: ")+"--after "+res.Next))
	}
	_, err := w.Write(p.out.Bytes())
	return err
}

func (p *reportPage) hit(o hitOptions, number int, h search.Hit) {
	d := h.Document
	facts := []string{d.Time.In(o.Location).Format("2006-01-02 15:04")}
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
	if h.Duplicates > 0 {
		facts = append(facts, p.say(fmt.Sprintf("另有 %d 条近似", h.Duplicates), fmt.Sprintf("%d more like it", h.Duplicates)))
	}
	if h.NearDuplicate {
		facts = append(facts, p.say("近似重复", "near-duplicate"))
	}
	mark := strconv.Itoa(number) + "."
	if o.After {
		mark = "·"
	}
	head := p.style(styleBold, mark) + " " + strings.Join(facts, " · ")
	if tags := tagNames(o, d.Themes); tags != "" {
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

func (p *reportPage) facet(o hitOptions, f search.Facet) {
	if len(f.Cells) == 0 {
		return
	}
	cells := make([]string, 0, len(f.Cells)+1)
	for _, c := range f.Cells {
		count := strconv.Itoa(c.Count)
		if c.Suppressed {
			count = p.say("少", "few")
		}
		cells = append(cells, onScreen(o.name(f.Name, c.Value))+" "+p.style(styleFaint, count))
	}
	if f.More > 0 {
		cells = append(cells, p.style(styleFaint, p.say(fmt.Sprintf("另有 %d 个", f.More), fmt.Sprintf("%d more", f.More))))
	}
	title := f.Name
	if known, ok := facetWords[f.Name]; ok {
		title = p.say(known[0], known[1])
	}
	p.line(p.style(styleBold, title) + "  " + strings.Join(cells, "  "))
}

func tagNames(o hitOptions, tags []document.Tag) string {
	names := make([]string, len(tags))
	for i, t := range tags {
		names[i] = onScreen(o.name("theme", t.ID))
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

// writeSignificant draws the words that set a result apart: each with its share
// of the result and of the whole.
func writeSignificant(w io.Writer, list []search.SignificantTerm, o hitOptions) error {
	p := &reportPage{o: o.reportOptions}
	for _, t := range list {
		p.line(fmt.Sprintf("%6.1f%%  %s  %s", 100*t.Share, onScreen(t.Term),
			p.style(styleFaint, p.say(fmt.Sprintf("（全部反馈中 %.2f%%）", 100*t.Base), fmt.Sprintf("(%.2f%% of all)", 100*t.Base)))))
	}
	if len(list) == 0 {
		p.line(p.say("没有明显突出的词。", "No word stands out."))
	}
	_, err := w.Write(p.out.Bytes())
	return err
}

// writeAnswerJSON writes an answer as one JSON object on one line.
func writeAnswerJSON(w io.Writer, answer any) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(answer); err != nil {
		return err
	}
	_, err := w.Write(b.Bytes())
	return err
}
