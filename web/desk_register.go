package web

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"qingting/search"
)

// DeskRegister reads what is governed: nothing in it is of a person but officers
// and users.
type DeskRegister interface {
	Sources(ctx context.Context) (SourceRegister, error)
	Keys(ctx context.Context) (KeyRegister, error)
	// Requests are those of persons, what is due first at the front.
	Requests(ctx context.Context) ([]RequestClock, error)
	// Approvals are what was asked of late, the newest first.
	Approvals(ctx context.Context) ([]ApprovalAsked, error)
	// Policies are what ran here, the newest first, and the built-in one at the end.
	Policies(ctx context.Context) (PolicyHistory, error)
}

// SourceRegister is the register of sources, and how long what they send is kept.
type SourceRegister struct {
	Sources  []SourceEntry
	Problems []SourceProblem
	Set      bool // somebody set a retention; without, the streams' own age counts
	Vault    int  // days in general; 0 is for ever
	Docs     int
	Types    []TypeDays
}

// SourceEntry is one source.
type SourceEntry struct {
	Name, Contact, Processor, Stored, Abroad, Notice, Consent string
	Purposes, Categories                                      []string
	Bases                                                     []say2
	Sensitive                                                 bool
	Vault, Docs                                               int // days, as they count; 0 is for ever
}

// say2 is a text in both languages that does not come from package web.
type say2 = struct{ ZH, EN string }

// SourceProblem is something that an auditor would ask about.
type SourceProblem struct {
	Source, Text string
	Error        bool
}

// TypeDays is how long what holds a type is kept at most; 0 says nothing.
type TypeDays struct {
	Type        string
	Vault, Docs int
}

// KeyRegister is who the officers are, and what is sealed to them.
type KeyRegister struct {
	Officers       []OfficerKey
	Epochs         int // keys in all
	Outdated       int // sealed to others than the officers of now
	Unknown        int // older ones, of which it is not written
	Newest         time.Time
	Oldest         time.Time
	Letters        int // dead letters
	LettersClosed  int // that no officer of now opens
	LettersUnknown int
}

// OfficerKey is one officer's public key.
type OfficerKey struct {
	Name, Fingerprint string
	Recovery          bool
	Added, Retired    time.Time
	Epochs, Letters   int // what the key opens
}

// RequestClock is a request of a person without anything of the person.
type RequestClock struct {
	ID                string
	Kind              say2
	Opened, Due       time.Time
	Closed            time.Time
	Extended, Checked bool
	Urgency           string // overdue, due soon, running, closed, closed late
	Outcome           string // done, partly, refused, abandoned
}

// ApprovalAsked is a consent that somebody asked for.
type ApprovalAsked struct {
	ID, Kind, Reason, Ticket, By, Approver, Case string
	State                                        string // asked, granted, refused, used
	Asked, Decided, Until                        time.Time
	Count                                        int
}

// PolicyHistory are the policies that ran here.
type PolicyHistory struct {
	Policies []PolicyVersion
	// Documents are counts by version when a sample was drawn: Sample, At.
	Documents []VersionCount
	Sample    string
	At        time.Time
}

// PolicyVersion is what a policy does with each type.
type PolicyVersion struct {
	Version, Engine string
	BuiltIn         bool
	Since           time.Time
	Entry           int64 // of the ledger, -1 when it is not known
	By, Why         string
	Known           bool // rules are
	Default         string
	Rules           []PolicyRule // sorted by type
	Recognisers     int
}

// PolicyRule is what becomes of a type; From is the least confidence, 0 for any.
type PolicyRule struct {
	Type, Action string
	From         float64
}

// VersionCount is how many documents were made by a policy and an engine.
type VersionCount struct {
	Policy, Engine string
	Documents      int
}

func daysText(n int, l language) string {
	if n == 0 {
		return say{"永久", "for ever"}.in(l)
	}
	return say{strconv.Itoa(n) + " 天", strconv.Itoa(n) + " days"}.in(l)
}

func atMostText(n int, l language) string {
	if n == 0 {
		return unknown
	}
	return say{"至多 " + strconv.Itoa(n) + " 天", "at most " + strconv.Itoa(n) + " days"}.in(l)
}

// requestRow is a request on the page.
type requestRow struct {
	RequestClock
	Name, State, Left, OpenedOn, DueOn, ClosedOn string
	Urgent                                       bool
}

type requestsPage struct {
	Head         deskHead
	Open, Closed []requestRow
}

var urgencyNames = map[string]say{
	"overdue": {"逾期", "overdue"}, "due soon": {"即将到期", "due soon"}, "running": {"办理中", "open"}, "closed": {"已办结", "closed"}, "closed late": {"逾期办结", "closed late"},
}

