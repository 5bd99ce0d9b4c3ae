// Package phone recognises telephone numbers: mobile and IoT numbers by
// allocated segment, fixed lines by area code with their extension, and the
// numbers of services (10086, 12315, 95xxx, 400 …), which are not personal and
// come out as rejections.
package phone
