package vault

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"filippo.io/age"

	"qingting/internal/access"
	"qingting/internal/secrets"
)

// RegisterSchema is the version of the register of officers.
const RegisterSchema = "qingting.vault.officers/1"

// Kind says what an officer's key is for.
type Kind string

const (
	// KindOfficer is the key of a person at work.
	KindOfficer Kind = "officer"
	// KindRecovery is a key in a safe, for when the officers' are lost.
	KindRecovery Kind = "recovery"
)

// Officer is one whom epoch keys are sealed to, or were.
type Officer struct {
	Name      string     `json:"name"`
	Recipient string     `json:"recipient"` // age1… or an SSH public key: public
	Kind      Kind       `json:"kind"`
	Added     time.Time  `json:"added"`
	Retired   *time.Time `json:"retired,omitempty"`
}

// Active says that what is sealed from now on is sealed to the officer.
func (o Officer) Active() bool { return o.Retired == nil }

// Fingerprint names the officer's recipient, see [Fingerprint].
func (o Officer) Fingerprint() string { return Fingerprint(o.Recipient) }

// Register is who the officers are, and who they were. It is a value: a change
// makes another.
type Register struct {
	Schema   string    `json:"schema"`
	Officers []Officer `json:"officers"`
}

// ParseRegister reads the JSON form.
func ParseRegister(data []byte) (Register, error) {
	var r Register
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&r); err != nil {
		return Register{}, fmt.Errorf("register of officers: %w", err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return Register{}, errors.New("register of officers: more than one value")
	}
	if r.Schema != RegisterSchema {
		return Register{}, fmt.Errorf("register of officers: schema %q, want %q", r.Schema, RegisterSchema)
	}
	for i, o := range r.Officers {
		if err := o.check(r.Officers[:i]); err != nil {
			return Register{}, fmt.Errorf("register of officers: %w", err)
		}
	}
	return r, nil
}

// Encode is the JSON form.
func (r Register) Encode() ([]byte, error) {
	r.Schema = RegisterSchema
	return json.Marshal(r)
}

// Active are those whom epoch keys are sealed to.
func (r Register) Active() []Officer {
	return slices.DeleteFunc(slices.Clone(r.Officers), func(o Officer) bool { return !o.Active() })
}

// Recipients are those of the active officers.
func (r Register) Recipients() ([]age.Recipient, error) {
	var keys []age.Recipient
	for _, o := range r.Active() {
		k, err := secrets.ParseRecipient(o.Recipient)
		if err != nil {
			return nil, fmt.Errorf("officer %q: %w", o.Name, err)
		}
		keys = append(keys, k.Key)
	}
	if len(keys) == 0 {
		return nil, errNoRecipients
	}
	return keys, nil
}

// Set is the set of the active officers, see [SetOf].
func (r Register) Set() Set {
	var prints []string
	for _, o := range r.Active() {
		prints = append(prints, o.Fingerprint())
	}
	return newSet(prints)
}

// Change says who comes and who goes.
type Change struct {
	Add    []Officer // name, recipient, kind; the rest is filled in
	Retire []string  // names
}

// Apply makes the register after a change at the given time. What makes no
// sense, and what would leave nobody to open anything, is an error.
func (r Register) Apply(c Change, now time.Time) (Register, error) {
	now = now.UTC().Truncate(time.Second)
	next := Register{Schema: RegisterSchema, Officers: slices.Clone(r.Officers)}
	for _, name := range c.Retire {
		i := slices.IndexFunc(next.Officers, func(o Officer) bool { return o.Active() && o.Name == name })
		if i < 0 {
			return Register{}, fmt.Errorf("there is no officer %q to retire: see \"qingting keys list\"", name)
		}
		next.Officers[i].Retired = &now
	}
	for _, o := range c.Add {
		key, err := secrets.ParseRecipient(o.Recipient)
		if err != nil {
			return Register{}, fmt.Errorf("officer %q: %w", o.Name, err)
		}
		o.Recipient, o.Added, o.Retired = key.Text, now, nil
		if err := o.check(next.Officers); err != nil {
			return Register{}, err
		}
		next.Officers = append(next.Officers, o)
	}
	if len(c.Add)+len(c.Retire) == 0 {
		return Register{}, errors.New("nothing to change: name who comes or who goes")
	}
	if next.count(KindOfficer) == 0 {
		return Register{}, errors.New("that would retire the last officer, and nobody at work could open what is sealed: add another first")
	}
	// Age refuses to mix post-quantum recipients and others; found out now, not
	// when a record is to be sealed.
	keys, err := next.Recipients()
	if err != nil {
		return Register{}, err
	}
	return next, checkRecipients(keys)
}

