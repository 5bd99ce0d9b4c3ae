package chart

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"html/template"
	"image/png"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var shots = flag.String("shots", "", "write the charts of the tests as PNG and SVG to this folder, to be looked at")

// samples is one of each kind of chart, with withheld and missing figures.
func samples() map[string]*Drawing {
	days := make([]string, 90)
	var a, b []Value
	for i := range days {
		days[i] = fmt.Sprintf("2026-%02d-%02d", 1+i/30, 1+i%30)
		n := 40 + 12*math.Sin(float64(i)/4) + float64(i%7)
		if i == 55 {
			n = 160
		}
		a = append(a, Value{N: math.Round(n), Text: fmt.Sprintf("%.0f", n)})
		switch {
		case i%13 == 5:
			b = append(b, Value{Hidden: true, Text: "<5"})
		case i == 40:
			b = append(b, Missing("–"))
		default:
			b = append(b, Value{N: math.Round(n / 3), Text: fmt.Sprintf("%.0f", n/3)})
		}
	}
	band := &Band{Name: "预测（80% 区间）"}
	for i := range 14 {
		band.Labels = append(band.Labels, fmt.Sprintf("2026-04-%02d", i+1))
		band.Mean, band.Low, band.Top = append(band.Mean, 44), append(band.Low, 44-float64(5+i)), append(band.Top, 44+float64(5+i))
	}
	heat := HeatConfig{Title: "各地区的痛点", NameHead: "痛点", Rows: []string{"不知情定制与乱扣费", "智能化与人工的平衡", "Uneven last-mile service in the countryside"}, Columns: []string{"广东", "浙江", "四川", "黑龙江"}}
	for i := range heat.Rows {
		var row []Value
		for j := range heat.Columns {
			v := Value{N: float64(i*40 + j*j*9), Text: fmt.Sprint(i*40 + j*j*9)}
			if i == 1 && j == 2 {
				v = Value{Hidden: true, Text: "<5"}
			}
			row = append(row, v)
		}
		heat.Cells = append(heat.Cells, row)
	}
	matrix := MatrixConfig{
		Title: "影响与满意", Importance: "对评分的影响", Performance: "满意度", CutX: 50, CutY: 0.3,
		Corners: [4]string{"先改进", "保持", "留意", "可能过度"}, Head: []string{"主题", "影响", "满意度"},
	}
	for i, name := range []string{"乱扣费", "转人工难", "宽带故障", "营业厅服务", "5G 覆盖", "套餐变更", "携号转网", "隐私"} {
		matrix.Dots = append(matrix.Dots, Dot{Name: name, Importance: 0.1 + 0.09*float64(i*5%8), Performance: 12 + float64(i*37%80), Weight: float64(20 + i*30), Tip: name, Row: []string{name, "", ""}})
	}
	bars := BarsConfig{Title: "对评分的影响", NameHead: "主题", Head: "分"}
	for i, name := range []string{"不知情定制与乱扣费", "转人工难", "营业厅服务热情", "few"} {
		v := -1.2 + 0.7*float64(i)
		bars.Bars = append(bars.Bars, Bar{Name: name, Value: Value{N: v, Text: fmt.Sprintf("%+.1f", v)}, Low: v - 0.3, Top: v + 0.3, Strong: i == 0})
	}
	bars.Bars[3].Value = Value{Hidden: true, Text: "<5"}
	return map[string]*Drawing{
		"line": Line(LineConfig{
			Title: "每日反馈：不知情定制与乱扣费", Summary: "二月末有一天突增", Labels: days, LabelHead: "日期", Band: band,
			Series: []Series{{"乱扣费", a}, {"转人工", b}}, Marks: []Mark{{At: 55, Text: "突增"}, {At: 62, Text: "新账单版式", Action: true}},
		}),
		"stacked": Stacked(StackedConfig{Title: "各渠道", Labels: days[:30], LabelHead: "日期", Series: []Series{{"热线", a[:30]}, {"App", b[:30]}}}),
		"heat":    Heat(heat),
		"matrix":  Matrix(matrix),
		"bars":    Bars(bars),
	}
}

