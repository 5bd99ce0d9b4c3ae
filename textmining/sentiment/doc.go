// Package sentiment says how a customer feels, clause by clause, by lexicon and
// rule: Chinese and English, in the register of customer service.
//
//	a, err := sentiment.New()
//	tokens := seg.AppendTokens(nil, text)
//	a.Text(text, tokens)                       // the whole: label and score
//	clauses := a.AppendClauses(nil, text, tokens)
//	sentiment.At(clauses, start, end)          // a piece, say a theme's evidence
//
// It reads words and phrases with their weight, negation and double negation,
// degree, adversatives (what follows 但是 weighs more), wishes (what is hoped for
// is not so), questions that lean (凭什么), scales that need their noun (效率高,
// 资费高), emoji, and mockery (真是好服务啊！ amid complaints).
//
// A Model, trained on judged texts of a field, judges whole texts with what it
// has learnt beside what the lexicon hears.
//
// The lexicon needs no training and explains itself: data/zh.txt and data/en.txt,
// whose own comments give the format; WithLexicon adds an operator's. Neither
// sees irony without a marker, nor whom a clause is about: that is the theme's
// evidence.
//
// The scheme follows Taboada et al., Lexicon-Based Methods for Sentiment
// Analysis (Computational Linguistics 37:2, 2011), with rules of our own for Chinese.
package sentiment
