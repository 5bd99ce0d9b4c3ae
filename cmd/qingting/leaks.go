package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"

	"qingting/privacy"
	"qingting/search"
)

type leaksCmd struct {
	custodyFlags
	Policy  string `placeholder:"FILE" help:"Judge by this policy and not by the default one."`
	Lexicon string `placeholder:"FILE" help:"The lexicon that the server was started with."`
	Values  string `placeholder:"FILE" help:"Look for these exact values instead, one a line, in every encoding; - is standard input. They are not repeated."`
	JSON    bool   `name:"json" help:"Print JSON lines."`
}

func (c *leaksCmd) Help() string {
	return `Reads everything that is kept and not sealed: documents of every version, ledger, checkpoints, settings with their history,
headers and subjects of every stream, and the dictionaries and stored documents of the search index. It tells where something
stands that detection calls personal data, by type and rule, and never what. With --values it looks for exact values, such as
those of a person who was erased, as text, GB18030, UTF-16, hex, base64 and more, in the same places and in every file under the
data directory. Run it while no server uses the data directory; with --nats it needs the rights of a worker. The queue, which
holds feedback in the clear until it is processed, is searched for values only. The exit code is 1 when something is found.`
}

// leak is a place where something stands that should not.
type leak struct {
	Store string `json:"store"`           // a stream, index, files
	Where string `json:"where"`           // message, record, field, file
	Type  string `json:"type,omitempty"`  // of personal data
	Rule  string `json:"rule,omitempty"`  // that found it
	Start int    `json:"start,omitempty"` // in code points of the field
	End   int    `json:"end,omitempty"`
	Value int    `json:"value,omitempty"` // number of the value that was asked for, from 1
	Form  string `json:"form,omitempty"`  // encoding it was found in
}

// leakScan looks at texts, and tells of what it finds.
type leakScan struct {
	con   *console
	json  bool
	judge func(text string) []leak // what stands in a text, places only
	seen  map[string]bool          // texts in which nothing is, to be judged once
	bar   *progressbar.ProgressBar

	bytes  int64
	texts  int
	leaks  int
	counts map[string]int
	err    error
}

// Run looks everywhere.
func (c *leaksCmd) Run(ctx context.Context, con *console) error {
	s := &leakScan{con: con, json: c.JSON, seen: make(map[string]bool), counts: make(map[string]int), bar: progressOf(con.Err, 1, "leaks")}
	var values []leakValue
	if c.Values != "" {
		var err error
		if values, err = readValues(con, c.Values); err != nil {
			return err
		}
		s.judge = func(text string) []leak { return findValues(values, []byte(text)) }
	} else {
		r, err := newRedactor(c.Policy, nil)
		if err != nil {
			return err
		}
		s.judge = judgeBy(r)
	}
	st, err := openServerStreams(ctx, con, c.custodyFlags)
	if err != nil {
		return err
	}
	defer st.close()
	began := time.Now()
	if err := s.streams(ctx, st, values != nil); err != nil {
		return err
	}
	if err := s.index(ctx, c.indexDir(), c.Lexicon); err != nil {
		return err
	}
	if values != nil {
		if err := s.files(ctx, values, c.Data, c.secretsDir()); err != nil {
			return err
		}
	}
	_ = s.bar.Finish() // it is only to be looked at
	if s.err != nil {
		return s.err
	}
	took := time.Since(began)
	fmt.Fprintf(con.Err, "Looked at %d texts and %.1f MB in %s, %.1f MB/s.\n", s.texts, float64(s.bytes)/1e6, took.Round(time.Millisecond), float64(s.bytes)/1e6/took.Seconds())
	if s.leaks == 0 {
		fmt.Fprintln(con.Err, "Nothing was found.")
		return nil
	}
	w := newGrid(con.Err)
	for _, k := range slices.Sorted(maps.Keys(s.counts)) {
		fmt.Fprintf(w, "%s\t%d\n", k, s.counts[k])
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return fmt.Errorf("%d places hold what should not be there", s.leaks)
}

// judgeBy finds what a redactor would take out.
func judgeBy(r *privacy.Redactor) func(string) []leak {
	at := time.Now() // chooses a pseudonym that is thrown away
	return func(text string) (found []leak) {
		for _, span := range r.Redact(text, at).Spans {
			if span.Action != privacy.Keep {
				found = append(found, leak{Type: string(span.Type), Rule: span.Rule, Start: span.SourceStart, End: span.SourceEnd})
			}
		}
		return found
	}
}

// seenLimit bounds what is remembered of clean texts.
const seenLimit = 1 << 17

// text looks at one text.
func (s *leakScan) text(store, where, text string) {
	s.texts++
	s.bytes += int64(len(text))
	if text == "" || s.seen[text] {
		return
	}
	found := s.judge(text)
	if len(found) == 0 {
		if len(s.seen) >= seenLimit {
			clear(s.seen)
		}
		s.seen[text] = true
		return
	}
	s.tell(store, where, found)
}

func (s *leakScan) tell(store, where string, found []leak) {
	for _, l := range found {
		l.Store, l.Where = store, where
		s.leaks++
		what := l.Type
		if what == "" {
			what = fmt.Sprintf("value %d", l.Value)
		}
		s.counts[store+" "+what]++
		if s.json {
			s.err = errors.Join(s.err, json.NewEncoder(s.con.Out).Encode(l))
			continue
		}
		place := fmt.Sprintf("%d-%d", l.Start, l.End)
		if l.Value > 0 {
			place = l.Form
		}
		_, err := fmt.Fprintf(s.con.Out, "%s\t%s\t%s\t%s\t%s\n", store, where, what, place, l.Rule)
		s.err = errors.Join(s.err, err)
	}
}

// index looks at every term and stored document of the search index.
func (s *leakScan) index(ctx context.Context, dir, lexicon string) error {
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return nil // this process never played the index role
	}
	seg, err := indexSegmenter(dir, lexicon)
	if err != nil {
		return err
	}
	ix, err := search.Open(dir, search.Config{Segmenter: words{seg}})
	if err != nil {
		return fmt.Errorf("search index: %w", err)
	}
	defer ix.Close()
	for term, err := range ix.Terms(ctx) {
		if err != nil {
			return err
		}
		if madeTerms[term.Field] {
			continue
		}
		if err := s.term(ctx, ix, term); err != nil {
			return err
		}
	}
	for d, err := range ix.Stored(ctx) {
		if err != nil {
			return err
		}
		data, err := json.Marshal(d)
		if err != nil {
			return err
		}
		s.body("index", "record "+d.Record, data)
	}
	return nil
}

