// Package search is the full-text index over redacted feedback: a projection
// of the documents stream into Bleve, with a query language, facets and
// highlighting of its own. Delete the folder and it is rebuilt from the stream.
//
//	ix, err := search.Open(dir, search.Config{Segmenter: seg})
//	go search.NewIndexer(ix, stream, search.IndexerConfig{}).Run(ctx)
//	res, err := ix.Search(ctx, search.Query{Text: `网速慢 channel:电话 date:2026-01..2026-02`})
//
// Guarantees
//
//   - A text is indexed twice: as the segmenter's words and as character
//     bigrams. Words rank well; bigrams find every substring of two characters
//     or more, whatever the segmenter made of it. Single characters are found too.
//   - Width, letter case and traditional characters make no difference.
//   - A batch of changes and the stream sequence it reaches are one atomic
//     write, of at most a megabyte of text or one document: after a kill at any
//     instant Checkpoint and documents agree.
//   - The same record again replaces; a deletion is exact. Compact rewrites
//     what deletions left behind in the files.
//   - Facet cells with fewer than K distinct customers carry no count.
//
// What it does not do: it never sees personal data, so it redacts nothing; it
// keeps no counts over time (see package textmining); it does not spell-correct.
//
// # What is worked around in Bleve 2.6.1
//
// Analysers and mappings resolve by name from a process-wide registry, and a
// field renamed in the mapping silently gets the default analyser at query
// time. Here no text goes through a named analyser: documents are handed over
// already analysed (Batch.IndexAdvanced), queries are built from terms, and one
// type, analyzer, makes both. Scoring stays tf-idf, since BM25 takes a wrong
// average length. Phrases do not rest on Bleve's term vectors, without which it
// finds nothing and says nothing: a phrase is all its terms, and then a look at
// the stored text, which halves the index. Highlighting re-analyses
// the stored text, since Bleve's highlighter gives up near U+FFFD. Facets count
// distinct customers, which Bleve's cannot.
package search
