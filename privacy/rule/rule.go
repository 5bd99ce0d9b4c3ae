// Package rule is the vocabulary of detection: the types of personal data, the
// candidates that recognisers propose, and the interface they share.
package rule

import "qingting/privacy/fold"

// Type is a kind of personal data, in capitals, the same word in every interface.
type Type string

// The types. English ones are added at the end as they come.
const (
	PersonName       Type = "PERSON_NAME"
	Mobile           Type = "MOBILE"
	Landline         Type = "LANDLINE"
	IDCard           Type = "ID_CARD"
	ForeignPR        Type = "FOREIGN_PR"
	HKID             Type = "HKID"
	HKMOPermit       Type = "HKMO_PERMIT"
	TWPermit         Type = "TW_PERMIT"
	EEP              Type = "EEP"
	Passport         Type = "PASSPORT"
	BankCard         Type = "BANK_CARD"
	SocialSecurity   Type = "SOCIAL_SECURITY"
	USCC             Type = "USCC"
	LicensePlate     Type = "LICENSE_PLATE"
	VIN              Type = "VIN"
	IMEI             Type = "IMEI"
	IMSI             Type = "IMSI"
	ICCID            Type = "ICCID"
	MAC              Type = "MAC"
	IP               Type = "IP"
	Email            Type = "EMAIL"
	WeChat           Type = "WECHAT"
	QQ               Type = "QQ"
	BroadbandAccount Type = "BROADBAND_ACCOUNT"
	EmployeeID       Type = "EMPLOYEE_ID"
	Credential       Type = "CREDENTIAL"
	DOB              Type = "DOB"
	GPS              Type = "GPS"
	Address          Type = "ADDRESS"
	Phone            Type = "PHONE_NUMBER" // a telephone of another country
	SSN              Type = "US_SSN"       // United States
	DriverLicense    Type = "DRIVER_LICENSE"
	Customer         Type = "CUSTOMER" // any other field of a customer: never detected in text
)

// Candidate is a span that a recogniser proposes, or one that it looked at and
// turned down (Rejected not empty). Positions are unit indexes into fold.Text,
// end exclusive; the decision maps them to bytes.
type Candidate struct {
	Type       Type
	Start, End int
	Rule       string   // id of the rule, "mobile.segment"
	Confidence float64  // 0 to 1: its rank among candidates, and how often it is right as well as the rule knows
	Canonical  string   // the value in its canonical form: 13812345678 for 幺三八…; personal data
	Evidence   []string // short, in English, without any of the text: "allocated segment", "label 身份证 2 units before"; may be left out unless explain is true
	Rejected   string   // why not, when turned down: "label 工单号 wins"
}

// Recogniser proposes candidates of one family. It is safe for concurrent use,
// keeps no reference to t, takes time linear in the text, and never fails.
type Recogniser interface {
	// Recognise calls emit for each candidate, in any order. Rejected
	// candidates are emitted only when explain is true.
	Recognise(t *fold.Text, explain bool, emit func(Candidate))
}

// Reminder is a Recogniser that finds more once the decision among all
// candidates has been made: the same name again, where it has no cue.
type Reminder interface {
	// Again is told what was found, sorted by Start and free of overlap, and
	// calls emit for candidates that overlap none of it, in order.
	Again(t *fold.Text, found []Candidate, emit func(Candidate))
}
