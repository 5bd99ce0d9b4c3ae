package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"qingting/ingest/custody"
	"qingting/internal/access"
	"qingting/internal/document"
	"qingting/privacy/audit"
	"qingting/privacy/review"
	"qingting/privacy/review/paper"
	"qingting/web"
)

// deskReviews draws samples and judges documents for the pages.
type deskReviews struct {
	node   *node
	ledger *deskLedger
}

// Samples lists the samples, the newest first.
func (d deskReviews) Samples(ctx context.Context) (list []web.SampleState, err error) {
	client := d.node.deskClient(ctx)
	ids, err := client.Samples(ctx)
	if err != nil {
		return nil, deskRefusal(err)
	}
	for _, id := range ids {
		st, err := client.Standing(ctx, id)
		if err != nil {
			return nil, deskRefusal(err)
		}
		list = append(list, sampleState(st))
	}
	slices.SortStableFunc(list, func(a, b web.SampleState) int { return b.Drawn.Compare(a.Drawn) })
	return list, nil
}

func sampleState(st *review.State) web.SampleState {
	s, p, r := st.Sample, st.Progress(), st.Result()
	return web.SampleState{
		ID: s.ID, Drawn: s.Time, Documents: p.Items, Judged: p.Judged, Gone: p.Gone, Second: p.Second, Twice: p.Twice, Undecided: p.Undecided, Population: s.Population,
		From: s.Scope.From, To: s.Scope.To, Channel: s.Scope.Channel, Seed: s.Seed, Hidden: p.Hidden, Misses: p.Misses, MissedDocuments: r.Missed.Documents,
		Target: r.Target, Confidence: r.Confidence, Upper: r.Missed.Upper, Seen: r.Missed.Share, AtMost: r.Missed.AtMost(), Reach: s.Reach(),
		Met: r.Met, Complete: p.Done(), More: r.More, Recall: r.Recall, Entry: st.Entry,
	}
}

// Sample gives a sample with what is left in it for who asks.
func (d deskReviews) Sample(ctx context.Context, id string) (out web.SampleDetail, err error) {
	client := d.node.deskClient(ctx)
	st, err := client.Review(ctx, id)
	if err != nil {
		return out, deskRefusal(err)
	}
	entries, err := client.Reviews(ctx, id)
	if err != nil {
		return out, deskRefusal(err)
	}
	r := st.Result()
	out = web.SampleDetail{SampleState: sampleState(st), FalseAll: estimateOf(r.False), Missed: estimatesOf(r.MissedTypes), False: estimatesOf(r.FalseTypes)}
	for _, s := range st.Sample.Strata {
		out.Strata = append(out.Strata, web.SampleStratum{Dimension: s.Dimension, Value: s.Value, Population: s.Population, Size: s.Size})
	}
	for _, why := range sortedBy(st.Sample.Left) {
		out.LeftOut = append(out.LeftOut, web.SampleCount{Name: why, Count: st.Sample.Left[why]})
	}
	for _, g := range review.Gaps(entries) {
		out.Gaps = append(out.Gaps, web.SampleGap{Type: g.Type, Shape: g.Shape, Cues: strings.Join(g.Cues, " "), Times: g.Times})
	}
	me := access.ActorOf(ctx).Name
	out.Open, out.SecondOf, out.Differ = roundOf(st, "", me), roundOf(st, "second", me), roundOf(st, "decide", me)
	return out, nil
}

func estimateOf(e review.Estimate) web.SampleEstimate {
	return web.SampleEstimate{Type: e.Type, Documents: e.Documents, Judged: e.Judged, Places: e.Places, Upper: e.Upper, AtMost: e.AtMost()}
}

func estimatesOf(all []review.Estimate) (list []web.SampleEstimate) {
	for _, e := range all {
		list = append(list, estimateOf(e))
	}
	return list
}

// roundOf lists the records that somebody has to judge in a round, in the order of
// the sample.
func roundOf(st *review.State, mode, me string) (records []string) {
	for i := range st.Items {
		if inRound(&st.Items[i], mode, me) {
			records = append(records, st.Items[i].Record)
		}
	}
	return records
}

func inRound(item *review.Standing, mode, me string) bool {
	switch mode {
	case "second":
		return item.Second && len(item.Readings) == 1 && !access.Same(item.Readings[0].Reviewer, me)
	case "decide":
		return item.Disagrees()
	}
	return !item.Judged() && !item.Gone
}

