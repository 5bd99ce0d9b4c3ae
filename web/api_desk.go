package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"

	"qingting/internal/access"
)

// entryAnswer is an entry of the ledger: what was hashed, and where it stands.
type entryAnswer struct {
	Index   int64           `json:"index"`
	Entry   json.RawMessage `json:"entry"`
	Hash    string          `json:"hash"`
	Covered bool            `json:"covered"` // a signed checkpoint covers it
}

// entriesAnswer is a page of entries, the newest first.
type entriesAnswer struct {
	Entries []entryAnswer `json:"entries"`
	Before  int64         `json:"before,omitempty"` // where older ones begin
}

type requestsAnswer struct {
	Requests []RequestClock `json:"requests"`
}

type approvalsAnswer struct {
	Approvals []ApprovalAsked `json:"approvals"`
}

type samplesAnswer struct {
	Samples []SampleState `json:"samples"`
}

// sampleAnswer names a sample.
type sampleAnswer struct {
	Sample string `json:"sample"`
}

// judgementBody is a judgement of a document.
type judgementBody struct {
	Version  string          `json:"version"` // of the document that was read
	Verdicts []ReviewVerdict `json:"verdicts"`
	First    []bool          `json:"first,omitempty"` // of mode decide: whether the first reviewer's word holds, by the differences
	Now      bool            `json:"now,omitempty"`   // take out what was missed at once
}

// settledAnswer says in how many documents something was taken out.
type settledAnswer struct {
	Documents int `json:"documents"`
}

// reportBody asks for a file of a report.
type reportBody struct {
	Kind   string `json:"kind"` // html or pdf
	Reason string `json:"reason"`
}

var errNoDesk = &httpError{http.StatusNotImplemented, say{"这个进程没有合规工作台。", "This process has no officer's desk."}}

// mostVerdicts bounds a judgement.
const mostVerdicts = 1000

