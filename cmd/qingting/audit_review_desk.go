package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"qingting/ingest/custody"
	"qingting/internal/document"
	"qingting/privacy/audit"
	"qingting/privacy/review"
	"qingting/privacy/rule"
)

// parseVerdict reads a verdict; an error does not repeat it.
func parseVerdict(raw []byte) (audit.Verdict, error) {
	var v audit.Verdict
	if err := json.Unmarshal(raw, &v); err != nil {
		return v, errors.New("malformed verdict: want {\"start\", \"end\", \"type\", \"outcome\"}")
	}
	return v, nil
}

// reviewDesk is a review in a terminal, a document at a time. Only redacted texts are
// on it.
type reviewDesk struct {
	con    *console
	in     *bufio.Scanner
	client *custody.Client
	cmd    *auditReviewCmd
	todo   []string
	at     int

	item    custody.ReviewItem
	hidden  []document.Redaction
	verdict []audit.Verdict // on hidden, by its index
	missed  []audit.Verdict
}

func newReviewDesk(con *console, client *custody.Client, cmd *auditReviewCmd, todo []string) *reviewDesk {
	return &reviewDesk{con: con, in: bufio.NewScanner(con.In), client: client, cmd: cmd, todo: todo}
}

const reviewHelp = `  Enter    done: what is not marked is right, nothing else was missed    完成，下一份
  x 1      mark 1 should not have been hidden                            第1处不该遮盖
  w 1 T    mark 1 is of another type, T such as MOBILE                   第1处类型不对
  b 1      mark 1 hides too much                                         第1处遮盖过宽
  r 1      mark 1 is right after all                                     第1处正确
  m T …    missed: the type and the text, or from-to in characters       漏遮：类型与原文或起止
  m T F …  the same in field F, such as attributes.note                  漏遮于某字段
  u 1      take back miss 1                                              撤销第1个漏遮
  s p q ?  skip, back, quit, this help                                   跳过 返回 退出 帮助`

var errQuit = errors.New("quit")

// run shows one document after another, until none is left or who reviews quits.
func (d *reviewDesk) run(ctx context.Context) error {
	if len(d.todo) == 0 {
		fmt.Fprintln(d.con.Err, "Nothing is left to judge here.")
		return nil
	}
	fmt.Fprintln(d.con.Err, reviewHelp)
	for d.at < len(d.todo) {
		record := d.todo[d.at]
		items, err := d.client.ReviewItems(ctx, d.cmd.request(), d.cmd.Sample, []string{record}, false)
		if err != nil {
			return err
		}
		if d.item = items[record]; d.item.Gone {
			d.at++
			continue
		}
		d.begin()
		switch err := d.document(ctx); {
		case errors.Is(err, errQuit):
			return nil
		case err != nil:
			return err
		}
	}
	return nil
}

// begin clears the desk for a document.
func (d *reviewDesk) begin() {
	d.hidden, d.verdict, d.missed = nil, nil, nil
	for _, r := range d.item.Document.Redactions {
		if review.Hidden(r) {
			d.hidden = append(d.hidden, r)
			d.verdict = append(d.verdict, audit.Verdict{Field: r.Field, Start: r.Start, End: r.End, Type: r.Type, Outcome: review.Right})
		}
	}
}

// document takes commands until the document is done with.
func (d *reviewDesk) document(ctx context.Context) error {
	d.show()
	for {
		fmt.Fprint(d.con.Err, "> ")
		if !d.in.Scan() {
			return errors.Join(errQuit, d.in.Err())
		}
		line := strings.TrimSpace(d.in.Text())
		word, rest, _ := strings.Cut(line, " ")
		rest = strings.TrimSpace(rest)
		switch word {
		case "", "n":
			err := d.send(ctx)
			if err == nil {
				d.at++
				return nil
			}
			fmt.Fprintln(d.con.Err, err)
			if ctx.Err() != nil {
				return err
			}
			return nil // it is read again
		case "s":
			d.at++
			return nil
		case "p":
			d.at = max(0, d.at-1)
			return nil
		case "q":
			return errQuit
		case "?":
			fmt.Fprintln(d.con.Err, reviewHelp)
		default:
			if err := d.mark(word, rest); err != nil {
				fmt.Fprintln(d.con.Err, err)
				continue
			}
			d.show()
		}
	}
}

// send has the judgement written to the ledger.
func (d *reviewDesk) send(ctx context.Context) error {
	j := d.cmd.judgement(d.item.Record, d.item.Version)
	for _, v := range d.verdict {
		if v.Outcome != review.Right {
			j.Verdicts = append(j.Verdicts, v)
		}
	}
	j.Verdicts = append(j.Verdicts, d.missed...)
	done, err := d.client.Judge(ctx, j)
	if err != nil {
		return err
	}
	switch {
	case done.Problem != "":
		fmt.Fprintln(d.con.Err, done.Problem)
	case done.Redacted:
		fmt.Fprintln(d.con.Err, "What was missed is taken out and sealed. 漏遮之处已遮盖并封存。")
	case done.Waiting:
		fmt.Fprintln(d.con.Err, "What was missed is taken out when a second reviewer has seen it. 漏遮之处待第二人复核后遮盖。")
	}
	return nil
}

