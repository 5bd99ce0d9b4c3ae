package web

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"qingting/internal/access"
)

// Desk is what the officer's desk is made of. What is nil has no page. Each method
// acts for the actor of ctx (access.ActorOf), and returns a *DeskRefusal for what is
// not done, in words for who asked.
type Desk struct {
	Ledger   DeskLedger
	Register DeskRegister
	Samples  DeskSamples
	Reviews  DeskReviews
	Report   DeskReport
}

// DeskRefusal is why something was not done.
type DeskRefusal struct {
	ZH, EN string
	Kind   RefusalKind
}

func (e *DeskRefusal) Error() string { return e.EN }

// deskRoutes are the officer's desk: each page by a power of its own.
func (s *server) deskRoutes() []route {
	d := s.cfg.Desk
	if d == nil || d.Ledger == nil || d.Register == nil {
		return nil
	}
	list := []route{
		{"GET /desk", access.Audit, s.page(s.desk)},
		{"GET /charts/desk/{file}", access.Audit, s.chartFile(s.deskFigures)},
		{"GET /desk/ledger", access.Audit, s.page(s.deskLedger)},
		{"GET /desk/ledger/entries.jsonl", access.Audit, s.deskEntries},
		{"POST /desk/ledger/check", access.Audit, s.form(s.checkLedger)},
		{"GET /desk/ledger/{entry}", access.Audit, s.page(s.deskEntry)},
		{"GET /desk/ledger/{entry}/proof", access.Audit, s.deskProof},
		{"GET /desk/requests", access.Audit, s.page(s.deskRequests)},
		{"GET /desk/approvals", access.Ask, s.page(s.deskApprovals)},
		{"GET /desk/sources", access.Audit, s.page(s.deskSources)},
		{"GET /desk/keys", access.Audit, s.page(s.deskKeys)},
		{"GET /desk/policy", access.Audit, s.page(s.deskPolicy)},
	}
	if d.Samples == nil || d.Reviews == nil {
		return list
	}
	list = append(list, []route{
		{"GET /desk/review", access.Review, s.page(s.deskSamples)},
		{"POST /desk/review", access.Review, s.form(s.drawSample)},
		{"GET /desk/review/{sample}", access.Review, s.page(s.deskSample)},
		{"POST /desk/review/{sample}/settle", access.Review, s.form(s.settleSample)},
		{"GET /desk/review/{sample}/{record}", access.Review, s.page(s.deskItem)},
		{"POST /desk/review/{sample}/{record}", access.Review, s.form(s.judgeItem)},
	}...)
	if d.Report == nil {
		return list
	}
	return append(list, []route{
		{"GET /desk/report", access.Review, s.page(s.deskReport)},
		{"POST /desk/report", access.Review, s.form(s.signReport)},
	}...)
}

// deskTab is a page of the desk, as its head lists them.
type deskTab struct {
	Name, URL string
	Here      bool
}

// deskHead is what every page of the desk begins with.
type deskHead struct {
	Lang language
	Tabs []deskTab
	Note string // what was done, or why it was not
	Bad  bool
}

var deskPages = []struct {
	path  string
	power access.Power
	name  say
}{
	{"/desk", access.Audit, say{"概况", "Overview"}},
	{"/desk/review", access.Review, say{"复核", "Review"}},
	{"/desk/report", access.Review, say{"风险报告", "Risk report"}},
	{"/desk/ledger", access.Audit, say{"台账", "Ledger"}},
	{"/desk/requests", access.Audit, say{"个人请求", "Requests"}},
	{"/desk/approvals", access.Ask, say{"审批", "Approvals"}},
	{"/desk/sources", access.Audit, say{"来源与保存", "Sources"}},
	{"/desk/keys", access.Audit, say{"密钥", "Keys"}},
	{"/desk/policy", access.Audit, say{"策略", "Policy"}},
}

// deskHeadOf lists the pages that whoever asks may see.
func (s *server) deskHeadOf(r *http.Request, lang language, here string) deskHead {
	h := deskHead{Lang: lang}
	for _, p := range deskPages {
		if s.deskShows(p.path) && mayToo(r, p.power) {
			h.Tabs = append(h.Tabs, deskTab{p.name.in(lang), p.path + "?lang=" + string(lang), p.path == here})
		}
	}
	return h
}

func (s *server) deskShows(path string) bool {
	return slices.ContainsFunc(s.deskRoutes(), func(r route) bool { return r.pattern == "GET "+path })
}

// mayToo says that who asks has another power besides that of the route: by the
// session all roles count, else the one that the route was opened by, as far as the token goes.
func mayToo(r *http.Request, p access.Power) bool {
	if scope := requestOf(r.Context()).scope; scope != nil && !slices.Contains(scope, p) {
		return false
	}
	if v := requestOf(r.Context()).visit; v != nil {
		return v.User.May(p)
	}
	return access.RoleFor([]access.Role{access.ActorOf(r.Context()).Role}, p) != ""
}

// deskURL is where the desk begins for whoever asks, "" when it is not theirs.
func (s *server) deskURL(r *http.Request, lang language) string {
	for _, p := range deskPages {
		if s.deskShows(p.path) && s.mayVisit(r, p.power) {
			return p.path + "?lang=" + string(lang)
		}
	}
	return ""
}

// deskError tells apart what was refused, which the reader is told, and what broke.
func deskError(err error) error {
	var why *DeskRefusal
	if errors.As(err, &why) {
		return &httpError{why.Kind.status(), say{why.ZH, why.EN}}
	}
	return err
}

