package main

import (
	"bufio"
	"context"
	"fmt"
	"strings"

	"qingting/ingest/custody"
	"qingting/privacy/audit"
	"qingting/privacy/review"
)

// decide goes through what two reviewers differ on.
func (c *auditReviewCmd) decide(ctx context.Context, con *console, client *custody.Client, st *review.State) error {
	in := bufio.NewScanner(con.In)
	for i := range st.Items {
		item := &st.Items[i]
		if !item.Disagrees() {
			continue
		}
		if c.JSON {
			if err := printJSON(con.Out, item); err != nil {
				return err
			}
			continue
		}
		docs, err := client.ReviewItems(ctx, c.request(), c.Sample, []string{item.Record}, false)
		if err != nil {
			return err
		}
		fmt.Fprintf(con.Out, "\n%s\n", item.Record)
		if doc := docs[item.Record]; doc.Document != nil {
			fmt.Fprintln(con.Out, plain(doc.Document.Text))
		}
		quit := false
		verdicts := item.Decide(func(d review.Difference) bool {
			fmt.Fprintf(con.Out, "  1 %s: %s\n  2 %s: %s\n", item.Readings[0].Reviewer, says(d.First), item.Readings[1].Reviewer, says(d.Second))
			for !quit {
				fmt.Fprint(con.Err, "1, 2, q > ")
				if quit = !in.Scan(); quit {
					break
				}
				switch strings.TrimSpace(in.Text()) {
				case "1":
					return true
				case "2":
					return false
				case "q":
					quit = true
				}
			}
			return false
		})
		if quit {
			return in.Err()
		}
		j := c.judgement(item.Record, item.Readings[0].Version)
		j.Verdicts = verdicts
		if _, err := client.Judge(ctx, j); err != nil {
			return err
		}
	}
	if c.JSON {
		return nil
	}
	return c.tell(ctx, con, client)
}

// says is a verdict in a line.
func says(v *audit.Verdict) string {
	if v == nil {
		return "nothing missed 无漏遮"
	}
	return strings.TrimSpace(fmt.Sprintf("%s %s %s %d-%d %s", v.Outcome, v.Type, v.Field, v.Start, v.End, v.As))
}
