import FuzzDriver
import ParzenFuzzChecks

fuzz { Reader.checkpoint.check($0) }
