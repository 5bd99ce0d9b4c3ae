package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"

	"qingting/internal/secrets"
	"qingting/privacy"
	"qingting/privacy/rule"
)

// redactCmd reads JSONL or plain text and writes it without personal data.
type redactCmd struct {
	File    string `arg:"" optional:"" default:"-" help:"JSONL with \"id\" and \"text\" a line, or plain text with --plain; - is standard input."`
	Plain   bool   `xor:"form" help:"Read and write plain text, each line on its own."`
	Whole   bool   `xor:"form" help:"Read and write plain text as one piece, up to 256 MiB: finds numbers that run over a line's end."`
	Explain bool   `help:"Add the evidence and the action of each span, and the candidates that were rejected; with --plain as lines to read under each text."`

	redactorFlags
	DefaultPolicy bool `help:"Print the default policy, to begin one of your own with, and stop."`
}

// redactorFlags are what a command needs to build a Redactor.
type redactorFlags struct {
	Policy string    `placeholder:"FILE" help:"Redact by this policy and not by the default one."`
	Key    string    `placeholder:"FILE" help:"Secret file that keys the pseudonyms, made when it is missing. Without it, pseudonyms hold for this run only."`
	At     time.Time `placeholder:"DATE" format:"2006-01-02" help:"Day the texts are from, which chooses the period of pseudonyms; today when not given."`
}

func (c *redactCmd) Help() string {
	return `Each line {"id","text"} becomes {"id","text","spans"}: the redacted text, and for each span its start and
end (code points of the text as it came in, end exclusive), type, confidence and rule. Other fields of a
line are not written, for they may be personal too: join on the id. A line that is no such JSON is told on
standard error, the others go on, and the exit code is 1.`
}

func (c *redactCmd) Run(ctx context.Context, con *console) error {
	if c.DefaultPolicy {
		_, err := con.Out.Write(privacy.DefaultPolicyYAML())
		return err
	}
	if c.Explain && c.Whole {
		return usagef("--explain needs JSONL or --plain, not --whole")
	}
	in, err := openInput(c.File, con)
	if err != nil {
		return err
	}
	defer in.Close()
	r, err := c.redactor(con)
	if err != nil {
		return err
	}
	switch {
	case c.Whole:
		return c.whole(in, con, r)
	case c.Plain:
		return eachLine(ctx, in, con, func(_ int, line []byte, out *bytes.Buffer) error {
			if c.Explain {
				return explainLine(out, r.Explain(string(line), c.At))
			}
			out.WriteString(r.Redact(string(line), c.At).Text)
			out.WriteByte('\n')
			return nil
		})
	}
	return eachLine(ctx, in, con, func(_ int, line []byte, out *bytes.Buffer) error {
		return c.row(r, line, out)
	})
}

// redactor builds the redactor, and sets At when it was not given.
func (c *redactorFlags) redactor(con *console) (*privacy.Redactor, error) {
	if c.At.IsZero() {
		c.At = time.Now()
	}
	key, err := c.key(con)
	if err != nil {
		return nil, err
	}
	return newRedactor(c.Policy, key)
}

// key reads or makes the key of pseudonyms; nil stands for one that nobody
// keeps.
func (c *redactorFlags) key(con *console) ([]byte, error) {
	if c.Key == "" {
		policy, err := loadPolicy(c.Policy)
		if err == nil && policy.UsesPseudonyms() {
			fmt.Fprintln(con.Err, "qingting: no --key given, so pseudonyms hold for this run only: the next run gives others.")
		}
		return nil, err
	}
	if _, err := os.Lstat(c.Key); errors.Is(err, fs.ErrNotExist) {
		fmt.Fprintf(con.Err, "qingting: making a new pseudonym key in %s; keep it apart from the data.\n", c.Key)
	}
	secret, err := secrets.LoadOrCreateSecret(c.Key)
	if err != nil {
		return nil, err
	}
	return secret.Bytes(), nil
}

// redactIn is a line of input. Names of fields count exactly, and no others
// are looked at.
type redactIn struct {
	id   json.RawMessage
	text string
}

var errNoObject = errors.New(`not a JSON object; each line must be {"id":…,"text":…}`)

