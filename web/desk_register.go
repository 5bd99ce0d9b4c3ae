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
	Sources  []SourceEntry   `json:"sources"`
	Problems []SourceProblem `json:"problems"`
	Set      bool            `json:"set"`   // somebody set a retention; without, the streams' own age counts
	Vault    int             `json:"vault"` // days in general; 0 is for ever
	Docs     int             `json:"docs"`
	Types    []TypeDays      `json:"types"`
}

// SourceEntry is one source.
type SourceEntry struct {
	Name       string      `json:"name"`
	Contact    string      `json:"contact"`
	Processor  string      `json:"processor"`
	Stored     string      `json:"stored"`
	Abroad     string      `json:"abroad"`
	Notice     string      `json:"notice"`
	Consent    string      `json:"consent"`
	Purposes   []string    `json:"purposes"`
	Categories []string    `json:"categories"`
	Bases      []Bilingual `json:"bases"`
	Sensitive  bool        `json:"sensitive"`
	Vault      int         `json:"vault"`
	Docs       int         `json:"docs"` // days, as they count; 0 is for ever
}

// Bilingual is a text in both languages that does not come from package web.
type Bilingual struct {
	ZH string `json:"zh"`
	EN string `json:"en"`
}

// SourceProblem is something that an auditor would ask about.
type SourceProblem struct {
	Source string `json:"source"`
	Text   string `json:"text"`
	Error  bool   `json:"error"`
}

// TypeDays is how long what holds a type is kept at most; 0 says nothing.
type TypeDays struct {
	Type  string `json:"type"`
	Vault int    `json:"vault"`
	Docs  int    `json:"docs"`
}

// KeyRegister is who the officers are, and what is sealed to them.
type KeyRegister struct {
	Officers       []OfficerKey `json:"officers"`
	Epochs         int          `json:"epochs"`   // keys in all
	Outdated       int          `json:"outdated"` // sealed to others than the officers of now
	Unknown        int          `json:"unknown"`  // older ones, of which it is not written
	Newest         time.Time    `json:"newest,omitzero"`
	Oldest         time.Time    `json:"oldest,omitzero"`
	Letters        int          `json:"letters"`        // dead letters
	LettersClosed  int          `json:"letters_closed"` // that no officer of now opens
	LettersUnknown int          `json:"letters_unknown"`
}

// OfficerKey is one officer's public key.
type OfficerKey struct {
	Name        string    `json:"name"`
	Fingerprint string    `json:"fingerprint"`
	Recovery    bool      `json:"recovery"`
	Added       time.Time `json:"added"`
	Retired     time.Time `json:"retired,omitzero"`
	Epochs      int       `json:"epochs"`
	Letters     int       `json:"letters"` // what the key opens
}

// PolicyHistory are the policies that ran here.
type PolicyHistory struct {
	Policies []PolicyVersion `json:"policies"`
	// Documents are counts by version when a sample was drawn: Sample, At.
	Documents []VersionCount `json:"documents"`
	Sample    string         `json:"sample"`
	At        time.Time      `json:"at,omitzero"`
}

// PolicyVersion is what a policy does with each type.
type PolicyVersion struct {
	Version     string       `json:"version"`
	Engine      string       `json:"engine"`
	BuiltIn     bool         `json:"built_in"`
	Since       time.Time    `json:"since,omitzero"`
	Entry       int64        `json:"entry"` // of the ledger, -1 when it is not known
	By          string       `json:"by"`
	Why         string       `json:"why"`
	Known       bool         `json:"known"` // rules are
	Default     string       `json:"default"`
	Rules       []PolicyRule `json:"rules"` // sorted by type
	Recognisers int          `json:"recognisers"`
}

// PolicyRule is what becomes of a type; From is the least confidence, 0 for any.
type PolicyRule struct {
	Type   string  `json:"type"`
	Action string  `json:"action"`
	From   float64 `json:"from"`
}

// VersionCount is how many documents were made by a policy and an engine.
type VersionCount struct {
	Policy    string `json:"policy"`
	Engine    string `json:"engine"`
	Documents int    `json:"documents"`
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
