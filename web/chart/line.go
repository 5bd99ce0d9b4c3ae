package chart

import (
	"math"
	"slices"
)

// LineConfig describes a chart of figures in time.
type LineConfig struct {
	Title   string
	Summary string
	Labels  []string // of the points in time, such as days; as many as each series has values
	Series  []Series
	Marks   []Mark
	// Band is the interval around a forecast that begins at Band.From; its points
	// follow the last of Labels when From is their number.
	Band *Band
	// Around is an interval behind the lines, over all of Labels.
	Around *Envelope
	// Percent says that figures are shares of 1.
	Percent bool
	// LabelHead heads the column of labels in the table.
	LabelHead string
}

// Mark is something at one point in time.
type Mark struct {
	At     int // index into Labels
	Text   string
	Action bool // somebody did something; else the figure is out of line
}

// Band is a forecast with its interval.
type Band struct {
	Labels         []string
	Mean, Low, Top []float64
	Name           string // such as "预测（80% 区间）"
}

// Envelope is an interval at each point in time; NaN is none there.
type Envelope struct {
	Low, Top []float64
	Name     string
}

// plot is the room between the axes.
type plot struct {
	left, right, top, bottom float64
	n                        int
	low, high                float64
}

func (p plot) x(i int) float64 {
	if p.n < 2 {
		return (p.left + p.right) / 2
	}
	return p.left + (p.right-p.left)*float64(i)/float64(p.n-1)
}

func (p plot) y(v float64) float64 {
	return p.bottom - (p.bottom-p.top)*(v-p.low)/(p.high-p.low)
}

const (
	lineHeight = 240
	stub       = 6 // height of a withheld figure
)

// Line draws series in time. It returns nil when there are fewer than two points
// in time, or no figure is known.
func Line(c LineConfig) *Drawing {
	top, low, any := extent(c.Series)
	if len(c.Labels) < 2 || !any {
		return nil
	}
	if c.Band != nil {
		for i := range c.Band.Mean {
			top = max(top, c.Band.Top[i])
		}
	}
	if c.Around != nil {
		for i, v := range c.Around.Top {
			if !math.IsNaN(v) {
				top, low = max(top, v), min(low, c.Around.Low[i])
			}
		}
	}
	d := both(func(width float64) *Drawing { return drawLine(c, width, min(0, low), top) })
	d.Table = seriesTable(c.LabelHead, c.Labels, c.Series)
	return d
}

func extent(series []Series) (top, low float64, any bool) {
	for _, s := range series {
		for _, v := range s.Values {
			if v.known() {
				top, low, any = max(top, v.N), min(low, v.N), true
			}
		}
	}
	return top, low, any
}

// frame draws grid and axes for figures from low to top, and returns the room.
func (d *Drawing) frame(low, top float64, percent bool, width, height float64) plot {
	scale, unit := 1.0, ""
	if percent {
		scale, unit = 100, "%"
	}
	marks := ticks(low*scale, top*scale, 4)
	gutter := 0.0
	for _, t := range marks {
		gutter = max(gutter, textWidth(tickText(t)+unit))
	}
	p := plot{left: gutter + 10, right: width - 8, top: 22, bottom: height - 24, low: marks[0] / scale, high: marks[len(marks)-1] / scale}
	for _, t := range marks {
		y := p.y(t / scale)
		class := classGrid
		if t == 0 {
			class = classAxis
		}
		d.line(class, Point{p.left, y}, Point{p.right, y})
		d.text(classLabel, p.left-6, y+4, End, tickText(t)+unit)
	}
	return p
}

// labels writes as many labels under the axis as fit side by side, the last
// always; mid says where the middle of a label is.
func (d *Drawing) labels(p plot, labels []string, mid func(i int) float64) {
	widest := 0.0
	for _, l := range labels {
		widest = max(widest, textWidth(fit(l, 110)))
	}
	fits := max(2, int((p.right-p.left)/(widest+16)))
	every := max(1, (len(labels)-1+fits-2)/max(1, fits-1))
	for i := len(labels) - 1; i >= 0; i -= every {
		text := fit(labels[i], 110)
		x := mid(i)
		anchor := Middle
		if half := textWidth(text) / 2; x+half > p.right+6 {
			x, anchor = p.right+6, End
		} else if x-half < 0 {
			x, anchor = 0, Start
		}
		d.text(classLabel, x, p.bottom+18, anchor, text)
	}
}

