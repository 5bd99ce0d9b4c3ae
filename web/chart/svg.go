package chart

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"math"
	"strconv"
	"strings"
)

//go:embed svg.html
var svgTemplates string

// AddTo gives a page's templates the template "svg", which writes a *Drawing
// inline, in classes only: the style sheet has the colours.
func AddTo(t *template.Template) (*template.Template, error) {
	return t.Parse(svgTemplates)
}

// fileTemplate writes files; parsed at the first use of the package's own text,
// which a test reads.
var fileTemplate = template.Must(template.New("svg").Parse(svgTemplates))

// Is reports whether the shape is of kind k, for templates.
func (s Shape) Is(k int) bool { return s.Kind == Kind(k) }

// Data is the shape's points as path data.
func (s Shape) Data() string {
	var b strings.Builder
	for i, p := range s.Points {
		if i == 0 {
			b.WriteByte('M')
		} else {
			b.WriteByte('L')
		}
		b.WriteString(number(p.X))
		b.WriteByte(' ')
		b.WriteString(number(p.Y))
	}
	return b.String()
}

// N writes a coordinate with a tenth of a unit.
func (d *Drawing) N(v float64) string { return number(v) }

func number(v float64) string {
	return strconv.FormatFloat(math.Round(v*10)/10, 'f', -1, 64)
}

// Paint is how a shape looks in a file, as attributes of fixed words and numbers.
func (d *Drawing) Paint(s Shape) template.HTMLAttr {
	l := looks[s.Class]
	if s.Kind == Text {
		weight := ""
		if s.Class == classTitle {
			weight = ` font-weight="600"`
		}
		return template.HTMLAttr(fmt.Sprintf(`fill="%s" font-family="'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif" font-size="%d"%s`, l.fill, fontSize, weight))
	}
	if s.Kind == Path {
		dash := ""
		if l.dash != "" {
			dash = fmt.Sprintf(` stroke-dasharray="%s"`, l.dash)
		}
		return template.HTMLAttr(fmt.Sprintf(`fill="none" stroke="%s" stroke-width="%s"%s`, l.stroke, number(l.width), dash))
	}
	return template.HTMLAttr(fmt.Sprintf(`fill="%s"`, l.fill))
}

// SVG writes the drawing as a file of its own, with title and legend, on white.
func (d *Drawing) SVG(w io.Writer) error {
	if _, err := io.WriteString(w, `<?xml version="1.0" encoding="UTF-8"?>`+"\n"); err != nil {
		return err
	}
	return fileTemplate.ExecuteTemplate(w, "file", d.sheet())
}

// The parts of a file that a page shows around the drawing.
const (
	classTitle Class = "title"
	classPaper Class = "paper"
)

const (
	sheetMargin = 16
	sheetTitle  = 34 // height of the title
	sheetKey    = 22 // height of a line of the legend
)

// sheet is the drawing as a file shows it: title above, legend below, margins.
// What nobody sees in a file is left out.
func (d *Drawing) sheet() *Drawing {
	out := &Drawing{Title: d.Title, Summary: d.Summary, Width: d.Width + 2*sheetMargin}
	out.add(Shape{}) // the paper, when its size is known
	out.text(classTitle, sheetMargin, sheetMargin+12, Start, fit(d.Title, d.Width))
	for _, s := range d.Shapes {
		if s.Class == classHover {
			continue
		}
		s.X, s.Y, s.Link, s.Tip = s.X+sheetMargin, s.Y+sheetTitle, "", ""
		moved := make([]Point, len(s.Points))
		for i, p := range s.Points {
			moved[i] = Point{p.X + sheetMargin, p.Y + sheetTitle}
		}
		s.Points = moved
		out.add(s)
	}
	x, y := float64(sheetMargin), d.Height+sheetTitle+sheetKey
	for i, k := range d.Legend {
		name := fit(k.Name, d.Width/2)
		room := 34 + textWidth(name)
		if i > 0 && x+room > d.Width {
			x, y = sheetMargin, y+sheetKey
		}
		if k.Fill {
			out.add(Shape{Kind: Rect, Class: k.Class, X: x + 4, Y: y - 10, W: 12, H: 12})
		} else {
			out.line(k.Class, Point{x, y - 4}, Point{x + 20, y - 4})
		}
		out.text(className, x+26, y, Start, name)
		x += room + 14
	}
	out.Height = y + sheetMargin
	if len(d.Legend) == 0 {
		out.Height -= sheetKey
	}
	out.Shapes[0] = Shape{Kind: Rect, Class: classPaper, W: out.Width, H: out.Height}
	return out
}
