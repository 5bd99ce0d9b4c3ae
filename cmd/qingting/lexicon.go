package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"

	"qingting/textmining/newword"
	"qingting/textmining/segment"
)

// lexiconCmd keeps the words of segmentation.
type lexiconCmd struct {
	Propose lexiconProposeCmd `cmd:"" help:"Find terms in feedback that no lexicon holds, with evidence."`
	Try     lexiconTryCmd     `cmd:"" help:"Say what words would change on feedback, before they are accepted."`
	Accept  lexiconAcceptCmd  `cmd:"" help:"Take words in: into the settings of a server, which uses them at once, or into a file."`
	Remove  lexiconRemoveCmd  `cmd:"" help:"Take words out again."`
	List    lexiconListCmd    `cmd:"" help:"List the words of the settings."`
}

func (c *lexiconCmd) Help() string {
	return `Words are lines "word [frequency] [tag]", as --lexicon takes them. A running server takes a change in at once, without
a restart; each document says by which lexicon it was read. The search index keeps the words it was made with: to have it
made anew, delete DATA/index while the server is stopped.`
}

type lexiconProposeCmd struct {
	File string `arg:"" optional:"" help:"JSONL with \"text\" a line, and \"customer\" where it is known; - is standard input."`
	corpusFlags
	Lexicon   []string `placeholder:"FILE" help:"Words that are no news, beside the built-in ones; may be repeated."`
	Top       int      `default:"200" help:"How many terms (default ${default})."`
	Count     int      `default:"5" help:"How often a term must occur at least (default ${default})."`
	Customers int      `default:"5" help:"How many customers must have used it (default ${default}); a document without one counts as one."`
	Kind      string   `enum:",word,phrase" default:"" help:"Only what is cut into pieces now (word), or only what is made of known words (phrase)."`
	Plain     bool     `help:"Print the terms alone, one a line, as a lexicon file is written."`
	JSON      bool     `name:"json" help:"Print a JSON line a term, with all evidence."`
}

func (c *lexiconProposeCmd) Help() string {
	return `A term is a run of 2 to 6 Chinese characters, or of up to three Latin words, or of both, whose parts belong together (pmi:
the smallest pointwise mutual information over all ways to part it, in bits) and which stands freely (left and right entropy
of its neighbours, in bits). The best come first. Give it redacted text: no term reaches across a placeholder. Of stored documents,
what the settings hold is no news; terms with a space are shown and not proposed with --plain, for a word of the lexicon has none.`
}

// Run lists terms.
func (c *lexiconProposeCmd) Run(ctx context.Context, con *console) error {
	if (c.File == "") != c.given() {
		return usagef("give a file, or --nats URL of a running server, or --data DIR of a stopped one")
	}
	if c.Top < 1 || c.Count < 2 || c.Customers < 1 {
		return usagef("--top and --customers must be at least 1, --count at least 2")
	}
	m, refused, err := c.mine(ctx, con)
	if err != nil {
		return err
	}
	terms := m.Terms(0)
	if c.Kind != "" {
		terms = slices.DeleteFunc(terms, func(t newword.Term) bool { return string(t.Kind) != c.Kind })
	}
	if err := c.print(con, terms[:min(c.Top, len(terms))]); err != nil {
		return err
	}
	mined, seen := m.Sampled()
	fmt.Fprintf(con.Err, "%d documents", seen)
	if mined < seen {
		fmt.Fprintf(con.Err, ", of which a sample of %d was read", mined)
	}
	fmt.Fprintln(con.Err, ".")
	return refused
}