// mark carries out a verdict.
func (d *reviewDesk) mark(word, rest string) error {
	args := strings.Fields(rest)
	outcome := map[string]string{"x": review.NotPersonal, "w": review.WrongType, "b": review.TooWide, "r": review.Right}[word]
	switch {
	case outcome != "" && len(args) > 0:
		n, err := strconv.Atoi(args[0])
		if err != nil || n < 1 || n > len(d.hidden) {
			return fmt.Errorf("there is no mark %q", args[0])
		}
		v := audit.Verdict{Field: d.hidden[n-1].Field, Start: d.hidden[n-1].Start, End: d.hidden[n-1].End, Type: d.hidden[n-1].Type, Outcome: outcome}
		if outcome == review.WrongType {
			if len(args) < 2 || typeOf(args[1]) == "" {
				return errors.New("say which type it is: w 1 MOBILE")
			}
			v.As = typeOf(args[1])
		}
		d.verdict[n-1] = v
	case word == "u" && len(args) == 1:
		n, err := strconv.Atoi(args[0])
		if err != nil || n < 1 || n > len(d.missed) {
			return errors.New("there is no such miss")
		}
		d.missed = slices.Delete(d.missed, n-1, n)
	case word == "m" && len(args) >= 2:
		typ := typeOf(args[0])
		if typ == "" {
			return errors.New("the type first: m MOBILE …, or 手机号; \"qingting redact\" lists them in its documentation")
		}
		v, err := d.find(typ, strings.TrimSpace(strings.TrimPrefix(rest, args[0])))
		if err != nil {
			return err
		}
		d.missed = append(d.missed, v)
	default:
		return errors.New("not understood; ? shows what there is 请输入 ? 查看帮助")
	}
	return nil
}

// typeOf reads a type by its name in capitals or its label.
func typeOf(word string) string {
	for _, t := range rule.Types() {
		if zh, _ := rule.Labels(t); strings.EqualFold(word, string(t)) || word == zh {
			return string(t)
		}
	}
	if t := rule.Type(strings.ToUpper(word)); t.Custom() {
		return string(t)
	}
	return ""
}

// find is the place of a miss: "3-7", the text itself, or either behind a field.
func (d *reviewDesk) find(typ, what string) (audit.Verdict, error) {
	fields := review.Fields(d.item.Document)
	if first, rest, ok := strings.Cut(what, " "); ok && slices.Contains(fields, first) {
		fields, what = []string{first}, strings.TrimSpace(rest)
	}
	if from, to, ok := strings.Cut(what, "-"); ok {
		start, err1 := strconv.Atoi(from)
		end, err2 := strconv.Atoi(to)
		text, _ := review.Text(d.item.Document, fields[0])
		if n := len([]rune(text)); err1 == nil && err2 == nil && start < end && end <= n && start >= 0 {
			return audit.Verdict{Field: fields[0], Start: start, End: end, Type: typ, Outcome: review.Missed}, nil
		}
	}
	var found []audit.Verdict
	for _, field := range fields {
		text, _ := review.Text(d.item.Document, field)
		for at := 0; ; {
			i := strings.Index(text[at:], what)
			if i < 0 {
				break
			}
			start := len([]rune(text[:at+i]))
			found = append(found, audit.Verdict{Field: field, Start: start, End: start + len([]rune(what)), Type: typ, Outcome: review.Missed})
			at += i + len(what)
		}
	}
	switch len(found) {
	case 0:
		return audit.Verdict{}, errors.New("this does not stand in the document 文中没有")
	case 1:
		return found[0], nil
	}
	var places []string
	for _, v := range found {
		places = append(places, strings.TrimSpace(fmt.Sprintf("%s %d-%d", v.Field, v.Start, v.End)))
	}
	return audit.Verdict{}, fmt.Errorf("it stands there several times: say which, %s", strings.Join(places, ", "))
}

// show prints the document with its marks.
func (d *reviewDesk) show() {
	doc, out := d.item.Document, d.con.Out
	fmt.Fprintf(out, "\n%d/%d  %s  %s  %s  %s\n", d.at+1, len(d.todo), doc.Record, plain(doc.Channel), doc.Time.Format("2006-01-02"), doc.Engine)
	for _, field := range review.Fields(doc) {
		text, _ := review.Text(doc, field)
		if field != "" {
			fmt.Fprintf(out, "%s: ", plain(field))
		}
		fmt.Fprintln(out, d.marked(field, text))
	}
	for i, r := range d.hidden {
		v := d.verdict[i]
		says := ""
		if v.Outcome != review.Right {
			says = " ← " + strings.TrimSpace(v.Outcome+" "+v.As)
		}
		fmt.Fprintf(out, "  [%d] %-16s %-28s %.2f %-10s %s%s\n", i+1, r.Type, r.Rule, r.Confidence, r.Action, r.Field, says)
	}
	for i, v := range d.missed {
		fmt.Fprintf(out, "  漏%d %s %s %d-%d\n", i+1, v.Type, v.Field, v.Start, v.End)
	}
}

// marked puts the numbers of marks before what they are of, and brackets around
// misses. Control characters, which a terminal would obey, become visible.
func (d *reviewDesk) marked(field, text string) string {
	before := make(map[int]string)
	for i, r := range d.hidden {
		if r.Field == field {
			before[r.Start] += fmt.Sprintf("[%d]", i+1)
		}
	}
	for _, v := range d.missed {
		if v.Field == field {
			before[v.Start] += "【"
			before[v.End] = "】" + before[v.End]
		}
	}
	var b strings.Builder
	runes := []rune(text)
	for i, c := range runes {
		b.WriteString(before[i])
		b.WriteString(plain(string(c)))
	}
	b.WriteString(before[len(runes)])
	return b.String()
}

// plain makes control characters visible.
func plain(s string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case c == '\n':
			return '↵'
		case unicode.IsControl(c), unicode.Is(unicode.Cf, c):
			return '␦'
		}
		return c
	}, s)
}
