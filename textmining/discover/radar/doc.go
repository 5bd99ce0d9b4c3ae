// Package radar finds what feedback speaks of that no theme covers, and keeps
// an eye on it: it joins clustering (discover), names (discover/name), identity
// over time (discover/follow) and bursts (trend) into one report.
//
//	state := new(follow.State) // or what follow.Parse read
//	found, err := radar.Find(ctx, documents, radar.Options{Segmenter: seg}, state)
//	for _, t := range found.Themes { fmt.Println(t.ID, t.Name, t.Size) }
//	data, err := state.Encode() // for the next time
//
// A cluster becomes a theme of the report when its name says enough of it
// (LeastScore), or it is Firm; the others are listed apart, as loose ones. Clusters that the
// same analyst's decisions merge or split are named anew as they are shown.
//
// Guarantees: the same documents, options and state give the same report. Of
// fewer than K customers nothing is shown but that there is something: neither
// name, nor phrase, nor quote, nor count, nor how it changed. The state holds
// no text. It is not changed when Find fails.
//
// Memory: that of discover, and the texts. It does not redact; it keeps nothing.
package radar
