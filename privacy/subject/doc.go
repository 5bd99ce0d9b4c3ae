// Package subject finds a person again without knowing who it is: keyed tokens
// of what identifies people, and the rules by which their requests are handled.
//
//	keys, err := subject.ParseKeys(text)
//	set := keys.NewSet(); set.Add(t, value); …          // as feedback comes in
//	tokens := keys.All(rule.Mobile, "13812345678")     // when somebody asks
//
// A token says nothing without its key. Who holds the key can test guesses, and
// there are few enough phone numbers to test them all: keep it apart from the
// documents and from their back-ups. Tokens, unlike pseudonyms, have no period,
// so they stay out of what analysts see.
//
// Keys are rotated by putting a new one in front. What was tokenised under an
// old key is found as long as that key is kept, so an old key stays until the
// documents made under it have expired: values are sealed, and nobody but an
// officer could tokenise them anew.
//
// The package is pure: it reads no file, no clock and no network.
package subject
