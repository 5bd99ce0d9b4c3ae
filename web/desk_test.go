package web

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"qingting/internal/access"
)

// inventedDesk is a desk in memory, in which every text is one and the same.
type inventedDesk struct {
	text   string
	judged []ReviewJudgement
	drawn  []SampleDraw
	actors []string
}

func (d *inventedDesk) desk() *Desk { return &Desk{d, d, d, d, d} }

func (d *inventedDesk) entry(i int64) LedgerEntry {
	return LedgerEntry{
		Index: i, Time: lastDay, Actor: d.text, Role: d.text, Action: d.text, About: d.text, Why: d.text, Leaf: []byte(strconv.Quote(d.text)), Hash: strings.Repeat("a", 64), Covered: true,
		Object: d.text, Outcome: d.text, From: d.text, To: d.text,
	}
}

func (d *inventedDesk) Entries(ctx context.Context, q LedgerQuery) (LedgerPage, error) {
	d.actors = append(d.actors, access.ActorOf(ctx).Name)
	return LedgerPage{Entries: []LedgerEntry{d.entry(3), d.entry(2)}, More: true, Actions: []string{"intake", d.text}}, nil
}

func (d *inventedDesk) Entry(_ context.Context, i int64) (LedgerEntry, error) {
	if i > 3 {
		return LedgerEntry{}, &DeskRefusal{"没有", "none", RefusedMissing}
	}
	return d.entry(i), nil
}

func (d *inventedDesk) Proof(context.Context, int64) ([]byte, error) { return []byte("{}"), nil }

func (d *inventedDesk) State(context.Context) (LedgerState, error) {
	return LedgerState{Entries: 4, Signed: 4, Origin: d.text, Witnesses: []LedgerWitness{{d.text, lastDay}}, Check: &LedgerCheck{At: lastDay, Faults: []LedgerFault{{d.text, d.text, 1, 2}}}}, nil
}
func (d *inventedDesk) Check(context.Context) error { return nil }

func (d *inventedDesk) Sources(context.Context) (SourceRegister, error) {
	return SourceRegister{Sources: []SourceEntry{{
		Name: d.text, Contact: d.text, Processor: d.text, Stored: d.text, Abroad: d.text, Notice: d.text, Consent: d.text, Purposes: []string{d.text}, Categories: []string{d.text},
		Bases: []Bilingual{{d.text, d.text}}, Vault: 180,
	}}, Problems: []SourceProblem{{Source: d.text, Text: d.text}}, Set: true, Vault: 180, Types: []TypeDays{{d.text, 1, 0}}}, nil
}

func (d *inventedDesk) Keys(context.Context) (KeyRegister, error) {
	return KeyRegister{Officers: []OfficerKey{{Name: d.text, Fingerprint: d.text, Added: lastDay, Retired: lastDay}}, Epochs: 2, Outdated: 1, Letters: 3, LettersClosed: 1}, nil
}

func (d *inventedDesk) Requests(context.Context) ([]RequestClock, error) {
	return []RequestClock{{ID: d.text, Kind: Bilingual{d.text, d.text}, Opened: lastDay, Due: lastDay, Urgency: "overdue"}, {ID: d.text, Closed: lastDay, Urgency: "closed", Outcome: d.text}}, nil
}

func (d *inventedDesk) Approvals(context.Context) ([]ApprovalAsked, error) {
	return []ApprovalAsked{{ID: d.text, Kind: d.text, Reason: d.text, Ticket: d.text, By: d.text, Approver: d.text, Case: d.text, State: "asked", Asked: lastDay}}, nil
}

func (d *inventedDesk) Policies(context.Context) (PolicyHistory, error) {
	rules := []PolicyRule{{Type: d.text, Action: d.text, From: 0.5}}
	return PolicyHistory{Policies: []PolicyVersion{
		{Version: d.text, Engine: d.text, Since: lastDay, By: d.text, Why: d.text, Known: true, Default: "tag", Rules: rules}, {Version: "x", BuiltIn: true, Known: true, Default: "keep"},
	}, Documents: []VersionCount{{d.text, d.text, 7}}, Sample: d.text}, nil
}

func (d *inventedDesk) state() SampleState {
	return SampleState{ID: "20260331-abcd", Drawn: lastDay, Documents: 4, Judged: 1, Undecided: 1, Channel: d.text, Seed: d.text, Misses: 1, Target: 0.01, Confidence: 0.95}
}

