package main

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"qingting/ingest/alert"
	"qingting/ingest/custody"
	"qingting/internal/access"
	"qingting/internal/document"
	"qingting/privacy/anonymity"
	"qingting/web"
)

// alertLog lists for the pages what was warned of: each alert as it was told last.
// What was read is kept, and read on from.
func (s *node) alertLog() func(context.Context, time.Time) ([]web.Alert, error) {
	var mu sync.Mutex
	var last uint64
	latest := map[string]alert.Alert{}
	return func(ctx context.Context, since time.Time) ([]web.Alert, error) {
		mu.Lock()
		defer mu.Unlock()
		for a, err := range alert.Read(ctx, s.streams.nc, last) {
			switch {
			case errors.Is(err, alert.ErrNoAlerts):
				return nil, nil
			case err != nil:
				return nil, err
			}
			last, latest[a.ID] = a.Sequence, a.Alert
		}
		var list []web.Alert
		for _, a := range latest {
			if a.At.Before(since) {
				continue
			}
			list = append(list, web.Alert{
				ID: a.ID, State: string(a.State), Kind: string(a.Kind), Severity: string(a.Severity), Direction: a.Direction,
				Theme: a.Theme, ThemeKind: a.ThemeKind, ZH: a.ZH, EN: a.EN, Since: a.Since.String(), Day: a.Day.String(),
				Observed: a.Observed, Expected: a.Expected, Factor: a.Factor, P: a.P, Shift: a.Shift, Causes: a.Causes, K: a.K, Provisional: a.Provisional, At: a.At,
			})
		}
		slices.SortFunc(list, func(a, b web.Alert) int { return cmp.Or(b.At.Compare(a.At), strings.Compare(a.ID, b.ID)) })
		return list, nil
	}
}

// exports makes files for the pages.
func (s *node) exports() web.Exports { return pageExports{s} }

type pageExports struct{ node *node }

// What leaves by the pages: no pseudonym, no record id, months for days, and labels
// that enough customers have.
var (
	pageColumns = []string{"month", "region", "channel", "product", "rating", "sentiment", "themes", "painpoints", "risks", "text"}
	labelColumn = map[string]func(*document.Document) []document.Tag{
		"themes":     func(d *document.Document) []document.Tag { return d.Themes },
		"painpoints": func(d *document.Document) []document.Tag { return d.PainPoints },
		"risks":      func(d *document.Document) []document.Tag { return d.Risks },
	}
)

// pageK is the k of what leaves by the pages.
const pageK = 5

// Export implements web.Exports: an entry of the ledger, the file, and an entry with
// its hash, before anything is given away.
func (p pageExports) Export(ctx context.Context, who access.Actor, order web.ExportOrder) (web.ExportFile, error) {
	client := p.node.deskFor(who)
	req := custody.Request{Reason: order.Reason}
	x, err := client.Take(ctx, custody.Take{Request: req, Format: order.Format, Query: order.Query, Purpose: order.Purpose, Rows: len(order.Documents)})
	if err != nil {
		return web.ExportFile{}, refusedAtDesk(err)
	}
	body, s, err := pageFile(order, x)
	if err != nil {
		_, also := client.Taken(context.WithoutCancel(ctx), custody.Extracted{Request: req, Entry: x.Entry, Outcome: "broken off"})
		return web.ExportFile{}, errors.Join(err, also)
	}
	sum := sha256.Sum256(body)
	counts := map[string]int{
		"rows": s.Counts.Rows, "generalised": s.Counts.Generalised, "withheld": s.Counts.Withheld, "k": s.K, "grade": int(s.Grade), "found": order.Found,
	}
	_, err = client.Taken(ctx, custody.Extracted{Request: req, Entry: x.Entry, Outcome: "done", Hash: hex.EncodeToString(sum[:]), Counts: counts})
	if err != nil {
		return web.ExportFile{}, refusedAtDesk(err)
	}
	kinds := map[string]string{
		"csv": "text/csv; charset=utf-8", "jsonl": "application/x-ndjson; charset=utf-8",
		"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	}
	return web.ExportFile{Name: fmt.Sprintf("qingting-export-%d.%s", x.Entry, order.Format), Kind: kinds[order.Format], Body: body}, nil
}

// pageFile is the file of an order, with its stamp.
func pageFile(order web.ExportOrder, x custody.Extraction) ([]byte, stamp, error) {
	c := &exportCmd{Format: order.Format, K: pageK, Columns: pageColumns}
	if !order.Text {
		c.Columns = slices.DeleteFunc(slices.Clone(pageColumns), func(name string) bool { return name == "text" })
	}
	common := commonLabels(order.Documents)
	count := anonymity.NewCount(c.K)
	policies, engines := map[string]bool{}, map[string]bool{}
	rows := make([]exportRow, 0, len(order.Documents))
	for _, d := range order.Documents {
		policies[d.Policy], engines[d.Engine] = true, true
		r := exportRow{Quasi: c.quasi(d)}
		for _, name := range c.Columns {
			cell := exportColumns[name](d)
			if _, ok := labelColumn[name]; ok {
				cell = common.only(name, cell)
			}
			r.Cells = append(r.Cells, cell)
		}
		count.Add(r.Quasi, d.Customer)
		rows = append(rows, r)
	}
	plan := count.Plan()
	s := c.stamp(&extraction{Extraction: x}, plan)
	s.Policies, s.Engines = sortedKeys(policies), sortedKeys(engines)
	var out bytes.Buffer
	write := map[string]func(io.Writer, stamp, rowsOf) error{"csv": writeCSV, "jsonl": writeJSONL, "xlsx": writeXLSX}[order.Format]
	if write == nil {
		return nil, s, fmt.Errorf("unknown format %q", order.Format)
	}
	err := write(&out, s, func(yield func([]string) error) error {
		for _, r := range rows {
			coarse, ok := plan.Apply(r.Quasi)
			if !ok {
				continue
			}
			c.coarsen(r.Cells, coarse)
			if err := yield(r.Cells); err != nil {
				return err
			}
		}
		return nil
	})
	return out.Bytes(), s, err
}

// labelSet is those of a column that enough customers have.
type labelSet map[[2]string]bool

// commonLabels finds them: a label of few could single a row out.
func commonLabels(docs []*document.Document) labelSet {
	customers := map[[2]string]map[string]bool{}
	for i, d := range docs {
		who := cmp.Or(d.Customer, fmt.Sprint("\x00", i)) // unknown: one of their own
		for column, of := range labelColumn {
			for _, t := range of(d) {
				key := [2]string{column, t.ID}
				if customers[key] == nil {
					customers[key] = map[string]bool{}
				}
				customers[key][who] = true
			}
		}
	}
	common := labelSet{}
	for key, who := range customers {
		common[key] = len(who) >= pageK
	}
	return common
}

// only keeps the labels of a cell that are common; of what was taken away, one star
// is left.
func (l labelSet) only(column, cell string) string {
	var kept []string
	for id := range strings.FieldsSeq(cell) {
		switch {
		case l[[2]string{column, id}]:
			kept = append(kept, id)
		case !slices.Contains(kept, anonymity.Dropped):
			kept = append(kept, anonymity.Dropped)
		}
	}
	return strings.Join(kept, " ")
}