// mine gives a miner the documents; refused lines are an error for the end. Words
// that the settings of stored documents hold are no news.
func (c *lexiconProposeCmd) mine(ctx context.Context, con *console) (m *newword.Miner, refused, err error) {
	var stored *storedCorpus
	words, err := lexiconOptions(c.Lexicon...)
	if err != nil {
		return nil, nil, err
	}
	if c.given() {
		if stored, err = c.corpusFlags.read(ctx, con); err != nil {
			return nil, nil, err
		}
		words = append(words, segment.WithLexicon("settings", bytes.NewReader(stored.lexicon)))
	}
	seg, err := segment.New(words...)
	if err != nil {
		return nil, nil, err
	}
	m = newword.New(newword.Config{Segmenter: seg, Count: c.Count, Customers: c.Customers})
	if stored != nil {
		for _, d := range stored.docs {
			m.Add(newword.Document{Text: d.Text, Customer: d.Customer})
		}
		return m, nil, nil
	}
	in, err := openInput(c.File, con)
	if err != nil {
		return nil, nil, err
	}
	defer in.Close()
	return m, eachRow(ctx, in, con, func(row feedbackRow) error {
		m.Add(newword.Document{Text: row.Text, Customer: row.Customer})
		return nil
	}), nil
}

func (c *lexiconProposeCmd) print(con *console, terms []newword.Term) error {
	if c.JSON {
		enc := json.NewEncoder(con.Out)
		enc.SetEscapeHTML(false)
		for _, t := range terms {
			if err := enc.Encode(t); err != nil {
				return err
			}
		}
		return nil
	}
	if c.Plain {
		for _, t := range terms {
			if strings.Contains(t.Text, " ") {
				continue // a word of the lexicon has no spaces
			}
			fmt.Fprintln(con.Out, t.Text)
		}
		return nil
	}
	if len(terms) == 0 {
		fmt.Fprintln(con.Err, "No term is frequent enough that the lexicons do not hold.")
		return nil
	}
	rows := [][]string{{"TERM", "KIND", "COUNT", "CUSTOMERS", "PMI", "LEFT", "RIGHT", "CUT NOW", "FOR EXAMPLE"}}
	for _, t := range terms {
		example := ""
		if len(t.Contexts) > 0 {
			example = strings.Join(wrap(t.Contexts[0], 48, 1), "")
		}
		rows = append(rows, []string{
			t.Text, string(t.Kind), strconv.Itoa(t.Count), strconv.Itoa(t.Customers), fmt.Sprintf("%.1f", t.Cohesion),
			fmt.Sprintf("%.1f", t.Left), fmt.Sprintf("%.1f", t.Right), strings.Join(t.Cut, "|"), example,
		})
	}
	return alignRows(con.Out, rows)
}

// lexiconOptions are the words of files.
func lexiconOptions(files ...string) (all []segment.Option, err error) {
	for _, path := range files {
		opts, err := lexiconOption(path)
		if err != nil {
			return nil, err
		}
		all = append(all, opts...)
	}
	return all, nil
}

// segmenterWith has the built-in words and those of files.
func segmenterWith(files ...string) (*segment.Segmenter, error) {
	all, err := lexiconOptions(files...)
	if err != nil {
		return nil, err
	}
	return segment.New(all...)
}

// lexiconChangeFlags say where words are changed: in the settings, or a file.
type lexiconChangeFlags struct {
	custodyFlags
	Out    string `short:"o" placeholder:"FILE" help:"Change this file, made when it is missing, and no settings."`
	Reason string `help:"Why; written to the ledger first. Required for the settings."`
	Ticket string `help:"The case it belongs to."`
	Actor  string `help:"What you call yourself, beside the user you connect as."`
}

// change has the words changed by how, which gets the lines that are there.
func (c lexiconChangeFlags) change(ctx context.Context, con *console, how func(lines []string) ([]string, error)) error {
	if c.Out != "" {
		data, err := os.ReadFile(c.Out)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if data, err = changeLines(data, how); err != nil {
			return err
		}
		return os.WriteFile(c.Out, data, 0o644)
	}
	if c.Reason == "" {
		return usagef("say why with --reason, for the ledger; or change a file with -o FILE")
	}
	client, closeClient, err := c.client(ctx, con)
	if err != nil {
		return err
	}
	defer closeClient()
	now, err := client.Lexicon(ctx)
	if err != nil {
		return err
	}
	data, err := changeLines(now.Data, how)
	if err != nil {
		return err
	}
	_, err = client.ChangeLexicon(ctx, reasonFlags{Reason: c.Reason, Ticket: c.Ticket, Actor: c.Actor}.request(), data, now.Revision)
	return err
}