// deskWait is how long a page waits for the custody service.
const deskWait = 20 * time.Second

// waiting is something on the desk that waits for somebody.
type waiting struct {
	Name, Count, Text string
	N                 int
	Link              string
	Urgent            bool
}

// deskPage is what waits, and what redaction took out.
type deskPage struct {
	Head deskHead
	scope
	Form     form
	Verdicts []deskVerdict
	Waits    []waiting
	Failed   []string // what could not be looked at
	Types    *figure
	Channels *figure
	Course   *figure
	K        int
	None     bool
}

func (s *server) desk(r *http.Request, lang language) (answer, error) {
	sc, err := scopeOf(r, lang, defaultDays)
	if err != nil {
		return answer{}, err
	}
	ctx, cancel := context.WithTimeout(r.Context(), deskWait)
	defer cancel()
	page := deskPage{Head: s.deskHeadOf(r, lang, "/desk"), scope: sc.places(), K: withheldCustomers}
	page.Form = s.formOf(page.scope, false)
	s.waits(ctx, r, &page)
	figures, err := s.redactionFigures(ctx, page.scope)
	if err != nil {
		return answer{}, err
	}
	page.Types = figureOf(page.scope, figures["types"], "/charts/desk/types")
	page.Channels = figureOf(page.scope, figures["channels"], "/charts/desk/channels")
	page.Course = figureOf(page.scope, figures["course"], "/charts/desk/course")
	page.None = page.Types == nil
	return answer{"desk", page, http.StatusOK}, nil
}

// waits lists what waits, and answers what an officer asks first. What cannot be read is
// said, and hides nothing else.
func (s *server) waits(ctx context.Context, r *http.Request, page *deskPage) {
	l, d := page.Head.Lang, s.cfg.Desk
	add := func(path string, urgent bool, n int, name, text say) {
		page.Waits = append(page.Waits, waiting{name.in(l), thousands(n), text.in(l), n, path + "?lang=" + string(l), urgent})
	}
	failed := func(what say, err error) bool {
		if err != nil {
			s.cfg.Log.WarnContext(ctx, "the desk could not be filled", "part", what.EN, "error", err)
			page.Failed = append(page.Failed, what.in(l))
		}
		return err != nil
	}
	if d.Samples != nil && mayToo(r, access.Review) {
		list, err := d.Samples.Samples(ctx)
		if !failed(say{"复核样本", "review samples"}, err) {
			page.Verdicts = append(page.Verdicts, redactionVerdict(list, l))
			open, left, differ := 0, 0, 0
			for _, x := range list {
				if n := x.Left(); n > 0 || x.Undecided > 0 {
					open, left, differ = open+1, left+n, differ+x.Undecided
				}
			}
			add("/desk/review", differ > 0, open, say{"未完成的样本", "Open samples"},
				say{"待复核 " + thousands(left) + " 份，意见不一致 " + thousands(differ) + " 份", thousands(left) + " documents to judge, " + thousands(differ) + " to decide"})
		}
	}
	if mayToo(r, access.Ask) {
		list, err := d.Register.Approvals(ctx)
		if !failed(say{"审批申请", "approvals"}, err) {
			n := 0
			for _, a := range list {
				if a.State == "asked" {
					n++
				}
			}
			add("/desk/approvals", false, n, say{"待审批的申请", "Approvals asked"}, say{"由审批人在自己的命令行决定", "decided by the approver's own command line"})
		}
	}
	if list, err := d.Register.Requests(ctx); !failed(say{"个人请求", "requests of persons"}, err) {
		open, soon, late := 0, 0, 0
		for _, c := range list {
			switch c.Urgency {
			case "overdue":
				open, late = open+1, late+1
			case "due soon":
				open, soon = open+1, soon+1
			case "running":
				open++
			}
		}
		add("/desk/requests", late+soon > 0, open, say{"未办结的个人请求", "Open requests of persons"},
			say{"五日内到期 " + thousands(soon) + " 件，逾期 " + thousands(late) + " 件", thousands(soon) + " due within five days, " + thousands(late) + " overdue"})
	}
	if keys, err := d.Register.Keys(ctx); !failed(say{"密钥", "keys"}, err) {
		add("/desk/keys", keys.LettersClosed > 0, keys.LettersClosed, say{"无人能打开的死信", "Dead letters nobody opens"},
			say{"死信共 " + thousands(keys.Letters) + " 封", "of " + thousands(keys.Letters) + " dead letters"})
		add("/desk/keys", keys.Outdated > 0, keys.Outdated, say{"待重新密封的周期密钥", "Epoch keys to seal anew"},
			say{"周期密钥共 " + thousands(keys.Epochs) + " 把", "of " + thousands(keys.Epochs) + " epoch keys"})
	}
	if state, err := d.Ledger.State(ctx); !failed(say{"台账", "ledger"}, err) {
		page.Verdicts = append(page.Verdicts, ledgerVerdict(state, l))
	}
	if src, err := d.Register.Sources(ctx); !failed(say{"来源登记", "register of sources"}, err) {
		n := len(src.Problems)
		add("/desk/sources", n > 0, n, say{"登记待完善之处", "Gaps in the register"}, say{"来源共 " + thousands(len(src.Sources)) + " 个", "of " + thousands(len(src.Sources)) + " sources"})
	}
	page.Verdicts = append(page.Verdicts, waitingVerdict(page.Waits, l))
}
