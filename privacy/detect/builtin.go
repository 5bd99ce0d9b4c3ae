package detect

import (
	"slices"

	"qingting/privacy/recognise"
	"qingting/privacy/recognise/account"
	"qingting/privacy/recognise/address"
	"qingting/privacy/recognise/bank"
	"qingting/privacy/recognise/birth"
	"qingting/privacy/recognise/device"
	"qingting/privacy/recognise/idcard"
	"qingting/privacy/recognise/name"
	"qingting/privacy/recognise/network"
	"qingting/privacy/recognise/online"
	"qingting/privacy/recognise/phone"
	"qingting/privacy/recognise/place"
	"qingting/privacy/recognise/vehicle"
	"qingting/privacy/rule"
	"qingting/privacy/tagger"
	"qingting/privacy/tagger/english"
)

// Rules returns the rules of all structured identifiers, for documentation and
// for the test that runs their examples.
func Rules() []recognise.Rule {
	return slices.Concat(phone.Rules(), idcard.Rules(), bank.Rules(), vehicle.Rules(), device.Rules(), network.Rules(), online.Rules(),
		account.Rules(), place.Rules(), birth.Rules())
}

// builtin returns a recogniser of every family.
func builtin() ([]rule.Recogniser, error) {
	structured, err := recognise.New(Rules())
	if err != nil {
		return nil, err
	}
	return []rule.Recogniser{structured, name.New(), address.New(), tagger.New(), english.New()}, nil
}
