package web

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// DeskReport sets the residual-risk report of a sample.
type DeskReport interface {
	Report(ctx context.Context, sample, lang string) (RiskReport, error)
	// Sign makes the report a file, "html" or "pdf", and has the ledger hold its
	// hash before it is given.
	Sign(ctx context.Context, sample, lang, kind, reason string) (SignedReport, error)
}

// RiskReport is a report as blocks. Of each exactly one is there.
type RiskReport struct {
	Title  string        `json:"title"`
	Blocks []ReportBlock `json:"blocks"`
	Done   bool          `json:"done"` // every document was judged, and every difference decided
}

// ReportBlock is a heading, a paragraph or a table.
type ReportBlock struct {
	Heading string       `json:"heading"`
	Level   int          `json:"level"` // of a heading, 2 or 3
	Text    string       `json:"text"`
	Table   *ReportTable `json:"table,omitempty"`
}

// ReportTable has a head and rows as wide as the head.
type ReportTable struct {
	Head    []string       `json:"head"`
	Rows    [][]ReportCell `json:"rows"`
	Numbers []int          `json:"numbers"` // columns set to the right
}

// ReportCell is a cell, and whether it is a number.
type ReportCell struct {
	Text   string `json:"text"`
	Number bool   `json:"number"`
}

// SignedReport is a file whose hash an entry of the ledger holds.
type SignedReport struct {
	Body  []byte
	Entry int64
}

type reportPage struct {
	Head   deskHead
	Ready  bool
	Report RiskReport
	Sample string
	Picks  []choice
	Reason string
	Self   string // the command of the whole self-audit
}

func (s *server) deskReport(r *http.Request, lang language) (answer, error) {
	return s.reportPageOf(r, lang, r.URL.Query().Get("sample"), nil)
}

func (s *server) reportPageOf(r *http.Request, lang language, sample string, why *httpError) (answer, error) {
	list, err := s.cfg.Desk.Samples.Samples(r.Context())
	if err != nil {
		return answer{}, deskError(err)
	}
	page := reportPage{Head: s.deskHeadOf(r, lang, "/desk/report"), Sample: sample, Reason: r.PostForm.Get("reason"), Self: "qingting self-audit -o DIR --reason …"}
	for _, x := range list {
		page.Picks = append(page.Picks, choice{x.ID, x.ID + " · " + thousands(x.Judged) + " / " + thousands(x.Documents)})
	}
	if page.Sample == "" && len(list) > 0 {
		page.Sample = list[0].ID
	}
	if page.Sample != "" {
		if page.Report, err = s.cfg.Desk.Report.Report(r.Context(), page.Sample, string(lang)); err != nil {
			return answer{}, deskError(err)
		}
		page.Ready = true
	}
	status := http.StatusOK
	if why != nil {
		page.Head.Note, page.Head.Bad, status = why.text.in(lang), true, why.status
	}
	return answer{"desk_report", page, status}, nil
}

// signReport answers with the file: its hash is in the ledger then.
func (s *server) signReport(w http.ResponseWriter, r *http.Request, lang language) (answer, error) {
	sample, kind := r.PostForm.Get("sample"), r.PostForm.Get("kind")
	signed, err := s.sign(r, lang, sample, kind, r.PostForm.Get("reason"))
	if err != nil {
		if why := refusedOf(err); why != nil {
			return s.reportPageOf(r, lang, sample, why)
		}
		return answer{}, err
	}
	s.downloadReport(w, sample, kind, signed)
	return answer{}, nil
}

// reportKinds are the files a report can be.
var reportKinds = map[string]string{"html": "text/html; charset=utf-8", "pdf": "application/pdf"}

// sign makes the report a file, when what is asked is right.
func (s *server) sign(r *http.Request, lang language, sample, kind, reason string) (SignedReport, error) {
	reason = strings.TrimSpace(reason)
	switch {
	case reportKinds[kind] == "":
		return SignedReport{}, &httpError{http.StatusUnprocessableEntity, say{"请选择 HTML 或 PDF。", "Choose HTML or PDF."}}
	case reason == "" || len([]rune(reason)) > mostReason:
		return SignedReport{}, &httpError{http.StatusUnprocessableEntity, say{"请写明出具报告的理由（至多 500 个字符），它会记入台账。", "Say why the report is made, in at most 500 characters: it goes to the ledger."}}
	}
	return s.cfg.Desk.Report.Sign(r.Context(), sample, string(lang), kind, reason)
}

func (s *server) downloadReport(w http.ResponseWriter, sample, kind string, signed SignedReport) {
	s.download(w, reportKinds[kind], "qingting-risk-report-"+url.PathEscape(sample)+"-entry-"+strconv.FormatInt(signed.Entry, 10)+"."+kind, signed.Body)
}
