package address

import (
	"qingting/privacy/fold"
	"qingting/privacy/rule"
)

func english(t *fold.Text, explain bool, emit func(rule.Candidate)) {}