func (in *redactIn) parse(line []byte) error {
	var fields map[string]json.RawMessage
	// The parser's own errors may quote the line, which is personal.
	if json.Unmarshal(line, &fields) != nil || fields == nil {
		return errNoObject
	}
	var text *string
	if raw, ok := fields["text"]; !ok || json.Unmarshal(raw, &text) != nil || text == nil {
		return errors.New(`no "text" that is a string`)
	}
	in.text = *text
	in.id = fields["id"]
	if len(in.id) == 0 {
		in.id = json.RawMessage("null")
	}
	if in.id[0] == '{' || in.id[0] == '[' {
		return errors.New(`the "id" must be a string or a number`)
	}
	return nil
}

type redactOut struct {
	ID       json.RawMessage `json:"id"`
	Text     string          `json:"text"`
	Spans    []redactSpan    `json:"spans"`
	Rejected *[]rejectedSpan `json:"rejected,omitempty"`
}

type redactSpan struct {
	Start      int            `json:"start"`
	End        int            `json:"end"`
	Type       rule.Type      `json:"type"`
	Confidence float64        `json:"confidence"`
	Rule       string         `json:"rule"`
	Action     privacy.Action `json:"action,omitempty"`
	Evidence   []string       `json:"evidence,omitempty"`
}

type rejectedSpan struct {
	Start int       `json:"start"`
	End   int       `json:"end"`
	Type  rule.Type `json:"type"`
	Rule  string    `json:"rule"`
	Why   string    `json:"why"`
}

func (c *redactCmd) row(r *privacy.Redactor, line []byte, out *bytes.Buffer) error {
	if len(bytes.TrimSpace(line)) == 0 {
		return nil
	}
	var in redactIn
	if err := in.parse(line); errors.Is(err, errNoObject) {
		return fmt.Errorf("%w, or use --plain", err)
	} else if err != nil {
		return err
	}
	row := redactOut{ID: in.id, Spans: []redactSpan{}}
	var res privacy.Result
	if c.Explain {
		res = r.Explain(in.text, c.At)
		rejected := make([]rejectedSpan, len(res.Rejected))
		for i, rej := range res.Rejected {
			rejected[i] = rejectedSpan{rej.SourceStart, rej.SourceEnd, rej.Type, rej.Rule, rej.Why}
		}
		row.Rejected = &rejected
	} else {
		res = r.Redact(in.text, c.At)
	}
	row.Text = res.Text
	for _, s := range res.Spans {
		span := redactSpan{Start: s.SourceStart, End: s.SourceEnd, Type: s.Type, Confidence: s.Confidence, Rule: s.Rule}
		switch {
		case c.Explain:
			span.Action, span.Evidence = s.Action, s.Evidence
		case s.Action == privacy.Keep:
			continue
		}
		row.Spans = append(row.Spans, span)
	}
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	return enc.Encode(row)
}

// explainLine writes a redacted line, and under it what was decided and why:
// + taken out, = kept by the policy, - left alone. Places are code points of
// the line as it came in.
func explainLine(out *bytes.Buffer, res privacy.Result) error {
	out.WriteString(res.Text)
	out.WriteByte('\n')
	var rows [][]string
	for _, s := range res.Spans {
		sign := "  +"
		if s.Action == privacy.Keep {
			sign = "  ="
		}
		rows = append(rows, []string{
			sign, fmt.Sprintf("%d-%d", s.SourceStart, s.SourceEnd), typeWords(s.Type), string(s.Action),
			fmt.Sprintf("%.3g", s.Confidence), s.Rule + ": " + strings.Join(s.Evidence, "; "),
		})
	}
	for _, rej := range res.Rejected {
		rows = append(rows, []string{"  -", fmt.Sprintf("%d-%d", rej.SourceStart, rej.SourceEnd), typeWords(rej.Type), "left", "", rej.Rule + ": " + rej.Why})
	}
	return alignRows(out, rows)
}

// maxWhole is the longest text that is redacted as one piece, in bytes. A few
// copies of it are in memory at a time, and the account of what was taken out.
const maxWhole = 256 << 20

// whole redacts the input as one text.
func (c *redactCmd) whole(in io.Reader, con *console, r *privacy.Redactor) error {
	text, err := io.ReadAll(io.LimitReader(in, maxWhole+1))
	if err != nil {
		return err
	}
	if len(text) > maxWhole {
		return fmt.Errorf("the text is longer than %d MiB; split it, or redact it line by line with --plain", maxWhole>>20)
	}
	_, err = io.WriteString(con.Out, r.Redact(string(text), c.At).Text)
	return err
}
