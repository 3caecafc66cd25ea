package sync

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// faultMatrix says, for everything that can go wrong, which tests show that nothing is lost, nothing is twice and nothing is stuck
// without a reason that is shown. Tests of other packages stand as "directory: name".
var faultMatrix = []struct {
	n     int
	fault string
	tests []string
	why   string // why there is no test, or what the tests leave open
}{
	{1, "kill -9 at random points of an import", []string{"TestCrash_import", "TestImport_resumesAfterACrash", "TestSteps_afterAKill"}, ""},
	{2, "kill -9 of the outbox worker", []string{"TestCrash_writeback", "TestCrash_showsBlindResending"}, ""},
	{3, "kill between Salesforce's 200 and our commit", []string{"TestCrash_writeback", "TestKilledBetweenSteps_ExactlyOnce", "TestDiskFailsDuringWriteback_ExactlyOnce"}, ""},
	{4, "reply lost, connection reset after it was applied", []string{"TestLostReplyAfterCommitIsFound_Decision17", "TestCrash_writeback"}, ""},
	{5, "request applied after the client gave up", []string{"TestCrash_writeback", "TestLostRequestIsSentAgainAfterElevenMinutes_Decision17"}, ""},
	{6, "503, 429, REQUEST_LIMIT_EXCEEDED", []string{"TestImport_everyFault", "TestBudget_readsPauseAndGoOn", "TestImport_requestLimitStopsTheRun", "TestOrgWideRefusalsKeepTheQueue"}, ""},
	{7, "401, refresh token revoked in the middle", []string{"TestImport_everyFault", "TestExactlyOnceUnderRandomFaults"}, ""},
	{8, "errors of single rows", []string{"TestPartialBatch", "TestRefusedForGoodWaitsForAPerson"}, ""},
	{9, "CSV cut in the middle", []string{"TestImport_everyFault", "TestCrash_import"}, ""},
	{10, "awkward CSV", []string{"salesforce: TestCSVReaderIsLossless", "salesforce: TestCSVReaderRefuses"}, ""},
	{11, "field removed, added or retyped", []string{"TestImport_hiddenFieldKeepsOldValues"}, ""},
	{12, "row changed while it is paged", []string{"TestImport_lateCommit", "TestSoak"}, ""},
	{13, "record deleted, undeleted, merged, converted", []string{"TestImport_deletedUndeletedPurged", "TestFollow_merge", "TestFollow_S122_conversion", "TestFollow_afterARunThatWasCutOff"}, ""},
	{14, "disk full", []string{"TestDiskFailsDuringAnImport", "TestDiskFailsDuringWriteback_ExactlyOnce", "TestBallastKeepsWhatSalesforceAnswered", "TestBallastLetsAnImportEnd", "../store: TestBallast"}, ""},
	{15, "EIO or failed fsync from the Nth call on", []string{"../store: TestDisk_failsFromTheNthOperation", "TestDiskFailsDuringAnImport"}, ""},
	{16, "power cut: unsynced writes dropped, reordered, torn", []string{"../store: TestDisk_powerCut"}, ""},
	{17, "WAL cut off or with rubbish at its end", []string{"../store: TestDisk_damagedLog"}, ""},
	{18, "one bit flipped in a sealed text", []string{"../store: TestFlippedBitOfASealedText", "../store/vault: TestSealedValueOpensInItsPlaceOnly"}, ""},
	{19, "wrong or missing key", []string{"../store: TestOpenRefusesWrongKey", "../store/vault: TestWrongKeyWritesNothing"}, ""},
	{20, "database restored from an older backup", []string{"TestRestore_matrix20_nothingTwiceAndNothingLost"}, ""},
	{21, "two engines on one store", []string{"TestRequest_handsOverToTheRunningEngine", "../ui/cli: TestExitCodes"}, ""},
	{22, "worker paused past its lease", []string{"TestStopped_anotherTakesOver", "TestStopped_theEngineKeepsItsStore", "TestWorkerPausedPastItsLease", "TestPausedBetweenIntentAndRequest_ExactlyOnce", "../store: TestJobsAreClaimedOnceAndLostWithTheLease", "../store: TestNothingIsWrittenWithoutTheLease"}, "stopped while it writes, a process keeps a SQLite store busy until it goes on"},
	{23, "worker's clock is off", []string{"TestClockJumpsDoubleNothing", "TestCrash_writeback"}, "leases by the database's clock belong to PostgreSQL"},
	{24, "clock jumps", []string{"TestCadence_clockSetBackDoesNotStopTheJob", "TestClockJumpsDoubleNothing"}, ""},
	{25, "database restarts", nil, "PostgreSQL only"},
	{26, "serialization failures", nil, "PostgreSQL only"},
	{27, "program older than the schema, migration cut off", []string{"../store: TestOpenRefusesLostKeyringNewerSchemaAndOpenDirectory", "../store: TestMigrationCutOff", "../store: TestAnOlderStoreIsCopiedAndMigrated"}, ""},
	{28, "two admins change one setting", []string{"TestSetting_changedMeanwhile", "TestSetting_changeUndoRedo"}, ""},
	{29, "console open for hours", []string{"../store: TestIdleReadersHoldNothing", "../store: TestReadersSeeWholeChangesWhileAWriterWrites"}, ""},
	{30, "purge", []string{"TestPurge_S96_leavesNothing", "TestPurge_duringAnImport", "TestStopped_purgedMeanwhile"}, ""},
	{31, "backup during an import", []string{"TestBackup_matrix31_duringAnImport"}, ""},
	{32, "the database file opened by other code", []string{"../store: TestLocksSurviveAnotherOpenOfTheFile"}, ""},
	{33, "five million rows in little memory", nil, "measured, not tested: crmsync bench import"},
	{34, "SIGTERM during everything", []string{"TestCrash_import", "TestCrash_writeback", "TestRun_stoppedWorkIsDueAtOnce"}, ""},
	{35, "log and audit trail", []string{"TestLogHoldsNoSecret", "../store: TestSealedTextIsInNoFile"}, ""},
	{36, "database locked by another process", []string{"../store: TestBusyStore", "TestStoreLockedDuringWriteback", "TestStoreLockedUntilWritebackGivesUp_ExactlyOnce", "TestStoreLockedDuringAnImport"}, ""},
}

// Every row of the matrix names tests that there are, or says why there is none.
func TestFaultMatrix(t *testing.T) {
	sources := map[string]string{}
	for i, row := range faultMatrix {
		if row.n != i+1 {
			t.Errorf("row %d stands in place %d", row.n, i+1)
		}
		if len(row.tests) == 0 && row.why == "" {
			t.Errorf("%d, %s: no test, and no reason", row.n, row.fault)
		}
		for _, test := range row.tests {
			dir, name, elsewhere := strings.Cut(test, ": ")
			if !elsewhere {
				dir, name = ".", test
			}
			if sources[dir] == "" {
				sources[dir] = testsIn(t, dir)
			}
			if !strings.Contains(sources[dir], "\nfunc "+name+"(t *testing.T)") {
				t.Errorf("%d, %s: there is no test %s", row.n, row.fault, test)
			}
		}
	}
}

// testsIn is the text of a directory's tests.
func testsIn(t *testing.T, dir string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	return all.String()
}