func TestDrawings(t *testing.T) {
	page, err := AddTo(template.New("page"))
	if err != nil {
		t.Fatal(err)
	}
	builtIn := &Fonts{}
	system, err := NewFonts("")
	if err != nil {
		t.Fatal(err)
	}
	for name, d := range samples() {
		if d == nil {
			t.Fatalf("%s: no drawing", name)
		}
		for _, one := range []*Drawing{d, d.Narrow} {
			var inline, file bytes.Buffer
			if err := page.ExecuteTemplate(&inline, "svg", one); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if err := one.SVG(&file); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			wellFormed(t, name, inline.String())
			wellFormed(t, name, file.String())
			within(t, name, one)
			for _, bad := range []string{"style=", "NaN", "Inf", "ZgotmplZ", "#ZgotmplZ"} {
				if strings.Contains(inline.String(), bad) || strings.Contains(file.String(), bad) && bad != "style=" {
					t.Errorf("%s: there is %s in it", name, bad)
				}
			}
			for kind, fonts := range map[string]*Fonts{"builtin": builtIn, "system": system} {
				var picture bytes.Buffer
				if err := one.PNG(&picture, fonts); err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				config, err := png.DecodeConfig(bytes.NewReader(picture.Bytes()))
				if want := int(one.sheet().Width * scale); err != nil || config.Width != want {
					t.Errorf("%s: a picture %d wide, want %d, %v", name, config.Width, want, err)
				}
				if *shots != "" {
					base := filepath.Join(*shots, fmt.Sprintf("%s-%.0f", name, one.Width))
					if err := errors.Join(os.WriteFile(base+"-"+kind+".png", picture.Bytes(), 0o600), os.WriteFile(base+".svg", file.Bytes(), 0o600)); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
		if len(d.Table.Rows) == 0 {
			t.Errorf("%s: no table", name)
		}
		for _, row := range d.Table.Rows {
			if len(row) != len(d.Table.Head) {
				t.Errorf("%s: a row of %d under a head of %d", name, len(row), len(d.Table.Head))
			}
		}
	}
}

func wellFormed(t *testing.T, name, text string) {
	t.Helper()
	decoder := xml.NewDecoder(strings.NewReader(text))
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Errorf("%s is not well formed: %v", name, err)
			return
		}
		if e, ok := token.(xml.StartElement); ok {
			for _, a := range e.Attr {
				if strings.HasPrefix(strings.ToLower(a.Name.Local), "on") || a.Name.Local == "href" && strings.Contains(a.Value, ":") {
					t.Errorf("%s: attribute %s could run", name, a.Name.Local)
				}
			}
			switch e.Name.Local {
			case "svg", "g", "title", "desc", "rect", "path", "circle", "text", "a":
			default:
				t.Errorf("%s: an element %s", name, e.Name.Local)
			}
		}
	}
}

// within checks that nothing is drawn beside the canvas.
func within(t *testing.T, name string, d *Drawing) {
	t.Helper()
	for _, s := range d.Shapes {
		x0, x1 := s.X, s.X
		switch s.Kind {
		case Rect:
			x1 += s.W
		case Text:
			w := textWidth(s.Text)
			switch s.Anchor {
			case Start:
				x1 += w
			case End:
				x0 -= w
			case Middle:
				x0, x1 = x0-w/2, x1+w/2
			}
		case Area, Path:
			x0, x1 = s.Points[0].X, s.Points[0].X
			for _, p := range s.Points {
				x0, x1 = min(x0, p.X), max(x1, p.X)
			}
		}
		if x0 < -1 || x1 > d.Width+1 || s.Y < -1 || s.Y+s.H > d.Height+1 {
			t.Errorf("%s, %.0f wide: %v %q lies outside: %.1f to %.1f, at %.1f", name, d.Width, s.Kind, s.Text, x0, x1, s.Y)
		}
	}
}

// A figure that is withheld may not be read off: whatever N says.
func TestWithheldFiguresShowNothing(t *testing.T) {
	draw := func(n float64) string {
		v := []Value{{N: 10, Text: "10"}, {N: n, Hidden: true, Text: "<5"}, {N: 12, Text: "12"}}
		var all bytes.Buffer
		for _, d := range []*Drawing{
			Line(LineConfig{Labels: []string{"a", "b", "c"}, Series: []Series{{"x", v}}}),
			Stacked(StackedConfig{Labels: []string{"a", "b", "c"}, Series: []Series{{"x", v}}}),
			Heat(HeatConfig{Rows: []string{"r"}, Columns: []string{"a", "b", "c"}, Cells: [][]Value{v}}),
			Bars(BarsConfig{Bars: []Bar{{Name: "a", Value: v[0]}, {Name: "b", Value: v[1]}}}),
		} {
			if err := d.SVG(&all); err != nil {
				t.Fatal(err)
			}
		}
		s := NewSpark(v, "")
		return all.String() + s.Bars + s.Few
	}
	if draw(1) != draw(4) {
		t.Error("a withheld figure changes what is drawn")
	}
	if draw(1) == draw(1)+" " || !strings.Contains(draw(1), "<path") {
		t.Error("nothing is drawn")
	}
}

func TestHostileNames(t *testing.T) {
	for _, name := range []string{
		`</text><script>alert(1)</script>`, `" onload="alert(1)`, "{{.}}", strings.Repeat("很长", 5000), "a\u202eb\u0000c", strings.Repeat("e\u0301\u0302\u0303", 40), "javascript:alert(1)",
	} {
		v := []Value{{N: 1, Text: name}, {N: 2, Text: "2"}}
		page, err := AddTo(template.New("page"))
		if err != nil {
			t.Fatal(err)
		}
		for kind, d := range map[string]*Drawing{
			"line":    Line(LineConfig{Title: name, Summary: name, Labels: []string{name, name}, Series: []Series{{name, v}, {name, v}}, Marks: []Mark{{At: 0, Text: name}, {At: 1, Text: name, Action: true}}}),
			"stacked": Stacked(StackedConfig{Title: name, Labels: []string{name, name}, Series: []Series{{name, v}, {name, v}}}),
			"heat":    Heat(HeatConfig{Title: name, Rows: []string{name}, Columns: []string{name, name}, Cells: [][]Value{v}}),
			"bars":    Bars(BarsConfig{Title: name, Bars: []Bar{{Name: name, Value: Value{N: 1, Text: "1"}}}}),
			"matrix":  Matrix(MatrixConfig{Title: name, Corners: [4]string{name, name, name, name}, Dots: []Dot{{Name: name, Tip: "x", Importance: 1, Performance: 2, Weight: 3}}}),
		} {
			for _, one := range []*Drawing{d, d.Narrow} {
				var b bytes.Buffer
				if err := one.SVG(&b); err != nil {
					t.Fatal(err)
				}
				wellFormed(t, kind, b.String())
				if err := page.ExecuteTemplate(&b, "svg", one); err != nil {
					t.Fatal(err)
				}
				if strings.Contains(b.String(), "<script") || strings.Contains(b.String(), `" onload`) {
					t.Errorf("%s: a name became markup", kind)
				}
				if kind != "bars" {
					within(t, kind, one)
				}
				if err := one.PNG(io.Discard, &Fonts{}); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

func TestNothingToDraw(t *testing.T) {
	hidden := []Value{{Hidden: true}, {Hidden: true}}
	if Line(LineConfig{Labels: []string{"a", "b"}, Series: []Series{{"x", hidden}}}) != nil ||
		Stacked(StackedConfig{Labels: []string{"a", "b"}, Series: []Series{{"x", hidden}}}) != nil ||
		Heat(HeatConfig{Rows: []string{"r"}, Columns: []string{"a", "b"}, Cells: [][]Value{hidden}}) != nil ||
		Bars(BarsConfig{}) != nil || Matrix(MatrixConfig{}) != nil || NewSpark(make([]Value, 5), "") != nil {
		t.Error("something was drawn of nothing")
	}
}

func TestTicks(t *testing.T) {
	for _, c := range []struct {
		low, top float64
		want     string
	}{
		{0, 7, "0 2 4 6 8"}, {0, 1234, "0 500 1,000 1,500"}, {0, 0, "0 1"}, {-3, 8, "−5 0 5 10"}, {0, 0.07, "0 0.02 0.04 0.06 0.08"},
	} {
		var got []string
		for _, v := range ticks(c.low, c.top, 4) {
			got = append(got, tickText(v))
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("ticks %v to %v: %v", c.low, c.top, got)
		}
	}
}

// The palette has a look for each class there is, and dashes that can be read.
func TestLooks(t *testing.T) {
	for _, d := range samples() {
		for _, s := range d.sheet().Shapes {
			l, ok := looks[s.Class]
			if !ok {
				t.Errorf("class %q has no look", s.Class)
			}
			if s.Kind == Path && (l.stroke == "" || l.width == 0) || s.Kind != Path && l.fill == "" {
				t.Errorf("class %q cannot be painted as kind %d", s.Class, s.Kind)
			}
			if len(strings.Fields(l.dash))%2 != 0 {
				t.Errorf("class %q: dash %q", s.Class, l.dash)
			}
		}
	}
	if _, err := NewFonts(filepath.Join(t.TempDir(), "none.ttf")); err == nil {
		t.Error("a font that is not there was taken")
	}
}

func BenchmarkPNG(b *testing.B) {
	d := samples()["line"]
	fonts, err := NewFonts("")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := d.PNG(io.Discard, fonts); err != nil {
			b.Fatal(err)
		}
	}
}