func (d *inventedDesk) Samples(context.Context) ([]SampleState, error) {
	return []SampleState{d.state()}, nil
}

func (d *inventedDesk) Sample(context.Context, string) (SampleDetail, error) {
	return SampleDetail{
		SampleState: d.state(), Strata: []SampleStratum{{"channel", d.text, 9, 3}, {"band", "low", 9, 3}}, Missed: []SampleEstimate{{Type: d.text}}, False: []SampleEstimate{{Type: d.text}},
		Gaps: []SampleGap{{d.text, d.text, d.text, 1}}, Open: []string{"r1"}, SecondOf: []string{"r2"}, Differ: []string{"r3"},
	}, nil
}

func (d *inventedDesk) Draw(_ context.Context, w SampleDraw) (string, error) {
	d.drawn = append(d.drawn, w)
	return "20260331-abcd", nil
}
func (d *inventedDesk) Settle(context.Context, string, string) (int, error) { return 1, nil }

// itemText is what the invented document begins with.
const itemText = "我叫⟦姓名⟧，🙈打给小聪明，再说一次小聪明，地址在南门"

func (d *inventedDesk) Item(_ context.Context, sample, record, mode string) (ReviewItem, error) {
	item := ReviewItem{
		Sample: sample, Record: record, Version: "v1", Types: []string{"PERSON_NAME", "ADDRESS"}, Documents: 4, Judged: 1, Next: "r2",
		Fields: []ReviewField{{Text: itemText + d.text, Marks: []ReviewMark{{2, 6, "PERSON_NAME"}}}, {Name: "attributes." + d.text, Text: d.text}},
	}
	if mode == "decide" {
		item.Version, item.Differ = "", []ReviewDifference{{First: &ReviewVerdict{Start: 8, End: 10, Type: d.text, Outcome: "missed"}}}
	}
	return item, nil
}

func (d *inventedDesk) Judge(_ context.Context, j ReviewJudgement) (ReviewDone, error) {
	d.judged = append(d.judged, j)
	return ReviewDone{}, nil
}

func (d *inventedDesk) Report(context.Context, string, string) (RiskReport, error) {
	return RiskReport{Title: d.text, Blocks: []ReportBlock{{Heading: d.text, Level: 2}, {Text: d.text}, {Table: &ReportTable{Head: []string{d.text}, Rows: [][]ReportCell{{{d.text, true}}}}}}}, nil
}

func (d *inventedDesk) Sign(context.Context, string, string, string, string) (SignedReport, error) {
	return SignedReport{[]byte("%PDF-"), 9}, nil
}

// deskSite is a site with a desk, visited by an officer.
func deskSite(t *testing.T, d *inventedDesk) http.Handler {
	t.Helper()
	return newSite(t, feedback(60), func(cfg *Config) {
		cfg.Desk, cfg.Visitor = d.desk(), &access.User{Name: "lin", Roles: []access.Role{access.Officer}}
	})
}

func deskPost(t *testing.T, h http.Handler, target string, form url.Values) *page {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, target, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return send(t, h, r)
}

var deskPaths = []string{
	"/desk", "/desk/ledger", "/desk/ledger?action=%3Cb%3E&since=2026-01-01", "/desk/ledger/2", "/desk/requests", "/desk/approvals", "/desk/sources", "/desk/keys", "/desk/policy", "/desk/policy?a=1&b=2",
	"/desk/review", "/desk/review/20260331-abcd", "/desk/review/20260331-abcd/r1", "/desk/review/20260331-abcd/r1?mode=decide", "/desk/report",
}

// Whatever stands in a ledger, a register or a document is shown as text.
func TestDeskHostile(t *testing.T) {
	for i, evil := range hostile {
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			h := deskSite(t, &inventedDesk{text: evil})
			for _, path := range deskPaths {
				p := get(t, h, path) // which looks for markup that is not ours
				if p.status != http.StatusOK {
					t.Errorf("%s: status %d", path, p.status)
				}
				if path != "/desk" && !strings.Contains(p.text(), htmlText(clip(evil))) && !strings.Contains(p.text(), htmlText(evil)) {
					t.Errorf("%s does not show %.40q", path, evil)
				}
			}
			for _, target := range []string{"/desk/ledger/" + url.PathEscape(evil), "/desk/review/" + url.PathEscape(evil), "/desk/review/x/" + url.PathEscape(evil), "/desk/ledger?actor=" + url.QueryEscape(evil)} {
				if p := get(t, h, target); p.status >= 500 {
					t.Errorf("%.60s: status %d", target, p.status)
				}
			}
		})
	}
}

