package web

import (
	"net/http"
	"strconv"
	"time"
)

// RequestClock is a request of a person without anything of the person.
type RequestClock struct {
	ID       string    `json:"id"`
	Kind     Bilingual `json:"kind"`
	Opened   time.Time `json:"opened"`
	Due      time.Time `json:"due"`
	Closed   time.Time `json:"closed,omitzero"`
	Extended bool      `json:"extended"`
	Checked  bool      `json:"checked"`
	Urgency  string    `json:"urgency"` // overdue, due soon, running, closed, closed late
	Outcome  string    `json:"outcome"` // done, partly, refused, abandoned
}

// ApprovalAsked is a consent that somebody asked for.
type ApprovalAsked struct {
	ID       string    `json:"id"`
	Kind     string    `json:"kind"`
	Reason   string    `json:"reason"`
	Ticket   string    `json:"ticket"`
	By       string    `json:"by"`
	Approver string    `json:"approver"`
	Case     string    `json:"case"`
	State    string    `json:"state"` // asked, granted, refused, used
	Asked    time.Time `json:"asked"`
	Decided  time.Time `json:"decided,omitzero"`
	Until    time.Time `json:"until,omitzero"`
	Count    int       `json:"count"`
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
			row.Command = "qingting approve grant " + a.ID + " --reason …"
		}
		page.Rows = append(page.Rows, row)
	}
	return answer{"desk_approvals", page, http.StatusOK}, nil
}

// sourceRow is a source on the page.
