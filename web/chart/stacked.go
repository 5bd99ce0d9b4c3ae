package chart

// StackedConfig describes columns in time, each the sum of several series.
type StackedConfig struct {
	Title, Summary string
	Labels         []string
	Series         []Series
	LabelHead      string
}

// widestColumn is as wide as a column is drawn: few of them are no blocks.
const widestColumn = 32

// Stacked draws columns of one series, or of several on top of each other. A
// withheld part is a stub on top. It returns nil when no figure is known.
func Stacked(c StackedConfig) *Drawing {
	top, any := 0.0, false
	for i := range c.Labels {
		sum := 0.0
		for _, s := range c.Series {
			if v := s.Values[i]; v.known() {
				sum, any = sum+max(0, v.N), true
			}
		}
		top = max(top, sum)
	}
	if !any || len(c.Labels) == 0 {
		return nil
	}
	d := both(func(width float64) *Drawing { return drawStacked(c, width, top) })
	d.Table = seriesTable(c.LabelHead, c.Labels, c.Series)
	return d
}

func drawStacked(c StackedConfig, width, top float64) *Drawing {
	d := &Drawing{Title: c.Title, Summary: c.Summary, Width: width, Height: lineHeight}
	p := d.frame(0, top, false, width, lineHeight)
	pitch := (p.right - p.left) / float64(len(c.Labels))
	d.labels(p, c.Labels, func(i int) float64 { return p.left + (float64(i)+0.5)*pitch })
	for i, label := range c.Labels {
		w, sum := min(pitch*0.8, widestColumn), 0.0
		x := p.left + (float64(i)+0.5)*pitch - w/2
		for j, s := range c.Series {
			v := s.Values[i]
			tip := plain(label) + " · " + v.Text
			if len(c.Series) > 1 {
				tip = plain(label) + " · " + plain(s.Name) + " · " + v.Text
			}
			switch {
			case v.Hidden:
				d.add(Shape{Kind: Rect, Class: classFew, X: x, Y: p.y(sum) - stub, W: w, H: stub, Tip: tip})
			case v.known() && v.N > 0:
				y := p.y(sum + v.N)
				d.add(Shape{Kind: Rect, Class: SeriesClass(j), X: x, Y: y, W: w, H: p.y(sum) - y, Tip: tip})
				sum += v.N
			}
		}
	}
	if len(c.Series) > 1 {
		for j, s := range c.Series {
			d.Legend = append(d.Legend, Key{SeriesClass(j), plain(s.Name), true})
		}
	}
	return d
}
