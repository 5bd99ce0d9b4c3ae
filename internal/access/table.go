package access

import (
	"slices"
	"strings"
)

// Role is a part that a user plays. A user may have several.
type Role string

// The roles.
const (
	Publisher Role = "publisher"
	Analyst   Role = "analyst"
	Officer   Role = "officer"
	Approver  Role = "approver"
	Auditor   Role = "auditor"
	Operator  Role = "operator"
	// Pages is the process that serves the pages: it acts for whoever has signed
	// in there, and for itself it may nothing.
	Pages Role = "pages"
)

// Local and Unproven are not given to anybody. They say in the ledger that who
// acted had the data directory before them, or was taken at their word.
const (
	Local    Role = "local"
	Unproven Role = "unproven"
)

// Roles are those that a user may have, in the order of the table.
var Roles = []Role{Publisher, Analyst, Officer, Approver, Auditor, Operator, Pages}

// Valid says that a user may have the role.
func (r Role) Valid() bool { return slices.Contains(Roles, r) }

// Power is something that a role may do.
type Power string

// The powers.
const (
	Publish Power = "publish"
	Search  Power = "search"
	Mark    Power = "mark"
	Reveal  Power = "custody"
	Subject Power = "subject"
	Review  Power = "review"
	Ask     Power = "ask"
	Decide  Power = "decide"
	Audit   Power = "audit"
	Govern  Power = "govern"
	Keys    Power = "keys"
	Data    Power = "data"
	Lexicon Power = "lexicon"
	Themes  Power = "themes"
	Alerts  Power = "alerts"
	Saved   Power = "saved"
	Redact  Power = "redact"
	Operate Power = "operate"
)

// Row is a line of the table.
type Row struct {
	Power    Power
	Subjects []string // what it lets one publish to, as NATS permissions have it; nil: it is of the pages and the HTTP API alone
	Roles    []Role
	ZH, EN   string // what it is
	// Pages says that the process that serves the pages may use it for who has
	// signed in there. What releases, approves or governs is not among it: that
	// somebody broke into that process must not do.
	Pages bool
}

// Table is every power with the roles that have it. A subject belongs to the
// row with the longest match: what is decided is not merely asked.
var Table = []Row{
	{Publish, []string{"feedback.in.>"}, []Role{Publisher}, "提交反馈", "publish feedback", false},
	{Search, []string{"qingting.search.>"}, []Role{Analyst, Officer, Auditor}, "检索脱敏文档、查看主题与统计", "search redacted documents, see themes and figures", false},
	{Mark, []string{"qingting.mark.>"}, []Role{Analyst, Officer, Operator}, "登记改进措施", "note down actions, for the figures before and after them", true},
	{Reveal, []string{"qingting.custody.>"}, []Role{Officer}, "取得密封的原值、处理死信", "have sealed values and dead letters released", false},
	{Subject, []string{"qingting.subject.>"}, []Role{Officer}, "办理个人信息主体的请求", "handle the requests of data subjects", false},
	{Review, []string{"qingting.review.>"}, []Role{Officer}, "抽样复核脱敏结果", "draw samples and judge redactions", true},
	{Ask, []string{"qingting.approve.>"}, []Role{Officer, Approver}, "提出需审批的申请、查看申请", "ask for approval, see what was asked", true},
	{Decide, []string{"qingting.approve.decide", "qingting.approve.decide.>"}, []Role{Approver}, "审批他人的申请", "approve or refuse what another asked for", false},
	{Audit, []string{"qingting.audit.>"}, []Role{Officer, Auditor}, "读取与核验台账", "read and verify the ledger", true},
	{Govern, []string{"qingting.govern.>"}, []Role{Operator}, "管理用户与设置", "manage users and settings", false},
	{Keys, []string{"qingting.govern.officers.>"}, []Role{Officer}, "管理合规官的密钥", "manage the officers' keys, seal epoch keys anew", false},
	{Data, []string{"qingting.govern.data.>"}, []Role{Officer}, "管理来源登记与保存期限，导出，报告", "keep the register of sources and retention, export, report", false},
	{Lexicon, []string{"qingting.lexicon.>"}, []Role{Analyst}, "维护分词词典", "keep the lexicon of segmentation", true},
	{Themes, []string{"qingting.themes.>"}, []Role{Analyst}, "发现与订正主题、启用分类体系与主题模型、重新标注", "discover and correct themes, put a taxonomy or models of themes in place, tag anew what is stored", true},
	{Alerts, []string{"$JS.API.DIRECT.GET.FEEDBACK_ALERTS"}, []Role{Analyst, Officer, Auditor}, "查看与订阅预警", "read alerts, and hear of new ones", false},
	{Saved, []string{"qingting.saved.>", "$JS.API.DIRECT.GET.FEEDBACK_MATCHES"}, []Role{Analyst, Officer}, "保存检索、查看与订阅新匹配，从页面导出少量结果", "save searches, see and hear what is new in them, take a few of their results out of the pages", true},
	{Redact, []string{"qingting.redact.>"}, []Role{Analyst, Officer}, "对自己的文本去除个人信息", "have personal data taken out of a text of one's own", false},
	{Operate, nil, []Role{Analyst, Officer, Auditor, Operator}, "查看运行状况（只有数量）", "see how the server runs: counts alone", false},
}

