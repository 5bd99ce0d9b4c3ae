package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"qingting/ingest/custody"
	"qingting/privacy/review"
)

type auditReviewCmd struct {
	custodyFlags
	reviewReason
	Sample string `arg:"" optional:"" help:"The sample; by default the last one."`
	Second bool   `xor:"mode" help:"Judge what another reviewer has judged, without seeing how."`
	Decide bool   `xor:"mode" help:"Decide where two reviewers differ."`
	Settle bool   `xor:"mode" help:"Take out what was missed and still stands in the text, also where a second reviewer was to see it."`
	Now    bool   `help:"Take out at once what is missed, also where a second reviewer shall see the document: they cannot see it then."`
	JSON   bool   `name:"json" xor:"mode2" help:"Print the documents to judge as JSON lines, and judge nothing."`
	Submit string `xor:"mode2" placeholder:"FILE" help:"Read verdicts as JSON lines, one a document; - is standard input."`
}

// Run reviews a sample: in the terminal, or by JSON lines.
func (c *auditReviewCmd) Run(ctx context.Context, con *console) error {
	client, closeClient, err := c.client(ctx, con)
	if err != nil {
		return err
	}
	defer closeClient()
	if c.Sample == "" {
		ids, err := client.Samples(ctx)
		if err != nil {
			return err
		}
		if len(ids) == 0 {
			return errors.New("there is no sample yet: draw one with \"qingting audit sample\"")
		}
		for _, id := range ids { // the one that was drawn last; of one day, any
			if c.Sample == "" || id[:8] >= c.Sample[:8] {
				c.Sample = id
			}
		}
	}
	if c.Submit != "" {
		return c.submit(ctx, con, client)
	}
	st, err := client.Review(ctx, c.Sample)
	if err != nil {
		return err
	}
	switch {
	case c.Settle:
		return c.settle(ctx, con, client, st)
	case c.Decide:
		return c.decide(ctx, con, client, st)
	}
	todo, err := c.todo(ctx, client, st)
	if err != nil {
		return err
	}
	if c.JSON {
		return c.print(ctx, con, client, todo)
	}
	d := newReviewDesk(con, client, c, todo)
	if err := d.run(ctx); err != nil {
		return err
	}
	return c.tell(ctx, con, client)
}

// todo lists the records that are to be judged.
func (c *auditReviewCmd) todo(ctx context.Context, client *custody.Client, st *review.State) ([]string, error) {
	var records []string
	for i := range st.Items {
		item := &st.Items[i]
		switch {
		case c.Second && item.Second && len(item.Readings) == 1, !c.Second && !item.Judged() && !item.Gone:
			records = append(records, item.Record)
		}
	}
	if !c.Second {
		return records, nil
	}
	seen, err := client.ReviewItems(ctx, c.request(), c.Sample, records, true)
	if err != nil {
		return nil, err
	}
	var others []string
	for _, record := range records {
		if item := seen[record]; !item.Mine && !item.Gone {
			others = append(others, record)
		}
	}
	return others, nil
}

// tell prints how far the sample is.
func (c *auditReviewCmd) tell(ctx context.Context, con *console, client *custody.Client) error {
	st, err := client.Review(ctx, c.Sample)
	if err != nil {
		return err
	}
	p, r := st.Progress(), st.Result()
	fmt.Fprintf(con.Err, "Sample %s: %d of %d documents judged", c.Sample, p.Judged, p.Items)
	if p.Gone > 0 {
		fmt.Fprintf(con.Err, ", %d gone", p.Gone)
	}
	fmt.Fprintf(con.Err, "; %d with something missed.\n", r.Missed.Documents)
	if p.Done() {
		fmt.Fprintf(con.Err, "At %g %% confidence at most %s of the documents have something missed in them; the target is %s.\n", r.Confidence*100, review.Percent(r.Missed.Upper), review.Percent(r.Target))
	}
	if p.Undecided > 0 {
		fmt.Fprintf(con.Err, "Two reviewers differ on %d: \"qingting audit review %s --decide\".\n", p.Undecided, c.Sample)
	}
	return nil
}