// Draw draws a sample.
func (d deskReviews) Draw(ctx context.Context, w web.SampleDraw) (string, error) {
	id, err := d.node.deskClient(ctx).Draw(ctx, custody.Draw{
		Request: custody.Request{Reason: w.Reason, Ticket: w.Ticket}, Seed: w.Seed, Size: w.Size, Target: w.Target, Confidence: w.Confidence, Second: w.Second,
		Scope: review.Scope{From: w.From, To: w.To, Channel: w.Channel},
	})
	return id, deskRefusal(err)
}

// Settle takes out what was missed and still stands.
func (d deskReviews) Settle(ctx context.Context, id, reason string) (n int, err error) {
	client := d.node.deskClient(ctx)
	st, err := client.Standing(ctx, id)
	if err != nil {
		return 0, deskRefusal(err)
	}
	for i := range st.Items {
		if !st.Items[i].Misses() {
			continue
		}
		done, err := client.Settle(ctx, custody.Request{Reason: reason, Record: st.Items[i].Record}, id, true)
		if err != nil {
			return n, deskRefusal(err)
		}
		if done.Redacted {
			n++
		}
	}
	return n, nil
}

// Item gives a document to judge, with its neighbours in the round.
func (d deskReviews) Item(ctx context.Context, sample, record, mode string) (out web.ReviewItem, err error) {
	client := d.node.deskClient(ctx)
	st, err := client.Standing(ctx, sample)
	if err != nil {
		return out, deskRefusal(err)
	}
	at := slices.IndexFunc(st.Items, func(i review.Standing) bool { return i.Record == record })
	if at < 0 {
		return out, &web.DeskRefusal{ZH: "这个样本里没有这份文档。", EN: "This sample does not have such a document.", Kind: web.RefusedMissing}
	}
	items, err := client.ReviewItems(ctx, custody.Request{}, sample, []string{record}, false)
	if err != nil {
		return out, deskRefusal(err)
	}
	item, p, me := items[record], st.Progress(), access.ActorOf(ctx).Name
	out = web.ReviewItem{
		Sample: sample, Record: record, Version: item.Version, Gone: item.Gone || item.Document == nil, Mine: item.Mine, Read: len(st.Items[at].Readings),
		Types: deskTypes(), Judged: p.Judged + p.Gone, Documents: p.Items,
	}
	for i := range st.Items {
		switch {
		case !inRound(&st.Items[i], mode, me) || i == at:
		case i < at:
			out.Previous = st.Items[i].Record
		case out.Next == "":
			out.Next = st.Items[i].Record
		}
	}
	if out.Next == "" { // those that were skipped
		for i := range st.Items[:at] {
			if inRound(&st.Items[i], mode, me) {
				out.Next = st.Items[i].Record
				break
			}
		}
	}
	if out.Gone {
		return out, nil
	}
	if mode == "decide" {
		out.Version = "" // of the two readings, which the service knows
		for _, diff := range st.Items[at].Differences() {
			out.Differ = append(out.Differ, web.ReviewDifference{First: shownVerdict(diff.First), Second: shownVerdict(diff.Second)})
		}
	}
	out.Fields = reviewFields(item.Document)
	return out, nil
}

func shownVerdict(v *audit.Verdict) *web.ReviewVerdict {
	if v == nil {
		return nil
	}
	return &web.ReviewVerdict{Field: v.Field, Start: v.Start, End: v.End, Type: v.Type, Outcome: v.Outcome, As: v.As}
}

func reviewFields(doc *document.Document) (list []web.ReviewField) {
	for _, name := range review.Fields(doc) {
		text, _ := review.Text(doc, name)
		field := web.ReviewField{Name: name, Text: text}
		for _, r := range doc.Redactions {
			if r.Field == name && review.Hidden(r) {
				field.Marks = append(field.Marks, web.ReviewMark{Start: r.Start, End: r.End, Type: r.Type})
			}
		}
		slices.SortFunc(field.Marks, func(a, b web.ReviewMark) int { return a.Start - b.Start })
		list = append(list, field)
	}
	return list
}

// Judge has a judgement written to the ledger.
func (d deskReviews) Judge(ctx context.Context, j web.ReviewJudgement) (out web.ReviewDone, err error) {
	client := d.node.deskClient(ctx)
	order := custody.Judgement{Request: custody.Request{Record: j.Record}, ID: j.Sample, Version: j.Version, Second: j.Mode == "second", Decide: j.Mode == "decide", Now: j.Now}
	if order.Decide {
		if err := decideOn(ctx, client, j, &order); err != nil {
			return out, err
		}
	}
	for _, v := range j.Verdicts {
		order.Verdicts = append(order.Verdicts, audit.Verdict{Field: v.Field, Start: v.Start, End: v.End, Type: v.Type, Outcome: v.Outcome, As: v.As})
	}
	done, err := client.Judge(ctx, order)
	if err != nil {
		return out, deskRefusal(err)
	}
	return web.ReviewDone{Missed: done.Missed, Redacted: done.Redacted, Waiting: done.Waiting, Problem: done.Problem}, nil
}

