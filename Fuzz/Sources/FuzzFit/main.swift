import FuzzDriver
import ParzenFuzzChecks

fuzz { Reader.fit.check($0) }
