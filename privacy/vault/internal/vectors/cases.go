package main

import (
	"bytes"
	"strings"
)

// all is the set of vectors: what works, then one failure each.
func all() []*vector {
	return append(append(good(), badRecords()...), append(badEnvelopes(), letters()...)...)
}

func good() []*vector {
	empty := newVector("record_empty", "success", "a record without values")
	empty.plain = pad(`{"schema":"qingting.vault.record/1","record":"` + empty.record + `","values":[]}`)

	long := newVector("record_second_bucket", "success", "a plaintext that needs 1024 bytes")
	long.plain = pad(`{"schema":"qingting.vault.record/1","record":"` + long.record +
		`","values":[{"type":"ADDRESS","field":"","start":0,"end":4,"value":"` + strings.Repeat("试验路", 80) + `"}]}`)

	unknown := newVector("record_unknown_member", "success", "members that a later writer adds are ignored")
	unknown.plain = pad(strings.Replace(recordJSON(unknown.record), `"values"`, `"note":"later","values"`, 1))

	token := newVector("record_other_id", "success", "any printable ASCII without space is a record id")
	token.record = "~A_b-c!1"
	token.plain = pad(recordJSON(token.record))

	return []*vector{
		newVector("record", "success", "a record with two values, one with a canonical form"),
		empty, long, unknown, token,
	}
}

// flip changes one bit of the byte at i, from the end when i is negative.
func flip(i int) func([]byte) []byte {
	return func(data []byte) []byte {
		if i < 0 {
			i += len(data)
		}
		data[i] ^= 1
		return data
	}
}

func cut(n int) func([]byte) []byte {
	return func(data []byte) []byte { return data[:len(data)-n] }
}

func badRecords() []*vector {
	var out []*vector
	add := func(name, comment string, change func(v *vector)) {
		v := newVector(name, "damaged", comment)
		change(v)
		out = append(out, v)
	}
	// args replaces the stanza's arguments after the wrapping was made.
	args := func(change func(args []string) []string) func(*vector, []byte) string {
		return func(v *vector, fileKey []byte) string {
			salt := random(v.name, "salt", 16)
			good := []string{v.epoch(), v.record, b64.EncodeToString(salt)}
			return stanza("qingting.vault/epoch-1", change(good), wrap(v.key, salt, v.epoch(), v.record, fileKey))
		}
	}
	body := func(change func([]byte) []byte) func(*vector, []byte) string {
		return func(v *vector, fileKey []byte) string {
			salt := random(v.name, "salt", 16)
			return stanza("qingting.vault/epoch-1", []string{v.epoch(), v.record, b64.EncodeToString(salt)},
				change(wrap(v.key, salt, v.epoch(), v.record, fileKey)))
		}
	}
	plain := func(change func(string) []byte) func(v *vector) {
		return func(v *vector) { v.plain = change(recordJSON(v.record)) }
	}

	add("record_payload_flipped", "one bit of the payload's last byte is flipped", func(v *vector) { v.file = flip(-1) })
	add("record_payload_cut", "the payload's last byte is missing", func(v *vector) { v.file = cut(1) })
	add("record_payload_gone", "the file ends after its header", func(v *vector) {
		v.file = func(data []byte) []byte {
			at := bytes.Index(data, []byte("\n---"))
			return data[:at+1+bytes.IndexByte(data[at+1:], '\n')+1]
		}
	})
	add("record_trailing_data", "a byte follows the payload", func(v *vector) {
		v.file = func(data []byte) []byte { return append(data, 0) }
	})
	add("record_header_mac", "the header's MAC is that of another header", func(v *vector) {
		v.file = func(data []byte) []byte {
			at := bytes.Index(data, []byte("\n--- ")) + len("\n--- ")
			if data[at] == 'A' {
				data[at] = 'B'
			} else {
				data[at] = 'A'
			}
			return data
		}
	})
	add("record_moved", "the stanza names another record than the one it was made for", func(v *vector) {
		v.stanza = args(func(a []string) []string { a[1] = "another-record"; return a })
	})
	add("record_content_moved", "header and wrapping are good, the content is another record's", func(v *vector) {
		v.plain = pad(recordJSON("another-record"))
	})
	add("record_wrapping_flipped", "one bit of the wrapped file key is flipped", func(v *vector) { v.stanza = body(flip(0)) })
	add("record_wrapping_short", "the wrapped file key has 31 bytes", func(v *vector) { v.stanza = body(cut(1)) })
	add("record_wrapping_long", "the stanza body has 33 bytes", func(v *vector) {
		v.stanza = body(func(b []byte) []byte { return append(b, 0) })
	})
	add("record_file_key_long", "the file key has 17 bytes, and everything else fits it", func(v *vector) { v.fileKeySize = 17 })
	add("record_salt_short", "the salt has 15 bytes, and the wrapping fits it", func(v *vector) {
		v.stanza = func(v *vector, fileKey []byte) string {
			salt := random(v.name, "salt", 15)
			return stanza("qingting.vault/epoch-1", []string{v.epoch(), v.record, b64.EncodeToString(salt)},
				wrap(v.key, salt, v.epoch(), v.record, fileKey))
		}
	})
	add("record_salt_not_canonical", "the salt's base64 has stray bits in its last character", func(v *vector) {
		v.stanza = args(func(a []string) []string {
			const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
			last := strings.IndexByte(alphabet, a[2][len(a[2])-1])
			a[2] = a[2][:len(a[2])-1] + string(alphabet[last|1])
			return a
		})
	})
	add("record_argument_missing", "the stanza has no salt", func(v *vector) {
		v.stanza = args(func(a []string) []string { return a[:2] })
	})
	add("record_argument_extra", "the stanza has a fourth argument", func(v *vector) {
		v.stanza = args(func(a []string) []string { return append(a, "x") })
	})
	add("record_two_stanzas", "a second stanza stands beside the first", func(v *vector) {
		v.stanza = func(v *vector, fileKey []byte) string {
			return v.recordStanza(fileKey) + x25519(v.name, public(v.identity), fileKey)
		}
	})
	add("record_other_stanza", "an ordinary age file in place of a record", func(v *vector) {
		v.stanza = func(v *vector, fileKey []byte) string { return x25519(v.name, public(v.identity), fileKey) }
	})
	add("record_not_padded", "the plaintext is not padded", plain(func(s string) []byte { return []byte(s) }))
	add("record_over_padded", "the plaintext is padded to the third bucket, and not by a power of two", plain(func(s string) []byte {
		return append(pad(s), bytes.Repeat([]byte{' '}, 256)...)
	}))
	add("record_not_json", "the plaintext is no JSON", plain(func(string) []byte { return pad("values: none") }))
	add("record_json_twice", "something follows the JSON", plain(func(s string) []byte { return pad(s + "{}") }))
	add("record_schema", "the plaintext has another schema", plain(func(s string) []byte {
		return pad(strings.Replace(s, "record/1", "record/2", 1))
	}))
	add("record_span_reversed", "a value ends before it starts", plain(func(s string) []byte {
		return pad(strings.Replace(s, `"end":11`, `"end":5`, 1))
	}))
	return out
}