// print writes the documents to judge as JSON lines.
func (c *auditReviewCmd) print(ctx context.Context, con *console, client *custody.Client, records []string) error {
	for len(records) > 0 {
		part := records[:min(len(records), 100)]
		items, err := client.ReviewItems(ctx, c.request(), c.Sample, part, false)
		if err != nil {
			return err
		}
		for _, record := range part {
			if item := items[record]; !item.Gone {
				if err := printJSON(con.Out, item); err != nil {
					return err
				}
			}
		}
		records = records[len(part):]
	}
	return nil
}

// submit sends judgements that are JSON lines: record, version, verdicts.
func (c *auditReviewCmd) submit(ctx context.Context, con *console, client *custody.Client) error {
	in := con.In
	if c.Submit != "-" {
		file, err := os.Open(c.Submit)
		if err != nil {
			return err
		}
		defer file.Close()
		in = file
	}
	dec := json.NewDecoder(in)
	dec.DisallowUnknownFields()
	failed := 0
	for n := 1; ; n++ {
		var j struct {
			Record   string            `json:"record"`
			Version  string            `json:"version"`
			Verdicts []json.RawMessage `json:"verdicts"`
		}
		err := dec.Decode(&j)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("judgement %d: malformed: want {\"record\", \"version\", \"verdicts\"}", n) // the error may quote it
		}
		judgement := c.judgement(j.Record, j.Version)
		for _, raw := range j.Verdicts {
			v, err := parseVerdict(raw)
			if err != nil {
				return fmt.Errorf("judgement %d: %w", n, err)
			}
			judgement.Verdicts = append(judgement.Verdicts, v)
		}
		done, err := client.Judge(ctx, judgement)
		if err != nil {
			failed++
			fmt.Fprintf(con.Err, "judgement %d: %v\n", n, err)
			continue
		}
		if done.Problem != "" {
			failed++
			fmt.Fprintf(con.Err, "judgement %d: %s\n", n, done.Problem)
		}
		if err := printJSON(con.Out, struct {
			Record string `json:"record"`
			custody.Judged
		}{j.Record, done}); err != nil {
			return err
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d judgements were refused, or not carried out wholly", failed)
	}
	return c.tell(ctx, con, client)
}

func (c *auditReviewCmd) judgement(record, version string) custody.Judgement {
	j := custody.Judgement{Request: c.request(), ID: c.Sample, Version: version, Second: c.Second, Decide: c.Decide, Now: c.Now}
	j.Record = record
	return j
}

// settle takes out what was missed and still stands there.
func (c *auditReviewCmd) settle(ctx context.Context, con *console, client *custody.Client, st *review.State) error {
	n := 0
	for i := range st.Items {
		if !st.Items[i].Misses() {
			continue
		}
		r := c.request()
		r.Record = st.Items[i].Record
		done, err := client.Settle(ctx, r, c.Sample, true)
		if err != nil {
			return fmt.Errorf("record %s: %w", r.Record, err)
		}
		if done.Redacted {
			n++
		}
	}
	fmt.Fprintf(con.Err, "Took out what was missed in %d documents.\n", n)
	return nil
}

type auditGapsCmd struct {
	custodyFlags
	Sample string `arg:"" optional:"" help:"Only what a review of this sample saw."`
	JSON   bool   `name:"json" help:"Print JSON lines."`
}

// Run lists what reviewers saw missed, by what it looks like: for who improves
// the rules. The values are not in it.
func (c *auditGapsCmd) Run(ctx context.Context, con *console) error {
	client, closeClient, err := c.client(ctx, con)
	if err != nil {
		return err
	}
	defer closeClient()
	entries, err := client.Reviews(ctx, c.Sample)
	if err != nil {
		return err
	}
	gaps := review.Gaps(entries)
	if c.JSON {
		for _, g := range gaps {
			if err := printJSON(con.Out, g); err != nil {
				return err
			}
		}
		return nil
	}
	if len(gaps) == 0 {
		fmt.Fprintln(con.Err, "No reviewer has seen anything missed.")
		return nil
	}
	w := newGrid(con.Out)
	fmt.Fprintln(w, "TIMES\tTYPE\tSHAPE\tNEAR BY\tRECORD")
	for _, g := range gaps {
		fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\n", g.Times, g.Type, g.Shape, strings.Join(g.Cues, " "), g.Records[0])
	}
	return w.Flush()
}
