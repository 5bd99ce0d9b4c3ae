package amend_test

import (
	"strconv"

	"github.com/nats-io/nats.go"
)

func messageOf(subject string, data []byte) *nats.Msg {
	msg := nats.NewMsg(subject)
	msg.Data = data
	return msg
}

func uintText(n uint64) string { return strconv.FormatUint(n, 10) }
