package ingest

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"filippo.io/age"
	"filippo.io/age/armor"
)

// ageIntro is the first line of an age file (age-encryption.org/v1).
const ageIntro = "age-encryption.org/v1\n"

// mediaAge is the content type of a sealed payload that says nothing of what
// is inside. Any other content type on a sealed payload is that of the inside.
const mediaAge = "application/age"

// unseal opens data when it is an age file, binary or armored, and returns
// what is inside with the content type to read it by; other data it returns
// as it is.
func unseal(data []byte, c content, ids []age.Identity, l Limits) ([]byte, content, *Refusal) {
	var src io.Reader
	trimmed := bytes.TrimLeft(data, " \t\r\n")
	switch {
	case bytes.HasPrefix(data, []byte(ageIntro)):
		src = bytes.NewReader(data)
	case bytes.HasPrefix(trimmed, []byte(armor.Header)):
		opened, err := io.ReadAll(armor.NewReader(bytes.NewReader(trimmed)))
		if err != nil {
			return nil, c, &Refusal{ReasonMalformed, "the armor of an age file is damaged"}
		}
		data, src = opened, bytes.NewReader(opened)
	case c.media == mediaAge:
		return nil, c, &Refusal{ReasonMalformed, "declared as an age file, but is none"}
	default:
		return data, c, nil
	}
	if n := stanzas(data); n > l.Recipients {
		return nil, c, &Refusal{ReasonOversize, fmt.Sprintf("sealed to %d recipients, the limit is %d", n, l.Recipients)}
	}
	if len(ids) == 0 {
		return nil, c, &Refusal{ReasonSealed, "sealed, and there is no identity here to open it"}
	}
	plain, r := open(src, ids)
	if r != nil {
		return nil, c, r
	}
	if bytes.HasPrefix(plain, []byte(ageIntro)) || bytes.HasPrefix(plain, []byte(armor.Header)) {
		return nil, c, &Refusal{ReasonSealed, "sealed twice"}
	}
	if c.media == mediaAge {
		c = content{charset: c.charset}
	}
	return plain, c, nil
}

func open(src io.Reader, ids []age.Identity) ([]byte, *Refusal) {
	r, err := age.Decrypt(src, ids...)
	var no *age.NoIdentityMatchError
	if errors.As(err, &no) {
		return nil, &Refusal{ReasonSealed, "sealed to another key than ours"}
	}
	if err != nil {
		return nil, &Refusal{ReasonMalformed, "the header of an age file is damaged"}
	}
	// An age file is never shorter than what it holds, so the limit of the
	// body bounds this read too.
	plain, err := io.ReadAll(r)
	if err != nil {
		return nil, &Refusal{ReasonMalformed, "an age file is damaged or cut short"}
	}
	return plain, nil
}

// stanzas counts the recipient stanzas of an age header. Each may cost a
// public-key operation an identity, so they are counted before any is tried.
func stanzas(file []byte) int {
	head, _, _ := bytes.Cut(file, []byte("\n--- "))
	return bytes.Count(head, []byte("\n-> "))
}