func drawLine(c LineConfig, width, low, top float64) *Drawing {
	d := &Drawing{Title: c.Title, Summary: c.Summary, Width: width, Height: lineHeight}
	p := d.frame(low, top, c.Percent, width, lineHeight)
	p.n = len(c.Labels)
	all := c.Labels
	if c.Band != nil {
		p.n += len(c.Band.Mean)
		all = append(append([]string(nil), c.Labels...), c.Band.Labels...)
	}
	d.labels(p, all, p.x)
	if c.Band != nil {
		d.band(p, c)
	}
	if c.Around != nil {
		d.around(p, c.Around)
	}
	for _, m := range c.Marks {
		if m.Action && m.At >= 0 && m.At < len(c.Labels) {
			x := p.x(m.At)
			d.line(classAction, Point{x, p.top - 6}, Point{x, p.bottom})
			anchor := Start
			if x > (p.left+p.right)/2 {
				anchor = End
			}
			d.text(className, x, p.top-10, anchor, fit(m.Text, (p.right-p.left)/2))
		}
	}
	for i, s := range c.Series {
		d.course(p, SeriesClass(i), s.Values)
		if len(c.Series) > 1 {
			d.Legend = append(d.Legend, Key{Class: SeriesClass(i), Name: plain(s.Name)})
		}
	}
	for _, m := range c.Marks {
		if m.Action || m.At < 0 || m.At >= len(c.Labels) || len(c.Series) == 0 {
			continue
		}
		if v := c.Series[0].Values[m.At]; v.known() {
			d.add(Shape{Kind: Circle, Class: classBurst, X: p.x(m.At), Y: p.y(v.N), W: 4.5, Tip: c.Labels[m.At] + " · " + plain(m.Text)})
		}
	}
	if width == Wide {
		d.tips(p, c.Labels, c.Series)
	}
	return d
}

// course draws one series; where a figure is not known the line is broken, and
// where it is withheld there is a stub.
func (d *Drawing) course(p plot, class Class, values []Value) {
	var run []Point
	end := func() {
		switch len(run) {
		case 0:
		case 1:
			d.add(Shape{Kind: Circle, Class: class, X: run[0].X, Y: run[0].Y, W: 2})
		default:
			d.line(class, run...)
		}
		run = nil
	}
	for i, v := range values {
		if v.known() {
			run = append(run, Point{p.x(i), p.y(v.N)})
			continue
		}
		end()
		if v.Hidden {
			w := max(1.5, (p.right-p.left)/float64(max(1, p.n-1))*0.6)
			from, to := max(p.left, p.x(i)-w/2), min(p.right, p.x(i)+w/2)
			d.add(Shape{Kind: Rect, Class: classFew, X: from, Y: p.bottom - stub, W: to - from, H: stub})
		}
	}
	end()
}

func (d *Drawing) band(p plot, c LineConfig) {
	n, from := len(c.Band.Mean), len(c.Labels)
	var outline, mean []Point
	if last := c.Series[0].Values[from-1]; last.known() {
		start := Point{p.x(from - 1), p.y(last.N)}
		outline, mean = append(outline, start), append(mean, start)
	}
	for i := range n {
		outline = append(outline, Point{p.x(from + i), p.y(c.Band.Top[i])})
		mean = append(mean, Point{p.x(from + i), p.y(c.Band.Mean[i])})
	}
	for i := n - 1; i >= 0; i-- {
		outline = append(outline, Point{p.x(from + i), p.y(max(p.low, c.Band.Low[i]))})
	}
	d.add(Shape{Kind: Area, Class: classBand, Points: outline})
	d.line(classForesee, mean...)
	if c.Band.Name != "" {
		d.Legend = append(d.Legend, Key{Class: classForesee, Name: plain(c.Band.Name)})
	}
}

// around draws an interval behind the lines.
func (d *Drawing) around(p plot, e *Envelope) {
	var over, under []Point
	for i := range e.Top {
		if !math.IsNaN(e.Low[i]) && !math.IsNaN(e.Top[i]) {
			over = append(over, Point{p.x(i), p.y(e.Top[i])})
			under = append(under, Point{p.x(i), p.y(e.Low[i])})
		}
	}
	if len(over) < 2 {
		return
	}
	slices.Reverse(under)
	d.add(Shape{Kind: Area, Class: classBand, Points: append(over, under...)})
	d.Legend = append(d.Legend, Key{Class: classBand, Name: plain(e.Name), Fill: true})
}

// maxTips bounds how many places of a chart can be pointed at.
const maxTips = 200

func (d *Drawing) tips(p plot, labels []string, series []Series) {
	if len(labels) > maxTips {
		return
	}
	w := (p.right - p.left) / float64(max(1, p.n-1))
	for i, l := range labels {
		tip := plain(l)
		for _, s := range series {
			if len(series) > 1 {
				tip += " · " + plain(s.Name)
			}
			tip += " · " + s.Values[i].Text
		}
		x := max(p.left, p.x(i)-w/2)
		d.add(Shape{Kind: Rect, Class: classHover, X: x, Y: p.top, W: math.Min(w, p.right-x), H: p.bottom - p.top, Tip: tip})
	}
}

func seriesTable(head string, labels []string, series []Series) Table {
	t := Table{Head: []string{head}}
	for _, s := range series {
		t.Head = append(t.Head, s.Name)
	}
	for i, l := range labels {
		row := []string{l}
		for _, s := range series {
			row = append(row, s.Values[i].Text)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
