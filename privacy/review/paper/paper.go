// Package paper sets small reports: headings, paragraphs and tables, as a page
// of HTML or as PDF, Chinese and English alike.
//
//	doc := &paper.Document{Title: "…", Lang: "zh", Blocks: []paper.Block{paper.Heading{Level: 2, Text: "…"}, …}}
//	err := doc.HTML(w)
//	err = doc.PDF(w)
//
// The HTML has no script, loads nothing, and prints well. The PDF (ISO 32000-1)
// embeds no font: Chinese is set in STSong-Light of Adobe-GB1 by the predefined
// CMap UniGB-UTF16-H (9.7.5.2), which viewers render by a Chinese font of the
// machine. Both are the same, byte for byte, for the same Document.
//
// It is no typesetter: one font, black, A4. Characters outside of the basic
// plane become a box in PDF.
package paper

// Document is what is set.
type Document struct {
	Title  string
	Lang   string // "zh" or "en"
	Footer string // at the foot of each page of PDF, before its number
	Blocks []Block
}

// Block is a part of a document: Heading, Text or Table.
type Block interface{ block() }

// Heading begins a section. Level is 2 or 3.
type Heading struct {
	Level int
	Text  string
}

// Text is a paragraph.
type Text string

// Table has a head and rows as wide as the head.
type Table struct {
	Head []string
	Rows [][]string
	// Widths are shares of the page's width; equal when nil.
	Widths []float64
	// Numbers are the columns that are set to the right.
	Numbers []int
}

func (Heading) block() {}
func (Text) block()    {}
func (Table) block()   {}