// Warnings say what is unwise about the register as it is.
func (r Register) Warnings() []string {
	var all []string
	if n := r.count(KindOfficer); n < 2 {
		all = append(all, fmt.Sprintf("there is %d officer: when that identity is lost, only a recovery key opens what is sealed; add a second with \"qingting keys add\"", n))
	}
	if r.count(KindRecovery) == 0 {
		all = append(all, "there is no recovery key: make one with \"qingting keys new\", add it with \"qingting keys add --recovery\", and lock its identity away")
	}
	return all
}

func (r Register) count(k Kind) int {
	n := 0
	for _, o := range r.Active() {
		if o.Kind == k {
			n++
		}
	}
	return n
}

// check compares an officer with those before.
func (o Officer) check(others []Officer) error {
	// The ledger names officers, and keeps no personal data: names are those of
	// users, not of people.
	if err := access.CheckName(o.Name); err != nil {
		return fmt.Errorf("the name of an officer: %w", err)
	}
	if o.Kind != KindOfficer && o.Kind != KindRecovery {
		return fmt.Errorf("officer %q: kind %q, want %q or %q", o.Name, o.Kind, KindOfficer, KindRecovery)
	}
	for _, other := range others {
		switch {
		case other.Name == o.Name && other.Active() && o.Active():
			return fmt.Errorf("there is an officer %q already: choose another name", o.Name)
		case other.Recipient == o.Recipient && other.Active():
			return fmt.Errorf("officer %q: this recipient is that of %q already", o.Name, other.Name)
		case other.Recipient == o.Recipient:
			return fmt.Errorf("officer %q: this recipient is that of %q, who was retired: make a new one with \"qingting keys new\"", o.Name, other.Name)
		}
	}
	return nil
}

// Set names a set of recipients: their fingerprints in order, with commas
// between. Empty is a set that is not known.
type Set string

// Fingerprint is the first 16 hexadecimal digits of the SHA-256 of a recipient
// as it is written.
func Fingerprint(recipient string) string {
	sum := sha256.Sum256([]byte(recipient))
	return hex.EncodeToString(sum[:8])
}

// SetOf names the set of the recipients. One that cannot say how it is written
// makes the set one that is not known.
func SetOf(recipients []age.Recipient) Set {
	prints := make([]string, len(recipients))
	for i, r := range recipients {
		s, ok := r.(fmt.Stringer)
		if !ok {
			return ""
		}
		prints[i] = Fingerprint(s.String())
	}
	return newSet(prints)
}

func newSet(prints []string) Set {
	slices.Sort(prints)
	return Set(strings.Join(slices.Compact(prints), ","))
}

// Has says that a recipient of that fingerprint is in the set.
func (s Set) Has(fingerprint string) bool {
	return fingerprint != "" && slices.Contains(strings.Split(string(s), ","), fingerprint)
}

// Hash is short for the set, as the ledger shows it.
func (s Set) Hash() string {
	if s == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:6])
}

// SeedRegister makes the first register from a recipients file. A note above a
// recipient, "officer: NAME" or "recovery: NAME", says who it is; without one
// they are numbered.
func SeedRegister(file []secrets.Recipient, now time.Time) (Register, error) {
	var c Change
	for i, r := range file {
		o := Officer{Name: fmt.Sprintf("officer%d", i+1), Recipient: r.Text, Kind: KindOfficer}
		if kind, name, ok := strings.Cut(r.Note, ":"); ok {
			switch Kind(strings.TrimSpace(kind)) {
			case KindOfficer:
				o.Name = strings.TrimSpace(name)
			case KindRecovery:
				o.Name, o.Kind = strings.TrimSpace(name), KindRecovery
			}
		}
		if slices.ContainsFunc(c.Add, func(other Officer) bool { return other.Recipient == o.Recipient }) {
			continue // the same line twice
		}
		c.Add = append(c.Add, o)
	}
	return Register{}.Apply(c, now)
}