func changeLines(data []byte, how func([]string) ([]string, error)) ([]byte, error) {
	var lines []string
	for l := range strings.Lines(string(data)) {
		lines = append(lines, strings.TrimRight(l, "\r\n"))
	}
	lines, err := how(lines)
	if err != nil {
		return nil, err
	}
	out := strings.Join(lines, "\n")
	if out != "" {
		out += "\n"
	}
	if _, err := segment.Words("lexicon", out); err != nil {
		return nil, usageError{err}
	}
	return []byte(out), nil
}

// wordOf is the folded word of a line, "" for a comment.
func wordOf(line string) string {
	if fields := strings.Fields(line); len(fields) > 0 && !strings.HasPrefix(fields[0], "#") {
		return segment.Fold(fields[0])
	}
	return ""
}

type lexiconAcceptCmd struct {
	lexiconChangeFlags
	Terms []string `arg:"" optional:"" sep:"none" help:"Words; one with frequency and tag in quotes: \"霁和宝 500 n\"."`
	From  string   `placeholder:"FILE" help:"Take the words of this file as well, one a line."`
}

// Run takes words in; one that is there gets the new line.
func (c *lexiconAcceptCmd) Run(ctx context.Context, con *console) error {
	add := c.Terms
	if c.From != "" {
		data, err := os.ReadFile(c.From)
		if err != nil {
			return err
		}
		add = append(slices.Clone(add), strings.Split(strings.TrimPrefix(string(data), "\uFEFF"), "\n")...)
	}
	n := 0
	err := c.change(ctx, con, func(lines []string) ([]string, error) {
		for _, line := range add {
			w := wordOf(line)
			if w == "" {
				continue
			}
			n++
			line = strings.TrimSpace(line)
			if i := slices.IndexFunc(lines, func(l string) bool { return wordOf(l) == w }); i >= 0 {
				lines[i] = line
				continue
			}
			lines = append(lines, line)
		}
		if n == 0 {
			return nil, usagef("name the words to accept, or a file of them with --from")
		}
		return lines, nil
	})
	if err == nil {
		fmt.Fprintf(con.Err, "%d words are accepted.\n", n)
	}
	return err
}

type lexiconRemoveCmd struct {
	lexiconChangeFlags
	Terms []string `arg:"" sep:"none" help:"Words, as lexicon list shows them."`
}

// Run takes words out.
func (c *lexiconRemoveCmd) Run(ctx context.Context, con *console) error {
	return c.change(ctx, con, func(lines []string) ([]string, error) {
		for i, t := range c.Terms {
			w := wordOf(t)
			before := len(lines)
			lines = slices.DeleteFunc(lines, func(l string) bool { return w != "" && wordOf(l) == w })
			if len(lines) == before {
				return nil, fmt.Errorf("word %d is not in the lexicon: see \"qingting lexicon list\"; nothing was changed", i+1)
			}
		}
		return lines, nil
	})
}

type lexiconListCmd struct {
	custodyFlags
	JSON bool `name:"json" help:"Print the version and the lines as JSON."`
}

// Run prints the lines as they are.
func (c *lexiconListCmd) Run(ctx context.Context, con *console) error {
	client, closeClient, err := c.client(ctx, con)
	if err != nil {
		return err
	}
	defer closeClient()
	now, err := client.Lexicon(ctx)
	if err != nil {
		return err
	}
	if c.JSON {
		enc := json.NewEncoder(con.Out)
		enc.SetEscapeHTML(false)
		return enc.Encode(lexiconVersion{now.Hash, now.Revision, strings.Split(strings.TrimRight(string(now.Data), "\n"), "\n")})
	}
	if len(now.Data) == 0 {
		fmt.Fprintln(con.Err, "The settings have no words of their own: find some with \"qingting lexicon propose\".")
		return nil
	}
	_, err = con.Out.Write(now.Data)
	return err
}

// lexiconVersion is the words of the settings.
type lexiconVersion struct {
	Hash     string   `json:"hash,omitempty"`
	Revision uint64   `json:"revision"`
	Lines    []string `json:"lines"`
}
