package sync

import (
	"encoding/json"
	"strings"
	"testing"

	"crmsync/sync/salesforce/orgsim"
)

// A purge leaves a signed receipt with a query that can be run; a receipt that was touched is found out.
func TestReceiptIsSignedAndCanBeChecked(t *testing.T) {
	h := connected(t, orgsim.Config{Contacts: 30})
	if _, err := h.engine.CheckReceipt(t.Context(), h.admin, nil); CodeOf(err) != "receipt.none" {
		t.Errorf("%v", err)
	}
	connection, err := h.store.Connection(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	receipt, err := h.engine.Purge(t.Context(), h.admin, connection.OrgName)
	if err != nil {
		t.Fatal(err)
	}
	if receipt.Signature == "" || receipt.Left != 0 || !strings.Contains(receipt.Query, "FROM crm_contact") {
		t.Errorf("%+v", receipt)
	}
	last, err := h.engine.CheckReceipt(t.Context(), h.admin, nil)
	if err != nil || !last.Whole || !last.Ours || last.Left != 0 || last.Later || last.Receipt.AuditID != receipt.AuditID {
		t.Errorf("%+v, %v", last, err)
	}
	touched := receipt
	touched.By = "nobody"
	text, err := json.Marshal(touched)
	if err != nil {
		t.Fatal(err)
	}
	if check, err := h.engine.CheckReceipt(t.Context(), h.admin, text); err != nil || check.Whole || !check.Ours {
		t.Errorf("a touched receipt: %+v, %v", check, err)
	}
	if _, err := h.engine.CheckReceipt(t.Context(), h.admin, []byte("{}")); CodeOf(err) != "receipt.unreadable" {
		t.Errorf("%v", err)
	}
	if _, err := h.engine.CheckReceipt(t.Context(), Actor{Name: "m", Role: RoleMember}, nil); CodeOf(err) != "act.not_allowed" {
		t.Errorf("%v", err)
	}
}
