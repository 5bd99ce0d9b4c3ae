package chart

import (
	"fmt"
	"image/color"
)

// Class names how a shape looks; the style sheet of the pages and the palette
// here give it its colours.
type Class string

// The classes that charts are drawn with. Series have those of SeriesClass.
const (
	classAxis    Class = "axis"    // lines of axes
	classGrid    Class = "grid"    // lines behind
	classLabel   Class = "label"   // texts of axes
	className    Class = "name"    // texts of rows and points
	classFew     Class = "few"     // stub of a withheld figure
	classDim     Class = "dim"     // cell of a withheld figure
	classBand    Class = "band"    // interval
	classBurst   Class = "burst"   // days out of line
	classAction  Class = "action"  // something was done
	classHover   Class = "hover"   // what one can point at
	classRail    Class = "rail"    // whole of which a bar is a part
	classSpan    Class = "span"    // whisker of an interval
	classUrgent  Class = "urgent"  // important and bad
	classKeep    Class = "keep"    // important and good
	classForesee Class = "foresee" // forecast
)

// seriesClasses is how many series can be told apart.
const seriesClasses = 8

// SeriesClass is the class of series i, from 0; they begin anew after eight.
func SeriesClass(i int) Class { return Class(fmt.Sprintf("s%d", i%seriesClasses+1)) }

// heatSteps are the shades of a heat map, from nothing to most.
const heatSteps = 7

func heatClass(step int) Class { return Class(fmt.Sprintf("h%d", step)) }

// look is how a class is painted in files, on white.
type look struct {
	fill, stroke string
	width        float64
	dash         string
}

var looks = map[Class]look{
	classAxis:    {stroke: "#7a8598", width: 1},
	classGrid:    {stroke: "#e3e7ee", width: 1},
	classLabel:   {fill: "#566072"},
	className:    {fill: "#1b2230"},
	classFew:     {fill: "#c3cddb"},
	classDim:     {fill: "#f1f2f4"},
	classBand:    {fill: "#dbe8f3"},
	classBurst:   {fill: "#c2410c"},
	classAction:  {stroke: "#1b2230", width: 1.5, dash: "4 3"},
	classHover:   {},
	classTitle:   {fill: "#1b2230"},
	classPaper:   {fill: "#ffffff"},
	classRail:    {fill: "#e8ecf2"},
	classSpan:    {stroke: "#1b2230", width: 1.5},
	classUrgent:  {fill: "#fbe9e0"},
	classKeep:    {fill: "#e4f3ea"},
	classForesee: {stroke: "#0a5a9c", width: 2, dash: "2 4"},
	"s1":         {fill: "#0a5a9c", stroke: "#0a5a9c", width: 2},
	"s2":         {fill: "#d55e00", stroke: "#d55e00", width: 2, dash: "7 3"},
	"s3":         {fill: "#009e73", stroke: "#009e73", width: 2, dash: "2 3"},
	"s4":         {fill: "#9a5b8f", stroke: "#9a5b8f", width: 2, dash: "9 3 2 3"},
	"s5":         {fill: "#b58900", stroke: "#b58900", width: 2, dash: "5 2"},
	"s6":         {fill: "#56a7d8", stroke: "#56a7d8", width: 2, dash: "1 2"},
	"s7":         {fill: "#5f6b7a", stroke: "#5f6b7a", width: 2, dash: "10 4"},
	"s8":         {fill: "#7d4b32", stroke: "#7d4b32", width: 2, dash: "3 5"},
	"h0":         {fill: "#f1f4f8"}, "h1": {fill: "#d9e7f4"}, "h2": {fill: "#b5d1ea"}, "h3": {fill: "#86b4db"},
	"h4": {fill: "#3876ab"}, "h5": {fill: "#2a70ab"}, "h6": {fill: "#0a4a82"},
	"hl": {fill: "#1b2230"}, "hd": {fill: "#ffffff"}, // texts on light and on dark shades
}

// rgba reads a colour of looks.
func rgba(hex string) color.NRGBA {
	c := color.NRGBA{A: 0xff}
	if _, err := fmt.Sscanf(hex, "#%02x%02x%02x", &c.R, &c.G, &c.B); err != nil {
		return color.NRGBA{}
	}
	return c
}
