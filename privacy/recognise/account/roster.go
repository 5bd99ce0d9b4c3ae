package account

import (
	"slices"
	"strings"

	"qingting/privacy/fold"
	"qingting/privacy/recognise"
	"qingting/privacy/rule"
)

// rosterWords are what a text on staff says.
var rosterWords = [...]string{"员工", "离职", "当班", "值班", "派工", "排班", "工牌", "考勤", "工号"}

var roster = recognise.Rule{
	ID: "employee.roster", Type: rule.EmployeeID,
	About: "up to two capitals and 4 to 6 digits that touch a name of two or three characters, or stand beside it, in a text on staff",
	Need:  recognise.Need{Runs: 4},
	Find: func(p *recognise.Page, emit func(rule.Candidate)) {
		for i := 0; i < len(p.Units); i++ {
			if !p.Alnum(i) || p.Alnum(i-1) {
				continue
			}
			end := i
			for p.Alnum(end) {
				end++
			}
			start := i
			i = end
			text := p.Folded(start, end)
			digits := strings.TrimLeft(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
			head := len(text) - len(digits)
			if head > 2 || !recognise.AllDigits(digits) || len(digits) < 4 || len(digits) > 6 || serviceNumber(text) || head == 0 && year(text) || counter(p.Rune(end)) || p.Is(start-1, fold.Mask) || p.Is(end, fold.Mask) {
				continue
			}
			if label, _ := p.Label(start); label&^recognise.Employee != 0 {
				continue
			}
			closes := end == len(p.Units) || strings.ContainsRune(",、;。. \n；)", p.Rune(end))
			if named(p, start, -1) && closes || head > 0 && named(p, end, 1) || head == 2 && p.Is(start-1, fold.Han) && closes {
				if !slices.ContainsFunc(rosterWords[:], p.Says) {
					return
				}
				emit(rule.Candidate{Start: start, End: end, Canonical: canonical(p, start, end), Confidence: 0.62, Evidence: []string{"beside a name, in a text on staff"}})
			}
		}
	},
	True:  []string{"当班：席晓兰«1021»、车路«1034»；请假一人", "离职：张三 «A20391»，李四 «A20416»", "派工：«ZW1120»侯祥→现场", "员工信息：张三 «10231» 到岗", "师傅工牌上写的«ZW0391»，没看清"},
	False: []string{"席晓兰1021、车路1034", "当班：客流1021人", "员工宿舍2024年建", "员工打10086", "值班电话4008", "员工共有1021"},
}

// named reports two or three Han characters that are bounded on their other
// side, from the unit at edge going by step, with at most one blank between.
func named(p *recognise.Page, edge, step int) bool {
	i := edge
	if step < 0 {
		i--
	}
	if p.Rune(i) == ' ' {
		i += step
	}
	n := 0
	for ; n < 5 && p.Is(i, fold.Han); i += step {
		n++
	}
	return n == 2 || n == 3
}