// deskEndpoints are what the officer's desk has pages for. No value that was taken out of
// feedback is among it.
func (s *server) deskEndpoints() []endpoint {
	get, post := http.MethodGet, http.MethodPost
	lang := []param{langParam}
	mode := param{name: "mode", typ: choose, choices: []string{"second", "decide"}, about: say{"作为第二人复核，或裁定分歧。", "As the second reviewer, or to decide differences."}}
	return []endpoint{
		{
			method: get, path: "/api/v1/desk/ledger", power: access.Audit, handle: s.onDesk(s.apiEntries), gives: entriesAnswer{},
			about: say{"台账的条目，最新在前。", "Entries of the ledger, the newest first."},
			takes: []param{
				langParam,
				{name: "action", most: maxValue, about: say{"动作。", "Action."}},
				{name: "actor", most: maxValue, about: say{"何人。", "Who."}},
				{name: "object", most: maxValue, about: say{"对象，如 user:lin。", "What it is about, such as user:lin."}},
				recordParam,
				{name: "since", typ: day, about: say{"第一天。", "First day."}},
				{name: "until", typ: day, about: say{"最后一天。", "Last day."}},
				{name: "before", typ: whole, least: 0, most: 1 << 53, about: say{"只要编号更小的。", "Only entries before this one."}},
			},
		},
		{
			method: get, path: "/api/v1/desk/ledger/state", power: access.Audit, handle: s.onDesk(func(r *http.Request) (any, error) { return s.cfg.Desk.Ledger.State(r.Context()) }), gives: LedgerState{},
			about: say{"台账到哪里，最近一次核验的结果。", "Where the ledger stands, and what the last verification found."}, takes: lang,
		},
		{
			method: post, path: "/api/v1/desk/ledger/check", power: access.Audit, handle: s.onDesk(s.apiCheck), gives: LedgerState{},
			about: say{"核验整个台账，或开始核验。", "Verify the whole ledger, or begin to."}, takes: lang,
		},
		{
			method: get, path: "/api/v1/desk/ledger/{entry}", power: access.Audit, handle: s.onDesk(s.apiEntry), gives: entryAnswer{},
			about: say{"一个条目，即参与哈希的内容。", "One entry, as it was hashed."}, takes: lang,
		},
		{
			method: get, path: "/api/v1/desk/ledger/{entry}/proof", power: access.Audit, handle: s.onDesk(s.apiProof), gives: map[string]any{},
			about: say{"条目的证明，供 qingting audit check 核对。", "The proof of an entry, as \"qingting audit check\" reads it."}, takes: lang,
		},
		{
			method: get, path: "/api/v1/desk/requests", power: access.Audit, gives: requestsAnswer{}, about: say{"个人请求及其期限，没有姓名和号码。", "Requests of persons and when they are due, without names and numbers."}, takes: lang,
			handle: s.onDesk(func(r *http.Request) (any, error) {
				list, err := s.cfg.Desk.Register.Requests(r.Context())
				return requestsAnswer{list}, err
			}),
		},
		{
			method: get, path: "/api/v1/desk/approvals", power: access.Ask, gives: approvalsAnswer{}, about: say{"近一周的审批申请。", "What was asked for approval within a week."}, takes: lang,
			handle: s.onDesk(func(r *http.Request) (any, error) {
				list, err := s.cfg.Desk.Register.Approvals(r.Context())
				return approvalsAnswer{list}, err
			}),
		},
		{
			method: get, path: "/api/v1/desk/sources", power: access.Audit, handle: s.onDesk(func(r *http.Request) (any, error) { return s.cfg.Desk.Register.Sources(r.Context()) }), gives: SourceRegister{},
			about: say{"登记的来源与保存期限。", "The register of sources, and how long what they send is kept."}, takes: lang,
		},
		{
			method: get, path: "/api/v1/desk/keys", power: access.Audit, handle: s.onDesk(func(r *http.Request) (any, error) { return s.cfg.Desk.Register.Keys(r.Context()) }), gives: KeyRegister{},
			about: say{"合规官的公钥，以及密封给谁。", "The officers' public keys, and what is sealed to them."}, takes: lang,
		},
		{
			method: get, path: "/api/v1/desk/policies", power: access.Audit, handle: s.onDesk(func(r *http.Request) (any, error) { return s.cfg.Desk.Register.Policies(r.Context()) }), gives: PolicyHistory{},
			about: say{"用过的脱敏策略，最新在前。", "The policies that ran here, the newest first."}, takes: lang,
		},
		{
			method: get, path: "/api/v1/desk/samples", power: access.Review, gives: samplesAnswer{}, about: say{"复核的样本，最新在前。", "The samples under review, the newest first."}, takes: lang,
			handle: s.onReview(func(r *http.Request) (any, error) {
				list, err := s.cfg.Desk.Samples.Samples(r.Context())
				return samplesAnswer{list}, err
			}),
		},
		{
			method: post, path: "/api/v1/desk/samples", power: access.Review, handle: s.onReview(s.apiDraw), gives: sampleAnswer{}, status: http.StatusCreated,
			about: say{"抽取一个样本。", "Draw a sample."}, takes: lang, body: jsonBody(SampleDraw{Reason: "quarterly review", Target: 0.01, Confidence: 0.95}, "怎样抽，为什么抽。", "How, and why."),
		},
		{
			method: get, path: "/api/v1/desk/samples/{sample}", power: access.Review, gives: SampleDetail{}, about: say{"一个样本及其复核结果。", "A sample, and what its review says so far."}, takes: lang,
			handle: s.onReview(func(r *http.Request) (any, error) {
				return s.cfg.Desk.Samples.Sample(r.Context(), r.PathValue("sample"))
			}),
		},
		{
			method: get, path: "/api/v1/desk/samples/{sample}/documents/{record}", power: access.Review, gives: ReviewItem{}, about: say{"样本中的一份脱敏文档，供复核。", "A redacted document of a sample, to judge."}, takes: []param{langParam, mode},
			handle: s.onReview(func(r *http.Request) (any, error) {
				return s.cfg.Desk.Reviews.Item(r.Context(), r.PathValue("sample"), r.PathValue("record"), modeOf(r))
			}),
		},
		{
			method: post, path: "/api/v1/desk/samples/{sample}/documents/{record}", power: access.Review, handle: s.onReview(s.apiJudge), gives: ReviewDone{},
			about: say{"复核一份文档。", "Judge a document."}, takes: []param{langParam, mode}, body: jsonBody(judgementBody{Version: "3f1c", Verdicts: []ReviewVerdict{{Start: 4, End: 9, Type: "MOBILE", Outcome: "right"}}}, "复核意见。", "The judgement."),
		},
		{
			method: post, path: "/api/v1/desk/samples/{sample}/settle", power: access.Review, gives: settledAnswer{}, about: say{"遮盖复核发现的漏遮。", "Take out what the review found missed."}, takes: lang,
			handle: s.onReview(func(r *http.Request) (any, error) {
				n, err := s.cfg.Desk.Samples.Settle(r.Context(), r.PathValue("sample"), "review")
				return settledAnswer{n}, err
			}),
		},
		{
			method: get, path: "/api/v1/desk/samples/{sample}/report", power: access.Review, gives: RiskReport{}, about: say{"残留风险报告。", "The residual-risk report."}, takes: lang,
			handle: s.onReview(func(r *http.Request) (any, error) {
				if s.cfg.Desk.Report == nil {
					return nil, errNoDesk
				}
				return s.cfg.Desk.Report.Report(r.Context(), r.PathValue("sample"), string(languageOf(r, chinese)))
			}),
		},
		{
			method: post, path: "/api/v1/desk/samples/{sample}/report", power: access.Review, serve: s.apiSign,
			about: say{"出具报告文件；其哈希先写入台账。", "Make the report a file; the ledger has its hash first."}, takes: lang, body: jsonBody(reportBody{"pdf", "quarterly review"}, "格式与理由。", "The format, and why."),
			files: []media{{"text/html; charset=utf-8", nil, say{}}, {"application/pdf", nil, say{}}},
		},
	}
}

