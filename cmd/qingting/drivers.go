package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strconv"

	"qingting/textmining/driver"
	"qingting/textmining/insight"
	"qingting/textmining/statistics"
)

type driversCmd struct {
	observedFlags
	Days     int    `default:"180" help:"Days that are looked at, up to the last feedback (default ${default})."`
	Channel  string `help:"Only this channel."`
	Region   string `help:"Only this region."`
	Product  string `help:"Only this product."`
	Mentions bool   `help:"Count a theme wherever it is mentioned, not where it is complained of."`
	Checked  string `placeholder:"FILE" help:"With --data or --file: correct the effects by what people read in this sample, - being standard input."`
	Sample   int    `placeholder:"N" help:"With --data or --file: write N texts drawn at random, for people to say what they complain of, and stop."`
	JSON     bool   `name:"json" help:"Print JSON."`
}

func (c *driversCmd) Help() string {
	return `Compares the ratings of feedback that complains of a theme with those of feedback that is alike in other themes,
channel, region and product: the effect, in points of the rating, with its 95 % interval. The cost is what the theme takes
from the mean rating of all; the weight its share of what all themes explain. That a theme goes with low ratings does not
prove that it makes them low. Themes of fewer than ten customers are left out.

Tags err, and that makes effects smaller than they are. The intervals are the wider for it; texts that people have read bring
both right: "drivers --data DIR --sample 300" writes them, a line each, with "themes": null. Put there the ids of the themes that
the text complains of, [] when of none, and give the file as --checked. Lines left at null are passed over. The ids of the themes
are those of "qingting themes".`
}

// Run prints which themes move the rating.
func (c *driversCmd) Run(ctx context.Context, con *console) error {
	if c.Days < 1 {
		return usagef("--days must be at least 1")
	}
	if c.Sample < 0 {
		return usagef("--sample must be at least 1")
	}
	if (c.Sample > 0 || c.Checked != "") && c.remote() {
		return usagef("--sample and --checked take --data or --file: a server keeps the texts and gives figures alone")
	}
	if c.Sample > 0 {
		return c.sample(ctx, con)
	}
	d, err := c.find(ctx, con)
	if errors.Is(err, driver.ErrFew) {
		return fmt.Errorf("%w: give more --days", err)
	}
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(con.Out, d)
	}
	return writeDrivers(con.Out, d)
}

func (c *driversCmd) find(ctx context.Context, con *console) (*insight.Drivers, error) {
	if c.remote() {
		v := url.Values{"days": {strconv.Itoa(c.Days)}, "channel": {c.Channel}, "region": {c.Region}, "product": {c.Product}}
		if c.Mentions {
			v.Set("count", "mentions")
		}
		d := new(insight.Drivers)
		return d, c.get(ctx, "/api/v1/drivers?"+v.Encode(), d)
	}
	checked, err := c.checked(con)
	if err != nil {
		return nil, err
	}
	stats, err := c.store(ctx, con, nil)
	if err != nil {
		return nil, err
	}
	q := statistics.Query{Days: c.Days, Channel: c.Channel, Region: c.Region, Product: c.Product}
	d, err := insight.Drive(stats, q, insight.Options{Mentions: c.Mentions, Checked: checked})
	if err == nil && len(checked) > 0 && d.Checked == 0 {
		return nil, fmt.Errorf("%s: none of its texts is among the documents; draw a sample of these by --sample", c.Checked)
	}
	return d, err
}

// quadrantsZH are the fields of the matrix in Chinese.
var quadrantsZH = map[driver.Quadrant]string{
	driver.Concentrate: "重点改进 concentrate", driver.KeepUp: "继续保持 keep up", driver.LowPriority: "低优先 low priority", driver.Overkill: "可能过度 overkill",
}

func writeDrivers(w io.Writer, d *insight.Drivers) error {
	fmt.Fprintf(w, "评分驱动 Drivers · %s – %s · %d 条评分 ratings · %d 位客户 customers · 均值 mean %.2f (%g–%g)\n",
		d.From, d.To, d.Rated, d.Customers, d.Mean, d.Scale.Low, d.Scale.High)
	fmt.Fprintf(w, "主题解释的方差 explained %.0f %%", 100*d.Explained)
	if d.Foretold != nil {
		fmt.Fprintf(w, " · 连同渠道、地区、产品对未见客户 with channel, region, product foretold of other customers %.0f %%", 100*max(0, *d.Foretold))
	}
	fmt.Fprint(w, "\n\n")
	t := newGrid(w)
	fmt.Fprintln(t, "成本 COST\t影响 EFFECT\t95 %\t权重 WEIGHT\t占比 SHARE\t满意 SATISFACTION\t象限 QUADRANT\t主题 THEME")
	for _, e := range d.Effects {
		sure := "" // what chance may have made is marked, not hidden
		if !e.Significant {
			sure = " ?"
		}
		fmt.Fprintf(t, "%.3f\t%+.2f%s\t%+.2f … %+.2f\t%.0f %%\t%.1f %%\t%.0f\t%s\t%s %s\n",
			e.Cost, e.Points, sure, e.Low, e.High, 100*e.Weight, 100*e.Share, e.Performance, quadrantsZH[e.Quadrant], d.Names[e.Theme].ZH, d.Names[e.Theme].EN)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(w, "\n? 不能排除偶然 may be chance, at a false discovery rate of 5 %")
	if d.Checked > 0 {
		fmt.Fprintf(w, "影响和区间已按 %d 条人工核对的反馈修正 effects and intervals are corrected by %d texts that people have read\n", d.Checked, d.Checked)
	} else {
		fmt.Fprintln(w, "区间包含标签可能出错的不确定性，--checked 可修正 intervals hold that tags may err, too; --checked corrects for it")
	}
	if n := len(d.Left); n > 0 {
		fmt.Fprintf(w, "%d 个主题的客户太少或无法区分，未列出 themes left out: too few customers, or not to be told apart\n", n)
	}
	if d.Converted {
		fmt.Fprintln(w, "1–5 分的渠道已换算到 0–10 分 channels that rate 1 to 5 are stretched to 0 to 10")
	}
	for _, channel := range d.Unscaled {
		fmt.Fprintf(w, "渠道 %s 的评分既非 1–5 也非 0–10，未计入 ratings of this channel are left out: neither 1 to 5 nor 0 to 10\n", channel)
	}
	return nil
}