func badEnvelopes() []*vector {
	var out []*vector
	add := func(name, expect, comment string, change func(v *vector)) {
		v := newVector(name, expect, comment)
		change(v)
		out = append(out, v)
	}
	replace := func(from, to string) func(v *vector) {
		return func(v *vector) {
			v.epochJSON = func(s string) string { return strings.Replace(s, from, to, 1) }
		}
	}
	add("envelope_other_officer", "no identity", "the envelope is sealed to another officer", func(v *vector) {
		v.sealedTo = random(v.name, "another identity", 32)
	})
	add("envelope_other_epoch", "epoch missing", "the record was sealed under another epoch than the envelope at hand", func(v *vector) {
		v.stanza = func(v *vector, fileKey []byte) string {
			other := *v
			other.key = random(v.name, "another epoch key", 32)
			return other.recordStanza(fileKey)
		}
	})
	add("envelope_payload_flipped", "damaged", "one bit of the envelope is flipped", func(v *vector) { v.envelope = flip(-1) })
	add("envelope_payload_cut", "damaged", "the envelope's last byte is missing", func(v *vector) { v.envelope = cut(1) })
	add("envelope_id_swapped", "damaged", "the id is not the one that the key commits to", func(v *vector) {
		v.epochJSON = func(s string) string {
			return strings.Replace(s, v.epoch(), epochID(random(v.name, "another epoch key", 32)), 1)
		}
	})
	add("envelope_key_short", "damaged", "the epoch key has 30 bytes", func(v *vector) {
		v.epochJSON = func(s string) string {
			at := strings.Index(s, `"key":"`) + len(`"key":"`)
			return s[:at] + s[at+4:]
		}
	})
	add("envelope_schema", "damaged", "the envelope has another schema", replace("epoch/1", "epoch/2"))
	add("envelope_not_json", "damaged", "the envelope's plaintext is no JSON", replace("{", "["))
	return out
}

func letters() []*vector {
	letter := func(name, expect, comment string, plain []byte) *vector {
		v := newVector(name, expect, comment)
		v.direct, v.plain = true, plain
		return v
	}
	text := []byte("一封读不懂的来信\n")
	padded := func(b []byte, size int) []byte {
		return append(append(bytes.Clone(b), 0x80), make([]byte, size-len(b)-1)...)
	}
	other := letter("direct_other_officer", "no identity", "sealed to another officer", padded(text, 256))
	other.sealedTo = random(other.name, "another identity", 32)
	return []*vector{
		letter("direct", "success", "a dead letter", padded(text, 256)),
		letter("direct_empty", "success", "an empty dead letter", padded(nil, 256)),
		letter("direct_padding_like_content", "success", "a content that itself ends in 80 00", padded([]byte{1, 0x80, 0}, 256)),
		letter("direct_full_bucket", "success", "256 bytes and the mark need the next bucket", padded(bytes.Repeat([]byte{7}, 256), 512)),
		other,
		letter("direct_no_mark", "damaged", "the padding has no 80", make([]byte, 256)),
		letter("direct_not_padded", "damaged", "the mark is there, the zeros are not", append(bytes.Clone(text), 0x80)),
	}
}
