import FuzzDriver
import ParzenFuzzChecks

fuzz { Reader.configuration.check($0) }
