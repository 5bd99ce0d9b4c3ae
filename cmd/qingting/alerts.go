package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/nats-io/nats.go"

	"qingting/ingest"
	"qingting/ingest/alert"
)

type alertsCmd struct {
	custodyFlags
	Theme string `arg:"" optional:"" help:"Id or name of a theme, pain point or risk; all, when not given."`
	Open  bool   `help:"Only what is not over."`
	Days  int    `default:"30" help:"Only what was told in so many days; 0 is all that is kept (default ${default})."`
	followFlags
	Lang string `default:"zh" enum:"zh,en" help:"Language: zh or en."`
	JSON bool   `name:"json" help:"Print JSON lines, as docs/formats/alert.md has them."`
}

func (c *alertsCmd) Help() string {
	return `Lists what the statistics warned of: themes that burst or drift, each as it was told last, the newest at the end. The server
tells it on the NATS subjects feedback.alerts.<theme>, where any client with the role of an analyst may subscribe. Without
--nats it reads the data directory of a stopped server.`
}

// Run lists alerts, and follows them.
func (c *alertsCmd) Run(ctx context.Context, con *console) error {
	listed, last := false, uint64(0)
	return c.told(ctx, con, c.custodyFlags, c.Days, ingest.SubjectAlerts, alert.ErrNoAlerts, func(nc *nats.Conn) (err error) {
		if !listed {
			last, err = c.list(ctx, con, nc)
			listed = err == nil
			return err
		}
		for s, err := range alert.Read(ctx, nc, last) {
			if err != nil {
				return err
			}
			last = s.Sequence
			if !c.wants(s.Alert) {
				continue
			}
			if err := c.print(con.Out, s.Alert); err != nil {
				return err
			}
		}
		return nil
	})
}

// list prints each alert as it was told last, and returns the last sequence.
func (c *alertsCmd) list(ctx context.Context, con *console, nc *nats.Conn) (last uint64, err error) {
	latest := map[string]alert.Stored{}
	for s, err := range alert.Read(ctx, nc, 0) {
		if err != nil {
			return 0, err
		}
		last = s.Sequence
		latest[s.ID] = s
	}
	var all []alert.Stored
	for _, s := range latest {
		old := c.Days > 0 && time.Since(s.At) > time.Duration(c.Days)*24*time.Hour
		if !old && c.wants(s.Alert) && !(c.Open && s.State == alert.Closed) {
			all = append(all, s)
		}
	}
	slices.SortFunc(all, func(a, b alert.Stored) int { return int(a.Sequence) - int(b.Sequence) })
	for _, s := range all {
		if err := c.print(con.Out, s.Alert); err != nil {
			return 0, err
		}
	}
	if len(all) == 0 && !c.JSON {
		fmt.Fprintln(con.Err, "No alerts.")
	}
	return last, nil
}

func (c *alertsCmd) wants(a alert.Alert) bool {
	return c.Theme == "" || a.Theme == c.Theme || a.ZH == c.Theme || a.EN == c.Theme
}

func (c *alertsCmd) print(w io.Writer, a alert.Alert) error {
	if c.JSON {
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		return enc.Encode(a)
	}
	o := reportOptionsFor(w)
	o.English = c.Lang == "en"
	p := &reportPage{o: o}
	p.alert(a)
	_, err := w.Write(p.out.Bytes())
	return err
}

// alert draws one: what, since when, how much, and where from.
func (p *reportPage) alert(a alert.Alert) {
	states := map[alert.State]string{alert.Open: p.say("新", "new"), alert.Grown: p.say("加剧", "worse"), alert.Closed: p.say("结束", "over")}
	severities := map[alert.Severity]string{alert.Notice: p.say("一般", "notice"), alert.High: p.say("较重", "high"), alert.Severe: p.say("严重", "severe")}
	kind := p.say("突发", "burst")
	switch {
	case a.Kind == alert.Drift && a.Direction == "down":
		kind = p.say("缓降", "slow fall")
	case a.Kind == alert.Drift:
		kind = p.say("缓升", "slow rise")
	}
	style := styleRed
	if a.State == alert.Closed || a.Direction == "down" {
		style = styleFaint
	}
	days := a.Since.String()
	if a.Day > a.Since {
		days += " – " + a.Day.String()
	}
	line := p.style(style, "["+states[a.State]+"]") + " " + p.style(styleBold, p.say(a.ZH, a.EN)) + " (" + a.Theme + ")  " + kind
	if a.Kind == alert.Burst {
		line += "·" + severities[a.Severity]
	}
	p.line(line + "  " + days + "  " + p.style(styleFaint, a.At.Local().Format("01-02 15:04")))
	if a.Observed != nil && a.Expected != nil {
		text := fmt.Sprintf(p.say("%s 条，平日约 %.1f 条", "%s, where about %.1f is usual"), thousands(*a.Observed), *a.Expected)
		if a.Factor != nil {
			text += fmt.Sprintf(p.say("（%.1f 倍）", " (%.1f times)"), *a.Factor)
		}
		if a.Provisional {
			text += p.say("，数据尚未收齐", ", provisional")
		}
		if a.Shift {
			text += p.say("，此后水平未回落", ", and the level has stayed")
		}
		p.line("    " + text)
	}
	var causes []string
	for _, c := range a.Causes {
		lift := fmt.Sprintf("×%.1f", c.Lift)
		if c.AtLeast {
			lift = "≥ " + lift
		}
		causes = append(causes, fmt.Sprintf("%s %s", clip(c.Value, 30), lift))
	}
	if len(causes) > 0 {
		p.line("    " + p.say("集中于 ", "mostly ") + strings.Join(causes, p.say("、", ", ")))
	}
}
