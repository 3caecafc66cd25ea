package orgsim_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"testing"
	"time"

	foreign "github.com/k-capehart/go-salesforce/v3"

	"crmsync/sync/salesforce/orgsim"
)

// TestForeignClient drives the org with a client nobody here wrote.
func TestForeignClient(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	public, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	s := serve(t, orgsim.Config{Contacts: 500, SyncKey: true, PageRows: 200, Now: time.Now, // the client signs with the machine's clock
		JWTCertificate: pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public})})
	private := string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}))
	for name, creds := range map[string]foreign.Creds{
		"access token":       {Domain: s.url, AccessToken: s.login.AccessToken},
		"client credentials": {Domain: s.url, ConsumerKey: s.login.ClientID, ConsumerSecret: s.login.ClientSecret},
		"JWT":                {Domain: s.url, ConsumerKey: s.login.ClientID, Username: s.login.Username, ConsumerRSAPem: private},
	} {
		t.Run(name, func(t *testing.T) {
			client, err := foreign.Init(creds, foreign.WithAPIVersion("v63.0"), foreign.WithCompressionHeaders(name != "JWT"))
			if err != nil {
				t.Fatal(err)
			}
			foreignQuery(t, client)
			foreignBulk(t, client)
			foreignWrite(t, client)
		})
	}
}

func foreignQuery(t *testing.T, client *foreign.Salesforce) {
	t.Helper()
	type contact struct {
		Id, LastName string
		Account      struct{ Name string }
	}
	var contacts []contact
	if err := client.Query("SELECT Id, LastName, Account.Name FROM Contact WHERE AccountId != null LIMIT 20", &contacts); err != nil {
		t.Fatal(err)
	}
	if len(contacts) != 20 || contacts[0].Account.Name == "" {
		t.Errorf("%d contacts, the first %+v", len(contacts), contacts[0])
	}
}

func foreignBulk(t *testing.T, client *foreign.Salesforce) {
	t.Helper()
	job, err := client.QueryBulkIterator("SELECT Id, LastName FROM Contact")
	if err != nil {
		t.Fatal(err)
	}
	pages, rows := 0, 0
	for job.Next() {
		var page []struct{ Id, LastName string }
		if err := job.Decode(&page); err != nil {
			t.Fatal(err)
		}
		pages, rows = pages+1, rows+len(page)
	}
	if err := job.Error(); err != nil || pages < 3 || rows < 400 {
		t.Errorf("%d rows in %d pages: %v", rows, pages, err)
	}
}

func foreignWrite(t *testing.T, client *foreign.Salesforce) {
	t.Helper()
	type task struct{ Subject, WhoId, WhatId, Status string }
	result, err := client.InsertOne("Task", task{Subject: "from elsewhere", Status: "Completed"}) // sends "" for empty references
	if err != nil || !result.Success {
		t.Fatalf("%+v, %v", result, err)
	}
	many, err := client.InsertCollection("Task", []task{{Subject: "a", Status: "Completed"}, {Subject: "b", Status: "nonsense"}}, 200)
	if err != nil || len(many.Results) != 2 || !many.Results[0].Success || many.Results[1].Success {
		t.Fatalf("%+v, %v", many, err)
	}
	if err := client.UpdateOne("Task", map[string]any{"Id": result.Id, "Subject": "changed"}); err != nil {
		t.Error(err)
	}
	if upserted, err := client.UpsertOne("Task", "Sync_Key__c", map[string]any{"Sync_Key__c": result.Id, "Subject": "key"}); err != nil || !upserted.Success {
		t.Errorf("%+v, %v", upserted, err)
	}
	if _, err := client.DeleteCollection("Task", []map[string]any{{"Id": result.Id}, {"Id": many.Results[0].Id}}, 200); err != nil {
		t.Error(err)
	}
}
