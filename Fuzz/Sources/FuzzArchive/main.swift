import FuzzDriver
import ParzenFuzzChecks

fuzz { Reader.archive.check($0) }
