package store

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"testing"
)

// TestMain is the second process of tests that need one.
func TestMain(m *testing.M) {
	place := os.Getenv("CRMSYNC_TEST_PLACE")
	switch os.Getenv("CRMSYNC_TEST_PROCESS") {
	case "":
		os.Exit(m.Run())
	case "write":
		fmt.Print(writeOnce(place))
	case "batches":
		fmt.Fprintln(os.Stderr, writeBatches(place)) // it ends by being killed, or by an error
	}
}

// writeOnce tries to write into a database that another process may hold, and says what came of it.
func writeOnce(file string) string {
	db, err := sql.Open("sqlite", "file:"+file+"?_pragma=busy_timeout(200)&_txlock=immediate")
	if err != nil {
		return err.Error()
	}
	defer db.Close()
	_, err = db.Exec("INSERT INTO x VALUES (2)")
	var e *Error
	switch err = classify(err); {
	case err == nil:
		return "written"
	case errors.As(err, &e):
		return e.Code()
	}
	return err.Error()
}
