// Package chart draws the figures of pages and reports: lines with bursts and
// forecasts, bars, stacked columns, heat maps, the importance–performance
// matrix, sparklines.
//
//	d := chart.Line(chart.LineConfig{Title: "每日反馈", Labels: days, Series: []chart.Series{{Name: "乱扣费", Values: values}}})
//	err := d.SVG(w)         // a file of its own, in fixed colours
//	err := d.PNG(w, fonts)  // the same as pixels
//	{{template "figure" $d}} // inline, in the colours of the page
//
// Guarantees
//
//   - A Drawing is plain data: shapes with classes and texts. Labels come from
//     feedback, so from anybody: they are escaped wherever they are written, and
//     cut to the room there is.
//   - A figure that is withheld is drawn as a pale stub of fixed height and said
//     so in words; nothing of its size can be read off.
//   - Each chart carries a summary in words and the same figures as a table.
//   - The same input gives the same bytes.
//
// What it does not do: it withholds nothing by itself (statistics and search
// do), and it does not animate.
//
// Colours are told apart by people who see few (Okabe and Ito, "Color Universal
// Design", 2008), and lines by their dashes as well.
package chart
