package chart

import "math"

// Dot is one theme of an importance–performance matrix.
type Dot struct {
	Name string
	// Importance is how much it moves the rating, Performance how content those
	// are who speak of it; any units, the same for all.
	Importance, Performance float64
	Weight                  float64 // how many speak of it: the area of the dot
	Tip, Link               string
	Row                     []string // of the table
}

// MatrixConfig describes an importance–performance matrix (Martilla and James,
// Journal of Marketing 41, 1977): performance to the right, importance upwards.
type MatrixConfig struct {
	Title, Summary          string
	Dots                    []Dot
	Importance, Performance string // names of the axes
	// Corners names the quadrants: important and bad, important and good,
	// unimportant and bad, unimportant and good.
	Corners [4]string
	// CutX and CutY part good from bad, and important from unimportant.
	CutX, CutY float64
	Head       []string // of the table
}

const matrixHeight = 420

// Matrix draws the dots with their names, those that would cover others without.
// It returns nil when there is no dot.
func Matrix(c MatrixConfig) *Drawing {
	if len(c.Dots) == 0 {
		return nil
	}
	d := both(func(width float64) *Drawing { return drawMatrix(c, width) })
	d.Table.Head = c.Head
	for _, dot := range c.Dots {
		d.Table.Rows = append(d.Table.Rows, dot.Row)
	}
	return d
}

func drawMatrix(c MatrixConfig, width float64) *Drawing {
	d := &Drawing{Title: c.Title, Summary: c.Summary, Width: width, Height: matrixHeight}
	x0, x1, y0, y1 := c.CutX, c.CutX, c.CutY, c.CutY
	heaviest := 0.0
	for _, dot := range c.Dots {
		x0, x1, y0, y1 = min(x0, dot.Performance), max(x1, dot.Performance), min(y0, dot.Importance), max(y1, dot.Importance)
		heaviest = max(heaviest, dot.Weight)
	}
	pad := func(low, high float64) (float64, float64) {
		room := (high - low) * 0.12
		if room == 0 {
			room = 1
		}
		return low - room, high + room
	}
	x0, x1 = pad(x0, x1)
	y0, y1 = pad(y0, y1)
	left, right, top, bottom := 24.0, width-4, 6.0, float64(matrixHeight)-26
	px := func(v float64) float64 { return left + (right-left)*(v-x0)/(x1-x0) }
	py := func(v float64) float64 { return bottom - (bottom-top)*(v-y0)/(y1-y0) }
	cx, cy := px(c.CutX), py(c.CutY)
	d.add(Shape{Kind: Rect, Class: classUrgent, X: left, Y: top, W: cx - left, H: cy - top})
	d.add(Shape{Kind: Rect, Class: classKeep, X: cx, Y: top, W: right - cx, H: cy - top})
	d.line(classAxis, Point{left, bottom}, Point{right, bottom})
	d.line(classAxis, Point{left, top}, Point{left, bottom})
	d.line(classGrid, Point{cx, top}, Point{cx, bottom})
	d.line(classGrid, Point{left, cy}, Point{right, cy})
	d.text(classLabel, left+6, top+16, Start, fit(c.Corners[0], cx-left-10))
	d.text(classLabel, right-6, top+16, End, fit(c.Corners[1], right-cx-10))
	d.text(classLabel, left+6, bottom-8, Start, fit(c.Corners[2], cx-left-10))
	d.text(classLabel, right-6, bottom-8, End, fit(c.Corners[3], right-cx-10))
	d.text(classLabel, right, bottom+18, End, fit(c.Performance+" →", right-left))
	d.text(classLabel, left, bottom+18, Start, fit("↑ "+c.Importance, (right-left)/2))
	var taken []box
	for _, dot := range c.Dots {
		x, y := px(dot.Performance), py(dot.Importance)
		r := 4.0
		if heaviest > 0 {
			r = 4 + 10*math.Sqrt(max(0, dot.Weight)/heaviest)
		}
		d.add(Shape{Kind: Circle, Class: SeriesClass(0), X: x, Y: y, W: r, Tip: dot.Tip, Link: dot.Link})
		taken = append(taken, box{x - r, y - r, x + r, y + r})
	}
	for _, dot := range c.Dots {
		x, y := px(dot.Performance), py(dot.Importance)
		r := 4.0
		if heaviest > 0 {
			r = 4 + 10*math.Sqrt(max(0, dot.Weight)/heaviest)
		}
		name := fit(dot.Name, width*0.3)
		w := textWidth(name)
		for _, try := range []struct {
			at     Point
			anchor Anchor
			box    box
		}{
			{Point{x + r + 4, y + 4}, Start, box{x + r + 3, y - 8, x + r + 5 + w, y + 7}},
			{Point{x - r - 4, y + 4}, End, box{x - r - 5 - w, y - 8, x - r - 3, y + 7}},
			{Point{x, y - r - 5}, Middle, box{x - w/2, y - r - 17, x + w/2, y - r - 1}},
			{Point{x, y + r + 14}, Middle, box{x - w/2, y + r + 2, x + w/2, y + r + 17}},
		} {
			if try.box.free(taken, left, top+20, right, bottom-20) {
				d.text(className, try.at.X, try.at.Y, try.anchor, name)
				taken = append(taken, try.box)
				break
			}
		}
	}
	return d
}

// box is a room on the canvas.
type box struct{ x0, y0, x1, y1 float64 }

// free reports whether the box lies within bounds and touches none of others.
func (b box) free(others []box, left, top, right, bottom float64) bool {
	if b.x0 < left || b.x1 > right || b.y0 < top || b.y1 > bottom {
		return false
	}
	for _, o := range others {
		if b.x0 < o.x1 && o.x0 < b.x1 && b.y0 < o.y1 && o.y0 < b.y1 {
			return false
		}
	}
	return true
}
