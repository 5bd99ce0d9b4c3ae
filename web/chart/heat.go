package chart

import "math"

// HeatConfig describes a table of figures as shades: Cells[row][column].
type HeatConfig struct {
	Title, Summary string
	Rows, Columns  []string
	Cells          [][]Value
	// Links lead on from the cells; nil or as many as Cells.
	Links    [][]string
	NameHead string // over the rows' names
}

const (
	heatRow  = 26
	heatHead = 30
	// leastCell is how wide a cell is at least: of three digits; mostCell is how much
	// room a column's name can ask for.
	leastCell = 34.0
	mostCell  = 60.0
)

// Heat draws shades from nothing to the largest figure. A withheld cell is
// grey, with its words. On a phone it has the first columns, as many as can be read;
// the table has all. It returns nil when no figure is known.
func Heat(c HeatConfig) *Drawing {
	top, any := 0.0, false
	for _, row := range c.Cells {
		for _, v := range row {
			if v.known() {
				top, any = max(top, v.N), true
			}
		}
	}
	if !any {
		return nil
	}
	d := both(func(width float64) *Drawing { return drawHeat(c, width, top) })
	d.Table.Head = append([]string{c.NameHead}, c.Columns...)
	for i, name := range c.Rows {
		row := []string{name}
		for _, v := range c.Cells[i] {
			row = append(row, v.Text)
		}
		d.Table.Rows = append(d.Table.Rows, row)
	}
	return d
}

func drawHeat(c HeatConfig, width, top float64) *Drawing {
	names := 0.0
	for _, name := range c.Rows {
		names = max(names, textWidth(plain(name)))
	}
	names = min(names, width*0.34)
	left := names + 8
	least := leastCell
	for _, name := range c.Columns {
		least = max(least, min(textWidth(plain(name)), mostCell)+6)
	}
	shown := max(1, min(len(c.Columns), int((width-left)/least)))
	pitch := (width - left) / float64(shown)
	d := &Drawing{Title: c.Title, Summary: c.Summary, Width: width, Height: heatHead + heatRow*float64(len(c.Rows))}
	for j, name := range c.Columns[:shown] {
		d.text(classLabel, left+(float64(j)+0.5)*pitch, heatHead-10, Middle, fit(name, pitch-4))
	}
	for i, name := range c.Rows {
		y := heatHead + heatRow*float64(i)
		d.text(className, names, y+17, End, fit(name, names))
		for j, v := range c.Cells[i][:shown] {
			class, over := classDim, classLabel
			if v.known() {
				over = "hl"
				step := 0
				if v.N > 0 && top > 0 {
					step = min(heatSteps-1, 1+int(math.Sqrt(v.N/top)*(heatSteps-1)))
				}
				if class = heatClass(step); step >= 4 {
					over = "hd"
				}
			} else if !v.Hidden {
				class, over = heatClass(0), "hl"
			}
			x := left + float64(j)*pitch
			s := Shape{Kind: Rect, Class: class, X: x + 1, Y: y + 1, W: pitch - 2, H: heatRow - 2}
			if width == Wide { // a finger has no use for tips, nor for cells so small
				s.Tip = plain(name) + " · " + plain(c.Columns[j]) + " · " + v.Text
				if c.Links != nil {
					s.Link = c.Links[i][j]
				}
			}
			d.add(s)
			if text := v.Text; textWidth(text) <= pitch-6 {
				d.text(over, x+pitch/2, y+17, Middle, text)
			}
		}
	}
	return d
}
