package detect

import (
	"slices"

	"qingting/privacy/recognise"
	"qingting/privacy/recognise/bank"
	"qingting/privacy/recognise/idcard"
	"qingting/privacy/recognise/phone"
	"qingting/privacy/rule"
)

// Rules returns the rules of all structured identifiers, for documentation and
// for the test that runs their examples.
func Rules() []recognise.Rule {
	return slices.Concat(phone.Rules(), idcard.Rules(), bank.Rules())
}

// builtin returns a recogniser of every family.
func builtin() ([]rule.Recogniser, error) {
	structured, err := recognise.New(Rules())
	if err != nil {
		return nil, err
	}
	return []rule.Recogniser{structured}, nil
}
