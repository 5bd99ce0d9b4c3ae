package access

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/nats-io/nkeys"
)

// User is somebody, or a program, that connects.
type User struct {
	Name  string `json:"name"`
	Roles []Role `json:"roles"`
	// Person is who this user is, such as a staff id; "" when nobody said. Users
	// of one person do not approve for one another.
	Person string `json:"person,omitempty"`
	// TokenHash is the SHA-256 of the token in hexadecimal: of 256 random bits,
	// so a slow hash would add nothing. NKey is a public user key, "U…".
	TokenHash string    `json:"token_sha256,omitempty"`
	NKey      string    `json:"nkey,omitempty"`
	Disabled  bool      `json:"disabled,omitempty"`
	Added     time.Time `json:"added,omitzero"`
	// Pages says that the user comes by the pages, so that no key of NATS is
	// needed. Turn counts the changes of roles and state: what was signed in
	// before one counts no more.
	Pages  bool    `json:"pages,omitempty"`
	Turn   int     `json:"turn,omitempty"`
	Tokens []Token `json:"tokens,omitempty"` // for the API
	Link   *Link   `json:"link,omitempty"`   // the one that was made last and not used
}

// Users is a register.
type Users []User

const (
	maxUsers    = 1000
	maxName     = 32
	nameDigits  = 6  // fewer than any phone number has
	staffDigits = 10 // fewer than a mobile number has
)

var (
	nameShape  = regexp.MustCompile(`^[a-z][a-z0-9._-]*$`)
	staffShape = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)
	hashShape  = regexp.MustCompile(`^[0-9a-f]{64}$`)
)

// reserved are names that mean others: in the ledger, or users of the command
// line, who go by their role.
var reserved = []string{
	"server", "qingting", string(Local), string(Unproven),
	string(Publisher), string(Analyst), string(Officer), string(Approver), string(Auditor), string(Operator), string(Pages),
}

// CheckName says what is wrong with the name of a user. No error repeats it.
func CheckName(name string) error {
	digits := 0
	for _, c := range name {
		if c >= '0' && c <= '9' {
			digits++
		}
	}
	switch {
	case digits > nameDigits:
		return fmt.Errorf("the name reads as personal data, which the ledger does not keep: a user name has %d digits at most", nameDigits)
	case len(name) > maxName || !nameShape.MatchString(name):
		return fmt.Errorf("a user name is a letter of a-z and then at most %d of a-z, 0-9, point, hyphen and underscore", maxName-1)
	}
	return nil
}

// CheckPerson says what is wrong with the id of a person; "" is none. No error
// repeats it.
func CheckPerson(id string) error {
	digits := 0
	for _, c := range id {
		if c >= '0' && c <= '9' {
			digits++
		}
	}
	switch {
	case id == "":
		return nil
	case len(id) > maxName || digits > staffDigits || !staffShape.MatchString(id):
		return fmt.Errorf("a person is a staff id: at most %d letters, digits (%d at most), points, hyphens and underscores; no name and no number of a telephone or an identity card", maxName, staffDigits)
	}
	return nil
}

// PersonID is Person as it is compared: E100236 and e100236 are one person.
func (u User) PersonID() string { return strings.ToLower(u.Person) }

// check says what is wrong with a user.
func (u User) check() error {
	if err := CheckName(u.Name); err != nil {
		return err
	}
	if slices.Contains(reserved, u.Name) {
		return fmt.Errorf("the name %q is taken: choose another", u.Name)
	}
	if err := CheckPerson(u.Person); err != nil {
		return fmt.Errorf("user %q: %w", u.Name, err)
	}
	if len(u.Roles) == 0 {
		return fmt.Errorf("user %q has no role: one of %s", u.Name, RoleNames())
	}
	for i, r := range u.Roles {
		if !r.Valid() {
			return fmt.Errorf("user %q: %q is no role: one of %s", u.Name, r, RoleNames())
		}
		if slices.Contains(u.Roles[:i], r) {
			return fmt.Errorf("user %q has role %s twice", u.Name, r)
		}
	}
	if len(u.Roles) > 1 && slices.Contains(u.Roles, Pages) {
		return fmt.Errorf("user %q: role %s stands alone: it is a process, and acts for others", u.Name, Pages)
	}
	if u.TokenHash == "" && u.NKey == "" && !u.Pages {
		return fmt.Errorf("user %q has neither a token nor an nkey, and does not come by the pages", u.Name)
	}
	if u.TokenHash != "" && !hashShape.MatchString(u.TokenHash) {
		return fmt.Errorf("user %q: the token's hash is malformed", u.Name)
	}
	if u.NKey != "" && !nkeys.IsValidPublicUserKey(u.NKey) {
		return fmt.Errorf("user %q: not a public user nkey (U…)", u.Name)
	}
	return u.checkPages()
}