var outcomeNames = map[string]say{"done": {"完成", "done"}, "partly": {"部分完成", "partly"}, "refused": {"拒绝", "refused"}, "abandoned": {"撤回", "abandoned"}}

func nameIn(names map[string]say, id string, l language) string {
	if n, ok := names[id]; ok {
		return n.in(l)
	}
	return id
}

// closedShown is how many closed requests a page lists.
const closedShown = 50

func (s *server) deskRequests(r *http.Request, lang language) (answer, error) {
	list, err := s.cfg.Desk.Register.Requests(r.Context())
	if err != nil {
		return answer{}, deskError(err)
	}
	page := requestsPage{Head: s.deskHeadOf(r, lang, "/desk/requests")}
	now := time.Now()
	for _, c := range list {
		row := requestRow{
			RequestClock: c, Name: say(c.Kind).in(lang), State: nameIn(urgencyNames, c.Urgency, lang), OpenedOn: dayText(c.Opened), DueOn: dayText(c.Due), ClosedOn: dayText(c.Closed),
			Urgent: c.Urgency == "overdue" || c.Urgency == "due soon" || c.Urgency == "closed late",
		}
		if !c.Closed.IsZero() {
			if row.State += " · " + nameIn(outcomeNames, c.Outcome, lang); len(page.Closed) < closedShown {
				page.Closed = append(page.Closed, row)
			}
			continue
		}
		switch n := int(c.Due.Sub(now).Hours() / 24); {
		case now.After(c.Due):
			n = int(now.Sub(c.Due).Hours() / 24)
			row.Left = say{"已过 " + strconv.Itoa(n) + " 天", strconv.Itoa(n) + " days over"}.in(lang)
		default:
			row.Left = say{"剩 " + strconv.Itoa(n) + " 天", strconv.Itoa(n) + " days left"}.in(lang)
		}
		page.Open = append(page.Open, row)
	}
	return answer{"desk_requests", page, http.StatusOK}, nil
}

// dayText is a day for the reader, "" of none.
func dayText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Local().Format(time.DateOnly)
}

type approvalRow struct {
	ApprovalAsked
	Name, StateName, AskedAt, DecidedAt, UntilAt, Command string
	Open                                                  bool
}

type approvalsPage struct {
	Head deskHead
	Rows []approvalRow
}

var (
	approvalKinds  = map[string]say{"": {"还原", "reveal"}, "reveal": {"还原", "reveal"}, "export": {"导出", "export"}, "subject-export": {"个人信息副本", "package of a person's data"}, "erase": {"删除", "erasure"}}
	approvalStates = map[string]say{"asked": {"待决定", "asked"}, "granted": {"已批准", "granted"}, "refused": {"已拒绝", "refused"}, "begun": {"使用中", "being used"}, "used": {"已使用", "used"}}
)

func (s *server) deskApprovals(r *http.Request, lang language) (answer, error) {
	list, err := s.cfg.Desk.Register.Approvals(r.Context())
	if err != nil {
		return answer{}, deskError(err)
	}
	page := approvalsPage{Head: s.deskHeadOf(r, lang, "/desk/approvals")}
	for _, a := range list {
		row := approvalRow{
			ApprovalAsked: a, Name: nameIn(approvalKinds, a.Kind, lang), StateName: nameIn(approvalStates, a.State, lang),
			AskedAt: moment(a.Asked), DecidedAt: moment(a.Decided), UntilAt: moment(a.Until), Open: a.State == "asked",
		}
		if row.Open {
			row.Command = "qingting approve grant " + a.ID
		}
		page.Rows = append(page.Rows, row)
	}
	return answer{"desk_approvals", page, http.StatusOK}, nil
}

// sourceRow is a source on the page.
type sourceRow struct {
	SourceEntry
	BaseNames, VaultDays, DocsDays string
}

// monthRow is a month of a source: what is there, and when it goes.
type monthRow struct {
	Source, Month, Count string
	Vault, Docs          string // the days on which the month's last feedback goes
}

type sourcesPage struct {
	Head           deskHead
	Sources        []sourceRow
	Problems       []SourceProblem
	Set            bool
	Vault, Docs    string
	Types          []struct{ Name, Vault, Docs string }
	Months         []monthRow
	Expired        []ledgerRow
	MonthsWithheld bool
}

// expiredShown is how many runs of retention a page lists; sourcesByMonth how many
// sources are told apart by month.
const (
	expiredShown   = 50
	sourcesByMonth = 20
)

