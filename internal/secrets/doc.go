// Package secrets reads and creates key files: symmetric secrets of the server,
// age recipients, and the officers' age identities.
//
// # Guarantees
//
//   - A key file is created with mode 0600, whole or not at all (temporary file
//     in the same folder, fsync, link, fsync of the folder), and never replaces
//     another.
//   - A secret or identity file that others can read is refused, with the
//     command that mends it.
//   - [Secret] hides itself from fmt, log/slog and encoding/json; no error holds
//     any part of a key.
//
// # What it does not do
//
// It keeps no keyring and chooses no path. It does not read SSH keys: they
// cannot be post-quantum, and age refuses to mix them with those that are.
package secrets