// In English nothing of the desk's own is Chinese, and the other way round.
func TestDeskSpeaksOneLanguage(t *testing.T) {
	h := deskSite(t, &inventedDesk{text: "7"})
	for _, path := range deskPaths {
		sep := "?"
		if strings.Contains(path, "?") {
			sep = "&"
		}
		text := strings.NewReplacer("倾听", "", "中文", "", itemText, "", "⟦姓名⟧", "", "我叫", "", "，🙈打给小聪明，再说一次小聪明，地址在南门", "", "🙈打", "", "打给", "").Replace(get(t, h, path+sep+"lang=en").text())
		if path != "/desk" && hasHan(strings.ReplaceAll(text, "广东", "")) {
			t.Errorf("%s in English says %v", path, regexp.MustCompile(`\p{Han}+`).FindAllString(text, -1))
		}
	}
}

// Each page takes its own power, and a role without it sees no link to it.
func TestDeskPowers(t *testing.T) {
	d := &inventedDesk{text: "x"}
	for role, want := range map[access.Role][]string{
		access.Officer:  {"/desk", "/desk/review", "/desk/report", "/desk/ledger", "/desk/requests", "/desk/approvals", "/desk/sources", "/desk/keys", "/desk/policy"},
		access.Auditor:  {"/desk", "/desk/ledger", "/desk/requests", "/desk/sources", "/desk/keys", "/desk/policy"},
		access.Approver: {"/desk/approvals"}, access.Analyst: nil, access.Operator: nil, access.Publisher: nil, access.Pages: nil,
	} {
		h := newSite(t, feedback(20), func(cfg *Config) {
			cfg.Desk, cfg.Visitor = d.desk(), &access.User{Name: "lin", Roles: []access.Role{role}}
		})
		for _, p := range deskPages {
			got := get(t, h, p.path)
			may := slices.Contains(want, p.path)
			if may != (got.status == http.StatusOK) || !may && got.status != http.StatusForbidden {
				t.Errorf("%s as %s: status %d", p.path, role, got.status)
			}
			if !may {
				continue
			}
			var tabs []string
			for _, link := range got.attrs("a", "href") {
				if path, _, _ := strings.Cut(link, "?"); slices.ContainsFunc(deskPages, func(o struct {
					path  string
					power access.Power
					name  say
				},
				) bool {
					return o.path == path
				}) && !slices.Contains(tabs, path) {
					tabs = append(tabs, path)
				}
			}
			for _, tab := range tabs {
				if !slices.Contains(want, tab) {
					t.Errorf("%s as %s links to %s", p.path, role, tab)
				}
			}
		}
	}
	if h := newSite(t, nil, nil); get(t, h, "/desk").status != http.StatusNotFound {
		t.Error("a desk where there is none")
	}
}