// Check says what is wrong with a register: two users with one name or key.
func (us Users) Check() error {
	if len(us) > maxUsers {
		return fmt.Errorf("%d users, at most %d", len(us), maxUsers)
	}
	seen := make(map[string]string)
	for _, u := range us {
		if err := u.check(); err != nil {
			return err
		}
		keys := []string{"name " + u.Name, u.TokenHash, u.NKey}
		for _, t := range u.Tokens {
			keys = append(keys, t.Hash)
		}
		for _, key := range keys {
			if other, twice := seen[key]; twice && key != "" {
				if other == u.Name {
					return fmt.Errorf("user %q is there already", u.Name)
				}
				return fmt.Errorf("users %q and %q have the same key", other, u.Name)
			}
			seen[key] = u.Name
		}
	}
	return nil
}

// Parse reads a register; nil is an empty one. Members it does not know are an
// error: a right that is not understood must not be ignored.
func Parse(data []byte) (Users, error) {
	if len(data) == 0 {
		return nil, nil
	}
	var us Users
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&us); err != nil || dec.More() {
		return nil, errors.New("the register of users is malformed")
	}
	if err := us.Check(); err != nil {
		return nil, fmt.Errorf("register of users: %w", err)
	}
	return us, nil
}

// Encode writes a register, sorted by name, after checking it.
func (us Users) Encode() ([]byte, error) {
	if err := us.Check(); err != nil {
		return nil, err
	}
	sorted := slices.SortedFunc(slices.Values(us), func(a, b User) int { return strings.Compare(a.Name, b.Name) })
	if sorted == nil {
		sorted = []User{}
	}
	return json.Marshal(sorted)
}

// ByName finds a user, disabled ones too.
func (us Users) ByName(name string) (User, bool) {
	return us.find(func(u User) bool { return u.Name == name })
}

// ByNKey finds the user with a public nkey, disabled ones too. The caller has
// verified the signature.
func (us Users) ByNKey(key string) (User, bool) {
	return us.find(func(u User) bool { return key != "" && u.NKey == key })
}

// ByToken finds the user with a token, disabled ones too. Every user is
// compared, in constant time.
func (us Users) ByToken(token string) (found User, ok bool) {
	if token == "" {
		return User{}, false
	}
	hash := []byte(HashToken(token))
	for _, u := range us {
		if subtle.ConstantTimeCompare(hash, []byte(u.TokenHash)) == 1 {
			found, ok = u, true
		}
	}
	return found, ok
}

func (us Users) find(is func(User) bool) (User, bool) {
	if i := slices.IndexFunc(us, is); i >= 0 {
		return us[i], true
	}
	return User{}, false
}

// May says whether a user has a power now.
func (u User) May(p Power) bool { return !u.Disabled && RoleFor(u.Roles, p) != "" }

// NewToken makes a token of 256 random bits. Its prefix lets scanners for
// secrets find one that was committed or mailed.
func NewToken() (string, error) {
	var random [32]byte
	if _, err := rand.Read(random[:]); err != nil {
		return "", fmt.Errorf("making a token: %w", err)
	}
	return "qingting_" + hex.EncodeToString(random[:]), nil
}

// HashToken is what a register keeps of a token.
func HashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// publisherInbox is where any NATS client has answers come in.
const publisherInbox = "_INBOX.>"

// userInbox is the first token of the subjects where answers to users come in.
const userInbox = "_USER"

// Inbox is where answers to who presents this token, or public nkey, come in:
// nobody else may listen there. It tells nothing about the token. Without a
// credential there is nothing to part.
func Inbox(credential string) string {
	switch {
	case credential == "":
		return userInbox
	case nkeys.IsValidPublicUserKey(credential):
		return userInbox + "." + credential
	}
	return inboxOfHash(HashToken(credential))
}

// inboxOfHash hashes once more, so that the subject is no part of the hash
// that is stored.
func inboxOfHash(tokenHash string) string {
	sum := sha256.Sum256([]byte("qingting inbox 1 " + tokenHash))
	return userInbox + "." + hex.EncodeToString(sum[:12])
}

// Inboxes are the subjects a user may subscribe to. Publishers, who may use any
// client, share the usual one: what they hear is that something was stored.
func (u User) Inboxes() (list []string) {
	if slices.Contains(u.Roles, Publisher) {
		list = append(list, publisherInbox)
	}
	if u.NKey != "" {
		list = append(list, Inbox(u.NKey)+".>")
	}
	if u.TokenHash != "" {
		list = append(list, inboxOfHash(u.TokenHash)+".>")
	}
	return list
}
