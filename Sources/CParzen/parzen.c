// The functions of parzen.h are written in Swift, in ParzenC.
#include "parzen.h"
