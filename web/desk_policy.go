package web

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
)

// policyRow is a version on the page.
type policyRow struct {
	PolicyVersion
	At, PolicyEntry, Link string
	Here                  bool
}

// policyChange is a type that two versions treat differently.
type policyChange struct {
	Name, Before, After string
}

// policyKind is what becomes of types, all that go one way.
type policyKind struct {
	Name  string
	Types []string
}

type policyPage struct {
	Head      deskHead
	Now       *policyRow
	Kinds     []policyKind
	Default   string
	Rows      []policyRow
	A, B      string
	Choices   []choice
	Compared  bool
	Unknown   bool // the rules of one are not known
	Changes   []policyChange
	Documents []struct{ Policy, Engine, Count string }
	Sample    string
	At        string
}

var policyActions = map[string]say{
	"tag": {"换成标签", "replaced by a tag"}, "pseudonym": {"换成假名", "replaced by a pseudonym"}, "mask": {"部分遮盖", "masked"}, "keep": {"保留", "kept"},
	"drop": {"删去", "dropped"}, "generalise": {"泛化", "generalised"},
}

// ruleText says what becomes of a type.
func ruleText(p PolicyVersion, typ string, l language) string {
	rule := PolicyRule{Action: p.Default}
	if i := slices.IndexFunc(p.Rules, func(r PolicyRule) bool { return r.Type == typ }); i >= 0 {
		rule = p.Rules[i]
	}
	text := nameIn(policyActions, rule.Action, l)
	if rule.From > 0 {
		at := strconv.FormatFloat(rule.From, 'g', 4, 64)
		text += say{"（置信度 " + at + " 起）", " (from confidence " + at + ")"}.in(l)
	}
	return text
}

func (s *server) deskPolicy(r *http.Request, lang language) (answer, error) {
	h, err := s.cfg.Desk.Register.Policies(r.Context())
	if err != nil {
		return answer{}, deskError(err)
	}
	page := policyPage{Head: s.deskHeadOf(r, lang, "/desk/policy"), Sample: h.Sample, At: moment(h.At)}
	key := func(i int) string { return strconv.Itoa(len(h.Policies) - i) } // what a version is called: the oldest is 1
	for i, p := range h.Policies {
		p.By, p.Why = actorSpoken(p.By, lang), ledgerSaid(p.Why, lang, " · ")
		row := policyRow{PolicyVersion: p, At: moment(p.Since)}
		if p.Entry >= 0 && !p.BuiltIn {
			row.PolicyEntry = strconv.FormatInt(p.Entry, 10)
			row.Link = "/desk/ledger/" + row.PolicyEntry + "?lang=" + string(lang)
		}
		name := p.Version
		if p.BuiltIn {
			name = say{"内置策略 ", "built in "}.in(lang) + p.Version
		} else {
			page.Rows = append(page.Rows, row)
			name += " · " + moment(p.Since)
		}
		page.Choices = append(page.Choices, choice{key(i), name})
		if page.Now == nil && !p.BuiltIn {
			page.Now = &row
		}
	}
	if page.Now != nil {
		page.Kinds, page.Default = s.policyKinds(page.Now.PolicyVersion, lang), nameIn(policyActions, page.Now.Default, lang)
	}
	s.comparePolicies(r, h.Policies, key, &page, lang)
	for _, d := range h.Documents {
		page.Documents = append(page.Documents, struct{ Policy, Engine, Count string }{d.Policy, d.Engine, thousands(d.Documents)})
	}
	return answer{"desk_policy", page, http.StatusOK}, nil
}

// policyKinds lists the types by what becomes of them.
func (s *server) policyKinds(p PolicyVersion, l language) (kinds []policyKind) {
	for _, rule := range p.Rules {
		text := ruleText(p, rule.Type, l)
		i := slices.IndexFunc(kinds, func(k policyKind) bool { return k.Name == text })
		if i < 0 {
			kinds, i = append(kinds, policyKind{Name: text}), len(kinds)
		}
		kinds[i].Types = append(kinds[i].Types, s.valueName(l, "pii", rule.Type))
	}
	slices.SortStableFunc(kinds, func(a, b policyKind) int { return cmp.Compare(len(b.Types), len(a.Types)) })
	return kinds
}

// comparePolicies lists the types that two versions treat differently: those that
// are asked for, or the last and the one before.
func (s *server) comparePolicies(r *http.Request, all []PolicyVersion, key func(int) string, page *policyPage, l language) {
	if len(all) < 2 {
		return
	}
	q := r.URL.Query()
	find := func(name string, fallback int) int {
		for i := range all {
			if key(i) == q.Get(name) {
				return i
			}
		}
		return fallback
	}
	a, b := find("a", 1), find("b", 0)
	page.A, page.B, page.Compared = key(a), key(b), true
	if page.Unknown = !all[a].Known || !all[b].Known; page.Unknown {
		return
	}
	var types []string
	for _, p := range []PolicyVersion{all[a], all[b]} {
		for _, rule := range p.Rules {
			if !slices.Contains(types, rule.Type) {
				types = append(types, rule.Type)
			}
		}
	}
	slices.Sort(types)
	for _, typ := range types {
		if before, after := ruleText(all[a], typ, l), ruleText(all[b], typ, l); before != after {
			page.Changes = append(page.Changes, policyChange{s.valueName(l, "pii", typ), before, after})
		}
	}
	if before, after := nameIn(policyActions, all[a].Default, l), nameIn(policyActions, all[b].Default, l); before != after {
		page.Changes = append(page.Changes, policyChange{say{"其他类型", "other types"}.in(l), before, after})
	}
	if before, after := all[a].Recognisers, all[b].Recognisers; before != after {
		page.Changes = append(page.Changes, policyChange{say{"自有识别器", "recognisers of its own"}.in(l), strconv.Itoa(before), strconv.Itoa(after)})
	}
}