// decideOn fills in the verdicts that count where two reviewers differ.
func decideOn(ctx context.Context, client *custody.Client, j web.ReviewJudgement, order *custody.Judgement) error {
	st, err := client.Standing(ctx, j.Sample)
	if err != nil {
		return deskRefusal(err)
	}
	i := slices.IndexFunc(st.Items, func(i review.Standing) bool { return i.Record == j.Record })
	if i < 0 || !st.Items[i].Disagrees() || len(st.Items[i].Differences()) != len(j.First) {
		return &web.DeskRefusal{ZH: "这里的分歧刚才有变动，请重新看一遍。", EN: "What the reviewers differ on was changed meanwhile: look at it again."}
	}
	n := 0
	order.Verdicts = st.Items[i].Decide(func(review.Difference) bool { n++; return j.First[n-1] })
	order.Version = st.Items[i].Readings[0].Version
	return nil
}

// deskReport sets the risk report of a sample for the pages.
type deskReport struct {
	node   *node
	ledger *deskLedger
}

func (d deskReport) document(ctx context.Context, sample, lang string) (*paper.Document, bool, error) {
	client := d.node.deskClient(ctx)
	st, err := client.Review(ctx, sample)
	if err != nil {
		return nil, false, deskRefusal(err)
	}
	entries, err := client.Reviews(ctx, sample)
	if err != nil {
		return nil, false, deskRefusal(err)
	}
	last, err := d.ledger.newest(ctx, client)
	if err != nil {
		return nil, false, err
	}
	p := st.Progress()
	facts := review.Facts{Lang: lang, Time: time.Now(), Log: last.Origin, Checkpoint: last.Checkpoint, Gaps: review.Gaps(entries)}
	return st.Report(facts), p.Done() && p.Undecided == 0, nil
}

// Report gives the report as blocks.
func (d deskReport) Report(ctx context.Context, sample, lang string) (out web.RiskReport, err error) {
	doc, done, err := d.document(ctx, sample, lang)
	if err != nil {
		return out, err
	}
	out = web.RiskReport{Title: doc.Title, Done: done}
	for _, b := range doc.Blocks {
		switch b := b.(type) {
		case paper.Heading:
			out.Blocks = append(out.Blocks, web.ReportBlock{Heading: b.Text, Level: b.Level})
		case paper.Text:
			out.Blocks = append(out.Blocks, web.ReportBlock{Text: string(b)})
		case paper.Table:
			t := &web.ReportTable{Head: b.Head}
			for _, row := range b.Rows {
				var cells []web.ReportCell
				for i, text := range row {
					cells = append(cells, web.ReportCell{Text: text, Number: slices.Contains(b.Numbers, i)})
				}
				t.Rows = append(t.Rows, cells)
			}
			out.Blocks = append(out.Blocks, web.ReportBlock{Table: t})
		}
	}
	return out, nil
}

// Sign makes the file, after which the ledger has its hash.
func (d deskReport) Sign(ctx context.Context, sample, lang, kind, reason string) (out web.SignedReport, err error) {
	doc, done, err := d.document(ctx, sample, lang)
	if err != nil {
		return out, err
	}
	if !done {
		return out, &web.DeskRefusal{ZH: "复核还没有完成，或还有分歧未裁定，不能出具签名的报告；中期报告用命令行 audit report --interim。", EN: "The review is not complete, or a difference is not decided: no report is signed. The command audit report --interim makes an interim one."}
	}
	var body bytes.Buffer
	if kind == "pdf" {
		err = doc.PDF(&body)
	} else {
		err = doc.HTML(&body)
	}
	if err != nil {
		return out, fmt.Errorf("setting the report: %w", err)
	}
	sum := sha256.Sum256(body.Bytes())
	signed, err := d.node.deskClient(ctx).SignReport(ctx, custody.ReportSigning{Request: custody.Request{Reason: reason}, ID: sample, Hash: hex.EncodeToString(sum[:])})
	if err != nil {
		return out, deskRefusal(err)
	}
	return web.SignedReport{Body: body.Bytes(), Entry: signed.Entry}, nil
}
