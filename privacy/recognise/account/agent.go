package account

import (
	"slices"
	"strings"

	"qingting/privacy/fold"
	"qingting/privacy/recognise"
	"qingting/privacy/rule"
)

var agent = recognise.Rule{
	ID: "employee.agent", Type: rule.EmployeeID,
	About: "3 to 8 digits beside 客服 话务员: 客服8012号, 8012号话务员",
	Need:  recognise.Need{Runs: 3, Cues: recognise.Agent},
	Find: func(p *recognise.Page, emit func(rule.Candidate)) {
		p.EachHit(recognise.Agent, func(h recognise.Hit) {
			for at := h.End; at < h.End+2; at++ {
				if w, ok := p.Reading(at, 3, 8); ok && w.Groups == 1 && !w.Masked && !serviceNumber(w.Value) && p.Rune(w.End) == '号' && p.Rune(w.End+1) != '线' {
					emit(rule.Candidate{Start: w.Start, End: w.End, Canonical: w.Value, Confidence: 0.8, Evidence: []string{"word for an agent before, 号 after"}})
					return
				}
			}
			nearby(p, h, emit)
			beside(p, h, emit)
			if p.Rune(h.Start-1) != '号' && p.Rune(h.Start-2) != '号' {
				return
			}
			end := h.Start - 1
			if p.Rune(end) != '号' {
				end--
			}
			start := end
			for start > 0 && end-start < 9 && p.Is(start-1, fold.Digit|fold.Numeral) {
				start--
			}
			if n := end - start; n >= 3 && n <= 8 && !p.Alnum(start-1) && !masked(p, start, end) {
				value := canonical(p, start, end)
				if !serviceNumber(value) {
					emit(rule.Candidate{Start: start, End: end, Canonical: value, Confidence: 0.8, Evidence: []string{"号 and a word for an agent after"}})
				}
			}
		})
	},
	True:  []string{"客服«XQ8023»说没法办", "坐席«HK20317»挂我电话", "客服«8023»说会回访", "客服小姐«7702»", "客服（«8023»）答复说正在处理", "接线员«A1207»爱答不理", "客服说她是«6203»号，后来换了«1187»号接", "坐席«3390»，见证班长在场", "客服«8012»号态度恶劣", "«8012»号话务员", "接线员«１０２３»号", "是«50123»号客服代表接的"},
	False: []string{"客服10086号", "10000号客服", "客服12号", "客服热线95511", "客服说住1203号楼", "客服让我打1391号线", "客服2023，坐席3000元", "15号客服回电", "客服20230105回复", "客服2023年就说会修", "客服3000多人", "客服AI2000上线", "客服10086说会修", "客服1000块都不赔"},
}

// acting are the first characters of what an agent does right behind their number.
const acting = "说讲答回态让叫告挂接在给就没不把推处很先称表跟又也还一语服帮转骗爱敷骂,。"

// beside proposes one or two capitals and four or five digits right behind a
// word for an agent, and four or five digits there that act: 客服XQ8023，客服8023说.
func beside(p *recognise.Page, h recognise.Hit, emit func(rule.Candidate)) {
	start := h.End
	switch p.Folded(start, start+2) {
	case "小姐", "先生", "女士", "小妹", "小哥", "专员", "同志":
		start += 2
	}
	bracket := p.Rune(start) == '(' || p.Rune(start) == '['
	if bracket || p.Rune(start) == ' ' || p.Rune(start) == ':' || p.Rune(start) == '号' && p.Is(h.End-1, fold.Han) {
		start++
	}
	head := start
	for head < start+3 && p.Is(head, fold.Letter) && p.Rune(head) >= 'A' && p.Rune(head) <= 'Z' {
		head++
	}
	end := head
	for end < head+6 && p.Is(end, fold.Digit) {
		end++
	}
	letters, digits := head-start, end-head
	if letters > 2 || digits < 4 || digits > 5 || p.Alnum(end) || masked(p, start, end) || counter(p.Rune(end)) || p.Rune(end) == '.' && p.Is(end+1, fold.Digit) {
		return
	}
	value := p.Folded(head, end)
	next := p.Rune(end)
	closed := bracket && (next == ')' || next == ']')
	acts := closed || end == len(p.Units) || next != 0 && strings.ContainsRune(acting, next)
	c := rule.Candidate{Start: start, End: end, Canonical: canonical(p, start, end), Confidence: 0.7, Evidence: []string{"letters and digits right behind a word for an agent"}}
	switch {
	case letters == 0 && (!acts || year(value) || serviceNumber(value) || value[1:] == "000" || value[1:] == "0000"):
		return
	case letters == 0:
		c.Confidence, c.Evidence = 0.62, []string{"word for an agent before, a deed after"}
	case !acts && (letters == 1 || year(value)), slices.Contains(programs[:], p.Folded(start, head)):
		return
	}
	emit(c)
}

// programs begin the names of what is no person.
var programs = [...]string{"AI", "IT", "TV", "QQ", "G", "V"}

// nearby proposes a number of four to six digits right behind a word for an
// agent that ends its clause (坐席3390，), and of three to six with 号 in the same sentence.
func nearby(p *recognise.Page, h recognise.Hit, emit func(rule.Candidate)) {
	for at := h.End; at < h.End+24 && at < len(p.Units) && !p.Is(at, fold.Stop|fold.Placeholder); at++ {
		if !p.Is(at, fold.Digit) || p.Alnum(at-1) {
			continue
		}
		w, ok := p.Reading(at, 3, 6)
		if !ok || w.Groups != 1 || w.Masked || w.Letter || serviceNumber(w.Value) {
			continue
		}
		next := p.Rune(w.End + 1)
		switch {
		case p.Rune(w.End) == '号' && (p.Rune(at-1) == '是' || p.Rune(at-1) == '了') && !strings.ContainsRune("线楼院店厅房码段路", next):
		case at == h.End && len(w.Value) > 3 && !year(w.Value) && (w.End == len(p.Units) || p.Is(w.End, fold.Separator) && !p.Is(w.End+1, fold.Digit)):
		default:
			continue
		}
		emit(rule.Candidate{Start: w.Start, End: w.End, Canonical: w.Value, Confidence: 0.65, Evidence: []string{"word for an agent before"}})
	}
}
