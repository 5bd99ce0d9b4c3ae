package web

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"qingting/internal/access"
)

// DeskLedger reads and verifies the ledger.
type DeskLedger interface {
	// Entries gives entries that match, the newest first.
	Entries(ctx context.Context, q LedgerQuery) (LedgerPage, error)
	Entry(ctx context.Context, index int64) (LedgerEntry, error)
	// Proof is the proof of an entry, as the command audit check reads it.
	Proof(ctx context.Context, index int64) ([]byte, error)
	State(ctx context.Context) (LedgerState, error)
	// Check verifies the whole ledger, or begins to: State has the outcome.
	Check(ctx context.Context) error
}

// LedgerQuery says which entries are wanted. What is empty asks for nothing.
type LedgerQuery struct {
	Action, Actor, Object string
	Record                string
	Since, Until          time.Time // Since <= time < Until
	Before                int64     // only entries before this one; 0 is from the newest on
	Size                  int
}

// LedgerPage is a page of entries.
type LedgerPage struct {
	Entries []LedgerEntry `json:"entries"`
	More    bool          `json:"more"`    // there are older ones
	Actions []string      `json:"actions"` // every action that comes up in the ledger
}

// LedgerEntry is one entry, without anything personal: it never held any.
type LedgerEntry struct {
	Index                            int64
	Time                             time.Time
	Actor, Role, Action, About, Why  string
	Leaf                             []byte // its JSON, as it was hashed
	Hash                             string // of the leaf in the tree, hexadecimal
	Covered                          bool   // a signed checkpoint covers it
	Records, Epochs                  int    // of what expired
	From, To                         string // of what expired: received between
	Object, Outcome, Reason, Version string
}

// LedgerState is where the ledger stands.
type LedgerState struct {
	Entries   int64           `json:"entries"`
	Signed    int64           `json:"signed"`
	Origin    string          `json:"origin"`
	Root      string          `json:"root"`
	Witnesses []LedgerWitness `json:"witnesses"` // of the newest checkpoint
	NoKey     bool            `json:"no_key"`    // the verifier key is not at hand: nothing can be verified
	Checking  bool            `json:"checking"`
	Check     *LedgerCheck    `json:"check,omitempty"` // the last verification, nil before the first
}

// LedgerWitness is who cosigned a checkpoint, and when.
type LedgerWitness struct {
	Name string    `json:"name"`
	Time time.Time `json:"time"`
}

// LedgerCheck is what a verification of the whole ledger found.
type LedgerCheck struct {
	At          time.Time       `json:"at"`
	Took        time.Duration   `json:"took"`
	Entries     int64           `json:"entries"`
	Signed      int64           `json:"signed"`
	Checkpoints int             `json:"checkpoints"`
	Witnesses   []LedgerWitness `json:"witnesses"`
	Faults      []LedgerFault   `json:"faults"`
}

// LedgerFault is something in which the ledger does not hold. First and Last are
// the entries concerned, -1 for none.
type LedgerFault struct {
	ZH    string `json:"zh"`
	EN    string `json:"en"`
	First int64  `json:"first"`
	Last  int64  `json:"last"`
}

const (
	ledgerPageSize = 50
	// ledgerExport bounds what one download of entries holds; the command audit
	// export has all, to be verified.
	ledgerExport = 10_000
)

// actionNames are the actions of the ledger for readers.
var actionNames = map[string]say{
	"intake": {"接收", "Intake"}, "start": {"启动", "Start"}, "policy": {"策略", "Policy"}, "taxonomy": {"分类体系与词典", "Taxonomy"}, "key": {"密钥", "Keys"},
	"user": {"用户", "Users"}, "source": {"来源登记", "Sources"}, "setting": {"设置", "Setting"}, "reveal": {"还原", "Reveal"}, "approve": {"审批", "Approval"},
	"letter": {"取出死信", "Dead letter"}, "retry": {"死信重试", "Retry"}, "export": {"导出", "Export"}, "find": {"查找个人", "Subject search"}, "request": {"请求与申请", "Request"},
	"correct": {"更正", "Correction"}, "restrict": {"限制处理", "Restriction"}, "erase": {"删除", "Erasure"}, "review": {"复核", "Review"}, "sample": {"抽样", "Sample"},
	"report": {"报告", "Report"}, "rescan": {"重新脱敏", "Rescan"}, "retention": {"到期删除", "Retention"}, "failure": {"失败", "Failure"},
}

func actionName(action string, l language) string {
	if n, ok := actionNames[action]; ok {
		return n.in(l)
	}
	return action
}

// ledgerRow is an entry on the page.
type ledgerRow struct {
	LedgerEntry
	Name, At, Link string
	After          string // hash or version of what the entry left, "" of none
}

