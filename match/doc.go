// Package match finds out which CRM record and which member of the directory
// are the same person or company.
package match