// Places come as code points, by numbers or by the passage; what cannot be is said,
// and what was typed stays.
func TestDeskJudgement(t *testing.T) {
	d := &inventedDesk{text: ""}
	h := deskSite(t, d)
	const at = "/desk/review/20260331-abcd/r1?lang=en"
	for _, c := range []struct {
		form url.Values
		want string // a verdict, or what the refusal says
	}{
		{url.Values{"verdict": {"right"}}, "[]"},
		{url.Values{"mark1": {"not_personal"}}, "[{ 2 6 PERSON_NAME not_personal }]"},
		{url.Values{"mark1": {"wrong_type"}, "as1": {"ADDRESS"}}, "[{ 2 6 PERSON_NAME wrong_type ADDRESS}]"},
		{url.Values{"mark1": {"wrong_type"}}, "Mark 1 is of another type"},
		{url.Values{"mark1": {"fine"}}, "not one of these"},
		{url.Values{"text1": {"南门"}, "type1": {"ADDRESS"}}, "[{ 25 27 ADDRESS missed }]"},
		{url.Values{"start2": {"8"}, "end2": {"9"}, "type2": {"ADDRESS"}}, "[{ 8 9 ADDRESS missed }]"},
		{url.Values{"text1": {"小聪明"}, "type1": {"PERSON_NAME"}}, "more than once"},
		{url.Values{"text1": {"没有的"}, "type1": {"PERSON_NAME"}}, "does not have this passage"},
		{url.Values{"text1": {"南门"}}, "which type"},
		{url.Values{"type1": {"ADDRESS"}}, "select the passage"},
		{url.Values{"start1": {"9"}, "end1": {"9"}, "type1": {"ADDRESS"}}, "two numbers"},
		{url.Values{"start1": {"0"}, "end1": {"999"}, "type1": {"ADDRESS"}}, "two numbers"},
		{url.Values{"text1": {"南门"}, "type1": {"ADDRESS"}, "field1": {"none"}}, "no such field"},
		{url.Values{"verdict": {"right"}, "mark1": {"too_wide"}}, "not all right"},
		{url.Values{"version": {"old"}}, "changed meanwhile"},
	} {
		if c.form.Get("version") == "" {
			c.form.Set("version", "v1")
		}
		before := len(d.judged)
		p := deskPost(t, h, at, c.form)
		if p.status == http.StatusSeeOther {
			if got := fmt.Sprint(d.judged[before].Verdicts); got != c.want || p.header.Get("Location") != "/desk/review/20260331-abcd/r2?done=judged&lang=en" {
				t.Errorf("%v: %s, to %s; want %s", c.form, got, p.header.Get("Location"), c.want)
			}
			continue
		}
		if p.status != http.StatusUnprocessableEntity || !strings.Contains(p.text(), c.want) || len(d.judged) != before {
			t.Errorf("%v: status %d, want %q", c.form, p.status, c.want)
		}
		if text := c.form.Get("text1"); text != "" && !slices.Contains(p.attrs("input", "value"), text) {
			t.Errorf("%v: what was typed is gone", c.form)
		}
	}
	if p := deskPost(t, h, at+"&mode=decide", url.Values{}); p.status != http.StatusUnprocessableEntity {
		t.Errorf("a decision without one: status %d", p.status)
	}
	if p := deskPost(t, h, at+"&mode=decide", url.Values{"pick1": {"2"}}); p.status != http.StatusSeeOther || d.judged[len(d.judged)-1].First[0] {
		t.Errorf("a decision: status %d", p.status)
	}
	for _, form := range []url.Values{{}, {"reason": {"x"}, "target": {"0"}}, {"reason": {"x"}, "target": {"NaN"}, "confidence": {"95"}, "second": {"0"}}, {"reason": {"x"}, "target": {"1"}, "confidence": {"95"}, "second": {"0"}, "from": {"2026"}}} {
		if p := deskPost(t, h, "/desk/review?lang=en", form); p.status != http.StatusUnprocessableEntity || len(d.drawn) > 0 {
			t.Errorf("%v: status %d", form, p.status)
		}
	}
	if p := deskPost(t, h, "/desk/review?lang=en", url.Values{"reason": {"x"}, "target": {"1"}, "confidence": {"95"}, "second": {"0"}}); p.status != http.StatusSeeOther || d.drawn[0].Second >= 0 || d.drawn[0].Target != 0.01 {
		t.Errorf("drawing: status %d, %+v", p.status, d.drawn)
	}
}

// What few customers stand behind is not told by type, channel or day.
func TestDeskFiguresWithhold(t *testing.T) {
	docs := feedback(60)
	for i, d := range docs {
		d.Customer, d.Time = fmt.Sprint("c", i), lastDay.Add(-time.Duration(i%20)*24*time.Hour)
		switch {
		case i < 3:
			d.Channel = "store"
		case i < 23:
			d.Channel = "web"
		default:
			d.Channel = "app"
		}
	}
	h := newSite(t, docs, func(cfg *Config) {
		cfg.Desk, cfg.Visitor = (&inventedDesk{text: "x"}).desk(), &access.User{Name: "lin", Roles: []access.Role{access.Auditor}}
	})
	p := get(t, h, "/desk?lang=en")
	var cells []string
	for n := range p.root.Descendants() {
		if n.Data == "td" && n.FirstChild != nil && n.FirstChild.FirstChild != nil {
			cells = append(cells, n.FirstChild.FirstChild.Data)
		}
	}
	if !slices.Contains(cells, withheldText) || slices.Contains(cells, "3") || slices.Contains(cells, "20") || !slices.Contains(cells, "37") || !slices.Contains(cells, "60") {
		t.Errorf("tables have %q", cells)
	}
	if svg := get(t, h, "/charts/desk/channels.svg"); svg.status != http.StatusOK {
		t.Errorf("the chart as a file: status %d", svg.status)
	}
}