func ledgerRowOf(e LedgerEntry, l language) ledgerRow {
	about, left := parted(e.About)
	e.Actor, e.About, e.Why = actorSpoken(e.Actor, l), ledgerSaid(about, l, ", "), ledgerSaid(e.Why, l, " · ")
	e.Object, e.Outcome = ledgerSaid(e.Object, l, ""), ledgerSaid(e.Outcome, l, "")
	if e.Role != "" {
		e.Role = roleName(l, access.Role(e.Role))
	}
	return ledgerRow{e, actionName(e.Action, l), e.Time.Local().Format("2006-01-02 15:04:05"), "/desk/ledger/" + strconv.FormatInt(e.Index, 10) + "?lang=" + string(l), left}
}

type ledgerPage struct {
	Head          deskHead
	State         LedgerState
	CheckAt, Took string
	Faults        []string
	Query         map[string]string
	Actions       []choice
	Rows          []ledgerRow
	Newest, Older string
	Export, Again string
	Narrow        bool
}

// Refresh has the page asked for again while the ledger is verified.
func (p ledgerPage) Refresh() int {
	if p.State.Checking {
		return 3
	}
	return 0
}

// ledgerQueryOf reads a query and what of it a link carries.
func ledgerQueryOf(r *http.Request) (LedgerQuery, map[string]string, error) {
	v := r.URL.Query()
	kept := map[string]string{}
	for _, name := range []string{"action", "actor", "object", "record", "since", "until"} {
		text := v.Get(name)
		if !linkable(text) {
			return LedgerQuery{}, nil, &httpError{http.StatusBadRequest, say{"筛选值太长（最多 " + strconv.Itoa(maxValue) + " 个字符）。", "A filter is too long (at most " + strconv.Itoa(maxValue) + " characters)."}}
		}
		kept[name] = text
	}
	q := LedgerQuery{Action: kept["action"], Actor: kept["actor"], Object: kept["object"], Record: kept["record"], Size: ledgerPageSize}
	for name, to := range map[string]*time.Time{"since": &q.Since, "until": &q.Until} {
		if kept[name] == "" {
			continue
		}
		day, err := time.ParseInLocation(time.DateOnly, kept[name], time.Local)
		if err != nil {
			return LedgerQuery{}, nil, &httpError{http.StatusBadRequest, say{"日期应写作 2026-01-31。", "A day is written as 2026-01-31."}}
		}
		if *to = day; name == "until" {
			*to = day.AddDate(0, 0, 1)
		}
	}
	if text := v.Get("before"); text != "" {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n < 0 {
			return LedgerQuery{}, nil, &httpError{http.StatusBadRequest, say{"before 应为条目编号。", "before must be the number of an entry."}}
		}
		q.Before = n
	}
	return q, kept, nil
}

// ledgerURL is a page of the ledger with the filters of another.
func ledgerURL(path string, lang language, kept map[string]string, before int64) string {
	v := url.Values{"lang": {string(lang)}}
	for name, text := range kept {
		if text != "" {
			v.Set(name, text)
		}
	}
	if before > 0 {
		v.Set("before", strconv.FormatInt(before, 10))
	}
	return path + "?" + v.Encode()
}

func (s *server) deskLedger(r *http.Request, lang language) (answer, error) {
	q, kept, err := ledgerQueryOf(r)
	if err != nil {
		return answer{}, err
	}
	ctx, cancel := context.WithTimeout(r.Context(), deskWait)
	defer cancel()
	page := ledgerPage{Head: s.deskHeadOf(r, lang, "/desk/ledger"), Query: kept}
	if page.State, err = s.cfg.Desk.Ledger.State(ctx); err != nil {
		return answer{}, deskError(err)
	}
	found, err := s.cfg.Desk.Ledger.Entries(ctx, q)
	if err != nil {
		return answer{}, deskError(err)
	}
	page.Actions = []choice{{"", say{"全部", "All"}.in(lang)}}
	for _, a := range found.Actions {
		page.Actions = append(page.Actions, choice{a, actionName(a, lang)})
	}
	for _, e := range found.Entries {
		page.Rows = append(page.Rows, ledgerRowOf(e, lang))
	}
	if c := page.State.Check; c != nil {
		page.CheckAt, page.Took = moment(c.At), c.Took.Round(time.Millisecond).String()
		for _, f := range c.Faults {
			text := say{f.ZH, f.EN}.in(lang)
			if f.First >= 0 {
				text += say{"：条目 ", ": entries "}.in(lang) + strconv.FormatInt(f.First, 10) + "–" + strconv.FormatInt(f.Last, 10)
			}
			page.Faults = append(page.Faults, text)
		}
	}
	for name, text := range kept {
		page.Narrow = page.Narrow || text != "" && name != "lang"
	}
	if q.Before > 0 {
		page.Newest = ledgerURL("/desk/ledger", lang, kept, 0)
	}
	if n := len(found.Entries); found.More && n > 0 {
		page.Older = ledgerURL("/desk/ledger", lang, kept, found.Entries[n-1].Index)
	}
	page.Export = ledgerURL("/desk/ledger/entries.jsonl", lang, kept, 0)
	page.Again = ledgerURL("/desk/ledger", lang, kept, q.Before)
	return answer{"desk_ledger", page, http.StatusOK}, nil
}

