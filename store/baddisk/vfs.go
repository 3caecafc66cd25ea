package baddisk

import (
	"errors"
	"fmt"
	"sync"
	"unsafe"

	"modernc.org/libc"
	"modernc.org/libc/sys/types"
	sqlite3 "modernc.org/sqlite/lib"
)

// The functions of SQLite's file system that a bad disk stands before, as the translated C has them.
type (
	openFunc     = func(tls *libc.TLS, vfs, name, file uintptr, flags int32, out uintptr) int32
	deleteFunc   = func(tls *libc.TLS, vfs, name uintptr, syncDir int32) int32
	closeFunc    = func(tls *libc.TLS, file uintptr) int32
	writeFunc    = func(tls *libc.TLS, file, from uintptr, n int32, offset int64) int32
	truncateFunc = func(tls *libc.TLS, file uintptr, size int64) int32
	syncFunc     = func(tls *libc.TLS, file uintptr, flags int32) int32
)

// vfs is the file system that stands before SQLite's own. There is one in a process.
var vfs struct {
	once sync.Once
	err  error
	base uintptr // SQLite's own file system

	mu      sync.RWMutex
	methods map[uintptr]*sqlite3.Tsqlite3_io_methods // ours, by the address of the original's
	files   map[uintptr]openFile
}

// openFile is a file that SQLite has open.
type openFile struct {
	path string
	base sqlite3.Tsqlite3_io_methods
}

// pointerTo reads an address of the translated C as a Go pointer; that memory is not Go's and does not move.
func pointerTo[T any](address uintptr) *T { return *(**T)(unsafe.Pointer(&address)) }

// addressOf is the address of a function as the translated C keeps it.
func addressOf[F any](f F) uintptr { return *(*uintptr)(unsafe.Pointer(&struct{ f F }{f})) }

// function is the other direction.
func function[F any](address uintptr) F {
	return *(*F)(unsafe.Pointer(&struct{ address uintptr }{address}))
}

// install puts the file system before SQLite's own as the default one, so that nobody has to ask for it.
func install() error {
	vfs.once.Do(func() { vfs.err = register() })
	return vfs.err
}

func register() error {
	tls := libc.NewTLS()
	defer tls.Close()
	if rc := sqlite3.Xsqlite3_initialize(tls); rc != sqlite3.SQLITE_OK {
		return fmt.Errorf("start SQLite: %d", rc)
	}
	vfs.base = sqlite3.Xsqlite3_vfs_find(tls, 0)
	if vfs.base == 0 {
		return errors.New("SQLite has no file system")
	}
	name, err := libc.CString("baddisk")
	if err != nil {
		return fmt.Errorf("name the file system: %w", err)
	}
	vfs.methods, vfs.files = map[uintptr]*sqlite3.Tsqlite3_io_methods{}, map[uintptr]openFile{}
	own := libc.Xcalloc(tls, 1, types.Size_t(unsafe.Sizeof(sqlite3.Tsqlite3_vfs{})))
	if own == 0 {
		return errors.New("no memory for the file system")
	}
	made := pointerTo[sqlite3.Tsqlite3_vfs](own)
	*made = *pointerTo[sqlite3.Tsqlite3_vfs](vfs.base)
	made.FpNext, made.FzName = 0, name
	made.FxOpen, made.FxDelete = addressOf[openFunc](openHere), addressOf[deleteFunc](deleteHere)
	if rc := sqlite3.Xsqlite3_vfs_register(tls, own, 1); rc != sqlite3.SQLITE_OK {
		return fmt.Errorf("register the file system: %d", rc)
	}
	return nil
}

// openHere opens a file as SQLite does and takes the place of its methods that write. Every file of SQLite's
// is made by us under the same name, so that the base needs no wrapping.
func openHere(tls *libc.TLS, _, name, file uintptr, flags int32, out uintptr) int32 {
	open := function[openFunc](pointerTo[sqlite3.Tsqlite3_vfs](vfs.base).FxOpen)
	rc := open(tls, vfs.base, name, file, flags, out)
	methods := *pointerTo[uintptr](file)
	if rc != sqlite3.SQLITE_OK || name == 0 || methods == 0 {
		return rc
	}
	vfs.mu.Lock()
	defer vfs.mu.Unlock()
	ours := vfs.methods[methods]
	if ours == nil {
		changed := *pointerTo[sqlite3.Tsqlite3_io_methods](methods)
		changed.FxClose, changed.FxWrite = addressOf[closeFunc](closeHere), addressOf[writeFunc](writeHere)
		changed.FxTruncate, changed.FxSync = addressOf[truncateFunc](truncateHere), addressOf[syncFunc](syncHere)
		ours = &changed
		vfs.methods[methods] = ours
	}
	vfs.files[file] = openFile{path: libc.GoString(name), base: *pointerTo[sqlite3.Tsqlite3_io_methods](methods)}
	*pointerTo[uintptr](file) = uintptr(unsafe.Pointer(ours)) // kept alive by vfs.methods
	return rc
}

func fileOf(file uintptr) openFile {
	vfs.mu.RLock()
	defer vfs.mu.RUnlock()
	return vfs.files[file]
}

func closeHere(tls *libc.TLS, file uintptr) int32 {
	open := fileOf(file)
	vfs.mu.Lock()
	delete(vfs.files, file)
	vfs.mu.Unlock()
	return function[closeFunc](open.base.FxClose)(tls, file)
}

func writeHere(tls *libc.TLS, file, from uintptr, n int32, offset int64) int32 {
	open := fileOf(file)
	if disk := diskOf(open.path); disk != nil {
		data := unsafe.Slice(pointerTo[byte](from), n)
		if rc := disk.before(operation{kind: opWrite, path: open.path, offset: offset, data: data}); rc != sqlite3.SQLITE_OK {
			return rc
		}
	}
	return function[writeFunc](open.base.FxWrite)(tls, file, from, n, offset)
}

func truncateHere(tls *libc.TLS, file uintptr, size int64) int32 {
	open := fileOf(file)
	if disk := diskOf(open.path); disk != nil {
		if rc := disk.before(operation{kind: opTruncate, path: open.path, offset: size}); rc != sqlite3.SQLITE_OK {
			return rc
		}
	}
	return function[truncateFunc](open.base.FxTruncate)(tls, file, size)
}

func syncHere(tls *libc.TLS, file uintptr, flags int32) int32 {
	open := fileOf(file)
	if disk := diskOf(open.path); disk != nil {
		if rc := disk.before(operation{kind: opSync, path: open.path}); rc != sqlite3.SQLITE_OK {
			return rc
		}
	}
	return function[syncFunc](open.base.FxSync)(tls, file, flags)
}

func deleteHere(tls *libc.TLS, _, name uintptr, syncDir int32) int32 {
	path := libc.GoString(name)
	if disk := diskOf(path); disk != nil {
		if rc := disk.before(operation{kind: opDelete, path: path}); rc != sqlite3.SQLITE_OK {
			return rc
		}
	}
	return function[deleteFunc](pointerTo[sqlite3.Tsqlite3_vfs](vfs.base).FxDelete)(tls, vfs.base, name, syncDir)
}