// heard is what a power lets one subscribe to, beside one's inboxes.
var heard = map[Power][]string{Alerts: {"feedback.alerts.>"}, Saved: {"feedback.matches.>"}}

// row is the line of a power.
func row(p Power) (Row, bool) {
	i := slices.IndexFunc(Table, func(r Row) bool { return r.Power == p })
	if i < 0 {
		return Row{}, false
	}
	return Table[i], true
}

// RolesOf are the roles that have a power.
func RolesOf(p Power) []Role {
	r, _ := row(p)
	return slices.Clone(r.Roles)
}

// ForPages says that the process that serves the pages may use a power for who
// has signed in there.
func ForPages(p Power) bool {
	r, _ := row(p)
	return r.Pages
}

// PowerOf is the power that a subject asks for, or "" when no row has it.
func PowerOf(subject string) Power {
	var found Power
	longest := -1
	for _, r := range Table {
		for _, s := range r.Subjects {
			if n := len(strings.TrimSuffix(s, ">")); covers(s, subject) && n > longest {
				found, longest = r.Power, n
			}
		}
	}
	return found
}

// covers says that a pattern, which may end in ">", matches a subject.
func covers(pattern, subject string) bool {
	if prefix, open := strings.CutSuffix(pattern, ">"); open {
		return len(subject) > len(prefix) && strings.HasPrefix(subject, prefix)
	}
	return pattern == subject
}

// RoleFor is the first of the roles, in the order of Roles, that carries a
// power; "" when none does.
func RoleFor(roles []Role, p Power) Role {
	r, ok := row(p)
	if !ok {
		return ""
	}
	for _, role := range Roles {
		if slices.Contains(roles, role) && slices.Contains(r.Roles, role) {
			return role
		}
	}
	return ""
}

// Open says that one of the roles may publish to the row's subjects.
func (r Row) Open(roles []Role) bool {
	return RoleFor(roles, r.Power) != "" || r.Pages && slices.Contains(roles, Pages)
}

// Subjects is what the roles together may publish to, and what of that is
// another's power. To a NATS server, whoever is allowed nothing by name is
// allowed everything: who may publish to nothing is denied all.
func Subjects(roles []Role) (allow, deny []string) {
	for _, r := range Table {
		if r.Open(roles) {
			allow = append(allow, r.Subjects...)
		}
	}
	if len(allow) == 0 {
		return nil, []string{">"}
	}
	for _, r := range Table {
		if r.Open(roles) {
			continue
		}
		for _, s := range r.Subjects {
			if slices.ContainsFunc(allow, func(a string) bool { return covers(a, s) }) {
				deny = append(deny, s)
			}
		}
	}
	return allow, deny
}

// Hears is what the roles together may subscribe to, beside their inboxes.
func Hears(roles []Role) (subjects []string) {
	for _, r := range Table {
		if RoleFor(roles, r.Power) != "" {
			subjects = append(subjects, heard[r.Power]...)
		}
	}
	return subjects
}

// Crossing is every subject that some role may publish to, but for those that
// lie within another.
func Crossing() (subjects []string) {
	allow, _ := Subjects(Roles)
	for _, s := range allow {
		if !slices.ContainsFunc(allow, func(a string) bool { return a != s && covers(a, s) }) {
			subjects = append(subjects, s)
		}
	}
	return subjects
}

// Conflicts are warnings about roles that one person should not have together:
// what one of them does, the other is there to see. A publisher who reads what comes of it
// can find the feedback of a number that they know, by its pseudonym.
func Conflicts(roles []Role) (pairs [][2]Role) {
	for _, pair := range [][2]Role{{Operator, Officer}, {Operator, Approver}, {Operator, Auditor}, {Officer, Auditor}, {Publisher, Analyst}} {
		if slices.Contains(roles, pair[0]) && slices.Contains(roles, pair[1]) {
			pairs = append(pairs, pair)
		}
	}
	return pairs
}
