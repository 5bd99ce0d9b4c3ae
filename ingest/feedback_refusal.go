package ingest

// The closed vocabulary of Refusal.Reason. Each is also the last token of the
// dead letter's subject, feedback.dead.<reason>.
const (
	ReasonMalformed   = "malformed"   // not the JSON, CloudEvent or age file it claims to be
	ReasonOversize    = "oversize"    // past a limit of size, count or depth
	ReasonEmpty       = "empty"       // no text
	ReasonInvalid     = "invalid"     // a field with a wrong type or a value out of range
	ReasonEncoding    = "encoding"    // bytes that are not text in the declared character set
	ReasonSealed      = "sealed"      // an age file that none of our identities opens
	ReasonUnsupported = "unsupported" // a content type, encoding or version not spoken here

	// ReasonUnregistered is the worker's alone: its Detail may name the source.
	ReasonUnregistered = "unregistered" // the register of sources does not have its source
)

// Refusal says why a payload is not feedback. Neither field ever holds content
// of the payload: Detail names a field of the schema, an offset, a count or a
// limit, never a value or a name chosen by the publisher.
type Refusal struct {
	Reason string // one of the Reason constants
	Detail string
}

func (r *Refusal) Error() string {
	if r.Detail == "" {
		return r.Reason
	}
	return r.Reason + ": " + r.Detail
}

// Reasons returns the closed vocabulary of Refusal.Reason.
func Reasons() []string {
	return []string{
		ReasonMalformed, ReasonOversize, ReasonEmpty, ReasonInvalid,
		ReasonEncoding, ReasonSealed, ReasonUnsupported,
	}
}
