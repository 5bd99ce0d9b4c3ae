package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"qingting/ingest"
	"qingting/internal/document"
	"qingting/textmining/statistics"
	"qingting/textmining/taxonomy"
)

// observedFlags say where the documents are that are analysed: a server has
// them, a data directory that no server uses, or a file.
type observedFlags struct {
	serverFlags
	File     string `placeholder:"FILE" help:"Read annotated feedback from this JSONL file, - being standard input: \"themes\" as annotate writes them, \"time\", and where known \"rating\", \"customer\", \"channel\", \"region\", \"product\"."`
	Taxonomy string `placeholder:"FILE" help:"With --data or --file: name the themes by this taxonomy."`
}

// remote says that a server is asked.
func (f observedFlags) remote() bool { return f.Data == "" && f.File == "" }

// store counts the documents of a file or a data directory; inDirectory, if any,
// is given the streams of the latter.
func (f observedFlags) store(ctx context.Context, con *console, inDirectory func(*streams) error) (*statistics.Store, error) {
	tax, err := taxonomy.Load(f.Taxonomy)
	if err != nil {
		return nil, err
	}
	stats := statistics.New(statistics.Config{Taxonomy: tax})
	return stats, f.each(ctx, con, inDirectory, func(d *document.Document) {
		if f.File != "" {
			d.Text = "" // of a file no quotes are shown, and no campaigns looked for
		}
		stats.Put(d)
	})
}

// each takes the documents of a file or a data directory, of the latter also such
// as a later one replaces.
func (f observedFlags) each(ctx context.Context, con *console, inDirectory func(*streams) error, take func(*document.Document)) error {
	if f.Data != "" && f.File != "" {
		return usagef("give --data or --file, not both")
	}
	if f.File != "" {
		in, err := openInput(f.File, con)
		if err != nil {
			return err
		}
		defer in.Close()
		return readObserved(ctx, in, con, take)
	}
	st, err := openStreams(ctx, dataFlags{Data: f.Data})
	if err != nil {
		return err
	}
	defer st.close()
	if inDirectory != nil {
		if err := inDirectory(st); err != nil {
			return err
		}
	}
	return st.eachDocument(ctx, take, func(uint64, error) {})
}

// observedRow is a line of --file.
type observedRow struct {
	ID       json.RawMessage `json:"id"`
	Time     json.RawMessage `json:"time"`
	Rating   *float64        `json:"rating"`
	Customer json.RawMessage `json:"customer"`
	Channel  string          `json:"channel"`
	Region   string          `json:"region"`
	Product  string          `json:"product"`
	Text     string          `json:"text"`
	document.Annotation
}

// readObserved takes the lines of a file. A line that is none is told on
// con.Err, and the others go on; then the result is an error.
func readObserved(ctx context.Context, in io.Reader, con *console, take func(*document.Document)) error {
	r := bufio.NewReaderSize(in, batchBytes)
	failed := 0
	for n := 1; ctx.Err() == nil; n++ {
		line, long, err := readLine(r)
		if err != nil && (!errors.Is(err, io.EOF) || len(line) == 0 && !long) {
			if errors.Is(err, io.EOF) {
				break
			}
			return fmt.Errorf("reading the input: %w", err)
		}
		if len(line) == 0 && !long {
			continue
		}
		if d, err := observed(line, n); err != nil || long {
			failed++
			fmt.Fprintf(con.Err, "qingting: line %d: not annotated feedback; each line must be {\"id\":…,\"time\":…,\"themes\":[…]}\n", n)
		} else {
			take(d)
		}
	}
	if err := ctx.Err(); err != nil {
		return interrupted(ctx)
	}
	if failed > 0 {
		return fmt.Errorf("%d of the lines could not be read, see above", failed)
	}
	return nil
}

func observed(line []byte, n int) (*document.Document, error) {
	var row observedRow
	if err := json.Unmarshal(line, &row); err != nil {
		return nil, err
	}
	at, ok := ingest.ParseTime(plainValue(row.Time))
	if !ok {
		return nil, errors.New("no time")
	}
	record := plainValue(row.ID)
	if record == "" || record == "null" {
		record = fmt.Sprint("line ", n)
	}
	customer := plainValue(row.Customer)
	if customer == "null" {
		customer = ""
	}
	return &document.Document{
		Record: record, Time: at, Rating: row.Rating, Customer: customer,
		Channel: row.Channel, Region: row.Region, Product: row.Product, Text: row.Text, Annotation: row.Annotation,
	}, nil
}
