//go:build !unix

package orgsim

import "os"

// lock does nothing where files cannot be locked so: opening an org twice is then the user's to avoid.
func lock(*os.File) error { return nil }