// deskEntries answers with entries as lines of JSON, the newest first: each as it was
// hashed, under its index.
func (s *server) deskEntries(w http.ResponseWriter, r *http.Request) {
	q, _, err := ledgerQueryOf(r)
	var found LedgerPage
	if err == nil {
		q.Size = ledgerExport
		found, err = s.cfg.Desk.Ledger.Entries(r.Context(), q)
	}
	if err != nil {
		s.page(func(*http.Request, language) (answer, error) { return answer{}, deskError(err) })(w, r)
		return
	}
	var body bytes.Buffer
	enc := json.NewEncoder(&body)
	for _, e := range found.Entries {
		if err = enc.Encode(struct {
			Index int64           `json:"index"`
			Entry json.RawMessage `json:"entry"`
		}{e.Index, e.Leaf}); err != nil {
			s.page(func(*http.Request, language) (answer, error) { return answer{}, err })(w, r)
			return
		}
	}
	s.download(w, "application/jsonl", "qingting-ledger.jsonl", body.Bytes())
}

// download sends a file, by a name of our own.
func (s *server) download(w http.ResponseWriter, kind, name string, body []byte) {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	_, _ = w.Write(body) // the reader is gone
}

func (s *server) checkLedger(w http.ResponseWriter, r *http.Request, _ language) (answer, error) {
	if err := s.cfg.Desk.Ledger.Check(r.Context()); err != nil {
		return answer{}, deskError(err)
	}
	return to(w, r, "/desk/ledger")
}

type entryPage struct {
	Head      deskHead
	Row       ledgerRow
	Leaf      string // indented
	Proof     string
	Up        string
	Sample    string // URL of the sample it is of
	Older     string
	Newer     string
	RecordURL string
}

func entryIndex(r *http.Request) (int64, error) {
	n, err := strconv.ParseInt(r.PathValue("entry"), 10, 64)
	if err != nil || n < 0 {
		return 0, noEntry()
	}
	return n, nil
}

func noEntry() *httpError {
	return &httpError{http.StatusNotFound, say{"台账中没有这个条目。", "The ledger has no such entry."}}
}

func (s *server) deskEntry(r *http.Request, lang language) (answer, error) {
	n, err := entryIndex(r)
	if err != nil {
		return answer{}, err
	}
	e, err := s.cfg.Desk.Ledger.Entry(r.Context(), n)
	if err != nil {
		return answer{}, deskError(err)
	}
	page := entryPage{Head: s.deskHeadOf(r, lang, "/desk/ledger"), Row: ledgerRowOf(e, lang), Up: "/desk/ledger?lang=" + string(lang)}
	var out bytes.Buffer
	if json.Indent(&out, e.Leaf, "", "  ") == nil {
		page.Leaf = out.String()
	} else {
		page.Leaf = string(e.Leaf)
	}
	at := func(i int64) string { return "/desk/ledger/" + strconv.FormatInt(i, 10) }
	if e.Covered {
		page.Proof = at(n) + "/proof?lang=" + string(lang)
	}
	if n > 0 {
		page.Older = at(n-1) + "?lang=" + string(lang)
	}
	page.Newer = at(n+1) + "?lang=" + string(lang)
	if state, err := s.cfg.Desk.Ledger.State(r.Context()); err == nil && n+1 >= state.Entries {
		page.Newer = ""
	}
	return answer{"desk_entry", page, http.StatusOK}, nil
}

func (s *server) deskProof(w http.ResponseWriter, r *http.Request) {
	n, err := entryIndex(r)
	var proof []byte
	if err == nil {
		proof, err = s.cfg.Desk.Ledger.Proof(r.Context(), n)
	}
	if err != nil {
		s.page(func(*http.Request, language) (answer, error) { return answer{}, deskError(err) })(w, r)
		return
	}
	s.download(w, "application/json", "qingting-entry-"+strconv.FormatInt(n, 10)+".proof", proof)
}
