// Package privacy turns a text that may hold personal data into one that does
// not, and into the values that must be sealed.
//
//	redactor, err := privacy.NewRedactor(detector, privacy.DefaultPolicy(), pseudonymizer)
//	...
//	res := redactor.Redact(text, spoken)
//	// store res.Text; seal res.Values
//
// Package detect says where personal data stands; a [Policy] says what becomes
// of each type of it; the [Redactor] does it and accounts for each decision.
//
// # Guarantees
//
//   - Deterministic for (text, policy version, [EngineVersion], key, period).
//   - Redacting twice equals redacting once: the output is read again until
//     nothing more is found in it, so that neither a mask, nor what a drop
//     joins together, nor a neighbour that was hidden before gets through. A
//     text that has still more to give after 8 readings loses the lines it is
//     found in, after 16 all of itself: 18 readings are the most.
//   - The output is valid UTF-8 without control characters, whatever came in.
//   - Redacted text + values = the sanitised original, see [Restore].
//   - [Value] and [Pseudonymizer] hide what they hold from fmt, log/slog and
//     encoding/json.
//   - Fail closed: a type the policy does not name is replaced by its default
//     action, which cannot be keep; an action that has no answer (an address
//     without a known city) falls back to a tag.
//
// # Offsets
//
// Offsets count Unicode code points, end exclusive, of the redacted text or of
// the sanitised original. Sanitising keeps the number of code points: each
// byte that is not UTF-8 becomes one U+FFFD, each control character but tab,
// line feed and carriage return one space.
//
// # What it does not do
//
// It does not seal (package vault does), and it does not promise that nothing
// is ever missed. Redacted text is de-identified, not anonymous: with the vault
// and the officers' keys it can be restored, and who holds the pseudonym key
// can test guesses.
package privacy
