// Package duplicate finds texts that are nearly the same: complaints copied and
// pasted by many, and the same complaint sent again.
//
//	ix := duplicate.New(duplicate.Config{})
//	group := ix.Add(1, "客服推诿，宽带故障三天没人修")
//	ix.Forget(1)
//	near := duplicate.Read("宽带坏了三天").Near(duplicate.Read("宽带坏了三天！"))
//	report := duplicate.Survey(documents, groupOf, duplicate.Rules{})
//
// A text is reduced to its letters and digits, folded as segment.AppendFold
// does (width, case, traditional characters); placeholders of redaction and
// punctuation do not count. Its shingles are the pairs of neighbouring
// characters; of a text that is mostly in Latin letters, which are few, the
// triples. Two texts are near-duplicates when they share a band of their MinHash
// signatures (128 values, 32 bands of 4, of triples 3: Broder 1997; Leskovec,
// Rajaraman & Ullman, Mining of Massive Datasets, ch. 3) and the Jaccard index
// of their shingle sets, counted exactly, reaches Config.Threshold, of triples
// nine tenths of it, and more when they are shorter than 30 characters, or 60
// letters. Texts of fewer than 8 characters are near-duplicates when nothing
// differs. Groups are what such pairs connect.
//
// Guarantees: the partition into groups depends on the texts alone, not on
// their order, as long as no band holds more than 64 different texts; beyond
// that the latest 64 are looked at. After Forget nothing of a text is left, and
// the partition is that of an Index which never saw it. The number of a group is
// never given to another group; forgetting a document does not change the
// numbers of others, but for those it alone held together with the older ones:
// these get a new number. When a text joins two groups, the older number stays.
// All of this is of the documents that are kept: what falls out because of
// Config.Max leaves the rest together as it was. A Follower is told of every
// change, and so knows the groups of more documents than are kept.
//
// Memory: about 1.3 KB a different text of 60 characters (4 bytes a shingle,
// and 32 bands of 31 bytes; 0.9 KB with 16 of them), and about 60 bytes a document whose text is there
// already, see Index.Bytes; Config.Max bounds the documents, the oldest fall out.
//
// It knows no meaning: a text told in other words is another text.
package duplicate