// term looks at an entry of a dictionary. One that detection, without the words
// around it, takes for somebody's name may be anything: where a document has it,
// that document's text is judged instead. What no document has any more should
// not be there.
func (s *leakScan) term(ctx context.Context, ix *search.Index, t search.Term) error {
	s.texts++
	s.bytes += int64(len(t.Text))
	found := s.judge(t.Text)
	if len(found) == 0 {
		return nil
	}
	if found[0].Value == 0 {
		live, err := ix.Live(ctx, t)
		if err != nil || live {
			return err
		}
	}
	s.tell("index", "dictionary of "+t.Field, found)
	return nil
}

// madeTerms are fields whose terms this project makes by itself: ids, hashes,
// keyed tokens.
var madeTerms = map[string]bool{"_id": true, "policy": true, "epoch": true, "subject": true, "customer": true, "span": true}

// body looks at every text of a JSON value; at what is no JSON, as a whole.
func (s *leakScan) body(store, where string, data []byte) {
	dec := json.NewDecoder(strings.NewReader(string(data)))
	dec.UseNumber()
	var v any
	if dec.Decode(&v) != nil || errors.Is(eof(dec), errMore) {
		s.text(store, where, string(data))
		return
	}
	s.walk(store, where, "", v)
}

var errMore = errors.New("more than one value")

func eof(dec *json.Decoder) error {
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errMore
	}
	return nil
}

// walk looks at the texts of a value, and at its names.
func (s *leakScan) walk(store, where, path string, v any) {
	switch v := v.(type) {
	case string:
		if _, err := time.Parse(time.RFC3339Nano, v); err == nil {
			return // nanoseconds read as numbers of anything
		}
		s.text(store, strings.TrimSpace(where+" "+path), v)
	case []any:
		for _, item := range v {
			s.walk(store, where, path, item)
		}
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			if madeFields[name] {
				continue
			}
			// A name may be personal itself: then it is not told.
			shown := name
			if !s.known(name) {
				s.text(store, strings.TrimSpace(where+" name in "+path), name)
				if !s.seen[name] {
					shown = "?"
				}
			}
			if text, ok := v["text"].(string); ok && name == "keywords" {
				s.keywords(store, where, text, v[name])
				continue
			}
			s.walk(store, where, strings.TrimPrefix(path+"."+shown, "."), v[name])
		}
	}
}

// keywords looks at the keywords of a document that do not stand in its text,
// which is judged by itself, and better, for it has words around them.
func (s *leakScan) keywords(store, where, text string, v any) {
	list, _ := v.([]any)
	text = strings.ToLower(text)
	for _, item := range list {
		if word, ok := item.(string); ok && !strings.Contains(text, strings.ToLower(word)) {
			s.text(store, where+" keywords", word)
		}
	}
}

// known says that a name is one of this project's own, whatever detection says.
func (s *leakScan) known(name string) bool { return ownNames[name] }

// madeFields are members whose values this project makes by itself: ids,
// hashes, keyed tokens, times, versions.
var madeFields = map[string]bool{
	"schema": true, "record": true, "month": true, "time": true, "received": true, "customer": true, "subjects": true,
	"subject": true, "policy": true, "engine": true, "epoch": true, "parts": true, "taxonomy": true, "lexicon": true,
	"before": true, "after": true, "sha256": true, "documents": true, "recipient": true, "token": true, "hash": true,
	"nkey": true, "added": true, "retired": true, "until": true, "stream": true, "created": true,
	"run": true, "holder": true,
}

// ownNames are members of this project's own whose names need no look.
var ownNames = map[string]bool{
	"text": true, "attributes": true, "redactions": true, "source": true, "channel": true, "region": true, "product": true,
	"keywords": true, "themes": true, "dimensions": true, "pain_points": true, "risks": true, "sentiment": true,
	"actor": true, "role": true, "action": true, "reason": true, "ticket": true, "object": true, "outcome": true, "counts": true,
}
