// Package ingest is how feedback comes in: what a message is, the streams that
// hold everything durable, the ids of records, and a Publisher.
//
//	js, err := ingest.JetStream(nc)
//	p, err := ingest.NewPublisher(js, ingest.PublisherOptions{})
//	defer p.Close()
//	err = p.Send(ctx, ingest.Feedback{Source: "hotline", ID: "17", Text: "宽带断网三天"})
//
// Guarantees: a message is refused with one of Reasons, or decoded whole, and no
// error, log line or format verb shows what it says; a record's id is derived from
// source and id, so that a second delivery is the same record; Send returns when the
// stream has acknowledged. docs/formats/feedback.md is the format, for publishers
// that use no Go.
//
// It finds and seals no personal data: ingest/worker does, once the message is taken.
package ingest
