// Package source reads feedback from files: JSON lines, CSV, TSV and Excel
// workbooks, in UTF-8, UTF-16 or GB18030.
//
//	r, err := source.Open("投诉.csv", nil, source.Options{})
//	for {
//		row, err := r.Next()
//		var refused *source.LineError
//		switch {
//		case err == io.EOF:
//			return nil
//		case errors.As(err, &refused):
//			log.Print(refused) // the line is left out, reading goes on
//		case err != nil:
//			return err
//		default:
//			publish(row.Feedback)
//		}
//	}
//
// Columns find their fields by their usual names, Chinese or English, or by
// Options.Map; the others become attributes. What a row holds beyond that, such
// as a nested list, is left out and counted in Notes. A row that is no feedback
// is refused by its line number with a reason that never holds content.
//
// Text formats are read as a stream: memory is bounded by Options.MaxLine
// whatever the size of the file, beside the hashes of its first two million ids,
// by which Notes tells of rows that share one. A workbook is unpacked in memory, never to a
// temporary file, since it would lie there in the clear; past
// Options.MaxWorkbook it is refused.
//
// The package does not guess what it cannot know: a date such as 02/03/2026
// stays an attribute until Options.TimeLayout says how to read it.
package source
