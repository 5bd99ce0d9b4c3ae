package rule

import (
	"slices"
	"testing"
)

func TestEveryTypeHasLabels(t *testing.T) {
	declared := []Type{
		PersonName, Mobile, Landline, IDCard, ForeignPR, HKID, HKMOPermit, TWPermit, EEP, Passport,
		BankCard, SocialSecurity, USCC, LicensePlate, VIN, IMEI, IMSI, ICCID, MAC, IP, Email, WeChat,
		QQ, BroadbandAccount, EmployeeID, Credential, DOB, GPS, Address, Phone, SSN, DriverLicense, Customer,
	}
	if got := Types(); !slices.Equal(got, declared) {
		t.Errorf("Types() = %v, want %v", got, declared)
	}
	for _, typ := range declared {
		if zh, en := Labels(typ); zh == "" || en != string(typ) || !typ.Valid() {
			t.Errorf("%s: labels %q, %q", typ, zh, en)
		}
	}
	if Type("NO_SUCH").Valid() {
		t.Error("an unknown type is valid")
	}
}
