package cli

import (
	"testing"

	crmsync "crmsync/sync"
)

// commandOf names a command for every act (design 3): what the console can do, a script can.
var commandOf = map[crmsync.ActID]string{
	crmsync.ActConnect:         "crmsync connect",
	crmsync.ActDisconnect:      "crmsync disconnect",
	crmsync.ActPurge:           "crmsync disconnect --purge",
	crmsync.ActUserAdd:         "crmsync user add NAME",
	crmsync.ActUserRemove:      "crmsync user remove NAME",
	crmsync.ActUserKey:         "crmsync key add NAME FILE",
	crmsync.ActSettingSet:      "crmsync settings set NAME VALUE",
	crmsync.ActSeatAdd:         "crmsync users add EMAIL",
	crmsync.ActSeatRemove:      "crmsync users remove EMAIL",
	crmsync.ActSeatAllow:       "crmsync users allow EMAIL --autosave",
	crmsync.ActSeatEdit:        "crmsync users edit EMAIL --profile ADDRESS",
	crmsync.ActSeatMap:         "crmsync users automap --yes",
	crmsync.ActSeatPin:         "crmsync users map EMAIL USER",
	crmsync.ActLicences:        "crmsync licences apply PLAN",
	crmsync.ActPersonShow:      "crmsync person show PERSON",
	crmsync.ActPersonErase:     "crmsync person erase PERSON",
	crmsync.ActBackup:          "crmsync backup FILE",
	crmsync.ActRestore:         "crmsync restore FILE --yes",
	crmsync.ActConfigImport:    "crmsync config import FILE --yes",
	crmsync.ActSaveRemove:      "crmsync saves remove SAVE",
	crmsync.ActSaveRestore:     "crmsync undo EVENT",
	crmsync.ActSaveClean:       "crmsync saves clean --apply",
	crmsync.ActAlertRead:       "crmsync me alerts read",
	crmsync.ActAlertUnread:     "crmsync me alerts unread ALERT",
	crmsync.ActROIConsent:      "crmsync roi consent on",
	crmsync.ActROIReport:       "crmsync roi report --csv FILE",
	crmsync.ActImportRun:       "crmsync import",
	crmsync.ActRunStop:         "crmsync schedule stop import",
	crmsync.ActSchedulePause:   "crmsync schedule pause import",
	crmsync.ActScheduleResume:  "crmsync schedule resume writeback",
	crmsync.ActUndo:            "crmsync undo",
	crmsync.ActPropose:         "crmsync match bulk --yes", // with contract.second_admin on
	crmsync.ActApprove:         "crmsync approvals approve ID",
	crmsync.ActRefuse:          "crmsync approvals refuse ID",
	crmsync.ActWithdraw:        "crmsync approvals withdraw ID",
	crmsync.ActNetworkImport:   "crmsync network import FILE --seat EMAIL",
	crmsync.ActMatchRun:        "crmsync match run",
	crmsync.ActMatchAccept:     "crmsync match accept RECORD",
	crmsync.ActMatchReject:     "crmsync match reject RECORD",
	crmsync.ActMatchRematch:    "crmsync match rematch RECORD MEMBER",
	crmsync.ActMatchNone:       "crmsync match none RECORD",
	crmsync.ActMatchBulk:       "crmsync match bulk --from 95 --yes",
	crmsync.ActActivityAdd:     "crmsync activity add --with PERSON --body TEXT",
	crmsync.ActActivityHold:    "crmsync me hold ACTIVITY",
	crmsync.ActActivityRelease: "crmsync me release ACTIVITY",
	crmsync.ActOptIn:           "crmsync me writeback on KIND",
	crmsync.ActWritebackSwitch: "crmsync writeback enable",
	crmsync.ActWritebackKind:   "crmsync writeback enable KIND",
	crmsync.ActWritebackRun:    "crmsync writeback run --no-wait",
	crmsync.ActWritebackShadow: "crmsync writeback shadow",
	crmsync.ActOutboxRetry:     "crmsync writeback retry ITEM",
	crmsync.ActOutboxDrop:      "crmsync writeback drop ITEM",
	crmsync.ActWrittenRemove:   "crmsync writeback remove ITEM",
	crmsync.ActTrialRun:        "crmsync writeback trial run",
	crmsync.ActTrialRemove:     "crmsync writeback trial remove",
}

func TestEveryActHasACommand(t *testing.T) {
	for _, act := range crmsync.Acts() {
		line, there := commandOf[act.ID]
		if !there {
			t.Errorf("no command does %s", act.ID)
			continue
		}
		if err := known(line); err != nil {
			t.Errorf("%s: %s: %v", act.ID, line, err)
		}
	}
}

// fixed are the commands of the design, which scripts depend on. The PostgreSQL store and what moves a store to it come later.
var fixed = []string{
	"crmsync", "crmsync demo --once --json --size small --dir DIR", "crmsync demo --size 10",
	"crmsync org serve --listen ADDR --size 5 --seed 7 --data DIR --tls --jwt-cert FILE --scenario NAME,OTHER",
	"crmsync connect --login-host URL --client-id ID", "crmsync connect --instance-url URL --access-token-stdin", "crmsync connect --jwt-key FILE --username U",
	"crmsync doctor", "crmsync status --json", "crmsync import --full --object Lead,Contact --json",
	"crmsync network import FILE FILE --seat EMAIL --as people --map FILE --json",
	"crmsync match run", "crmsync match list", "crmsync match show R", "crmsync match accept R", "crmsync match reject R", "crmsync match undo", "crmsync match bulk",
	"crmsync match rematch R M", "crmsync match search R", "crmsync match stats", "crmsync match tune",
	"crmsync match eval --crm F --directory F --positions F --truth F --object person --threshold 0.5 --out F --json",
	"crmsync users", "crmsync licences", "crmsync saves", "crmsync alerts", "crmsync opportunities", "crmsync roi", "crmsync settings", "crmsync audit", "crmsync undo", "crmsync search",
	"crmsync writeback status", "crmsync writeback enable", "crmsync writeback disable", "crmsync writeback trial", "crmsync writeback run", "crmsync writeback outbox",
	"crmsync writeback retry I", "crmsync writeback hold A", "crmsync writeback shadow",
	"crmsync me", "crmsync me writeback on KIND", "crmsync me import FILE", "crmsync me hold ID", "crmsync me release ID", "crmsync me saves", "crmsync me alerts",
	"crmsync activity add", "crmsync activity list", "crmsync disconnect --purge", "crmsync backup F", "crmsync restore F", "crmsync verify", "crmsync export decisions", "crmsync config",
	"crmsync serve --ssh ADDR --metrics ADDR", "crmsync key add N F", "crmsync key list", "crmsync key remove N", "crmsync user add N", "crmsync user list", "crmsync user remove N",
	"crmsync person show P", "crmsync person export P", "crmsync person erase P", "crmsync replay RUN", "crmsync support-bundle F", "crmsync init", "crmsync migrate",
	"crmsync bench import", "crmsync bench match", "crmsync bench console --json", "crmsync version", "crmsync help TOPIC",
}

func TestFixedCommandsExist(t *testing.T) {
	for _, line := range fixed {
		if err := known(line); err != nil {
			t.Errorf("%s: %v", line, err)
		}
	}
}
