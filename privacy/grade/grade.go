// Package grade says how sensitive a piece of feedback is, from what redaction
// found in it and from what its redacted text still tells:
//
//	g := grade.Of(grade.Facts{Types: []string{"ID_CARD", "MOBILE"}, Text: redacted})
//	g.Level   // 3
//	g.Reasons // [contact id]
//
// The levels, for the handling of a document and the choice of samples:
//
//	1  no personal data was found
//	2  personal data, none of it sensitive by itself
//	3  sensitive personal data, or enough ordinary data to amount to it
//	4  several kinds of sensitive data, or sensitive data of a named or reachable person
//
// What is sensitive follows PIPL art. 28 to 31 and the categories of GB/T
// 45574-2025: identity documents, financial accounts and credentials, precise
// location, health, and anything of a child under fourteen; data that are not
// sensitive one by one can be so together (its clause on combinations).
//
// A Grade is deterministic and holds no personal data. It rests on what
// detection found: what was missed is not graded. Health and age are told by
// short lists of words, Chinese and English, which find the plain cases only.
package grade

import (
	"slices"

	"qingting/internal/document"
	"qingting/privacy/rule"
)

// The codes of reasons.
const (
	Identity = "id"          // number of an identity document
	Account  = "account"     // bank card, social security, password and the like
	Location = "location"    // coordinates, or an address down to the door
	Minor    = "minor"       // a person under fourteen
	Health   = "health"      // illness, treatment, disability, pregnancy
	Name     = "name"        // of a person
	Contact  = "contact"     // telephone, mail, messenger
	Device   = "device"      // number of a device, vehicle, line or network
	Other    = "other"       // any other field of a customer, date of birth
	Combined = "combination" // made sensitive, or more so, by what stands together
)

// sensitive are the reasons that make level 3 by themselves.
var sensitive = []string{Identity, Account, Location, Minor, Health}

// kinds maps the types of personal data to reasons. What is not here is Other.
var kinds = map[rule.Type]string{
	rule.IDCard: Identity, rule.ForeignPR: Identity, rule.HKID: Identity, rule.HKMOPermit: Identity, rule.TWPermit: Identity,
	rule.EEP: Identity, rule.Passport: Identity, rule.SSN: Identity, rule.DriverLicense: Identity,
	rule.BankCard: Account, rule.SocialSecurity: Account, rule.Credential: Account,
	rule.GPS: Location, rule.Address: Location,
	rule.PersonName: Name,
	rule.Mobile:     Contact, rule.Landline: Contact, rule.Phone: Contact, rule.Email: Contact, rule.WeChat: Contact, rule.QQ: Contact,
	rule.BroadbandAccount: Device, rule.LicensePlate: Device, rule.VIN: Device, rule.IMEI: Device, rule.IMSI: Device,
	rule.ICCID: Device, rule.MAC: Device, rule.IP: Device, rule.EmployeeID: Other,
}

// notPersonal are types that name organisations.
var notPersonal = []rule.Type{rule.USCC}

// Kind is the reason that a type of personal data gives; empty for a type that
// is not personal by itself.
func Kind(t rule.Type) string {
	if slices.Contains(notPersonal, t) {
		return ""
	}
	if k, ok := kinds[t]; ok {
		return k
	}
	return Other
}

// Sensitive reports whether a type is sensitive by itself.
func Sensitive(t rule.Type) bool { return slices.Contains(sensitive, Kind(t)) }

// Facts is what a grade is made of.
type Facts struct {
	Types []string // of what was found, in any order, repeated or not
	Text  string   // redacted
	Child bool     // a value showed that somebody is under fourteen: see Child
}

// FactsOf reads the facts of a document. What only values show is not in it.
func FactsOf(d *document.Document) Facts {
	f := Facts{Text: d.Text, Types: make([]string, len(d.Redactions)), Child: slices.Contains(d.GradeReasons, Minor)}
	for i, r := range d.Redactions {
		f.Types[i] = r.Type
	}
	return f
}

// Grade is a level from 1 to 4 with its reasons, sorted.
type Grade struct {
	Level   int
	Reasons []string
}

// ordinaryTogether is how many kinds of ordinary data amount to sensitive data:
// with name, contact and one more a person is found and impersonated.
const ordinaryTogether = 3

// Of grades.
func Of(f Facts) Grade {
	found := make(map[string]bool)
	for _, t := range f.Types {
		if k := Kind(rule.Type(t)); k != "" {
			found[k] = true
		}
	}
	if f.Child || tellsChild(f.Text) {
		found[Minor] = true
	}
	if tellsHealth(f.Text) {
		found[Health] = true
	}
	grave, ordinary := 0, 0
	for k := range found {
		if slices.Contains(sensitive, k) {
			grave++
		} else {
			ordinary++
		}
	}
	g := Grade{Level: 1}
	switch {
	case grave >= 2, grave == 1 && (found[Name] && found[Contact]):
		g.Level = 4
		found[Combined] = true
	case grave == 1:
		g.Level = 3
	case ordinary >= ordinaryTogether:
		g.Level = 3
		found[Combined] = true
	case ordinary > 0:
		g.Level = 2
	}
	for k := range found {
		g.Reasons = append(g.Reasons, k)
	}
	slices.Sort(g.Reasons)
	return g
}
