package chart

import (
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"math"
	"strconv"
	"strings"

	"golang.org/x/image/font"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"
)

// scale is how many pixels of a PNG file a unit of the canvas takes: enough for
// print at the width of a page.
const scale = 2

// PNG writes the drawing as a picture on white, with title and legend.
func (d *Drawing) PNG(w io.Writer, fonts *Fonts) error {
	sheet := d.sheet()
	c := &canvas{img: image.NewRGBA(image.Rect(0, 0, int(sheet.Width*scale), int(sheet.Height*scale))), fonts: fonts}
	fonts.mu.Lock()
	defer fonts.mu.Unlock()
	for _, s := range sheet.Shapes {
		l := looks[s.Class]
		switch s.Kind {
		case Rect:
			c.fill(l.fill, []Point{{s.X, s.Y}, {s.X + s.W, s.Y}, {s.X + s.W, s.Y + s.H}, {s.X, s.Y + s.H}})
		case Area:
			c.fill(l.fill, s.Points)
		case Path:
			for _, piece := range dashed(s.Points, l.dash) {
				c.stroke(l, piece)
			}
		case Circle:
			c.fill(l.fill, around(s.X, s.Y, s.W))
		case Text:
			if err := c.text(l.fill, s); err != nil {
				return err
			}
		}
	}
	encoder := png.Encoder{CompressionLevel: png.BestSpeed}
	return encoder.Encode(w, c.img)
}

type canvas struct {
	img   *image.RGBA
	fonts *Fonts
}

// fill paints a polygon. Only the rectangle around it is rasterised.
func (c *canvas) fill(hex string, points []Point) {
	if hex == "" || len(points) < 3 {
		return
	}
	x0, y0, x1, y1 := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for _, p := range points {
		x0, y0, x1, y1 = min(x0, p.X), min(y0, p.Y), max(x1, p.X), max(y1, p.Y)
	}
	room := image.Rect(int(math.Floor(x0*scale)), int(math.Floor(y0*scale)), int(math.Ceil(x1*scale)), int(math.Ceil(y1*scale))).Intersect(c.img.Bounds())
	if room.Empty() {
		return
	}
	r := vector.NewRasterizer(room.Dx(), room.Dy())
	for i, p := range points {
		x, y := float32(p.X*scale)-float32(room.Min.X), float32(p.Y*scale)-float32(room.Min.Y)
		if i == 0 {
			r.MoveTo(x, y)
		} else {
			r.LineTo(x, y)
		}
	}
	r.ClosePath()
	r.Draw(c.img, room, image.NewUniform(rgba(hex)), image.Point{})
}

// stroke paints a line as one quadrangle a piece, with a disc at each bend.
func (c *canvas) stroke(l look, points []Point) {
	half := l.width / 2
	for i := 1; i < len(points); i++ {
		a, b := points[i-1], points[i]
		length := math.Hypot(b.X-a.X, b.Y-a.Y)
		if length == 0 {
			continue
		}
		nx, ny := -(b.Y-a.Y)/length*half, (b.X-a.X)/length*half
		c.fill(l.stroke, []Point{{a.X + nx, a.Y + ny}, {b.X + nx, b.Y + ny}, {b.X - nx, b.Y - ny}, {a.X - nx, a.Y - ny}})
		if i+1 < len(points) && l.width > 1 {
			c.fill(l.stroke, around(b.X, b.Y, half))
		}
	}
}

func around(x, y, r float64) []Point {
	const n = 32
	points := make([]Point, n)
	for i := range points {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / n)
		points[i] = Point{x + r*cos, y + r*sin}
	}
	return points
}

// dashed cuts a line by a pattern such as "7 3".
func dashed(points []Point, pattern string) [][]Point {
	var lengths []float64
	for _, f := range strings.Fields(pattern) {
		v, err := strconv.ParseFloat(f, 64)
		if err != nil || v <= 0 {
			return [][]Point{points} // the patterns are constants, and a test reads them
		}
		lengths = append(lengths, v)
	}
	if len(lengths) == 0 || len(points) == 0 {
		return [][]Point{points}
	}
	var out [][]Point
	piece, on, at, left := []Point{points[0]}, true, 0, lengths[0]
	for i := 1; i < len(points); i++ {
		a, b := points[i-1], points[i]
		for {
			length := math.Hypot(b.X-a.X, b.Y-a.Y)
			if length < left {
				left -= length
				if on {
					piece = append(piece, b)
				}
				break
			}
			a = Point{a.X + (b.X-a.X)*left/length, a.Y + (b.Y-a.Y)*left/length}
			if on {
				out = append(out, append(piece, a))
			}
			on, at = !on, (at+1)%len(lengths)
			piece, left = []Point{a}, lengths[at]
		}
	}
	if on && len(piece) > 1 {
		out = append(out, piece)
	}
	return out
}

// text writes a text. The built-in font is enlarged by whole pixels.
func (c *canvas) text(hex string, s Shape) error {
	face, zoom, err := c.fonts.face(fontSize * scale)
	if err != nil {
		return err
	}
	width := font.MeasureString(face, s.Text).Ceil() * zoom
	x := int(s.X * scale)
	switch s.Anchor {
	case Middle:
		x -= width / 2
	case End:
		x -= width
	}
	y := int(s.Y * scale)
	ink := image.NewUniform(rgba(hex))
	if zoom == 1 {
		drawer := font.Drawer{Dst: c.img, Src: ink, Face: face, Dot: fixed.P(x, y)}
		drawer.DrawString(s.Text)
		return nil
	}
	m := face.Metrics()
	small := image.NewAlpha(image.Rect(0, 0, width/zoom+1, (m.Ascent + m.Descent).Ceil()))
	drawer := font.Drawer{Dst: small, Src: image.NewUniform(color.Opaque), Face: face, Dot: fixed.Point26_6{Y: m.Ascent}}
	drawer.DrawString(s.Text)
	top := y - m.Ascent.Ceil()*zoom
	for py := range small.Rect.Dy() {
		for px := range small.Rect.Dx() {
			if small.AlphaAt(px, py).A > 0x7f {
				dot := image.Rect(x+px*zoom, top+py*zoom, x+(px+1)*zoom, top+(py+1)*zoom)
				draw.Draw(c.img, dot, ink, image.Point{}, draw.Src)
			}
		}
	}
	return nil
}
