package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"qingting/textmining/duplicate"
)

// duplicatesCmd finds near-duplicates and campaigns in a file.
type duplicatesCmd struct {
	File      string        `arg:"" help:"JSONL with \"id\" and \"text\" a line, and \"customer\" and \"time\" where they are known; - is standard input."`
	Threshold float64       `default:"0.5" help:"Share of the pairs of characters that two texts must have in common, over 0 to 1 (default ${default})."`
	Customers int           `default:"5" help:"Customers that make a campaign (default ${default})."`
	Within    time.Duration `default:"168h" help:"Time within which they do (default ${default}, seven days)."`
	Size      int           `default:"2" help:"Show groups of so many documents and more (default ${default})."`
	Assign    bool          `help:"Write the group of each line instead: {\"id\",\"group\"}; 0 is a text without words."`
	JSON      bool          `name:"json" help:"Print a JSON line a group, with the ids of its documents."`
}

func (c *duplicatesCmd) Help() string {
	return `A campaign is the same text from at least --customers customers within --within; a repeat is one customer
sending the same again; copies are anything else. Texts are the same when they share half of their pairs of neighbouring
characters, punctuation, letter case and placeholders aside; under 8 characters, when nothing differs. The template shows
what four of five have, with … for what varies. Give it redacted text: run "qingting redact" first.`
}

// duplicateRow is a line of output.
type duplicateRow struct {
	duplicate.Summary
	IDs []json.RawMessage `json:"ids"`
}

// Run lists the groups.
func (c *duplicatesCmd) Run(ctx context.Context, con *console) error {
	if !(c.Threshold > 0 && c.Threshold <= 1) {
		return usagef("--threshold must be over 0, and 1 at most")
	}
	if c.Customers < 2 || c.Within <= 0 || c.Size < 2 {
		return usagef("--customers and --size must be at least 2, and --within longer than 0")
	}
	in, err := openInput(c.File, con)
	if err != nil {
		return err
	}
	defer in.Close()
	ix := duplicate.New(duplicate.Config{Threshold: c.Threshold, Max: maxDuplicates})
	var documents []duplicate.Document
	var ids []json.RawMessage
	refused := eachRow(ctx, in, con, func(row feedbackRow) error {
		if len(ids) == maxDuplicates {
			return fmt.Errorf("more than %d lines; split the file", maxDuplicates)
		}
		id := uint64(len(ids))
		if row.ID == nil {
			row.ID = json.RawMessage(strconv.FormatUint(id+1, 10)) // its place among the rows
		}
		ids = append(ids, row.ID)
		documents = append(documents, duplicate.Document{ID: id, Text: row.Text, Customer: row.Customer, Time: row.Time})
		ix.Add(id, row.Text)
		return nil
	})
	if err := c.print(con, ix, documents, ids); err != nil {
		return err
	}
	return refused
}

// maxDuplicates bounds what is held in memory.
const maxDuplicates = 5_000_000

func (c *duplicatesCmd) print(con *console, ix *duplicate.Index, documents []duplicate.Document, ids []json.RawMessage) error {
	enc := json.NewEncoder(con.Out)
	enc.SetEscapeHTML(false)
	of := func(id uint64) duplicate.Group { g, _ := ix.Group(id); return g }
	if c.Assign {
		for i, id := range ids {
			if err := enc.Encode(struct {
				ID    json.RawMessage `json:"id"`
				Group duplicate.Group `json:"group"`
			}{id, of(uint64(i))}); err != nil {
				return err
			}
		}
		return nil
	}
	groups := duplicate.Survey(documents, of, duplicate.Rules{Customers: c.Customers, Within: c.Within})
	members := map[duplicate.Group][]json.RawMessage{}
	for i := range ids {
		members[of(uint64(i))] = append(members[of(uint64(i))], ids[i])
	}
	var rows [][]string
	in, campaigns := 0, 0
	for _, g := range groups {
		if g.Size < c.Size {
			continue
		}
		in += g.Size
		if g.Kind == duplicate.Campaign {
			campaigns++
		}
		if c.JSON {
			if err := enc.Encode(duplicateRow{g, members[g.Group]}); err != nil {
				return err
			}
			continue
		}
		from, to := "", ""
		if !g.First.IsZero() {
			from, to = g.First.Format(time.DateOnly), g.Last.Format(time.DateOnly)
		}
		rows = append(rows, []string{
			strconv.Itoa(g.Size), string(g.Kind), strconv.Itoa(g.Customers), strconv.Itoa(g.Texts), from, to, strings.Join(wrap(g.Template, 80, 1), ""),
		})
	}
	if len(rows) > 0 {
		head := []string{"DOCUMENTS", "KIND", "CUSTOMERS", "TEXTS", "FIRST", "LAST", "TEMPLATE"}
		if err := alignRows(con.Out, append([][]string{head}, rows...)); err != nil {
			return err
		}
	}
	fmt.Fprintf(con.Err, "%d of %d documents are near-duplicates of others; %d campaigns.\n", in, len(ids), campaigns)
	return nil
}
