// Package recognise is the frame that the recognisers of structured
// identifiers share: a [Page], which is a folded text with its label words
// found and its digits gathered into runs, once for all rules; a [Rule], which
// looks at a page and proposes candidates; and [New], which makes one
// rule.Recogniser of many rules.
//
//	r, err := recognise.New(slices.Concat(phone.Rules(), idcard.Rules()))
//	r.Recognise(fold.New(text), false, func(c rule.Candidate) { … })
//
// Families live in the packages below, one a kind of thing. A rule carries
// texts that it must find and texts that it must leave alone; one test runs
// them all ([Check]).
//
// The package does not decide between candidates that overlap: detect does.
package recognise
