package main

import (
	"slices"
	"strings"

	"qingting/privacy/rule"
	"qingting/privacy/score"
)

// typeNames maps the types of a file to ours: several where a name stands for
// several of ours, none where it is ignored.
type typeNames map[string][]rule.Type

// ignoreType stands for no type of ours in --map.
const ignoreType = "-"

// newTypeNames knows our types, other schemes' names for them, and what --map
// says, which wins.
func newTypeNames(theirs map[string]string) (typeNames, error) {
	names := make(typeNames)
	for ours, list := range otherNames {
		for name := range strings.FieldsSeq(list) {
			names[name] = []rule.Type{ours}
		}
	}
	for name := range strings.FieldsSeq("PHONE TEL TELEPHONE PHONE_NO") { // of any kind
		names[name] = []rule.Type{rule.Mobile, rule.Landline, rule.Phone}
	}
	for _, t := range rule.Types() {
		names[string(t)] = []rule.Type{t}
	}
	for name, ours := range theirs {
		switch {
		case ours == ignoreType:
			names[typeKey(name)] = nil
		case !rule.Type(ours).Valid():
			return nil, usagef("--map %s=%s: unknown type %q; use one of %v, or - to ignore it", name, ours, ours, rule.Types())
		default:
			names[typeKey(name)] = []rule.Type{rule.Type(ours)}
		}
	}
	return names, nil
}

// otherNames are the names that other schemes have for our types: Presidio,
// CLUENER, Weibo NER, the privacy task of BDCI 2020, godlp, and plain words. A
// place, such as LOCATION or GPE, is no address.
var otherNames = map[rule.Type]string{
	rule.PersonName:     "PERSON NAME PER PER.NAM FULL_NAME REAL_NAME",
	rule.Mobile:         "CELLPHONE MOBILE_PHONE MOBILE_NUMBER",
	rule.Landline:       "FIXED_PHONE FIXED_LINE TELEPHONE_FIXED",
	rule.IDCard:         "CHINA_IDCARD CN_ID_CARD IDCARD ID_NUMBER CHINA_DRIVER_LICENSE",
	rule.Passport:       "CHINA_PASSPORT US_PASSPORT UK_PASSPORT PASSPORT_NUMBER",
	rule.BankCard:       "CREDIT_CARD DEBIT_CARD IBAN_CODE IBAN BANK_NUMBER BANK_ACCOUNT US_BANK_NUMBER",
	rule.SocialSecurity: "SOCIAL_SECURITY_NUMBER CN_SOCIAL_SECURITY",
	rule.USCC:           "CREDIT_CODE UNIFIED_SOCIAL_CREDIT_CODE",
	rule.LicensePlate:   "CAR_NUMBER CAR_PLATE PLATE PLATE_NUMBER",
	rule.VIN:            "VEHICLE_VIN",
	rule.MAC:            "MACADDR MAC_ADDRESS",
	rule.IP:             "IP_ADDRESS IPV4 IPV6",
	rule.Email:          "EMAIL_ADDRESS MAIL E_MAIL",
	rule.WeChat:         "VX WX WEIXIN WECHAT_ID",
	rule.QQ:             "QQ_NUMBER",
	rule.Credential:     "PASSWORD",
	rule.DOB:            "DATE_OF_BIRTH BIRTHDAY BIRTH_DATE",
	rule.GPS:            "COORDINATES LAT_LNG",
	rule.Address:        "STREET_ADDRESS HOME_ADDRESS",
	rule.SSN:            "SSN",
	rule.DriverLicense:  "US_DRIVER_LICENSE DRIVERS_LICENSE",
}

// typeKey is a name without regard to case and to how its words are joined.
func typeKey(name string) string {
	return strings.NewReplacer("-", "_", " ", "_").Replace(strings.ToUpper(name))
}

// part puts labelled spans into our types, and those of other types apart. Of
// a name that stands for several types, a span takes the one that was found.
func (n typeNames) part(labelled []score.Span, found []score.Found) (gold, ignored []score.Span) {
	for _, s := range labelled {
		ours := n[typeKey(s.Type)]
		if len(ours) == 0 {
			ignored = append(ignored, s)
			continue
		}
		s.Type = string(ours[0])
		for _, f := range found {
			if slices.Contains(ours, rule.Type(f.Type)) && score.IoU(s, f.Span) >= 0.5 {
				s.Type = f.Type
			}
		}
		gold = append(gold, s)
	}
	return gold, ignored
}
