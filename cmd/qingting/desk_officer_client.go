package main

import (
	"context"
	"errors"
	"fmt"

	"qingting/ingest/custody"
	"qingting/internal/access"
	"qingting/web"
)

// deskClient acts for the actor of a request.
func (s *node) deskClient(ctx context.Context) *custody.Client {
	return s.deskFor(access.ActorOf(ctx))
}

// deskRefusals are what the custody service refuses, for readers of Chinese.
var deskRefusals = map[custody.Code]string{
	custody.CodeForbidden:   "您的角色不允许这样做，或页面不允许这样做。",
	custody.CodeUnproven:    "NATS 服务器没有说明是谁在操作，请联系管理员。",
	custody.CodeReason:      "缺少理由。",
	custody.CodeLedger:      "台账写不进去，因此什么也没有做。",
	custody.CodeUnreachable: "没有接收数据的服务器应答，请稍后再试。",
	custody.CodeNoSettings:  "这台服务器不保存设置。",
}

// deskRefusal is an error as the desk tells it: what the service refuses is said,
// what breaks is not.
func deskRefusal(err error) error {
	var refusal *custody.Refusal
	if !errors.As(err, &refusal) {
		return err
	}
	zh := deskRefusals[refusal.Code]
	if zh == "" {
		zh = fmt.Sprintf("没有做成：%s。", refusal.Text)
	}
	return &web.DeskRefusal{ZH: zh, EN: "It was not done: " + refusal.Text + ".", Kind: kindOfRefusal(refusal.Code)}
}
