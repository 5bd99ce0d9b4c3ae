// Package suggest completes what somebody types into a search: by characters, by
// pinyin, by initials, and by any mixture of them.
//
//	s := suggest.New(entries, fold)
//	s.Complete("zifei", 10)        // 资费; so do 资, zf, 资f and zfei
//	s.Correct("携号专网")           // 携号转网, true
//
// Entries come from who knows them: names of themes, fields and their values,
// frequent words. Nobody's rare words may be among them: what fewer than k
// customers have said or are is not for completion.
//
// Guarantees: tones do not count, and of a character with several readings each
// does (重 is zhong and chong); the more frequent comes first; what is reached by
// mending one letter comes last and says so. Under a millisecond over a hundred
// thousand entries. A Suggester is immutable and safe for concurrent use.
//
// It does not segment, and it corrects what was typed by sound or by one letter,
// not by meaning.
package suggest
