package login

import (
	"html/template"
	"net/http"
)

// style is common to both pages.
const style = `<style>body{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:4rem auto;padding:0 1rem;color:#181818}
button{font:inherit;padding:.5rem 1.5rem;margin-right:1rem;border:1px solid #0b5cab;border-radius:4px;background:#fff;color:#0b5cab}
button[value=allow]{background:#0b5cab;color:#fff}code{background:#f3f3f3;padding:0 .25rem;overflow-wrap:anywhere}</style>`

var consentPage = template.Must(template.New("consent").Parse(`<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Allow access?</title>` + style + `
<h1>Allow access?</h1>
<p><b>crmsync</b> asks for access to the built-in org <b>{{.Org}}</b> as <b>{{.User}}</b> (<code>{{.Username}}</code>).</p>
<ul>{{range .Scopes}}<li><code>{{.}}</code></li>{{end}}</ul>
<p>Your browser then returns to <code>{{.Return}}</code>.</p>
<form method="post">{{range $name, $value := .Hidden}}<input type="hidden" name="{{$name}}" value="{{$value}}">{{end}}
<button name="decision" value="allow" autofocus>Allow</button><button name="decision" value="deny">Deny</button></form></html>
`))

var errorPage = template.Must(template.New("error").Parse(`<!doctype html><html lang="en"><meta charset="utf-8"><title>Sign-in error</title>` + style + `
<h1>We can't authorize you because of an OAuth error.</h1>
<p><code>error={{.Code}}&amp;error_description={{.Description}}</code></p></html>
`))

func writePage(w http.ResponseWriter, status int, page *template.Template, data any) {
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=UTF-8")
	header.Set("Cache-Control", "no-store")
	header.Set("X-Frame-Options", "DENY")
	header.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	w.WriteHeader(status)
	_ = page.Execute(w, data) // the browser is gone: nobody to tell
}