func (s *server) deskSources(r *http.Request, lang language) (answer, error) {
	reg, err := s.cfg.Desk.Register.Sources(r.Context())
	if err != nil {
		return answer{}, deskError(err)
	}
	for i, p := range reg.Problems {
		reg.Problems[i].Text = ledgerSaid(p.Text, lang, "")
	}
	page := sourcesPage{
		Head: s.deskHeadOf(r, lang, "/desk/sources"), Problems: reg.Problems, Set: reg.Set,
		Vault: daysText(reg.Vault, lang), Docs: daysText(reg.Docs, lang),
	}
	for _, src := range reg.Sources {
		var bases []string
		for _, b := range src.Bases {
			bases = append(bases, say(b).in(lang))
		}
		page.Sources = append(page.Sources, sourceRow{src, joinWords(bases, lang), daysText(src.Vault, lang), daysText(src.Docs, lang)})
	}
	for _, t := range reg.Types {
		page.Types = append(page.Types, struct{ Name, Vault, Docs string }{s.valueName(lang, "pii", t.Type), atMostText(t.Vault, lang), atMostText(t.Docs, lang)})
	}
	if page.Months, err = s.sourceMonths(r.Context(), lang, reg); err != nil {
		return answer{}, err
	}
	found, err := s.cfg.Desk.Ledger.Entries(r.Context(), LedgerQuery{Action: "retention", Size: expiredShown})
	if err != nil {
		return answer{}, deskError(err)
	}
	for _, e := range found.Entries {
		page.Expired = append(page.Expired, ledgerRowOf(e, lang))
	}
	return answer{"desk_sources", page, http.StatusOK}, nil
}

// sourceMonths counts what each source sent by month, and says when it goes: as far
// as its own time says, for the clock begins when it was taken in.
func (s *server) sourceMonths(ctx context.Context, lang language, reg SourceRegister) (rows []monthRow, err error) {
	ctx, cancel := context.WithTimeout(ctx, s.cfg.Timeout)
	defer cancel()
	loc := s.cfg.Statistics.Location()
	for _, src := range reg.Sources[:min(len(reg.Sources), sourcesByMonth)] {
		if !linkable(src.Name) {
			continue
		}
		found, err := s.cfg.Index.Search(ctx, search.Query{
			Size: 1, Location: loc, K: withheldCustomers, Facets: []string{search.FacetMonth}, FacetSize: 36, Filters: []search.Filter{{Field: "source", Values: []string{src.Name}}},
		})
		if err != nil {
			return nil, err
		}
		for _, f := range found.Facets {
			cells := slices.Clone(f.Cells)
			slices.SortFunc(cells, func(a, b search.Cell) int { return strings.Compare(a.Value, b.Value) })
			for _, c := range cells {
				month, err := time.ParseInLocation("2006-01", c.Value, loc)
				if err != nil {
					continue
				}
				end := month.AddDate(0, 1, -1)
				goes := func(days int) string {
					if days == 0 {
						return unknown
					}
					return end.AddDate(0, 0, days).Format(time.DateOnly)
				}
				rows = append(rows, monthRow{src.Name, c.Value, cellValue(c).Text, goes(src.Vault), goes(src.Docs)})
			}
		}
	}
	return rows, nil
}

type keyRow struct {
	OfficerKey
	Since, Until string
}

type keysPage struct {
	Head           deskHead
	Register       KeyRegister
	Rows           []keyRow
	Oldest, Newest string
	Warnings       []string
}

// keyWarnings say what is unwise about the officers there are.
func keyWarnings(all []OfficerKey, lang language) (list []string) {
	officers, recovery := 0, 0
	for _, o := range all {
		switch {
		case !o.Retired.IsZero():
		case o.Recovery:
			recovery++
		default:
			officers++
		}
	}
	if officers < 2 {
		list = append(list, say{
			"现任合规官只有 " + strconv.Itoa(officers) + " 人：那把密钥一旦遗失，只有恢复密钥还能打开密封的内容。请用 qingting keys add 再登记一人。",
			"There is " + strconv.Itoa(officers) + " officer: when that identity is lost, only a recovery key opens what is sealed. Add a second with qingting keys add.",
		}.in(lang))
	}
	if recovery == 0 {
		list = append(list, say{
			"没有恢复密钥：请用 qingting keys new 生成一把，用 qingting keys add --recovery 登记，并把私钥锁存起来。",
			"There is no recovery key: make one with qingting keys new, add it with qingting keys add --recovery, and lock its identity away.",
		}.in(lang))
	}
	return list
}

func (s *server) deskKeys(r *http.Request, lang language) (answer, error) {
	reg, err := s.cfg.Desk.Register.Keys(r.Context())
	if err != nil {
		return answer{}, deskError(err)
	}
	page := keysPage{
		Head: s.deskHeadOf(r, lang, "/desk/keys"), Register: reg, Warnings: keyWarnings(reg.Officers, lang),
		Oldest: moment(reg.Oldest), Newest: moment(reg.Newest),
	}
	for _, o := range reg.Officers {
		page.Rows = append(page.Rows, keyRow{o, moment(o.Added), moment(o.Retired)})
	}
	return answer{"desk_keys", page, http.StatusOK}, nil
}
