package chart

import "math"

// Value is one figure of a chart.
type Value struct {
	N float64 // NaN when there is none
	// Text is the figure in words, for tables and tips.
	Text string
	// Hidden says that the figure is withheld: N is not looked at.
	Hidden bool
}

// Missing is a figure that does not exist, such as a rate of nothing.
func Missing(text string) Value { return Value{N: math.NaN(), Text: text} }

// known reports whether a value may be drawn as it is.
func (v Value) known() bool { return !v.Hidden && !math.IsNaN(v.N) && !math.IsInf(v.N, 0) }

// Series is a row of figures under one name.
type Series struct {
	Name   string
	Values []Value
}

// Kind is what a shape is.
type Kind int

// The kinds of shapes.
const (
	Rect   Kind = iota // X, Y, W, H
	Area               // filled polygon through Points
	Path               // open line through Points
	Circle             // around X, Y with radius W
	Text               // Text at X, Y (its baseline), by Anchor
)

// Anchor is where a text stands against its place.
type Anchor string

// The anchors, as SVG calls them.
const (
	Start  Anchor = "start"
	Middle Anchor = "middle"
	End    Anchor = "end"
)

// Point is a place on the canvas, in its units, y downwards.
type Point struct{ X, Y float64 }

// Shape is one mark of a drawing. Its colour follows from Class alone.
type Shape struct {
	Kind       Kind
	Class      Class
	X, Y, W, H float64
	Points     []Point
	Text       string
	Anchor     Anchor
	Tip        string // said when one points at it
	Link       string // where it leads within the site, or empty
}

// Table is a drawing in figures: the head, and rows as long as it.
type Table struct {
	Head []string
	Rows [][]string
}

// Drawing is a finished chart.
type Drawing struct {
	Title   string
	Summary string // the chart in a sentence, for who does not see it
	Width   float64
	Height  float64
	Shapes  []Shape
	Table   Table
	Legend  []Key
	// Narrow is the same for a phone, nil when Drawing fits as it is.
	Narrow *Drawing
}

// Key is one entry of a legend.
type Key struct {
	Class Class
	Name  string
	Fill  bool // an area, not a line
}

// Canvas widths: of a page, and of a phone.
const (
	Wide  = 880
	Phone = 340
)

// fontSize is that of all texts of a chart, in units of the canvas.
const fontSize = 12

func (d *Drawing) add(s ...Shape) { d.Shapes = append(d.Shapes, s...) }

func (d *Drawing) text(class Class, x, y float64, anchor Anchor, text string) {
	if text != "" {
		d.add(Shape{Kind: Text, Class: class, X: x, Y: y, Anchor: anchor, Text: text})
	}
}

func (d *Drawing) line(class Class, points ...Point) {
	d.add(Shape{Kind: Path, Class: class, Points: points})
}

// both draws for a page and for a phone.
func both(draw func(width float64) *Drawing) *Drawing {
	d := draw(Wide)
	d.Narrow = draw(Phone)
	return d
}
