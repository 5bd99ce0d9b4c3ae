package vault

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"filippo.io/age"

	"qingting/privacy/vault/internal/wire"
)

// EpochOf reads from a sealed record under which epoch, and as which record, it
// says that it was sealed. Nothing is opened, so nothing of it is proven.
func EpochOf(sealed []byte) (epoch, record string, ok bool) {
	_, rest, _ := bytes.Cut(sealed, []byte("\n"))
	line, _, found := bytes.Cut(rest, []byte("\n"))
	if !found || len(line) > 1024 {
		return "", "", false
	}
	words := strings.Split(string(line), " ")
	if len(words) != 5 || words[0] != "->" || words[1] != wire.StanzaType ||
		wire.CheckID(words[2]) != nil || wire.CheckID(words[3]) != nil {
		return "", "", false
	}
	return words[2], words[3], true
}

// HeaderOf is the header of a sealed record, without what is sealed. It is enough
// to prove that a key opens the record, and holds nothing of a person.
func HeaderOf(sealed []byte) ([]byte, error) {
	header, err := age.ExtractHeader(bytes.NewReader(sealed))
	if err != nil { // its words would quote what it read
		return nil, errors.New("not an age file with a whole header")
	}
	return header, nil
}

// CheckEnvelope fails when data cannot be an epoch's envelope for the active
// officers of the register. Who cannot open it cannot tell more.
func CheckEnvelope(data []byte, r Register) error {
	header, err := HeaderOf(data)
	if err != nil || len(data) > maxEnvelope {
		return errors.New("the new envelope is no age file of an epoch")
	}
	// A plugin may write more than one stanza for its recipient, never none.
	if got, want := bytes.Count(header, []byte("\n-> ")), len(r.Active()); got < want {
		return fmt.Errorf("the new envelope is sealed to %d, and there are %d officers", got, want)
	}
	return nil
}

// maxEnvelope is larger than any envelope for a few dozens of officers.
const maxEnvelope = 128 << 10
