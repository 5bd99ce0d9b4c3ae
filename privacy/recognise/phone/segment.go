package phone

// allocated reports whether d, 11 digits, begins with a segment that the
// ministry (MIIT) has allocated to an operator.
func allocated(d string) bool {
	if len(d) != 11 || d[0] != '1' {
		return false
	}
	third, fourth := d[2], d[3]
	switch d[1] {
	case '3':
		return third != '4' || fourth <= '8' // 1349 was Globalstar's
	case '4':
		return third >= '5' // 140–144 have 13 digits
	case '5':
		return third != '4'
	case '6':
		return third == '2' || third >= '5' && third <= '7'
	case '7':
		return third <= '8' && (third != '4' || fourth <= '5')
	case '8':
		return true
	case '9':
		return third != '4'
	}
	return false
}

// iot reports whether d, 13 digits, is a number of the Internet of things.
func iot(d string) bool {
	if len(d) != 13 {
		return false
	}
	if d[:2] == "14" {
		return d[2] <= '4'
	}
	return d[:4] == "1064" && (d[4] == '6' || d[4] == '8' || d[4] == '9')
}

// areaCode returns how many of the digits d begins with are an area code, 0 for none.
func areaCode(d string) int {
	if len(d) < 4 || d[0] != '0' {
		return 0
	}
	switch {
	case d[1] == '1':
		if d[2] == '0' {
			return 3
		}
	case d[1] == '2':
		if d[2] != '6' {
			return 3
		}
	case d[1] >= '3':
		return 4
	}
	return 0
}

// service reports whether d is the number of a service and no person's.
func service(d string) bool {
	switch n := len(d); {
	case n == 3 && d[:2] == "11", n == 5 && d[:2] == "12":
		return true
	case n >= 5 && n <= 8 && d[:3] == "100":
		return true
	case n >= 5 && n <= 6 && (d[:2] == "95" || d[:2] == "96"):
		return true
	case n == 10 && (d[:3] == "400" || d[:3] == "800"):
		return true
	case n >= 6 && d[:3] == "106" && !iot(d):
		return true
	}
	return false
}
