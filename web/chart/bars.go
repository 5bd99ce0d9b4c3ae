package chart

// Bar is one row of a bar chart.
type Bar struct {
	Name  string
	Value Value
	// Low and Top are an interval around Value, when they differ.
	Low, Top float64
	Link     string
	Strong   bool // stands out
}

// BarsConfig describes a chart of named figures, one under the other.
type BarsConfig struct {
	Title, Summary string
	Bars           []Bar
	NameHead, Head string // of the table's two columns
}

const rowHeight = 26

// Bars draws rows; figures below zero go to the left. It returns nil when no
// figure is known.
func Bars(c BarsConfig) *Drawing {
	low, top, any := 0.0, 0.0, false
	for _, b := range c.Bars {
		if b.Value.known() {
			low, top, any = min(low, b.Value.N, b.Low), max(top, b.Value.N, b.Top), true
		}
	}
	if !any {
		return nil
	}
	if top == low {
		top = low + 1
	}
	d := both(func(width float64) *Drawing { return drawBars(c, width, low, top) })
	d.Table.Head = []string{c.NameHead, c.Head}
	for _, b := range c.Bars {
		d.Table.Rows = append(d.Table.Rows, []string{b.Name, b.Value.Text})
	}
	return d
}

func drawBars(c BarsConfig, width, low, top float64) *Drawing {
	d := &Drawing{Title: c.Title, Summary: c.Summary, Width: width, Height: rowHeight*float64(len(c.Bars)) + 4}
	names, figures := 0.0, 0.0
	for _, b := range c.Bars {
		names, figures = max(names, textWidth(plain(b.Name))), max(figures, textWidth(b.Value.Text))
	}
	names = min(names, width*0.38)
	left, right := names+10, width-figures-8
	x := func(v float64) float64 { return left + (right-left)*(v-low)/(top-low) }
	if low < 0 {
		d.line(classAxis, Point{x(0), 0}, Point{x(0), d.Height})
	}
	for i, b := range c.Bars {
		y := rowHeight*float64(i) + 4
		d.add(Shape{Kind: Text, Class: className, X: names, Y: y + 14, Anchor: End, Text: fit(b.Name, names), Link: b.Link})
		class := SeriesClass(0)
		if b.Strong {
			class = SeriesClass(1)
		}
		tip := plain(b.Name) + " · " + b.Value.Text
		switch {
		case b.Value.known():
			from, to := min(x(0), x(b.Value.N)), max(x(0), x(b.Value.N))
			d.add(Shape{Kind: Rect, Class: class, X: from, Y: y, W: max(1, to-from), H: rowHeight - 8, Tip: tip})
			if b.Low != b.Top {
				mid := y + (rowHeight-8)/2
				d.line(classSpan, Point{x(b.Low), mid}, Point{x(b.Top), mid})
				d.line(classSpan, Point{x(b.Low), mid - 4}, Point{x(b.Low), mid + 4})
				d.line(classSpan, Point{x(b.Top), mid - 4}, Point{x(b.Top), mid + 4})
			}
		case b.Value.Hidden:
			d.add(Shape{Kind: Rect, Class: classFew, X: x(0), Y: y, W: stub, H: rowHeight - 8, Tip: tip})
		}
		d.text(classLabel, width-figures, y+14, Start, b.Value.Text)
	}
	return d
}
