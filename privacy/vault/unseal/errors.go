package unseal

import (
	"errors"
	"fmt"

	"filippo.io/age"
)

// What can be wrong; test with errors.Is.
var (
	// ErrNoIdentity: none of the identities is among the recipients.
	ErrNoIdentity = errors.New("none of these identities can open it: it was sealed to other officers")
	// ErrEpochMissing: the envelope of the record's epoch is not there. It was
	// shredded, its retention ended, or it is in another store.
	ErrEpochMissing = errors.New("the key of its epoch is not there: shredded, expired, or in another store")
	// ErrDamaged: altered, cut, or not what it should be.
	ErrDamaged = errors.New("damaged or altered")
)

func damagedf(format string, args ...any) error {
	return fmt.Errorf("%w: %w", ErrDamaged, fmt.Errorf(format, args...))
}

// classify turns an error of age into one of ours.
func classify(err error) error {
	var noMatch *age.NoIdentityMatchError
	switch {
	case errors.Is(err, ErrEpochMissing), errors.Is(err, ErrDamaged):
		return err
	case errors.As(err, &noMatch):
		return ErrNoIdentity
	default:
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
}
