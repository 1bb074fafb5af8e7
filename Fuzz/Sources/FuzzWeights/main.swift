import FuzzDriver
import ParzenFuzzChecks

fuzz { Reader.weights.check($0) }
