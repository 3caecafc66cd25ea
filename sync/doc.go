// Package sync is the engine: what happens between the two sides. It imports
// the seven objects from Salesforce, runs the match, does the steps after an
// import, writes activities back, keeps the schedule, and holds every act a
// person may do.
//
// Every change goes through one door: a method that takes a context and an
// [Actor], checks the act's roles, and makes the change and its audit event in
// one transaction. Console, command line and SSH call the same methods.
//
// Outside its folder the package is imported as crmsync "crmsync/sync".
package sync