// onDesk is a handler where there is a desk; what that refuses is told.
func (s *server) onDesk(handle func(*http.Request) (any, error)) func(*http.Request) (any, error) {
	return func(r *http.Request) (any, error) {
		if d := s.cfg.Desk; d == nil || d.Ledger == nil || d.Register == nil {
			return nil, errNoDesk
		}
		body, err := handle(r)
		return body, deskError(err)
	}
}

// onReview is onDesk, where samples are judged.
func (s *server) onReview(handle func(*http.Request) (any, error)) func(*http.Request) (any, error) {
	return s.onDesk(func(r *http.Request) (any, error) {
		if s.cfg.Desk.Samples == nil || s.cfg.Desk.Reviews == nil {
			return nil, errNoDesk
		}
		return handle(r)
	})
}

func entryAnswerOf(e LedgerEntry) entryAnswer {
	leaf := json.RawMessage(e.Leaf)
	if !json.Valid(leaf) { // verification tells of it
		leaf = json.RawMessage("null")
	}
	return entryAnswer{e.Index, leaf, e.Hash, e.Covered}
}

func (s *server) apiEntries(r *http.Request) (any, error) {
	q, _, err := ledgerQueryOf(r)
	if err != nil {
		return nil, err
	}
	found, err := s.cfg.Desk.Ledger.Entries(r.Context(), q)
	out := entriesAnswer{Entries: []entryAnswer{}}
	for _, e := range found.Entries {
		out.Entries = append(out.Entries, entryAnswerOf(e))
	}
	if n := len(found.Entries); found.More && n > 0 {
		out.Before = found.Entries[n-1].Index
	}
	return out, err
}

func (s *server) apiEntry(r *http.Request) (any, error) {
	n, err := entryIndex(r)
	if err != nil {
		return nil, err
	}
	e, err := s.cfg.Desk.Ledger.Entry(r.Context(), n)
	return entryAnswerOf(e), err
}

func (s *server) apiProof(r *http.Request) (any, error) {
	n, err := entryIndex(r)
	if err != nil {
		return nil, err
	}
	proof, err := s.cfg.Desk.Ledger.Proof(r.Context(), n)
	return json.RawMessage(proof), err
}

func (s *server) apiCheck(r *http.Request) (any, error) {
	if err := s.cfg.Desk.Ledger.Check(r.Context()); err != nil {
		return nil, err
	}
	return s.cfg.Desk.Ledger.State(r.Context())
}

func (s *server) apiDraw(r *http.Request) (any, error) {
	var asked SampleDraw
	if err := decodeBody(r, mostBody, &asked); err != nil {
		return nil, err
	}
	percent := func(share float64) string { return strconv.FormatFloat(100*max(0, share), 'g', -1, 64) }
	form := url.Values{
		"reason": {asked.Reason}, "ticket": {asked.Ticket}, "seed": {asked.Seed}, "from": {asked.From}, "to": {asked.To}, "channel": {asked.Channel},
		"target": {percent(asked.Target)}, "confidence": {percent(asked.Confidence)}, "second": {percent(asked.Second)},
	}
	if asked.Size != 0 {
		form.Set("size", strconv.Itoa(asked.Size))
	}
	if _, _, why := sampleDrawOf(form); why != nil { // bounded as the form is
		return nil, why
	}
	if asked.Second == 0 {
		asked.Second = -1 // none, and not what is usual
	}
	id, err := s.cfg.Desk.Samples.Draw(r.Context(), asked)
	return created{sampleAnswer{id}}, err
}

func (s *server) apiJudge(r *http.Request) (any, error) {
	var asked judgementBody
	if err := decodeBody(r, mostBody, &asked); err != nil {
		return nil, err
	}
	if len(asked.Verdicts) > mostVerdicts || len(asked.First) > mostVerdicts {
		return nil, &httpError{http.StatusUnprocessableEntity, say{"意见太多。", "There are too many verdicts."}}
	}
	return s.cfg.Desk.Reviews.Judge(r.Context(), ReviewJudgement{
		Sample: r.PathValue("sample"), Record: r.PathValue("record"), Version: asked.Version, Mode: modeOf(r), Verdicts: asked.Verdicts, First: asked.First, Now: asked.Now,
	})
}

// apiSign answers with the file that the page of the report makes.
func (s *server) apiSign(w http.ResponseWriter, r *http.Request) {
	var asked reportBody
	_, err := s.onReview(func(r *http.Request) (any, error) {
		if s.cfg.Desk.Report == nil {
			return nil, errNoDesk
		}
		return nil, decodeBody(r, mostBody, &asked)
	})(r)
	var signed SignedReport
	if err == nil {
		signed, err = s.sign(r, languageOf(r, chinese), r.PathValue("sample"), asked.Kind, asked.Reason)
	}
	if err != nil {
		s.answerJSON(w, r, nil, deskError(err))
		return
	}
	s.downloadReport(w, r.PathValue("sample"), asked.Kind, signed)
}
